"""The carriers tell of a message what they would tell on AWS, and by whose topic."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime

import pytest

from chalicelib.channels.delivery_events import parse_delivery_event
from chalicelib.channels.fax_report_members import parse_posted_report
from chalicelib.channels.posted_fax_reports import PostedReport
from chalicelib.domain.fax_sending import FaxReports, ReportProof, is_proved
from chalicelib.domain.faxes import faxed_id
from infra.local.carrier_reports import is_throttled
from infra.local.outbox import Outbox
from infra.local.reporting import Reporting, events_of
from tests.local.test_outbox import Clock, mail_request, sms_request

AT = datetime(2026, 11, 23, 14, 5, 6, tzinfo=UTC)
TAGS = [{"Name": "entry", "Value": "01J-1"}, {"Name": "customer", "Value": "01C"}]


SECRET = "secret-of-the-gateway"


@pytest.fixture
def outbox(tmp_path):
    return Outbox(tmp_path / "outbox", Clock(), lambda size: bytes(range(size)))


@pytest.fixture
def told():
    return []


@pytest.fixture
def reporting(told):
    return Reporting(
        lambda topic, message: told.append((topic, json.loads(message))), lambda: AT, lambda *_: None, lambda: SECRET
    )


def sent_mail(outbox, reporting, to, **changes):
    named = {"ConfigurationSetName": "splot", "EmailTags": TAGS, **changes}
    request = mail_request(Destination={"ToAddresses": [to]}, **named)
    sent = outbox.send_mail(request)
    reporting.of_mail(sent.path, sent.id, request)
    return sent


def sent_sms(outbox, reporting, to, **changes):
    request = sms_request(DestinationPhoneNumber=to, **{"ConfigurationSetName": "splot", **changes})
    sent = outbox.send_sms(request)
    reporting.of_sms(sent.path, sent.id, request)
    return sent


@pytest.mark.parametrize(
    ("to", "kinds"),
    [
        ("anna@example.pl", ["Send", "Delivery"]),
        ("delivered@example.pl", ["Send", "Delivery"]),
        ("bounced@example.pl", ["Bounce", "Send"]),
        ("bounced+4711@example.pl", ["Bounce", "Send"]),
        ("complained@example.pl", ["Send", "Delivery", "Complaint"]),
        ("delayed@example.pl", ["Send", "DeliveryDelay"]),
        ("toolarge@example.pl", ["Send", "Bounce"]),
        ("silent@example.pl", []),
    ],
)
def test_of_a_mail_is_told_what_its_recipient_stands_for(outbox, reporting, told, to, kinds):
    sent_mail(outbox, reporting, to)
    assert [event["eventType"] for _, event in told] == kinds
    assert {topic for topic, _ in told} <= {"SentMailTopic"}


@pytest.mark.parametrize(
    ("to", "kinds"),
    [
        ("+48601234567", ["TEXT_SENT", "TEXT_DELIVERED"]),
        ("+48601000001", ["TEXT_SENT", "TEXT_DELIVERED"]),
        ("+48601000002", ["TEXT_INVALID", "TEXT_SENT"]),
        ("+48601000003", ["TEXT_SENT", "TEXT_UNREACHABLE"]),
        ("+48601000004", ["TEXT_CARRIER_BLOCKED"]),
        ("+48601000009", []),
    ],
)
def test_of_a_text_message_is_told_what_its_number_stands_for(outbox, reporting, told, to, kinds):
    sent_sms(outbox, reporting, to)
    assert [event["eventType"] for _, event in told] == kinds
    assert {topic for topic, _ in told} <= {"SentSmsTopic"}


def test_the_hub_reads_its_own_ids_out_of_what_is_told(outbox, reporting, told):
    mail = sent_mail(outbox, reporting, "anna@example.pl")
    sms = sent_sms(outbox, reporting, "+48601234567", Context={"entry": "01J-1", "customer": "01C"})
    events = [parse_delivery_event(json.dumps(event)) for _, event in told]
    assert {(event.customer_id, event.entry_id) for event in events} == {("01C", "01J")}
    assert {event.provider_id for event in events} == {mail.id, sms.id}


def test_an_event_of_a_mail_carries_its_header_as_the_one_of_ses_does(outbox, reporting, told):
    sent_mail(outbox, reporting, "anna@example.pl")
    mail = told[0][1]["mail"]
    assert {"name": "Subject", "value": "Re: Paczka"} in mail["headers"]
    assert mail["commonHeaders"]["subject"] == "Re: Paczka"
    assert mail["tags"]["ses:configuration-set"] == ["splot"]


def test_without_a_configuration_set_nothing_is_told(outbox, reporting, told):
    path = sent_mail(outbox, reporting, "anna@example.pl", ConfigurationSetName="").path
    sent_sms(outbox, reporting, "+48601234567", ConfigurationSetName="")
    assert told == []
    assert not events_of(path).exists()


def test_a_topic_that_is_not_there_takes_nothing_from_the_message(outbox):
    def publish(topic, message):
        raise OSError(topic)

    sent = sent_mail(outbox, Reporting(publish, lambda: AT, lambda *_: None, str), "anna@example.pl")
    assert sent.path.exists()
    assert events_of(sent.path).exists()


@pytest.mark.parametrize(
    ("number", "becomes"),
    [
        ("+48221112233", ["sent", "delivered"]),
        ("+48221000002", ["bounced permanent", "sent"]),
        ("+48221000003", ["sent", "bounced temporary"]),
        ("+48221000004", ["bounced technical"]),
        ("+48221000009", []),
    ],
)
def test_of_a_fax_the_gateway_posts_what_its_number_stands_for_and_proves_it(outbox, number, becomes):
    posted = []
    reporting = Reporting(lambda *_: None, lambda: AT, lambda *post: posted.append(post), lambda: SECRET)
    id_ = "01KAR000000000000000000001"
    raw = f"From: fax@hub.example\r\nSubject: Fax K7Q2-9DXM3-W {id_}\r\n\r\nx".encode()
    content = {"Raw": {"Data": base64.b64encode(raw).decode()}}
    request = mail_request(Content=content, Destination={"ToAddresses": [f"{number}@fax-gateway.example"]})
    sent = outbox.send_mail(request)
    reporting.of_fax(sent.path, sent.id, request)
    rules = FaxReports("local", ReportProof.HMAC_SHA256, scheme="")
    assert all(is_proved(rules, SECRET, proof, body) for body, proof in posted)
    reports = [parse_posted_report(PostedReport("fax", AT, body), rules, "fax@hub.example") for body, _ in posted]
    assert {event.message_id for event in reports} <= {faxed_id(id_)}
    assert [f"{one.report.status} {one.report.failure or ''}".strip() for one in reports] == becomes


def test_nothing_is_posted_of_a_mail_that_is_no_fax(outbox):
    posted = []
    reporting = Reporting(lambda *_: None, lambda: AT, lambda *post: posted.append(post), lambda: SECRET)
    request = mail_request(Destination={"ToAddresses": ["+48221000002@example.pl"]})
    sent = outbox.send_mail(request)
    reporting.of_fax(sent.path, sent.id, request)
    assert posted == []


def test_a_fax_is_throttled_by_its_number_as_a_text_message_is():
    assert is_throttled("+48221000005@fax-gateway.example")
    assert not is_throttled("+48221000005@example.pl")
