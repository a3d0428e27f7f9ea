"""Beside the response clocks a case has others: they are independent of each other and of who owns the case."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.case_clocks import our_next_word_at, steps_due_of
from chalicelib.domain.case_promises import (
    with_promise,
    with_promise_kept,
    with_promise_renegotiated,
    with_promise_withdrawn,
)
from chalicelib.domain.case_transitions import (
    closed,
    of_kind,
    require_closable,
    transferred,
    waiting_again,
    with_answer,
    with_failed_answer,
    with_legal_term_extended,
    with_message,
    with_policy_applied_again,
    with_steps_done,
)
from chalicelib.domain.cases import CaseStatus
from chalicelib.domain.clocks import LONGEST_LOG, ClockEnd
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.errors import AnswerOwed, Conflict, NotFound, PromiseOwed
from chalicelib.domain.promises import MOST_PROMISES, Promise, PromiseStatus
from chalicelib.domain.sla import ClockName
from tests.domain.making import AGREEMENT, MONDAY_TEN, OFFICE_HOURS, POLICY, Agreed, case

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
AGREED = Agreed(
    replace(AGREEMENT, policy=replace(POLICY, resolution_within=20 * HOUR, update_within=6 * HOUR)),
)
CALL = Promise("Oddzwonię jutro do południa.", "ewa", MONDAY_TEN, MONDAY_TEN + DAY)


def written(to=None, at=MONDAY_TEN, entry_id="01A"):
    return with_message(to or case(), entry_id, at, AGREED)


def answered(to, at, **said):
    return with_answer(to, at, AGREED, **said)


def test_a_new_case_runs_on_its_first_response_and_its_resolution():
    assert set(written().clocks) == {ClockName.FIRST_RESPONSE, ClockName.RESOLUTION}


def test_the_time_to_resolution_stands_still_while_it_is_the_customers_turn():
    ours = answered(written(), MONDAY_TEN + HOUR)
    assert not ours.clocks[ClockName.RESOLUTION].runs
    assert (ours.deadline_at, ours.next_step_at) == (None, None)
    theirs = written(ours, MONDAY_TEN + DAY, "01B")
    assert theirs.clocks[ClockName.RESOLUTION].runs
    assert OFFICE_HOURS.between(MONDAY_TEN + DAY, theirs.clocks[ClockName.RESOLUTION].due_at) == 19 * HOUR


def test_however_often_it_is_the_customers_turn_the_time_to_resolution_counts_ours_alone():
    case_, at = written(), MONDAY_TEN
    for turn in range(LONGEST_LOG + 2):
        case_ = answered(case_, at + timedelta(minutes=1))
        at += timedelta(minutes=2)
        case_ = written(case_, at, f"02{turn:03}")
    ours = timedelta(minutes=LONGEST_LOG + 2)
    assert OFFICE_HOURS.between(at, case_.clocks[ClockName.RESOLUTION].due_at) == 20 * HOUR - ours


def test_an_answer_that_promises_more_starts_the_clock_to_our_next_sign_of_life():
    ours = answered(written(), MONDAY_TEN + HOUR, stays_with_us=True)
    assert ours.clocks[ClockName.UPDATE].due_at == MONDAY_TEN + DAY - HOUR
    assert ours.clocks[ClockName.RESOLUTION].runs
    again = answered(ours, MONDAY_TEN + 2 * HOUR, stays_with_us=True)
    assert again.clocks[ClockName.UPDATE].cycle == ours.clocks[ClockName.UPDATE].cycle + 1
    assert ClockName.UPDATE not in answered(again, MONDAY_TEN + 3 * HOUR).clocks


def test_the_customers_next_message_takes_over_from_the_update_clock():
    ours = answered(written(), MONDAY_TEN + HOUR, stays_with_us=True)
    theirs = written(ours, MONDAY_TEN + 2 * HOUR, "01B")
    assert set(theirs.clocks) == {ClockName.NEXT_RESPONSE, ClockName.RESOLUTION}
    assert theirs.ended_clocks[-1].how is ClockEnd.WRITTEN_AGAIN


def test_each_wait_after_an_answer_is_a_cycle_of_its_own():
    first = written(answered(written(), MONDAY_TEN + HOUR), MONDAY_TEN + 2 * HOUR, "01B")
    second = written(answered(first, MONDAY_TEN + 3 * HOUR), MONDAY_TEN + 4 * HOUR, "01C")
    assert second.clocks[ClockName.NEXT_RESPONSE].cycle == first.clocks[ClockName.NEXT_RESPONSE].cycle + 1


def test_a_clock_that_starts_earlier_after_all_keeps_its_cycle_and_what_it_counts_by():
    class ByAnotherPolicyNow(Agreed):
        def new(self, case):
            return replace(AGREEMENT, policy=replace(POLICY, first_response_within=HOUR))

    waiting = replace(written(), cycle=7)
    earlier = MONDAY_TEN - timedelta(minutes=5)
    clock = with_message(waiting, "019", earlier, ByAnotherPolicyNow()).clocks[ClockName.FIRST_RESPONSE]
    before = waiting.clocks[ClockName.FIRST_RESPONSE]
    assert clock == replace(before, started_at=earlier, running_since=earlier, due_at=earlier + 4 * HOUR)


def test_what_a_stopped_clock_took_is_remembered():
    ours = answered(written(), MONDAY_TEN + HOUR)
    (first_response,) = ours.ended_clocks
    assert (first_response.name, first_response.used, first_response.late) == ("first_response", HOUR, False)


def test_an_answer_that_never_arrived_did_not_stop_the_time_to_resolution():
    ours = answered(written(), MONDAY_TEN + HOUR)
    waiting = with_failed_answer(ours, MONDAY_TEN, ClockName.FIRST_RESPONSE, AGREED)
    assert waiting.clocks[ClockName.RESOLUTION].due_at == written().clocks[ClockName.RESOLUTION].due_at
    assert waiting.clocks[ClockName.RESOLUTION].runs


def test_an_answer_that_never_arrived_to_a_case_that_was_closed_brings_every_clock_back():
    over = closed(answered(written(), MONDAY_TEN + HOUR), MONDAY_TEN + HOUR, AGREED)
    waiting = with_failed_answer(over, MONDAY_TEN, ClockName.NEXT_RESPONSE, AGREED)
    assert set(waiting.clocks) == {ClockName.NEXT_RESPONSE, ClockName.RESOLUTION}


def test_a_complaint_has_its_legal_term_from_the_receipt_on():
    complaint = of_kind(written(), "complaint", AGREED)
    assert complaint.clocks[ClockName.LEGAL].started_at == MONDAY_TEN
    assert complaint.clocks[ClockName.LEGAL].due_at == datetime(2026, 12, 7, 23, tzinfo=UTC)  # midnight in Warsaw
    assert complaint.clocks[ClockName.LEGAL].cycle == complaint.cycle == written().cycle
    later = of_kind(answered(written(), MONDAY_TEN + 5 * DAY), "complaint", AGREED)
    assert later.clocks[ClockName.LEGAL].due_at == complaint.clocks[ClockName.LEGAL].due_at


def test_what_turns_out_to_be_no_complaint_has_no_legal_term_any_more():
    assert ClockName.LEGAL not in of_kind(of_kind(written(), "complaint", AGREED), "question", AGREED).clocks


def test_another_kind_with_another_term_is_a_new_cycle():
    complaint = of_kind(written(), "complaint", AGREED)
    other = of_kind(complaint, "financial_complaint", AGREED)
    assert other.clocks[ClockName.LEGAL].cycle == complaint.clocks[ClockName.LEGAL].cycle + 1


def test_no_answer_pauses_the_law():
    complaint = answered(of_kind(written(), "complaint", AGREED), MONDAY_TEN + HOUR, channel=Channel.SMS)
    assert complaint.clocks[ClockName.LEGAL].runs


def test_a_complaint_is_closed_only_after_an_answer_in_writing():
    complaint = of_kind(written(), "complaint", AGREED)
    with pytest.raises(AnswerOwed):
        require_closable(answered(complaint, MONDAY_TEN + HOUR, channel=Channel.SMS), AGREED)
    require_closable(answered(complaint, MONDAY_TEN + HOUR, channel=Channel.EMAIL), AGREED)
    require_closable(written(), AGREED)


def test_a_legal_term_is_extended_once_and_only_where_the_law_says_so():
    with pytest.raises(Conflict):
        with_legal_term_extended(of_kind(written(), "complaint", AGREED), AGREED)
    longer = with_legal_term_extended(of_kind(written(), "financial_complaint", AGREED), AGREED)
    assert longer.clocks[ClockName.LEGAL].due_at - MONDAY_TEN > 60 * DAY
    with pytest.raises(Conflict):
        with_legal_term_extended(longer, AGREED)


def test_an_extension_stays_when_the_kind_is_said_again_or_a_message_was_overtaken():
    longer = with_legal_term_extended(of_kind(written(), "financial_complaint", AGREED), AGREED)
    assert of_kind(longer, "financial_complaint", AGREED).clocks[ClockName.LEGAL] == longer.clocks[ClockName.LEGAL]
    overtaken = written(longer, MONDAY_TEN - timedelta(minutes=5), "019")
    assert overtaken.clocks[ClockName.LEGAL].due_at == longer.clocks[ClockName.LEGAL].due_at


def test_a_promise_is_a_clock_that_no_answer_stops():
    promised = answered(with_promise(written(), "p1", CALL, AGREED), MONDAY_TEN + HOUR)
    assert promised.clocks["promise:p1"].due_at == CALL.due_at
    assert promised.deadline_at == CALL.due_at
    assert promised.promises["p1"].text == "Oddzwonię jutro do południa."


def test_a_kept_promise_stops_its_clock():
    done = with_promise_kept(with_promise(written(), "p1", CALL, AGREED), "p1", MONDAY_TEN + HOUR, AGREED)
    assert "promise:p1" not in done.clocks
    assert done.promises["p1"].status is PromiseStatus.KEPT
    with pytest.raises(Conflict):
        with_promise_kept(done, "p1", MONDAY_TEN + 2 * HOUR, AGREED)


def test_a_promise_whose_time_runs_out_is_broken_and_owed_all_the_same():
    promised = with_promise(written(), "p1", CALL, AGREED)
    steps = steps_due_of(promised, AGREED, CALL.due_at)
    late = with_steps_done(promised, steps, CALL.due_at, AGREED)
    assert late.promises["p1"].status is PromiseStatus.BROKEN
    kept_late = with_promise_kept(late, "p1", CALL.due_at + HOUR, AGREED)
    assert (kept_late.promises["p1"].status, kept_late.promises["p1"].broken_at) == (PromiseStatus.KEPT, CALL.due_at)


def test_the_sweep_looks_at_a_promise_when_its_time_runs_out_even_without_a_step():
    silent = Agreed(replace(AGREEMENT, policy=replace(POLICY, steps=())))
    assert with_promise(case(), "p1", CALL, silent).next_step_at == CALL.due_at


def test_a_renegotiated_promise_begins_a_new_cycle_and_remembers_what_it_was():
    promised = with_promise(written(), "p1", CALL, AGREED)
    later = with_promise_renegotiated(promised, "p1", CALL.due_at + DAY, MONDAY_TEN + HOUR, AGREED)
    assert later.promises["p1"].due_before == (CALL.due_at,)
    assert later.clocks["promise:p1"].due_at == CALL.due_at + DAY
    assert later.clocks["promise:p1"].cycle > promised.clocks["promise:p1"].cycle


def test_a_case_is_not_closed_over_a_promise():
    promised = with_promise(written(), "p1", CALL, AGREED)
    with pytest.raises(PromiseOwed):
        require_closable(promised, AGREED)
    require_closable(with_promise_withdrawn(promised, "p1", MONDAY_TEN, AGREED), AGREED)


def test_promises_have_a_number_and_a_limit():
    with pytest.raises(NotFound):
        with_promise_kept(case(), "p1", MONDAY_TEN, AGREED)
    full = case(promises={str(number): CALL for number in range(MOST_PROMISES)})
    with pytest.raises(Conflict):
        with_promise(full, "p1", CALL, AGREED)


def test_another_team_takes_over_the_clock_as_it_is():
    waiting = written()
    assert transferred(waiting, "billing", "ewa", None, MONDAY_TEN, AGREED).clocks == waiting.clocks


def test_a_transfer_with_a_time_has_a_clock_of_its_own_until_the_answer():
    moved = transferred(written(), "billing", "", MONDAY_TEN + 2 * HOUR, MONDAY_TEN, AGREED)
    assert moved.clocks[ClockName.HAND_OVER].due_at == MONDAY_TEN + 2 * HOUR
    assert ClockName.HAND_OVER not in answered(moved, MONDAY_TEN + HOUR).clocks


def test_a_wait_that_begins_only_with_a_later_message_after_a_split_is_a_cycle_of_its_own():
    reminded = with_steps_done(
        written(), steps_due_of(written(), AGREED, MONDAY_TEN + 4 * HOUR), MONDAY_TEN + 4 * HOUR, AGREED
    )
    later = waiting_again(written(reminded, MONDAY_TEN + 3 * HOUR, "01B"), MONDAY_TEN + 3 * HOUR, AGREED)
    clock = later.clocks[ClockName.FIRST_RESPONSE]
    assert (clock.started_at, clock.level) == (MONDAY_TEN + 3 * HOUR, 0)
    assert clock.cycle > reminded.clocks[ClockName.FIRST_RESPONSE].cycle


def test_a_policy_applied_again_begins_a_new_cycle_of_every_clock():
    waiting = written()
    quick = Agreed(replace(AGREEMENT, policy=replace(POLICY, first_response_within=HOUR), version="2"))
    anew = with_policy_applied_again(waiting, MONDAY_TEN, quick)
    assert set(anew.clocks) == {ClockName.FIRST_RESPONSE}
    assert anew.clocks[ClockName.FIRST_RESPONSE].due_at == MONDAY_TEN + HOUR
    assert anew.clocks[ClockName.FIRST_RESPONSE].cycle > waiting.clocks[ClockName.FIRST_RESPONSE].cycle


def test_nothing_can_be_expected_from_us_in_a_case_that_was_moved_away():
    waiting = written()
    assert our_next_word_at(waiting) == waiting.clocks[ClockName.FIRST_RESPONSE].due_at
    assert our_next_word_at(replace(waiting, status=CaseStatus.MOVED)) is None


def test_a_closed_case_keeps_its_kind_without_a_clock():
    over = closed(written(), MONDAY_TEN + HOUR, AGREED)
    assert (over.status, dict(of_kind(over, "complaint", AGREED).clocks)) == (CaseStatus.CLOSED, {})
