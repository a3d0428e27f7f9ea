"""What each act leaves behind in a case, field by field: what somebody else later decides by."""

from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType

import pytest

from chalicelib.domain.case_promises import with_promise
from chalicelib.domain.case_transitions import (
    closed,
    marked_spam,
    of_kind,
    transferred,
    unmarked_spam,
    waiting_again,
    with_answer,
    with_contact,
    with_failed_answer,
    with_legal_term_extended,
    with_message,
    with_policy_applied_again,
)
from chalicelib.domain.cases import CaseStatus
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.contacts import Effect
from chalicelib.domain.promises import Promise
from chalicelib.domain.sla import ClockName, SlaPolicy
from tests.domain.making import AGREEMENT, MONDAY_TEN, POLICY, Agreed, case

HOUR = timedelta(hours=1)
LATER = MONDAY_TEN + HOUR
AGREED = Agreed()
WITH_UPDATES = Agreed(
    replace(
        AGREEMENT,
        policy=SlaPolicy(
            "updates",
            POLICY.first_response_within,
            POLICY.next_response_within,
            POLICY.steps,
            resolution_within=timedelta(hours=40),
            update_within=timedelta(hours=8),
        ),
    )
)


def written(to=None, entry_id="01A", at=MONDAY_TEN, agreed=AGREED):
    return with_message(to or case(), entry_id, at, agreed)


def answered(to=None, at=LATER, agreed=AGREED, **how):
    return with_answer(to or written(agreed=agreed), at, agreed, **how)


def test_an_answer_that_failed_begins_a_new_cycle_since_when_the_customer_wrote():
    before = answered(agreed=WITH_UPDATES, stays_with_us=True)
    after = with_failed_answer(before, MONDAY_TEN, ClockName.FIRST_RESPONSE, WITH_UPDATES)
    assert after.cycle == before.cycle + 1
    assert after.clocks[ClockName.FIRST_RESPONSE].cycle == after.cycle
    assert after.awaiting_since == MONDAY_TEN
    assert ClockName.UPDATE not in after.clocks  # we owe an answer, not a further sign of life


def test_an_answer_that_failed_after_the_customer_wrote_again_leaves_them_waiting_since_the_first_message():
    again = written(answered(), "01B", MONDAY_TEN + 2 * HOUR)
    after = with_failed_answer(again, MONDAY_TEN, ClockName.FIRST_RESPONSE, AGREED)
    assert after.awaiting_since == MONDAY_TEN
    assert {*after.clocks} == {ClockName.FIRST_RESPONSE}


def test_a_case_that_a_failed_answer_opens_is_not_closed_in_any_way():
    shut = closed(answered(), LATER, AGREED)
    after = with_failed_answer(shut, MONDAY_TEN, ClockName.FIRST_RESPONSE, AGREED)
    assert (after.status, after.closed_at) == (CaseStatus.OPEN, None)


@pytest.mark.parametrize(
    "change",
    [
        lambda one: transferred(one, "billing", "jan", None, LATER, AGREED),
        lambda one: of_kind(one, "complaint", AGREED),
        lambda one: with_policy_applied_again(one, LATER, AGREED),
        lambda one: with_legal_term_extended(of_kind(one, "personal_data_request", AGREED), AGREED),
        lambda one: closed(one, LATER, AGREED),
        lambda one: marked_spam(one, LATER, AGREED),
        lambda one: unmarked_spam(marked_spam(one, LATER, AGREED), LATER, AGREED),
        lambda one: with_answer(one, LATER, AGREED),
        lambda one: with_contact(one, Effect.ASKS_AND_IS_ANSWERED, "01B", LATER, AGREED, Channel.PHONE),
    ],
)
def test_what_an_agent_does_is_seen_by_agents_who_decide_at_the_same_time(change):
    before = written()
    assert change(before).version > before.version


@pytest.mark.parametrize(
    "change",
    [
        lambda one: closed(one, LATER, AGREED),
        lambda one: marked_spam(one, LATER, AGREED),
        lambda one: unmarked_spam(marked_spam(one, MONDAY_TEN, AGREED), LATER, AGREED),
        lambda one: with_answer(one, LATER, AGREED),
    ],
)
def test_what_an_agent_does_is_the_latest_activity_unless_something_later_was_seen(change):
    before = written()
    assert change(before).last_activity_at == LATER
    newer = replace(before, last_activity_at=LATER + HOUR)
    assert change(newer).last_activity_at == LATER + HOUR


@pytest.mark.parametrize("end", [closed, marked_spam])
def test_in_a_case_that_is_over_nobody_waits_and_the_sweep_has_nothing_to_look_at(end):
    after = end(written(), LATER, AGREED)
    assert (after.awaiting_since, after.next_step_at, dict(after.clocks)) == (None, None, {})


def test_an_extended_legal_term_begins_its_steps_again_in_a_cycle_of_its_own():
    before = of_kind(written(), "personal_data_request", AGREED)
    reminded = replace(before.clocks[ClockName.LEGAL], level=2)
    before = replace(before, clocks=MappingProxyType({**before.clocks, ClockName.LEGAL: reminded}))
    after = with_legal_term_extended(before, AGREED)
    clock = after.clocks[ClockName.LEGAL]
    assert (clock.level, clock.cycle, after.cycle) == (0, before.cycle + 1, before.cycle + 1)


def test_a_policy_that_is_applied_again_begins_a_cycle():
    before = written()
    assert with_policy_applied_again(before, LATER, AGREED).cycle == before.cycle + 1


def test_an_answer_in_a_closed_case_starts_no_clock():
    shut = closed(answered(agreed=WITH_UPDATES), LATER, WITH_UPDATES)
    assert dict(with_answer(shut, LATER + HOUR, WITH_UPDATES, stays_with_us=True).clocks) == {}


def test_a_closed_case_that_was_no_spam_runs_no_clock():
    shut = closed(answered(agreed=WITH_UPDATES), LATER, WITH_UPDATES)
    after = unmarked_spam(marked_spam(shut, LATER, WITH_UPDATES), LATER, WITH_UPDATES)
    assert (after.status, dict(after.clocks), after.next_step_at) == (CaseStatus.CLOSED, {}, None)


def test_what_was_promised_before_is_owed_again_when_it_was_no_spam_and_what_was_settled_is_not():
    promise = Promise("Oddzwonię.", "ewa", MONDAY_TEN, MONDAY_TEN + 5 * HOUR)
    before = with_promise(written(), "p1", promise, AGREED)
    before = with_promise(before, "p2", replace(promise, ended_at=LATER, status="kept"), AGREED)
    after = unmarked_spam(marked_spam(before, LATER, AGREED), LATER, AGREED)
    assert [name for name in after.clocks if name.startswith("promise")] == ["promise:p1"]


def test_spam_that_was_none_is_a_cycle_of_its_own():
    before = written()
    assert unmarked_spam(marked_spam(before, LATER, AGREED), LATER, AGREED).cycle == before.cycle + 1


def test_a_closed_case_that_the_customer_opens_again_has_not_been_answered_in_any_channel():
    shut = closed(answered(channel=Channel.EMAIL), LATER, AGREED)
    again = written(shut, "01B", LATER + HOUR)
    assert (again.answered_by, again.answered, again.closed_at) == ((), False, None)


def test_two_messages_of_one_instant_are_one_wait():
    first = written()
    second = written(first, "01B", MONDAY_TEN)
    assert (second.clocks, second.cycle) == (first.clocks, first.cycle)


def test_a_wait_that_begins_after_the_only_message_was_split_off_is_a_cycle_of_its_own():
    """Its reminder was taken for the one of the wait that had gone with the message."""
    first = written()
    nobody = waiting_again(first, None, AGREED)
    assert (nobody.awaiting_since, dict(nobody.clocks), nobody.next_step_at) == (None, {}, None)
    again = written(nobody, "01B", LATER)
    assert again.clocks[ClockName.FIRST_RESPONSE].cycle > first.clocks[ClockName.FIRST_RESPONSE].cycle


def test_a_case_whose_oldest_message_stays_waits_as_before():
    before = written()
    assert waiting_again(before, MONDAY_TEN, AGREED) is before
