"""Why a case is due when it is: every stretch from the start to the deadline, and it adds up."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.case_transitions import of_kind, with_answer, with_message
from chalicelib.domain.explanation import explain
from chalicelib.domain.sla import ClockName, StepAction
from tests.domain.making import AGREEMENT, MONDAY_TEN, OFFICE_HOURS, POLICY, Agreed, case

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
HOLIDAY = replace(OFFICE_HOURS, closed=frozenset({date(2026, 11, 24), date(2026, 11, 28)}))
AGREED = Agreed(replace(AGREEMENT, policy=replace(POLICY, resolution_within=20 * HOUR), hours=HOLIDAY))


def explained(case, now=MONDAY_TEN, name=ClockName.RESOLUTION):
    (found,) = [clock for clock in explain(case, AGREED, now) if clock.name == name]
    return found


def test_the_stretches_lead_from_the_start_to_the_deadline_and_say_what_did_not_count():
    clock = explained(with_message(case(), "01A", MONDAY_TEN, AGREED))
    assert (clock.stretches[0].start, clock.stretches[-1].end) == (clock.started_at, clock.due_at)
    night = clock.stretches[1]
    assert (night.reason, night.closed_days, night.counted) == ("closed", (date(2026, 11, 24),), timedelta(0))
    assert clock.within == 20 * HOUR
    assert (clock.policy, clock.calendar, clock.version) == ("standard", "poland", "1")


def test_a_pause_is_named_by_its_rule():
    waiting = with_message(case(), "01A", MONDAY_TEN, AGREED)
    ours = with_answer(waiting, MONDAY_TEN + HOUR, AGREED)
    clock = explained(ours, MONDAY_TEN + 2 * HOUR)
    assert (clock.paused_by, clock.stretches[-1].reason) == ("waiting_for_customer", "waiting_for_customer")
    assert clock.next_steps == ()
    theirs = with_message(ours, "01B", MONDAY_TEN + 2 * DAY, AGREED)
    assert [stretch.reason for stretch in explained(theirs).stretches[:2]] == ["", "waiting_for_customer"]


def test_the_steps_to_come_have_their_times():
    clock = explained(with_message(case(), "01A", MONDAY_TEN, AGREED), MONDAY_TEN + DAY, ClockName.FIRST_RESPONSE)
    assert [(step.action, step.at, step.late) for step in clock.next_steps] == [
        (StepAction.REMIND, MONDAY_TEN + 3.5 * HOUR, True),
        (StepAction.ESCALATE, MONDAY_TEN + 4 * HOUR, True),
    ]


def test_a_legal_term_counts_days_and_not_office_hours():
    complaint = of_kind(with_message(case(), "01A", MONDAY_TEN, AGREED), "complaint", AGREED)
    (stretch,) = explained(complaint, name=ClockName.LEGAL).stretches
    assert (stretch.start, stretch.reason) == (MONDAY_TEN, "")


@given(st.lists(st.integers(1, 60 * 60 * 30).map(lambda seconds: timedelta(seconds=seconds)), max_size=12))
def test_what_is_counted_is_what_the_policy_gives(waits):
    at, going = MONDAY_TEN, with_message(case(), "01A", MONDAY_TEN, AGREED)
    for number, wait in enumerate(waits):
        at += wait
        told = with_answer(going, at, AGREED)
        going = with_message(going, f"01B{number:02}", at, AGREED) if number % 2 else told
    clock = explained(going, at)
    total = sum((stretch.counted for stretch in clock.stretches), timedelta(0))
    assert total == clock.used if clock.paused_by or clock.used > 20 * HOUR else total == 20 * HOUR
    for earlier, later in zip(clock.stretches, clock.stretches[1:], strict=False):
        assert earlier.end == later.start
