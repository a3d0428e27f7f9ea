"""What Amazon Connect tells of calls becomes a message of the telephone channel, or nothing of ours."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from chalicelib.channels.carrier_events import CallEnded, Unreadable, parse_carrier_event
from chalicelib.channels.connect_calls import is_told_by
from chalicelib.channels.protocol import parse_in_process
from chalicelib.domain.contact_points import Channel, ContactPoint, PointKind
from chalicelib.domain.contacts import ContactOutcome, Direction, Effect
from chalicelib.domain.messages import ParkedMessage
from chalicelib.domain.trust import Trust
from tests.channels.payloads import INBOXES, OURS, receipt, sample
from tests.domain.making import MONDAY_TEN

ANNAS_PHONE = ContactPoint(PointKind.PHONE, "+48601234567")
ARN = "arn:aws:connect:eu-central-1:111122223333:instance/12345678-1234-1234-1234-123456789012"


def read(name, **detail):
    event = json.loads(sample("connect", name))
    event["detail"].update(detail)
    return parse_in_process(json.dumps(event).encode(), receipt("connect"), INBOXES["connect"], OURS)


def test_a_call_that_an_agent_took_is_answered_in_the_same_breath():
    call = read("event_answered.json")
    assert (call.channel, call.sender, call.trust) == (Channel.PHONE, ANNAS_PHONE, Trust.AUTHENTICATED)
    assert (call.contact.outcome, call.contact.duration_seconds) == (ContactOutcome.REACHED, 300)
    assert call.contact.effect is Effect.ASKS_AND_IS_ANSWERED
    assert call.visible_text == "Call from +48601234567: they were talked to, 300 s."


def test_a_call_that_nobody_took_waits_for_an_answer():
    call = read("record_missed.json")
    assert (call.sender, call.contact.outcome, call.contact.effect) == (
        ANNAS_PHONE,
        ContactOutcome.NO_ANSWER,
        Effect.ASKS,
    )


def test_a_voicemail_is_what_was_said():
    voicemail = read("voicemail_pl.json")
    assert voicemail.visible_text == "Dzień dobry, mówi Anna Nowak. Proszę oddzwonić w sprawie pralki."
    assert (voicemail.contact.outcome, voicemail.contact.duration_seconds) == (ContactOutcome.VOICEMAIL, 21)
    assert (voicemail.language, voicemail.contact.effect) == ("pl", Effect.ASKS)


def test_record_and_voicemail_of_one_call_find_each_other():
    assert read("record_missed.json").message_id in read("voicemail_pl.json").in_reply_to


def test_a_call_of_ours_that_kept_ringing_answered_nobody():
    call = read("event_outbound_unanswered.json")
    assert (call.contact.direction, call.contact.outcome) == (Direction.OUTBOUND, ContactOutcome.NO_ANSWER)
    assert call.contact.effect is Effect.NOTHING


@pytest.mark.parametrize(
    ("answered_by", "outcome"),
    [
        ("HUMAN_ANSWERED", ContactOutcome.REACHED),
        ("", ContactOutcome.REACHED),
        ("VOICEMAIL_BEEP", ContactOutcome.VOICEMAIL),
        ("FAX_MACHINE_DETECTED", ContactOutcome.NO_ANSWER),
        ("AMD_UNRESOLVED", ContactOutcome.NO_ANSWER),
    ],
)
def test_only_a_person_who_answered_a_call_of_ours_was_reached(answered_by, outcome):
    answered_at = {"ConnectedToSystemTimestamp": "2026-11-23T08:40:10.000Z"}
    call = read("event_outbound_unanswered.json", AnsweringMachineDetectionStatus=answered_by, **answered_at)
    assert call.contact.outcome is outcome


def test_a_withheld_number_is_nobodys():
    call = read("record_missed.json", CustomerEndpoint={"Address": "anonymous", "Type": "TELEPHONE_NUMBER"})
    assert (call.sender, call.trust, call.sender_name) == (None, Trust.UNVERIFIED, "anonymous")


def test_a_call_that_a_colleague_listens_in_on_starts_no_clock():
    assert read("event_answered.json", initiationMethod="MONITOR").automatic


def test_an_event_of_connect_names_its_call_its_kind_and_the_number_that_was_called():
    told = parse_carrier_event(sample("connect", "event_answered.json").decode(), MONDAY_TEN)
    assert isinstance(told, CallEnded)
    assert told.receipt.fingerprint == "11111111-1111-1111-1111-111111111111.disconnected"
    assert (told.receipt.transport, told.receipt.recipients) == ("connect", ("+48221002003",))
    assert told.receipt.received_at == datetime(2026, 11, 23, 8, 40, tzinfo=UTC)
    kinds = {
        parse_carrier_event(sample("connect", name).decode(), MONDAY_TEN).receipt.fingerprint.rpartition(".")[2]
        for name in ("record_missed.json", "voicemail_pl.json")
    }
    assert kinds == {"record", "voicemail"}


@pytest.mark.parametrize(
    "changed",
    [
        {"eventType": "CONNECTED_TO_AGENT"},
        {"eventType": "COMPLETED"},
        {"channel": "CHAT"},
        {"contactId": ""},
    ],
)
def test_what_is_no_end_of_a_call_is_none_of_ours(changed):
    event = json.loads(sample("connect", "event_answered.json"))
    event["detail"].update(changed)
    assert isinstance(parse_carrier_event(json.dumps(event), MONDAY_TEN), Unreadable)
    assert isinstance(
        parse_in_process(json.dumps(event).encode(), receipt("connect"), INBOXES["connect"], OURS), ParkedMessage
    )


def test_only_the_configured_connect_is_believed():
    raw = sample("connect", "event_answered.json")
    assert is_told_by(raw, ARN)
    assert not is_told_by(raw, ARN[:-1] + "3")
    assert not is_told_by(raw, "")
    assert not is_told_by(b"{}", ARN)
