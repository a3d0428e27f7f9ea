"""What agents tell of calls, letters and visits is read by one schema, whoever reads it and whenever."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime

import pytest

from chalicelib.channels.protocol import parse_in_process
from chalicelib.domain.contact_points import Channel, ContactPoint, PointKind
from chalicelib.domain.contacts import Contact, ContactOutcome, Direction, Effect
from chalicelib.domain.messages import InboundMessage, ParkedMessage
from chalicelib.domain.trust import Trust
from tests.channels.payloads import AGENT, INBOXES, OURS, receipt, sample

ANNAS_PHONE = ContactPoint(PointKind.PHONE, "+48601234567")


def read(channel, raw, **receipt_):
    raw = raw if isinstance(raw, bytes) else json.dumps(raw).encode()
    return parse_in_process(raw, receipt(channel, **receipt_), INBOXES[channel], OURS)


def test_a_call_is_read_with_what_was_promised():
    call = read("phone", sample("phone", "they_called_pl.json"))
    assert (call.channel, call.sender, call.trust) == (Channel.PHONE, ANNAS_PHONE, Trust.AUTHENTICATED)
    assert call.visible_text == "Pani Anna pyta, kiedy przyjedzie technik. Umówiłam czwartek po 16."
    assert call.written_at == datetime(2026, 11, 23, 8, 40, tzinfo=UTC)
    assert call.contact == Contact(
        Direction.INBOUND,
        ContactOutcome.REACHED,
        agent=AGENT,
        duration_seconds=184,
        promise="Technik przyjedzie w czwartek po 16.",
        promised_by=datetime(2026, 11, 26, 15, 0, tzinfo=UTC),
    )


def test_a_call_that_nobody_took_names_its_case():
    call = read("phone", sample("phone", "we_called_no_answer_en.json"))
    assert (call.case_reference, call.contact.effect, call.sender) == ("K7Q2M-9DXM3-Q", Effect.NOTHING, None)


def test_a_letter_waits_for_an_answer_and_its_scan_is_to_be_read():
    letter = read("letter", sample("letter", "complaint_pl.json"))
    (scan,) = letter.attachments
    assert letter.contact.document == hashlib.sha256(scan.data).hexdigest()
    assert letter.contact.effect is Effect.ASKS
    assert letter.case_reference == "K7Q2M-9DXM3-Q"


def test_a_word_of_the_notes_is_no_reference_although_it_has_the_right_length():
    letter = read("letter", {"notes": "Reklamacja w sprawie pralki", "name": "Jan"})
    assert letter.case_reference == ""


def test_a_letter_that_we_posted_is_an_answer():
    assert read("letter", sample("letter", "our_answer_en.json")).contact.effect is Effect.ANSWERS


def test_a_scan_alone_is_a_letter():
    scan = {"name": "a.pdf", "content_type": "application/pdf", "data_base64": "JVBERi0xLjQK"}
    assert isinstance(read("letter", {"scan": [scan]}), InboundMessage)


def test_a_visit_was_talked_about_and_may_leave_an_answer_owed():
    visit = read("in_person", sample("in_person", "visit_pl.json"))
    assert (visit.channel, visit.contact.direction, visit.contact.effect) == (
        Channel.IN_PERSON,
        Direction.INBOUND,
        Effect.ASKS,
    )


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"direction": "inbound", "notes": " ", "name": "x"}, "notes"),
        ({"direction": "inbound", "notes": "a"}, "whose"),
        ({"direction": "inbound", "notes": "a", "case": "K7Q2M"}, "case"),
        ({"direction": "inbound", "notes": "a", "name": "x", "promised_by": "2026-11-26T16:00:00Z"}, "promise"),
        ({"direction": "inbound", "notes": "a", "name": "x", "took_place_at": "2026-11-26T16:00:00"}, "took_place_at"),
        ({"direction": "sideways", "notes": "a", "name": "x"}, "direction"),
        ({"direction": "inbound", "notes": "a", "name": "x", "agent": "jan"}, "agent"),
        ({"direction": "inbound", "notes": "a", "customer": "1 OR 1=1"}, "customer"),
        ({"direction": "inbound", "notes": "a", "contact_point": {"kind": "phone", "value": "12"}}, "contact_point"),
    ],
)
def test_what_does_not_say_what_it_means_is_refused_by_name(body, said):
    parked = read("phone", body)
    assert isinstance(parked, ParkedMessage)
    assert said in parked.detail


def test_nobody_but_a_known_agent_tells_of_a_contact():
    assert isinstance(read("phone", {"direction": "inbound", "notes": "a", "name": "x"}, principal=""), ParkedMessage)
