"""Calls to make and letters to post: when they are due, and what a contact does to them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.access import may_be_shown
from chalicelib.domain.case_tasks import (
    get_open_task,
    open_tasks,
    tasks_met,
    with_attempt,
    with_call_wished,
    with_task,
    with_task_rescheduled,
    with_task_settled,
    with_tasks_met,
    without_tasks_of,
)
from chalicelib.domain.case_transitions import (
    marked_spam,
    require_closable,
    unmarked_spam,
    with_answer_to_be_done,
    with_message,
    with_policy_applied_again,
    with_task_done,
)
from chalicelib.domain.cases import CaseStatus
from chalicelib.domain.clocks import ClockEnd
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.contacts import Contact, ContactOutcome, Direction
from chalicelib.domain.errors import Conflict, InvalidInput, NotFound, TaskOpen
from chalicelib.domain.moving import is_answer
from chalicelib.domain.sla import ClockName
from chalicelib.domain.tasks import (
    MOST_OPEN_TASKS,
    MOST_TASKS,
    Attempt,
    AttemptResult,
    CallWish,
    Task,
    TaskKind,
    TaskState,
    Wish,
    due_for,
    require_time_to_come,
)
from chalicelib.domain.threads import Entry, EntryKind
from tests.domain.making import AGREEMENT, ANNAS_PHONE, MONDAY_TEN, OFFICE_HOURS, POLICY, Agreed, case

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
AGREEMENT_ON_CALLS = replace(AGREEMENT, policy=replace(POLICY, call_back_within=2 * HOUR, letter_within=20 * HOUR))
AGREED = Agreed(AGREEMENT_ON_CALLS)
NUMBER, OTHER_NUMBER = ANNAS_PHONE.value, "+48607654321"
REACHED, NOBODY = ContactOutcome.REACHED, ContactOutcome.NO_ANSWER


def a_task(id_="01T", **fields):
    known = {"kind": TaskKind.CALL, "to": NUMBER, "about": "Faktura", "asked_by": "agent:ewa"}
    times = {"asked_at": MONDAY_TEN, "due_at": MONDAY_TEN + DAY}
    return Task(**{"id": id_, **known, **times, **fields})


def waiting(*tasks):
    waits = with_message(case(), "01A", MONDAY_TEN, AGREED)
    for task in tasks:
        waits = with_task(waits, task, MONDAY_TEN, AGREED)
    return waits


def met(to, outcome=REACHED, direction=Direction.OUTBOUND, channel=Channel.PHONE, point=ANNAS_PHONE, at=MONDAY_TEN):
    return tasks_met(to, Contact(direction, outcome), channel, point, at)


def test_a_call_is_due_within_the_policys_business_time():
    late = MONDAY_TEN + 5 * HOUR  # three o'clock in Warsaw, an hour before the office closes
    assert due_for(TaskKind.CALL, Wish(), late, AGREEMENT_ON_CALLS) == MONDAY_TEN + DAY - HOUR
    assert due_for(TaskKind.LETTER, Wish(), MONDAY_TEN, AGREEMENT_ON_CALLS) == OFFICE_HOURS.add(MONDAY_TEN, 20 * HOUR)


def test_without_a_time_of_its_own_it_is_due_like_the_next_response():
    assert due_for(TaskKind.CALL, Wish(), MONDAY_TEN, AGREEMENT) == OFFICE_HOURS.add(MONDAY_TEN, 8 * HOUR)


def test_a_wished_time_decides():
    wish = Wish(MONDAY_TEN + DAY, MONDAY_TEN + DAY + HOUR)
    assert due_for(TaskKind.CALL, wish, MONDAY_TEN, AGREEMENT_ON_CALLS) == wish.until
    assert due_for(TaskKind.CALL, Wish(wish.since), MONDAY_TEN, AGREEMENT_ON_CALLS) == wish.since + 2 * HOUR


@given(since=st.integers(0, 400), asked=st.integers(0, 400))
def test_what_is_due_by_policy_has_the_whole_time_from_when_it_may_be_done(since, asked):
    wish, at = Wish(MONDAY_TEN + since * HOUR), MONDAY_TEN + asked * HOUR
    due_at = due_for(TaskKind.CALL, wish, at, AGREEMENT_ON_CALLS)
    assert OFFICE_HOURS.between(max(at, wish.since), due_at) == 2 * HOUR


@pytest.mark.parametrize(
    ("wish", "due_at", "field"),
    [
        (Wish(until=MONDAY_TEN), None, "until"),
        (Wish(since=MONDAY_TEN + 2 * HOUR, until=MONDAY_TEN + HOUR), None, "until"),
        (Wish(since=MONDAY_TEN + 400 * DAY), None, "from"),
        (Wish(), MONDAY_TEN - HOUR, "due_at"),
        (Wish(since=MONDAY_TEN + 2 * HOUR), MONDAY_TEN + HOUR, "due_at"),
    ],
)
def test_a_time_that_cannot_be_kept_is_refused_by_its_name(wish, due_at, field):
    with pytest.raises(InvalidInput) as wrong:
        require_time_to_come(wish, due_at, MONDAY_TEN, "call_back.")
    assert wrong.value.field == f"call_back.{field}"


def test_a_window_that_has_begun_is_still_to_come():
    require_time_to_come(Wish(MONDAY_TEN - HOUR, MONDAY_TEN + HOUR), None, MONDAY_TEN)


def test_an_open_task_has_its_clock_and_keeps_the_case_open():
    asked = waiting(a_task(), a_task("01U", kind=TaskKind.LETTER, to="ul. Długa 1"))
    assert asked.clocks["call_back:01T"].due_at == asked.clocks["letter:01U"].due_at == MONDAY_TEN + DAY
    with pytest.raises(TaskOpen):
        require_closable(asked, AGREED)


def test_done_it_has_answered_the_customer():
    done = with_task_done(waiting(a_task()), "01T", MONDAY_TEN + HOUR, "agent:ewa", AGREED)
    assert (done.awaiting_since, dict(done.clocks), done.answered_by) == (None, {}, (Channel.PHONE,))
    assert {over.name: over.how for over in done.ended_clocks}["call_back:01T"] is ClockEnd.DONE
    require_closable(done, AGREED)


def test_done_with_an_answer_owed_it_leaves_the_customer_waiting():
    done = with_task_done(waiting(a_task()), "01T", MONDAY_TEN + HOUR, "agent:ewa", AGREED, answer_owed=True)
    assert (done.awaiting_since, set(done.clocks)) == (MONDAY_TEN, {ClockName.FIRST_RESPONSE})


@pytest.mark.parametrize("state", [TaskState.GIVEN_UP, TaskState.WITHDRAWN])
def test_what_is_not_done_answers_nobody(state):
    over = with_task_settled(waiting(a_task()), "01T", state, MONDAY_TEN + HOUR, "agent:ewa", AGREED, why="Nikt.")
    assert set(over.clocks) == {ClockName.FIRST_RESPONSE}
    assert (over.tasks[0].state, over.tasks[0].why) == (state, "Nikt.")
    with pytest.raises(Conflict):
        get_open_task(over, "01T")


def test_there_is_no_task_that_nobody_arranged():
    with pytest.raises(NotFound):
        get_open_task(waiting(), "01T")


def test_an_attempt_is_kept_and_moves_no_clock():
    before = waiting(a_task())
    after = with_attempt(before, "01T", Attempt(MONDAY_TEN + HOUR, "agent:ewa", AttemptResult.NO_ANSWER))
    assert after.clocks == before.clocks
    assert [tried.result for tried in after.tasks[0].attempts] == [AttemptResult.NO_ANSWER]


def test_another_time_is_another_cycle_of_the_clock():
    moved = with_task_rescheduled(
        waiting(a_task()), "01T", Wish(until=MONDAY_TEN + 2 * DAY), None, MONDAY_TEN + HOUR, AGREED
    )
    assert (moved.clocks["call_back:01T"].due_at, moved.clocks["call_back:01T"].cycle) == (MONDAY_TEN + 2 * DAY, 2)
    assert moved.tasks[0].due_before == (MONDAY_TEN + DAY,)


def test_a_customer_who_asks_twice_for_the_same_number_is_called_once():
    def wished(to, wish, id_):
        return with_call_wished(to, CallWish(NUMBER, wish), id_, "Faktura", "01E", MONDAY_TEN, AGREED)

    until = MONDAY_TEN + DAY
    first = wished(waiting(), Wish(), "01T")
    assert wished(first, Wish(), "01U") == first
    (task,) = wished(first, Wish(until=until), "01U").tasks
    assert (task.id, task.due_at, task.by_policy) == ("01T", until, False)


def test_a_case_has_so_many_open_tasks_and_no_more():
    full = waiting(*(a_task(f"{number:02}") for number in range(MOST_OPEN_TASKS)))
    with pytest.raises(Conflict):
        with_task(full, a_task("99"), MONDAY_TEN, AGREED)
    assert with_call_wished(full, CallWish(OTHER_NUMBER), "99", "", "01E", MONDAY_TEN, AGREED) == full


def test_of_settled_tasks_the_oldest_are_forgotten():
    busy = waiting()
    for number in range(MOST_TASKS + 5):
        busy = with_task(busy, a_task(f"{number:02}"), MONDAY_TEN, AGREED)
        busy = with_task_settled(busy, f"{number:02}", TaskState.DONE, MONDAY_TEN, "agent:ewa", AGREED)
    assert [task.id for task in busy.tasks] == [f"{number:02}" for number in range(5, MOST_TASKS + 5)]


def test_a_call_is_about_the_number_that_was_called_else_about_every_call():
    asked = waiting(a_task(), a_task("01U", to=OTHER_NUMBER), a_task("01L", kind=TaskKind.LETTER, to="ul. Długa 1"))
    assert [task.id for task in met(asked)] == ["01T"]
    assert [task.id for task in met(asked, point=None)] == ["01T", "01U"]


def test_who_rang_in_and_was_talked_to_need_not_be_called_back():
    asked = waiting(a_task())
    assert met(asked, direction=Direction.INBOUND)
    assert not met(asked, NOBODY, direction=Direction.INBOUND)


def test_a_visit_does_for_a_call_and_a_letter_of_theirs_for_nothing():
    asked = waiting(a_task(), a_task("01L", kind=TaskKind.LETTER, to="ul. Długa 1"))
    assert [t.id for t in met(asked, direction=Direction.INBOUND, channel=Channel.IN_PERSON)] == ["01T"]
    assert [t.id for t in met(asked, channel=Channel.LETTER, point=None)] == ["01L"]
    assert not met(asked, direction=Direction.INBOUND, channel=Channel.LETTER)


def test_a_call_of_yesterday_does_not_do_what_is_asked_today():
    assert not met(waiting(a_task()), at=MONDAY_TEN - HOUR)


def test_no_answer_is_an_attempt_and_a_talk_is_the_end():
    asked, later = waiting(a_task()), MONDAY_TEN + HOUR
    nobody, talk = (Contact(Direction.OUTBOUND, outcome, agent="ewa") for outcome in (NOBODY, REACHED))
    (tried,) = with_tasks_met(asked, open_tasks(asked), nobody, "01E", later, AGREED).tasks
    assert (tried.open, tried.attempts[0].entry_id, tried.attempts[0].by) == (True, "01E", "agent:ewa")
    (done,) = with_tasks_met(asked, open_tasks(asked), talk, "01E", later, AGREED).tasks
    assert (done.state, done.ended_at) == (TaskState.DONE, later)


def test_in_spam_nobody_calls_and_out_of_it_somebody_has_to():
    spam = marked_spam(waiting(a_task()), MONDAY_TEN + HOUR, AGREED)
    assert (dict(spam.clocks), len(open_tasks(spam))) == ({}, 1)
    none = unmarked_spam(spam, MONDAY_TEN + 2 * HOUR, AGREED)
    assert "call_back:01T" in none.clocks


def test_in_a_closed_case_nobody_is_asked_to_call():
    over = case(status=CaseStatus.CLOSED)
    assert with_call_wished(over, CallWish(NUMBER), "01T", "", "01E", MONDAY_TEN, AGREED) == over


def test_another_policy_leaves_the_time_that_somebody_was_told():
    again = with_policy_applied_again(waiting(a_task()), MONDAY_TEN + HOUR, AGREED)
    assert again.clocks["call_back:01T"].due_at == MONDAY_TEN + DAY


def test_an_answer_that_is_still_to_be_said_stops_no_clock():
    before = waiting()
    after = with_answer_to_be_done(before, MONDAY_TEN + HOUR)
    assert (after.clocks, after.awaiting_since, after.messages_out) == (before.clocks, MONDAY_TEN, 1)


def test_more_is_to_follow_after_an_answer_that_said_so():
    agreed = Agreed(replace(AGREEMENT, policy=replace(POLICY, update_within=6 * HOUR)))
    done = with_task_done(waiting(a_task(stays_with_us=True)), "01T", MONDAY_TEN + HOUR, "agent:ewa", agreed)
    assert set(done.clocks) == {ClockName.UPDATE}


def test_the_app_does_not_show_what_is_still_to_be_said():
    answer = Entry("01E", "01ANNA", "01CASE", MONDAY_TEN, EntryKind.OUTBOUND, "agent:ewa", Channel.PHONE, task="01T")
    assert not may_be_shown(answer, frozenset({ANNAS_PHONE}), MONDAY_TEN)
    assert not is_answer(answer)


def test_what_a_message_asks_for_goes_with_it():
    asked = waiting(a_task(entry_id="01E"), a_task("01U"))
    stays, gone = without_tasks_of(asked, {"01E": "02E"}, AGREED)
    assert [task.id for task in stays.tasks] == ["01U"]
    assert "call_back:01T" not in stays.clocks
    assert [(task.id, task.entry_id) for task in gone] == [("01T", "02E")]
