"""What stands in for SES says what SES would say, in the form in which the hub reads it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from chalicelib.channels.carrier_events import MailStored, parse_carrier_event
from chalicelib.domain.trust import Verdicts
from infra.local.ses_receipt import (
    CHECKS,
    ReceivedMail,
    parse_verdicts,
    render_notification,
    render_stored_mail,
    verdicts_for,
)

AT = datetime(2026, 11, 23, 14, 5, 6, 789_000, tzinfo=UTC)
RAW = (
    b"From: =?utf-8?q?Za=C5=BC=C3=B3=C5=82=C4=87?= <anna@example.pl>\r\nTo: pomoc@hub.example\r\n"
    b"Subject: a\r\n longer one\r\nMessage-ID: <1@example.pl>\r\n\r\nbody \xb1\r\n"
)


def mail(**changes):
    return ReceivedMail(
        **{
            "message_id": "abc",
            "sender": "anna@example.pl",
            "recipients": ("pomoc@hub.example", "fax@hub.example"),
            "received_at": AT,
            "verdicts": dict.fromkeys(CHECKS, "PASS"),
            **changes,
        }
    )


def notification(mail_, raw=RAW):
    return render_notification(mail_, render_stored_mail(mail_, raw), "raw", "incoming/email/", "arn:topic")


def test_the_mail_is_stored_below_the_header_fields_of_ses_and_unchanged():
    stored = render_stored_mail(mail(), RAW)
    assert stored.endswith(RAW)
    top = stored[: -len(RAW)].decode()
    assert top.startswith("Return-Path: <anna@example.pl>\r\nReceived: from ")
    assert "\r\n for pomoc@hub.example;\r\n Mon, 23 Nov 2026 14:05:06 +0000 (UTC)\r\n" in top
    assert "X-SES-Virus-Verdict: PASS\r\n" in top
    assert top.endswith(";\r\n")


def test_the_hub_reads_the_notification_as_it_reads_that_of_ses():
    verdicts = {**dict.fromkeys(CHECKS, "PASS"), "dmarc": "FAIL", "spam": "GRAY"}
    event = parse_carrier_event(
        json.dumps({"Type": "Notification", "Message": json.dumps(notification(mail(verdicts=verdicts)))}), AT
    )
    assert isinstance(event, MailStored)
    assert event.incoming_key == "incoming/email/abc"
    assert event.receipt.recipients == ("pomoc@hub.example", "fax@hub.example")
    assert event.receipt.source == "anna@example.pl"
    assert event.receipt.received_at == AT
    assert event.receipt.verdicts == Verdicts("PASS", "PASS", "FAIL", "GRAY", "PASS")


def test_a_bounce_has_the_null_sender():
    assert notification(mail(sender=""))["mail"]["source"] == ""
    assert render_stored_mail(mail(sender=""), RAW).startswith(b"Return-Path: <>\r\n")


def test_the_common_headers_are_unfolded():
    common = notification(mail())["mail"]["commonHeaders"]
    assert common["subject"] == "a longer one"
    assert common["to"] == ["pomoc@hub.example"]
    assert common["messageId"] == "<1@example.pl>"


def test_long_headers_are_cut_in_the_notification_only():
    raw = b"X-Long: " + b"x" * 20_000 + b"\r\n" + RAW
    told = notification(mail(), raw)["mail"]
    assert told["headersTruncated"] is True
    assert len(json.dumps(told)) < 12_000
    assert render_stored_mail(mail(), raw).endswith(raw)


def test_headers_in_any_bytes_make_a_notification():
    told = notification(mail(), b"Subject: \xff\xfe\r\nFrom: <<>>,,\r\n\r\n")
    assert json.loads(json.dumps(told)) == told


def test_only_a_failed_dmarc_check_tells_the_domains_policy():
    assert "dmarcPolicy" not in notification(mail())["receipt"]
    failed = {**dict.fromkeys(CHECKS, "PASS"), "dmarc": "FAIL"}
    assert notification(mail(verdicts=failed))["receipt"]["dmarcPolicy"] == "none"


def test_a_mail_sets_its_own_verdicts_over_the_usual_ones():
    raw = b"X-Local-Verdicts: dmarc=fail, spam=GRAY nonsense=1 virus=MAYBE\r\n\r\n"
    assert verdicts_for(raw, {"spam": "FAIL", "dkim": "GRAY"}) == {
        "spam": "GRAY",
        "virus": "PASS",
        "spf": "PASS",
        "dkim": "GRAY",
        "dmarc": "FAIL",
    }


def test_what_is_no_verdict_is_left_out():
    assert parse_verdicts("dmarc=PERHAPS weather=PASS") == {}
