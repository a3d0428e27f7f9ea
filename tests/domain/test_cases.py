"""How a case changes: clocks start, stop and come back exactly when they should."""

from dataclasses import replace
from datetime import timedelta

from chalicelib.domain.case_clocks import steps_due_of
from chalicelib.domain.case_transitions import closed, with_answer, with_failed_answer, with_message, with_steps_done
from chalicelib.domain.cases import CaseStatus, assigned, with_automatic_message, with_note
from chalicelib.domain.clocks import Clock
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.sla import ClockName
from tests.domain.making import MONDAY_TEN, Agreed, case

HOUR = timedelta(hours=1)
AGREED = Agreed()


def written(to, entry_id="01A", at=MONDAY_TEN):
    return with_message(to, entry_id, at, AGREED)


def test_the_first_message_starts_the_first_response_clock_in_business_time():
    waiting = written(case())
    assert waiting.awaiting_since == MONDAY_TEN
    assert waiting.clocks[ClockName.FIRST_RESPONSE].due_at == MONDAY_TEN + 4 * HOUR
    assert waiting.deadline_at == MONDAY_TEN + 4 * HOUR
    assert waiting.next_step_at == MONDAY_TEN + 4 * HOUR - timedelta(minutes=30)
    assert (waiting.messages_in, waiting.last_inbound_id) == (1, "01A")


def test_a_second_message_while_waiting_moves_no_clock():
    waiting = written(written(case()), "01B", MONDAY_TEN + HOUR)
    assert waiting.awaiting_since == MONDAY_TEN
    assert waiting.deadline_at == MONDAY_TEN + 4 * HOUR
    assert (waiting.messages_in, waiting.last_inbound_id) == (2, "01B")


def test_a_message_that_was_overtaken_does_not_turn_back_what_is_newest():
    waiting = written(written(case(), "01B", MONDAY_TEN + HOUR), "01A", MONDAY_TEN)
    assert waiting.last_inbound_id == "01B"
    assert waiting.last_activity_at == MONDAY_TEN + HOUR


def test_a_message_that_was_overtaken_counts_from_when_it_came_and_repeats_no_step():
    waiting = written(case(), "01B", MONDAY_TEN + HOUR)
    reminded = with_steps_done(
        waiting, steps_due_of(waiting, AGREED, waiting.next_step_at), waiting.next_step_at, AGREED
    )
    earlier = written(reminded, "01A", MONDAY_TEN)
    assert (earlier.awaiting_since, earlier.deadline_at) == (MONDAY_TEN, MONDAY_TEN + 4 * HOUR)
    assert earlier.clocks[ClockName.FIRST_RESPONSE].level == 1


def test_an_answer_stops_the_clocks():
    answered = with_answer(written(case()), MONDAY_TEN + HOUR, AGREED)
    assert (answered.awaiting_since, dict(answered.clocks), answered.next_step_at) == (None, {}, None)
    assert (answered.messages_out, answered.version) == (1, 1)


def test_what_comes_after_the_first_answer_runs_on_the_next_response_clock():
    again = written(with_answer(written(case()), MONDAY_TEN + HOUR, AGREED), "01B", MONDAY_TEN + 2 * HOUR)
    assert list(again.clocks) == [ClockName.NEXT_RESPONSE]
    assert again.awaiting_since == MONDAY_TEN + 2 * HOUR


def test_a_reply_to_a_closed_case_opens_it_in_a_new_cycle_with_a_first_response_clock():
    done = closed(with_answer(written(case()), MONDAY_TEN + HOUR, AGREED), MONDAY_TEN + 2 * HOUR, AGREED)
    assert (done.status, dict(done.clocks), done.next_step_at) == (CaseStatus.CLOSED, {}, None)
    again = written(done, "01B", MONDAY_TEN + 3 * HOUR)
    assert (again.status, again.closed_at, again.cycle) == (CaseStatus.OPEN, None, 2)
    assert list(again.clocks) == [ClockName.FIRST_RESPONSE]
    assert again.clocks[ClockName.FIRST_RESPONSE].cycle == 2


def test_automatic_mail_touches_no_clock_and_opens_nothing():
    done = closed(case(), MONDAY_TEN, AGREED)
    seen = with_automatic_message(done, MONDAY_TEN + HOUR)
    assert (seen.status, dict(seen.clocks), seen.awaiting_since) == (CaseStatus.CLOSED, {}, None)
    assert (seen.messages_in, seen.automatic_in) == (0, 1)
    assert seen.last_inbound_id == ""


def test_a_failed_answer_puts_the_clock_back_to_when_the_customer_wrote():
    answered = with_answer(written(case()), MONDAY_TEN + HOUR, AGREED)
    waiting = with_failed_answer(answered, MONDAY_TEN, ClockName.FIRST_RESPONSE, AGREED)
    assert waiting.awaiting_since == MONDAY_TEN
    assert waiting.deadline_at == MONDAY_TEN + 4 * HOUR


def test_a_failed_answer_to_a_case_that_was_closed_since_opens_it():
    done = closed(with_answer(written(case()), MONDAY_TEN + HOUR, AGREED), MONDAY_TEN + HOUR, AGREED)
    waiting = with_failed_answer(done, MONDAY_TEN, ClockName.FIRST_RESPONSE, AGREED)
    assert (waiting.status, waiting.awaiting_since) == (CaseStatus.OPEN, MONDAY_TEN)


def test_an_answer_that_failed_takes_away_one_answer_in_its_channel_and_not_those_that_arrived():
    twice = case()
    for _ in range(2):
        twice = with_answer(written(twice), MONDAY_TEN + HOUR, AGREED, channel=Channel.EMAIL)
    once = with_failed_answer(twice, MONDAY_TEN, ClockName.FIRST_RESPONSE, AGREED, channel=Channel.EMAIL)
    assert (twice.answered_by, once.answered_by) == ((Channel.EMAIL, Channel.EMAIL), (Channel.EMAIL,))
    other = with_failed_answer(once, MONDAY_TEN, ClockName.FIRST_RESPONSE, AGREED, channel=Channel.SMS)
    assert other.answered_by == (Channel.EMAIL,)


def test_done_steps_are_not_due_again_and_the_next_one_is():
    waiting = written(case())
    at = waiting.next_step_at
    steps = steps_due_of(waiting, AGREED, at)
    after = with_steps_done(waiting, steps, at, AGREED)
    assert [step.level for step in steps] == [1]
    assert steps_due_of(after, AGREED, at) == ()
    assert after.next_step_at == waiting.deadline_at
    assert after.deadline_at == waiting.deadline_at


def test_an_agents_changes_carry_the_version_and_a_note_does_not():
    assert assigned(case(), "eva").version == 1
    assert assigned(assigned(case(), "eva"), "").assignee == ""
    assert with_note(case()) == replace(case(), notes=1)


def test_the_newest_message_says_by_which_channel_they_talked_last_whatever_order_they_came_in():
    began = case(last_activity_at=MONDAY_TEN)
    by_text = with_automatic_message(began, MONDAY_TEN + timedelta(minutes=2), Channel.SMS)
    overtaken = with_automatic_message(by_text, MONDAY_TEN + timedelta(minutes=1), Channel.EMAIL)
    assert (by_text.last_channel, overtaken.last_channel) == (Channel.SMS, Channel.SMS)


def test_the_next_clock_is_the_one_with_the_earliest_deadline_that_runs():
    def clock(hours, **changed):
        return Clock(MONDAY_TEN, MONDAY_TEN + timedelta(hours=hours), 1, "standard", **changed)

    clocks = {"first_response": clock(4), "legal": clock(9), "resolution": clock(1, paused_by="customer_turn")}
    assert case(clocks=clocks).next_clock == "first_response"
    assert case().next_clock == ""
