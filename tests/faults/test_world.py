"""What a worker of the simulated world does and suffers: the kinds of faults mean what they say."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib import wiring
from chalicelib.domain.errors import StorageUnavailable
from tests.domain.making import MONDAY_TEN
from tests.faults.choices import Choices
from tests.faults.faults import WRITING, Fault
from tests.faults.world import LATENCY, ZOMBIE_SLEEPS, World

LIMIT = timedelta(seconds=60)


class Outside:
    """Something that a worker calls: `happened` is what it did, `endings` how workers ended."""

    def __init__(self, **world):
        self.world = World(**world)
        self.happened = []
        self.endings = []

    def call(self, what):
        with self.world.call(what, WRITING):
            self.happened.append(what)

    def start(self, *calls, time_limit=LIMIT):
        def body():
            for what in calls:
                self.call(what)
            return "done"

        self.world.start("worker", body, wiring.Hub(wiring.Ports()), time_limit, self.endings.append)

    def told(self, fault, *calls):
        """One worker that makes the calls, the first of which meets the fault; then time passes."""
        self.world.plan = {1: fault}
        self.start(*(calls or ("first", "second")))
        self.world.run_all()
        while self.world.workers:
            self.world.pass_time(self.world.next_event_at())
            self.world.run_all()
        return self.happened, self.endings[0]


@pytest.fixture
def outside():
    return Outside()


def test_without_a_fault_everything_happens_and_the_caller_hears(outside):
    outside.start("first", "second")
    outside.world.run_all()
    assert outside.happened == ["first", "second"]
    assert (outside.endings[0].value, outside.endings[0].good) == ("done", True)


def test_who_dies_before_a_call_has_not_made_it(outside):
    happened, ending = outside.told(Fault.CRASH_BEFORE)
    assert (happened, ending.died) == ([], True)


def test_who_dies_after_a_call_has_made_it(outside):
    happened, ending = outside.told(Fault.CRASH_AFTER)
    assert (happened, ending.died) == (["first"], True)


def test_what_is_refused_has_not_happened_and_the_worker_lives(outside):
    happened, ending = outside.told(Fault.THROTTLED)
    assert happened == []
    assert isinstance(ending.error, StorageUnavailable)


def test_a_lost_answer_looks_the_same_and_it_has_happened(outside):
    happened, ending = outside.told(Fault.ANSWER_LOST)
    assert happened == ["first"]
    assert isinstance(ending.error, StorageUnavailable)


def test_who_stalls_goes_on_in_its_last_second(outside):
    happened, ending = outside.told(Fault.STALLS)
    assert (happened, ending.good) == (["first", "second"], True)
    assert LIMIT - timedelta(seconds=2) < outside.world.trace[-1][0] - MONDAY_TEN < LIMIT


def test_a_slow_call_happens_and_its_worker_is_gone_by_then(outside):
    happened, ending = outside.told(Fault.SLOW)
    assert (happened, ending.died) == (["first"], True)
    assert outside.world.trace[-1][0] - MONDAY_TEN >= LIMIT


def test_a_zombie_is_given_up_in_time_and_goes_on_all_the_same(outside):
    happened, ending = outside.told(Fault.ZOMBIE)
    assert (happened, ending.died, len(outside.endings)) == (["first", "second"], True, 1)
    assert outside.world.at - MONDAY_TEN > ZOMBIE_SLEEPS


def test_a_worker_dies_when_its_time_is_over(outside):
    outside.start("first")
    outside.world.resume(outside.world.workers[0])
    outside.world.pass_time(MONDAY_TEN + LIMIT)
    assert (outside.happened, outside.endings[0].died, outside.world.workers) == ([], True, [])


def test_a_deployment_ends_every_worker_where_it_stands_even_those_that_sleep(outside):
    outside.world.plan = {1: Fault.STALLS}
    outside.start("first", "second")
    outside.start("third", "fourth")
    for _ in range(2):
        for worker in outside.world.runnable():
            outside.world.resume(worker)
    outside.world.kill_all()
    assert outside.happened == ["third"]
    assert [ending.died for ending in outside.endings] == [True, True]
    assert outside.world.workers == []


def test_others_act_between_any_two_calls_of_a_worker(outside):
    outside.start("a1", "a2")
    outside.start("b1", "b2")
    one, other = outside.world.workers
    for worker in (one, other, other, one, other, one):
        outside.world.resume(worker)
    assert outside.happened == ["b1", "a1", "b2", "a2"]


def test_time_passes_with_every_step(outside):
    outside.start("first")
    outside.world.run_all()
    assert outside.world.at == MONDAY_TEN + 2 * LATENCY


def test_the_clocks_of_the_hub_can_be_wrong_and_nothing_else_is(outside):
    outside.world.clock_off = timedelta(seconds=-25)
    assert outside.world.now() == MONDAY_TEN - timedelta(seconds=25)
    outside.start("first")
    outside.world.pass_time(MONDAY_TEN + LIMIT)
    assert outside.endings[0].died


def test_nothing_outside_a_worker_is_disturbed():
    outside = Outside(probability=1.0)
    outside.call("a test that looks")
    assert (outside.happened, outside.world.calls) == (["a test that looks"], 0)


def test_every_kind_of_fault_is_drawn_and_a_zombie_only_where_the_platform_fails():
    for zombies in (True, False):
        struck = set()
        for seed in range(200):
            outside = Outside(choices=Choices(seed), probability=0.5, zombies=zombies)
            outside.start("first", "second")
            outside.world.run_all()
            struck |= {*outside.world.struck}
        assert (Fault.ZOMBIE in struck) is zombies
        assert {Fault.CRASH_BEFORE, Fault.CRASH_AFTER, Fault.THROTTLED, Fault.ANSWER_LOST, Fault.SLOW} <= struck
