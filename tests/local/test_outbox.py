"""What the hub sends lies in files that are what the customer would get."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest

from infra.local.outbox import Outbox, Refused

AT = datetime(2026, 11, 23, 14, 5, 6, tzinfo=UTC)
MAIL = (
    b"From: Pomoc <pomoc@hub.example>\r\nTo: anna@example.pl\r\nBcc: a@b.example,\r\n c@d.example\r\n"
    b"Message-ID: <ours@hub.example>\r\nDate: Mon, 1 Jan 2001 00:00:00 +0000\r\nSubject: Re: Paczka\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n\r\nDate: stays\r\nGda\xc5\x84sk <script>\r\n"
)


class Clock:
    def __init__(self):
        self.now = AT

    def __call__(self):
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture
def outbox(tmp_path):
    return Outbox(tmp_path / "outbox", Clock(), lambda size: bytes(range(size)))


def mail_request(raw=MAIL, **changes):
    return {
        "FromEmailAddress": "pomoc@hub.example",
        "Destination": {"ToAddresses": ["anna@example.pl"]},
        "Content": {"Raw": {"Data": base64.b64encode(raw).decode()}},
        "EmailTags": [{"Name": "entry", "Value": "01J-1"}],
        **changes,
    }


def sms_request(**changes):
    return {
        "DestinationPhoneNumber": "+48601234567",
        "OriginationIdentity": "+48799000001",
        "MessageBody": "Paczka w drodze",
        "Context": {"entry": "01J-1"},
        **changes,
    }


def test_a_mail_goes_out_with_the_message_id_and_date_of_ses(outbox):
    id_ = outbox.send_mail(mail_request()).id
    (path,) = outbox.newest(10)
    sent = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert sent["Message-ID"] == f"<{id_}@eu-central-1.amazonses.com>"
    assert sent["Date"] == "Mon, 23 Nov 2026 14:05:07 +0000"
    assert [len(sent.get_all(name)) for name in ("Message-ID", "Date")] == [1, 1]


def test_nothing_but_what_ses_replaces_is_changed(outbox):
    outbox.send_mail(mail_request())
    sent = outbox.newest(1)[0].read_bytes()
    assert b"Bcc" not in sent
    assert b"c@d.example" not in sent
    assert sent.endswith(MAIL[MAIL.index(b"Subject:") :])
    assert b"From: Pomoc <pomoc@hub.example>\r\nTo: anna@example.pl\r\n" in sent


def test_the_tags_of_a_mail_are_kept_beside_it(outbox):
    outbox.send_mail(mail_request())
    (path,) = outbox.folder.glob("*.envelope.json")
    assert json.loads(path.read_text())["EmailTags"] == [{"Name": "entry", "Value": "01J-1"}]


def test_a_text_message_is_kept_as_it_was_asked_for(outbox):
    id_ = outbox.send_sms(sms_request()).id
    sent = json.loads(outbox.newest(1)[0].read_text())
    assert sent["MessageId"] == id_
    assert sent["MessageBody"] == "Paczka w drodze"
    assert sent["Context"] == {"entry": "01J-1"}


def test_the_newest_comes_first(outbox):
    outbox.send_mail(mail_request())
    outbox.send_sms(sms_request())
    assert [path.name.split(".", 2)[-1] for path in outbox.newest(2)] == [
        path.name.split(".", 2)[-1] for path in sorted(outbox.newest(2), reverse=True)
    ]
    assert outbox.newest(1)[0].name.endswith(".sms.json")


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (mail_request(Content={}), "BadRequestException"),
        (mail_request(Content={"Raw": {"Data": "not base 64!"}}), "BadRequestException"),
        (mail_request(Destination={}), "BadRequestException"),
        (mail_request(EmailTags=[{"Name": "entry", "Value": "01J#1"}]), "BadRequestException"),
        (mail_request(raw=b"To: anna@example.pl\r\n\r\nFrom: me\r\n"), "MessageRejected"),
    ],
)
def test_a_mail_that_ses_would_refuse_is_refused(outbox, request_, code):
    with pytest.raises(Refused) as refused:
        outbox.send_mail(request_)
    assert refused.value.code == code
    assert outbox.newest(1) == []


@pytest.mark.parametrize(
    "changes", [{"DestinationPhoneNumber": "0601"}, {"MessageBody": " "}, {"MessageBody": "x" * 1601}]
)
def test_a_text_message_that_the_service_would_refuse_is_refused(outbox, changes):
    with pytest.raises(Refused) as refused:
        outbox.send_sms(sms_request(**changes))
    assert refused.value.code == "ValidationException"


@pytest.mark.parametrize("recipient", ["throttled@example.pl", "Throttled+anna@example.pl"])
def test_a_mail_to_a_throttled_mailbox_is_refused_once_and_then_taken(outbox, recipient):
    to = {"Destination": {"ToAddresses": [recipient]}}
    with pytest.raises(Refused) as refused:
        outbox.send_mail(mail_request(**to))
    assert (refused.value.code, refused.value.status) == ("TooManyRequestsException", 429)
    assert outbox.newest(1) == []
    again = [{"Name": "entry", "Value": "01J-2"}]
    assert outbox.send_mail(mail_request(**to, EmailTags=again)).path.exists()


def test_a_text_message_to_a_throttled_number_is_refused_once_and_then_taken(outbox):
    to = {"DestinationPhoneNumber": "+48601000005"}
    with pytest.raises(Refused) as refused:
        outbox.send_sms(sms_request(**to))
    assert refused.value.code == "ThrottlingException"
    assert outbox.send_sms(sms_request(**to, Context={"entry": "01J-2"})).path.exists()
