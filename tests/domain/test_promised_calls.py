"""A call that was promised: one clock, and only the call itself keeps it."""

from datetime import timedelta

import pytest

from chalicelib.domain.case_promises import with_promise_kept
from chalicelib.domain.case_tasks import (
    open_tasks,
    with_attempt,
    with_call_promised,
    with_call_wished,
    with_promise_and_call_renegotiated,
    with_promise_and_call_withdrawn,
    with_spoken_promise_kept,
    with_task_rescheduled,
    with_task_settled,
    with_tasks_met,
)
from chalicelib.domain.case_transitions import marked_spam, require_closable, unmarked_spam, with_message
from chalicelib.domain.clocks import ClockEnd
from chalicelib.domain.contacts import Contact, ContactOutcome, Direction
from chalicelib.domain.errors import Conflict, PromiseOwed
from chalicelib.domain.promises import Promise, PromiseStatus, clock_of
from chalicelib.domain.tasks import Attempt, AttemptResult, CallWish, TaskState, Wish
from tests.domain.making import ANNAS_PHONE, MONDAY_TEN, Agreed, case

AGREED, NUMBER = Agreed(), ANNAS_PHONE.value
DAY = timedelta(days=1)
PROMISE = Promise("Oddzwonię jutro do dziesiątej.", "ewa", MONDAY_TEN, MONDAY_TEN + DAY)


@pytest.fixture
def promised():
    waits = with_message(case(), "01A", MONDAY_TEN, AGREED)
    return with_call_promised(waits, "01P", PROMISE, "01C", NUMBER, AGREED)


def status_of(case):
    return case.promises["01P"].status


def test_it_stands_in_the_list_and_has_the_promises_clock_alone(promised):
    (call,) = open_tasks(promised)
    assert (call.to, call.about, call.due_at, call.keeps) == (NUMBER, PROMISE.text, PROMISE.due_at, "01P")
    assert clock_of("01P") in promised.clocks
    assert not [name for name in promised.clocks if "01C" in name]


@pytest.mark.parametrize("outcome", ContactOutcome)
def test_only_a_call_that_reached_them_keeps_it(promised, outcome):
    at = MONDAY_TEN + timedelta(hours=1)
    contact = Contact(Direction.OUTBOUND, outcome, agent="ewa")
    called = with_tasks_met(promised, open_tasks(promised), contact, "01E", at, AGREED)
    reached = outcome is ContactOutcome.REACHED
    assert status_of(called) is (PromiseStatus.KEPT if reached else PromiseStatus.OPEN)
    assert (clock_of("01P") in called.clocks) is not reached
    if reached:
        assert [clock.how for clock in called.ended_clocks if clock.name == clock_of("01P")] == [ClockEnd.KEPT]


def test_its_task_that_is_done_keeps_it(promised):
    done = with_task_settled(promised, "01C", TaskState.DONE, MONDAY_TEN, "agent:ewa", AGREED)
    assert status_of(done) is PromiseStatus.KEPT


@pytest.mark.parametrize("state", [TaskState.GIVEN_UP, TaskState.WITHDRAWN])
def test_it_is_owed_until_the_call_is_made_whoever_gave_it_up(promised, state):
    left = with_task_settled(promised, "01C", state, MONDAY_TEN, "agent:ewa", AGREED, why="numer nie istnieje")
    assert status_of(left) is PromiseStatus.OPEN
    assert clock_of("01P") in left.clocks
    with pytest.raises(PromiseOwed):
        require_closable(left, AGREED)
    assert status_of(with_spoken_promise_kept(left, "01P", MONDAY_TEN, AGREED)) is PromiseStatus.KEPT


def test_words_do_not_keep_it(promised):
    with pytest.raises(Conflict, match="when the call is made"):
        with_spoken_promise_kept(promised, "01P", MONDAY_TEN, AGREED)


def test_what_is_withdrawn_leaves_no_call(promised):
    without = with_promise_and_call_withdrawn(promised, "01P", MONDAY_TEN, "agent:ewa", AGREED)
    assert (status_of(without), open_tasks(without)) == (PromiseStatus.WITHDRAWN, ())
    require_closable(without, AGREED)


def test_the_call_goes_with_the_promise_to_another_time(promised):
    later = with_promise_and_call_renegotiated(promised, "01P", MONDAY_TEN + 2 * DAY, MONDAY_TEN, AGREED)
    (call,) = open_tasks(later)
    assert (call.due_at, call.due_before) == (MONDAY_TEN + 2 * DAY, (PROMISE.due_at,))
    assert later.clocks[clock_of("01P")].due_at == call.due_at
    with pytest.raises(Conflict, match="was promised"):
        with_task_rescheduled(promised, "01C", Wish(), MONDAY_TEN + 2 * DAY, MONDAY_TEN, AGREED)


def test_a_customer_who_asks_for_a_call_as_well_does_not_move_it(promised):
    wish = CallWish(NUMBER, Wish(until=MONDAY_TEN + 3 * DAY))
    asked = with_call_wished(promised, wish, "01W", "Faktura", "01E", MONDAY_TEN, AGREED)
    assert {task.id: task.due_at for task in open_tasks(asked)} == {"01C": PROMISE.due_at, "01W": wish.wish.until}


def test_an_attempt_is_kept_and_no_clock_moves(promised):
    tried = with_attempt(promised, "01C", Attempt(MONDAY_TEN, "agent:ewa", AttemptResult.NO_ANSWER))
    assert tried.clocks == promised.clocks


def test_what_was_no_spam_is_owed_again(promised):
    back = unmarked_spam(marked_spam(promised, MONDAY_TEN, AGREED), MONDAY_TEN, AGREED)
    assert clock_of("01P") in back.clocks
    assert not [name for name in back.clocks if "01C" in name]


def test_a_call_that_is_made_after_its_promise_was_settled_changes_nothing_about_it(promised):
    settled = with_promise_kept(promised, "01P", MONDAY_TEN, AGREED)
    done = with_task_settled(settled, "01C", TaskState.DONE, MONDAY_TEN + DAY, "agent:ewa", AGREED)
    assert done.promises == settled.promises
