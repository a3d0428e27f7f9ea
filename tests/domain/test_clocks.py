"""A clock stands still only by a rule, and its log adds up to the time that it has used."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.clocks import (
    LONGEST_LOG,
    ClockEnd,
    PauseRule,
    as_if_never_paused,
    ended,
    paused,
    reckoned_again,
    resumed,
    started,
    used,
)
from chalicelib.domain.sla import Agreement, ClockName, SlaPolicy
from tests.domain.making import AGREEMENT, MONDAY_TEN, OFFICE_HOURS

HOUR = timedelta(hours=1)
TEN_HOURS = Agreement(
    SlaPolicy("slow", 4 * HOUR, 8 * HOUR, (), resolution_within=10 * HOUR), "poland", OFFICE_HOURS, "2"
)
WAITING = PauseRule.WAITING_FOR_CUSTOMER


def running():
    return started(ClockName.RESOLUTION, MONDAY_TEN, 1, TEN_HOURS)


def test_a_clock_that_the_policy_does_not_have_does_not_start():
    assert started(ClockName.RESOLUTION, MONDAY_TEN, 1, AGREEMENT) is None


def test_a_clock_names_what_it_counts_by():
    clock = running()
    assert (clock.policy, clock.calendar, clock.version) == ("slow", "poland", "2")
    assert clock.due_at == datetime(2026, 11, 24, 11, tzinfo=UTC)  # six hours on Monday, four on Tuesday


def test_what_was_left_when_it_stopped_is_left_when_it_goes_on():
    still = paused(running(), MONDAY_TEN + HOUR, WAITING, OFFICE_HOURS)
    assert (still.runs, still.paused_by) == (False, "waiting_for_customer")
    again = resumed(still, MONDAY_TEN + timedelta(days=1), OFFICE_HOURS)
    assert OFFICE_HOURS.between(MONDAY_TEN + timedelta(days=1), again.due_at) == 9 * HOUR
    assert again.cycle == 1


def test_standing_still_twice_is_standing_still_once():
    still = paused(running(), MONDAY_TEN + HOUR, WAITING, OFFICE_HOURS)
    assert paused(still, MONDAY_TEN + 2 * HOUR, WAITING, OFFICE_HOURS) == still
    assert resumed(running(), MONDAY_TEN + HOUR, OFFICE_HOURS) == running()


def test_a_deadline_that_had_passed_stays_passed():
    late = paused(running(), MONDAY_TEN + timedelta(days=2), WAITING, OFFICE_HOURS)
    assert resumed(late, MONDAY_TEN + timedelta(days=3), OFFICE_HOURS).due_at == running().due_at


def test_a_pause_for_an_answer_that_never_arrived_was_none():
    still = paused(running(), MONDAY_TEN + HOUR, WAITING, OFFICE_HOURS)
    assert as_if_never_paused(still) == running()


def test_time_used_does_not_count_what_it_stood_still():
    still = paused(running(), MONDAY_TEN + 2 * HOUR, WAITING, OFFICE_HOURS)
    again = resumed(still, MONDAY_TEN + 4 * HOUR, OFFICE_HOURS)
    assert used(again, MONDAY_TEN + 5 * HOUR, OFFICE_HOURS) == 3 * HOUR
    over = ended("resolution", again, MONDAY_TEN + 5 * HOUR, ClockEnd.CLOSED, OFFICE_HOURS)
    assert (over.used, over.late) == (3 * HOUR, False)


STEPS = st.lists(st.integers(1, 60 * 60 * 40).map(lambda seconds: timedelta(seconds=seconds)), max_size=3 * LONGEST_LOG)


@given(STEPS)
def test_used_and_left_are_always_what_was_agreed(steps):
    clock, at = running(), MONDAY_TEN
    for step in steps:
        at += step
        clock = paused(clock, at, WAITING, OFFICE_HOURS) if clock.runs else resumed(clock, at, OFFICE_HOURS)
        gone = used(clock, at, OFFICE_HOURS)
        if gone < 10 * HOUR:
            since = at if clock.runs else clock.log[-1].end
            assert gone + OFFICE_HOURS.between(since, clock.due_at) == 10 * HOUR
    assert len(clock.log) <= LONGEST_LOG


def test_a_policy_applied_again_counts_from_the_start_and_without_the_pauses():
    quicker = Agreement(SlaPolicy("quick", HOUR, HOUR, (), resolution_within=4 * HOUR), "poland", OFFICE_HOURS, "3")
    still = paused(running(), MONDAY_TEN + HOUR, WAITING, OFFICE_HOURS)
    again = resumed(still, MONDAY_TEN + 3 * HOUR, OFFICE_HOURS)
    anew = reckoned_again("resolution", again, 2, quicker)
    assert (anew.due_at, anew.cycle, anew.level, anew.policy) == (MONDAY_TEN + 6 * HOUR, 2, 0, "quick")
    assert reckoned_again("resolution", again, 2, AGREEMENT) is None
