"""When much is due, the sweep does its share and hands over the rest; each step still happens once, none is lost."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.contact_points import ContactPoint, PointKind
from chalicelib.domain.errors import StorageUnavailable
from chalicelib.domain.threads import EntryKind
from chalicelib.usecases import escalate_cases, escalate_overdue_cases
from tests.fakes.memory_store import Moment


def somebody(number):
    return ContactPoint(PointKind.EMAIL, f"customer{number}@example.pl")


@pytest.fixture
def due(hub):
    """Seven cases of which a sweep does two itself; pages are of two as well."""
    hub.sweep = replace(hub.sweep, own_share=2, page=2)
    cases = [hub.case(hub.write(sender=somebody(number))) for number in range(7)]
    hub.later(hours=5)
    return cases


def steps_of(hub, case):
    return [entry.event for entry in hub.thread(case.customer_id, EntryKind.EVENT)]


def work_off(hub):
    """What workers do until the queue is empty."""
    taken = []
    while hub.queues.to_escalate:
        taken.append(hub.escalate(hub.queues.to_escalate.popleft()))
    return taken


def test_the_sweep_does_its_share_and_hands_the_rest_over_in_pages(hub, due):
    swept = hub.sweep()
    assert (swept.steps, swept.handed_over) == (4, 5)
    assert [len(page) for page in hub.queues.to_escalate] == [2, 2, 1]
    assert sum(taken.steps for taken in work_off(hub)) == 10
    assert all(steps_of(hub, case) == ["case.reminded", "case.escalated"] for case in due)
    assert hub.sweep().steps == 0


def test_what_is_little_goes_to_no_queue(hub):
    hub.case(hub.write())
    hub.later(hours=5)
    assert (hub.sweep().handed_over, len(hub.queues.to_escalate)) == (0, 0)


def test_a_page_that_comes_twice_makes_each_step_once(hub, due):
    hub.sweep()
    hub.queues.to_escalate.extend([*hub.queues.to_escalate])
    work_off(hub)
    assert all(steps_of(hub, case) == ["case.reminded", "case.escalated"] for case in due)


def test_while_pages_wait_the_sweep_hands_over_no_more(hub, due):
    hub.sweep()
    hub.later(minutes=1)
    assert (hub.sweep().handed_over, len(hub.queues.to_escalate)) == (0, 3)


def test_sweeps_alone_drain_it_when_the_pages_are_lost(hub, due):
    for _ in range(4):
        hub.sweep()
        hub.queues.to_escalate.clear()
    assert all(steps_of(hub, case) == ["case.reminded", "case.escalated"] for case in due)


def test_a_queue_that_cannot_be_reached_does_not_keep_the_sweep_from_its_share(hub, due):
    hub.queues.broken = StorageUnavailable()
    swept = hub.sweep()
    assert (swept.steps, swept.handed_over, swept.failed) == (4, 0, [hub.queues.broken])


def test_a_case_that_always_fails_is_tried_once_by_each_sweep_and_stops_nobody(hub, due):
    first = next(hub.threads.list_due_cases("care", hub.now()))
    broken = next(case for case in due if case.id == first.case_id)
    tries = []

    def fail(call):
        if call.moment is Moment.BEFORE and any(
            getattr(getattr(change, "before", None), "id", "") == broken.id for change in call.changes
        ):
            tries.append(None)
            raise KeyError("a defect of ours")

    hub.threads.hook = fail
    for sweeps in range(1, 5):
        assert len(hub.sweep().failed) == 1
        work_off(hub)
        assert len(tries) == sweeps
    others = [steps_of(hub, case) for case in due if case is not broken]
    assert others == [["case.reminded", "case.escalated"]] * 6


def test_a_sweep_that_dies_in_its_own_share_has_handed_over_the_rest_before(hub, due):
    class Killed(BaseException):
        pass

    def kill(call):
        if call.name == "get_case":
            raise Killed

    hub.threads.hook = kill
    with pytest.raises(Killed):
        hub.sweep()
    hub.threads.hook = lambda _call: None
    work_off(hub)
    assert sum(steps_of(hub, case) == ["case.reminded", "case.escalated"] for case in due) == 5
    hub.sweep()
    assert all(steps_of(hub, case) == ["case.reminded", "case.escalated"] for case in due)


def slow_table(hub):
    """Every read of a case takes twenty seconds."""

    def wait(call):
        if call.name == "get_case" and call.moment is Moment.BEFORE:
            hub.later(seconds=20)

    hub.threads.hook = wait


def test_a_worker_stops_before_its_function_is_ended_and_the_next_sweep_goes_on(hub, due):
    slow_table(hub)
    taken = hub.escalate([(case.customer_id, case.id) for case in due])
    assert (taken.steps, taken.left) == (4, 5)
    hub.threads.hook = lambda _call: None
    for _ in range(3):
        hub.sweep()
        work_off(hub)
    assert all(steps_of(hub, case) == ["case.reminded", "case.escalated"] for case in due)


def test_a_sweep_that_runs_out_of_time_says_what_it_left(hub, due):
    hub.sweep = replace(hub.sweep, own_share=7)
    slow_table(hub)
    assert hub.sweep().left == 5


def test_a_clock_that_jumps_back_while_the_sweep_works_makes_nothing_twice(hub, due):
    def jump(call):
        if call.name == "commit" and call.moment is Moment.BEFORE:
            hub.later(hours=-1)

    hub.threads.hook = jump
    hub.sweep()
    hub.threads.hook = lambda _call: None
    hub.later(days=1)
    for _ in range(4):
        hub.sweep()
        work_off(hub)
    assert all(steps_of(hub, case) == ["case.reminded", "case.escalated"] for case in due)


def test_the_work_of_a_sweep_and_of_a_worker_ends_before_lambda_ends_it():
    from tests.faults.functions import TIME_LIMITS

    last_case = timedelta(seconds=8)  # what a read and a write may take after the last look at the clock
    assert escalate_overdue_cases.PICKS_UP_UNTIL + last_case < TIME_LIMITS["escalate_overdue_cases"]
    assert escalate_cases.WORKS_FOR + last_case < TIME_LIMITS["escalate_cases"]


def test_a_sweep_with_nothing_due_asks_as_often_for_a_hundred_thousand_open_cases_as_for_ten(hub):
    """Once for each team, once for what is sent to many, and once for what is stuck on its way out."""
    from tests.bench.escalation import HALF_PAST_ONE, SleepingCases

    def calls_of_a_sweep(count, due):
        store = SleepingCases(hub.now, count, due)
        calls = []
        store.hook = lambda call: calls.append(call.name) if call.moment is Moment.BEFORE else None
        steps = replace(hub.escalate, threads=store)
        replace(hub.sweep, threads=store, escalate=steps)()
        return Counter(calls)

    hub.now.at = HALF_PAST_ONE
    jobs = ("list_due_broadcasts", "list_due_erasures", "list_due_exports", "list_due_disposals")
    once = dict.fromkeys(("list_due_cases", *jobs, "list_due_deliveries"), 1)
    assert calls_of_a_sweep(10, 0) == calls_of_a_sweep(100_000, 0) == once
    assert calls_of_a_sweep(100, 5) == calls_of_a_sweep(100_000, 5)


def test_the_age_of_the_backlog_is_that_of_the_oldest_case_whoever_does_it(hub, due):
    hub.sweep()
    hub.later(hours=1)
    assert hub.sweep().oldest_age == timedelta(hours=2, minutes=30)
