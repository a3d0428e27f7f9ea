"""Whoever asked waits, whoever was talked to has been answered: what calls, letters and visits do to a case."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.domain.case_transitions import closed, with_contact, with_message
from chalicelib.domain.cases import CaseStatus
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.contacts import Contact, ContactOutcome, Direction, Effect
from chalicelib.domain.identifiers import ulid_for
from chalicelib.domain.sla import ClockName
from tests.domain.making import MONDAY_TEN, Agreed, case

IN, OUT = Direction.INBOUND, Direction.OUTBOUND
REACHED, NO_ANSWER, VOICEMAIL = ContactOutcome


@pytest.mark.parametrize(
    ("contact", "effect"),
    [
        (Contact(IN, REACHED), Effect.ASKS_AND_IS_ANSWERED),
        (Contact(IN, REACHED, answer_owed=True), Effect.ASKS),
        (Contact(IN, NO_ANSWER), Effect.ASKS),
        (Contact(IN, VOICEMAIL), Effect.ASKS),
        (Contact(OUT, REACHED), Effect.ANSWERS),
        (Contact(OUT, REACHED, answer_owed=True), Effect.NOTHING),
        (Contact(OUT, NO_ANSWER), Effect.NOTHING),
        (Contact(OUT, VOICEMAIL), Effect.NOTHING),
    ],
)
def test_what_a_contact_does_follows_from_what_took_place(contact, effect):
    assert contact.effect is effect


def wrote(before, minutes):
    at = MONDAY_TEN + timedelta(minutes=minutes)
    return with_message(before, ulid_for(at, "message"), at, Agreed())


def contacted(before, effect, minutes):
    at = MONDAY_TEN + timedelta(minutes=minutes)
    return with_contact(before, effect, ulid_for(at, "contact"), at, Agreed(), Channel.PHONE)


def test_a_missed_call_of_theirs_starts_the_clock_like_a_message():
    called = contacted(case(), Effect.ASKS, 0)
    assert (called.awaiting_since, called.messages_in) == (MONDAY_TEN, 1)
    assert called.clocks[ClockName.FIRST_RESPONSE].due_at == MONDAY_TEN + timedelta(hours=4)


def test_a_missed_call_of_who_waits_already_keeps_the_clock():
    waiting = wrote(case(), 0)
    assert contacted(waiting, Effect.ASKS, 30).clocks == waiting.clocks


def test_a_call_of_ours_that_reached_them_is_an_answer():
    answered = contacted(wrote(case(), 0), Effect.ANSWERS, 30)
    assert (answered.awaiting_since, dict(answered.clocks), answered.answered) == (None, {}, True)
    assert (answered.messages_out, answered.messages_in, answered.next_step_at) == (1, 1, None)


def test_a_call_of_ours_that_nobody_took_is_told_and_moves_no_clock():
    waiting = wrote(case(), 0)
    tried = contacted(waiting, Effect.NOTHING, 30)
    assert (tried.awaiting_since, tried.clocks, tried.answered) == (waiting.awaiting_since, waiting.clocks, False)
    assert tried.messages_out == 1


def test_a_call_of_theirs_in_which_they_were_talked_to_answers_what_they_had_written():
    talked = contacted(wrote(case(), 0), Effect.ASKS_AND_IS_ANSWERED, 30)
    assert (talked.awaiting_since, dict(talked.clocks), talked.messages_in) == (None, {}, 2)
    assert talked.last_inbound_id == ulid_for(MONDAY_TEN + timedelta(minutes=30), "contact")


def test_a_talk_that_is_told_of_late_does_not_answer_what_was_written_since():
    for effect in (Effect.ANSWERS, Effect.ASKS_AND_IS_ANSWERED):
        told = contacted(wrote(wrote(case(), 0), 60), effect, 30)
        assert told.awaiting_since == MONDAY_TEN
        assert ClockName.FIRST_RESPONSE in told.clocks


def test_a_talk_in_a_closed_case_leaves_it_closed_and_a_missed_call_opens_it():
    over = closed(wrote(case(), 0), MONDAY_TEN + timedelta(minutes=10), Agreed())
    for effect in (Effect.ANSWERS, Effect.ASKS_AND_IS_ANSWERED, Effect.NOTHING):
        assert contacted(over, effect, 30).status is CaseStatus.CLOSED
    opened = contacted(over, Effect.ASKS, 30)
    assert (opened.status, opened.cycle) == (CaseStatus.OPEN, 2)


def test_after_a_talk_the_next_clock_is_that_of_the_next_response():
    talked = contacted(wrote(case(), 0), Effect.ANSWERS, 30)
    assert list(wrote(talked, 60).clocks) == [ClockName.NEXT_RESPONSE]


def test_a_talk_is_an_agents_change():
    assert contacted(case(), Effect.ANSWERS, 30).version == 1
    assert contacted(case(), Effect.ASKS, 30).version == 0
