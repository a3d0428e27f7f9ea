"""The SMTP server accepts what the hub has an inbox for, and says yes only to what is stored."""

from __future__ import annotations

import smtplib
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage

import pytest

from infra.local.mail_in import LARGEST_MAIL, MailIn, start_server
from infra.local.stack import HOST, any_free

AT = datetime(2026, 11, 23, 14, 5, 6, tzinfo=UTC)


class FakeSes:
    def __init__(self):
        self.stored, self.notified = [], []
        self.storing_fails = self.notifying_fails = False

    def store(self, mail, stored):
        if self.storing_fails:
            raise ConnectionError
        self.stored.append((mail, stored))

    def notify(self, mail, stored):
        assert (mail, stored) in self.stored
        if self.notifying_fails:
            raise ConnectionError
        self.notified.append(mail)


@pytest.fixture
def ses():
    return FakeSes()


@pytest.fixture
def smtp(ses, configuration):
    numbers = iter(range(1000))
    handler = MailIn(lambda: configuration, ses, lambda: AT, lambda size: next(numbers).to_bytes(size, "big"), {})
    server = start_server(handler, any_free())
    with smtplib.SMTP(HOST, server.port) as client:
        yield client
    server.stop()


def send(smtp, recipients=("pomoc@hub.example",), sender="anna@example.pl", body="Hello"):
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "anna@example.pl", recipients[0], "Parcel"
    mail.set_content(body)
    smtp.sendmail(sender, recipients, mail.as_bytes(policy=policy.SMTP))


def test_a_mail_is_stored_then_announced(smtp, ses):
    send(smtp)
    ((mail, stored),) = ses.stored
    assert ses.notified == [mail]
    assert mail.sender == "anna@example.pl"
    assert mail.received_at == AT
    assert b"\r\nHello\r\n" in stored


def test_two_mails_have_two_ids(smtp, ses):
    send(smtp)
    send(smtp)
    first, second = (mail.message_id for mail, _ in ses.stored)
    assert first != second
    assert len(first) == 40


def test_one_mail_to_two_inboxes_is_one_mail(smtp, ses):
    send(smtp, ("pomoc@hub.example", "fax@hub.example"))
    ((mail, _),) = ses.stored
    assert mail.recipients == ("pomoc@hub.example", "fax@hub.example")


@pytest.mark.parametrize(
    "address",
    ["Pomoc@Hub.Example", "pomoc+anything@hub.example", "reply+k7q2m9dxm3w.aabcdefghijklmnopqrst@hub.example"],
)
def test_addresses_of_the_hub_are_accepted(smtp, ses, address):
    send(smtp, (address,))
    assert ses.stored[0][0].recipients == (address,)


@pytest.mark.parametrize("address", ["nobody@hub.example", "reply+x@elsewhere.example", "pomoc@elsewhere.example"])
def test_other_addresses_are_refused_for_good(smtp, ses, address):
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        send(smtp, (address,))
    assert refused.value.recipients[address][0] == 550
    assert not ses.stored


def test_a_bounce_is_accepted_from_the_null_sender(smtp, ses):
    send(smtp, sender="")
    assert ses.stored[0][0].sender == ""


def test_a_mail_that_cannot_be_stored_is_refused_for_now(smtp, ses):
    ses.storing_fails = True
    with pytest.raises(smtplib.SMTPDataError) as refused:
        send(smtp)
    assert refused.value.smtp_code == 451


def test_a_stored_mail_is_accepted_even_if_it_cannot_be_announced(smtp, ses):
    ses.notifying_fails = True
    send(smtp)
    assert len(ses.stored) == 1


def test_while_there_is_no_configuration_the_sender_is_asked_to_try_again(ses):
    def none_yet():
        raise ConnectionError

    server = start_server(MailIn(none_yet, ses, lambda: AT, bytes, {}), any_free())
    with smtplib.SMTP(HOST, server.port) as client:
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            send(client)
        assert refused.value.recipients["pomoc@hub.example"][0] == 451
    server.stop()


def test_a_mail_over_40_megabytes_is_refused_before_it_is_sent(smtp, ses):
    smtp.ehlo()
    assert smtp.esmtp_features["size"] == str(LARGEST_MAIL)
    code, _ = smtp.docmd(f"MAIL FROM:<anna@example.pl> SIZE={LARGEST_MAIL + 1}")
    assert code == 552


def test_a_line_longer_than_the_standard_allows_is_taken_as_it_is(smtp, ses):
    long = b"x" * 200_000
    smtp.sendmail("anna@example.pl", ["pomoc@hub.example"], b"Subject: long\r\n\r\n" + long + b"\r\n")
    assert long in ses.stored[0][1]
