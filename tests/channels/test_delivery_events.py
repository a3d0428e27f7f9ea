"""What SES and the SMS service tell of our messages, read into the few things that a delivery knows."""

import json

import pytest

from chalicelib.channels.delivery_events import parse_delivery_event
from chalicelib.channels.delivery_words import failure_for, of_machine
from chalicelib.domain.delivery import DeliveryStatus, FailureKind
from chalicelib.domain.machines import BounceReason, MachineKind, MachineMail, ReportedRecipient
from infra.local.carrier_reports import mail_event, sms_event
from tests.domain.making import MONDAY_TEN

TAGS = {"entry": "01ENTRY-2", "customer": "01CUSTOMER"}


def of_mail(kind, **changed):
    event = mail_event(kind, "ses-1", TAGS, "anna@example.pl", MONDAY_TEN)
    event.update(changed)
    return parse_delivery_event(json.dumps(event))


def of_bounce(kind, sub_type, said="", status=""):
    told = {"emailAddress": "anna@example.pl", "status": status, "diagnosticCode": said}
    bounce = {"bounceType": kind, "bounceSubType": sub_type, "bouncedRecipients": [told]}
    return of_mail("Bounce", bounce={**bounce, "timestamp": "2026-11-23T09:00:00.000Z"}).report


def test_an_event_of_mail_names_entry_attempt_customer_and_carriers_id():
    event = of_mail("Delivery")
    assert (event.customer_id, event.entry_id, event.report.attempt) == ("01CUSTOMER", "01ENTRY", 2)
    assert (event.provider_id, event.message_id) == ("ses-1", "ses-1@amazonses.com")
    assert (event.report.status, event.report.at) == (DeliveryStatus.DELIVERED, MONDAY_TEN)
    assert event.report.words == "250 2.6.0 Message received"


def test_it_may_come_in_the_envelope_of_sns_or_of_eventbridge():
    event = mail_event("Delivery", "ses-1", TAGS, "anna@example.pl", MONDAY_TEN)
    by_sns = {"Type": "Notification", "Message": json.dumps(event), "TopicArn": "arn"}
    by_bus = {"source": "aws.ses", "detail-type": "Email Delivered", "detail": event}
    assert parse_delivery_event(json.dumps(by_sns)) == of_mail("Delivery") == parse_delivery_event(json.dumps(by_bus))


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("Send", DeliveryStatus.SENT),
        ("Delivery", DeliveryStatus.DELIVERED),
        ("DeliveryDelay", DeliveryStatus.DEFERRED),
        ("Bounce", DeliveryStatus.BOUNCED),
        ("Complaint", DeliveryStatus.COMPLAINED),
        ("SomethingNew", DeliveryStatus.SENT),
    ],
)
def test_each_kind_of_event_moves_to_its_status_and_keeps_its_word(kind, status):
    report = of_mail(kind).report
    assert report.status is status
    assert report.said.startswith(kind)


def test_what_says_nothing_of_delivery_is_no_report():
    assert of_mail("Open").report is None


def test_a_mail_that_ses_itself_refuses_is_given_back():
    report = of_mail("Reject", reject={"reason": "Bad content"}).report
    assert (report.status, report.failure, report.words) == (
        DeliveryStatus.BOUNCED,
        FailureKind.TECHNICAL,
        "Bad content",
    )


@pytest.mark.parametrize(
    ("kind", "sub_type", "said", "status", "failure"),
    [
        ("Permanent", "General", "smtp; 550 5.1.1 user unknown", DeliveryStatus.BOUNCED, FailureKind.PERMANENT),
        ("Permanent", "NoEmail", "", DeliveryStatus.BOUNCED, FailureKind.PERMANENT),
        ("Permanent", "OnAccountSuppressionList", "", DeliveryStatus.BOUNCED, FailureKind.PERMANENT),
        ("Permanent", "General", "550 5.7.26 unauthenticated", DeliveryStatus.BOUNCED, FailureKind.TECHNICAL),
        ("Transient", "MessageTooLarge", "552 5.3.4 too big", DeliveryStatus.BOUNCED, FailureKind.TECHNICAL),
        ("Transient", "AttachmentRejected", "", DeliveryStatus.BOUNCED, FailureKind.TECHNICAL),
        ("Transient", "General", "smtp; 550 4.4.7 Message expired", DeliveryStatus.BOUNCED, FailureKind.TEMPORARY),
        ("Transient", "MailboxFull", "452 4.2.2 over quota", DeliveryStatus.DEFERRED, None),
        ("Transient", "General", "out of office", DeliveryStatus.DEFERRED, None),
        ("Undetermined", "Undetermined", "", DeliveryStatus.BOUNCED, FailureKind.TEMPORARY),
    ],
)
def test_permanent_temporary_and_technical_bounces_are_told_apart(kind, sub_type, said, status, failure):
    report = of_bounce(kind, sub_type, said)
    assert (report.status, report.failure, report.said) == (status, failure, f"Bounce/{kind}/{sub_type}")


def test_whoever_takes_a_mail_out_of_the_spam_folder_complains_of_nothing():
    complaint = {"timestamp": "2026-11-23T09:00:00Z", "complaintFeedbackType": "not-spam"}
    assert of_mail("Complaint", complaint=complaint).report.status is DeliveryStatus.DELIVERED


@pytest.mark.parametrize(
    ("kind", "status", "failure"),
    [
        ("TEXT_SENT", DeliveryStatus.SENT, None),
        ("TEXT_SUCCESSFUL", DeliveryStatus.SENT, None),
        ("TEXT_DELIVERED", DeliveryStatus.DELIVERED, None),
        ("TEXT_INVALID", DeliveryStatus.BOUNCED, FailureKind.PERMANENT),
        ("TEXT_UNREACHABLE", DeliveryStatus.BOUNCED, FailureKind.TEMPORARY),
        ("TEXT_CARRIER_BLOCKED", DeliveryStatus.BOUNCED, FailureKind.TECHNICAL),
        ("TEXT_SOMETHING_NEW", DeliveryStatus.SENT, None),
    ],
)
def test_events_of_text_messages_are_read_by_their_table(kind, status, failure):
    event = parse_delivery_event(json.dumps(sms_event(kind, "sms-1", TAGS, "+48601234567", MONDAY_TEN)))
    assert (event.report.status, event.report.failure, event.report.said) == (status, failure, kind)
    assert (event.customer_id, event.entry_id, event.report.attempt) == ("01CUSTOMER", "01ENTRY", 2)
    assert event.report.at == MONDAY_TEN


@pytest.mark.parametrize(
    "body",
    [
        "",
        "null",
        "[]",
        "{}",
        "{" * 10_000,
        '{"eventType": "Bounce", "mail": {"messageId": 7, "timestamp": "x"}}',
        '{"eventType": "Delivery", "mail": {"messageId": "1", "timestamp": "2026-11-23T09:00:00Z", "tags": 1}}',
        '{"eventType": "TEXT_SENT", "eventTimestamp": 1e99, "messageId": "1"}',
        '{"eventType": "TEXT_SENT", "eventTimestamp": 9999999999999999, "messageId": "1"}',
        '{"Type": "Notification", "Message": "{}"}',
        '{"eventType": "TEXT_SENT", "eventTimestamp": 1, "messageId": "1", "context": {"entry": 5}}',
    ],
)
def test_what_is_no_event_of_ours_is_not_guessed_at(body):
    assert parse_delivery_event(body) is None


def test_every_reason_for_a_bounce_is_in_the_table():
    assert {failure_for(reason) for reason in BounceReason} == {*FailureKind}


def a_report(kind, address="anna@example.pl", reason=BounceReason.NO_SUCH_ADDRESS, status="5.1.1"):
    return MachineMail(
        kind, "a delivery report", reason.value, (ReportedRecipient(address, status, reason, "no"),), "x"
    )


def test_a_report_by_mail_says_the_same():
    told = of_machine(a_report(MachineKind.BOUNCE), MONDAY_TEN, "Anna@example.pl")
    assert (told.status, told.failure, told.code) == (DeliveryStatus.BOUNCED, FailureKind.PERMANENT, "5.1.1")
    full = of_machine(
        a_report(MachineKind.BOUNCE, reason=BounceReason.MAILBOX_FULL, status="5.2.2"), MONDAY_TEN, "anna@example.pl"
    )
    assert full.failure is FailureKind.TEMPORARY
    assert of_machine(a_report(MachineKind.DELAY), MONDAY_TEN, "anna@example.pl").status is DeliveryStatus.DEFERRED
    assert of_machine(a_report(MachineKind.DELIVERED), MONDAY_TEN, "x@example.pl").status is DeliveryStatus.DELIVERED


def test_a_report_on_where_somebody_forwards_their_mail_does_not_blame_the_address_that_we_wrote_to():
    told = of_machine(a_report(MachineKind.BOUNCE, address="other@elsewhere.example"), MONDAY_TEN, "anna@example.pl")
    assert (told.status, told.failure) == (DeliveryStatus.BOUNCED, FailureKind.TECHNICAL)


def test_a_complaint_by_mail_is_one_and_a_dmarc_report_is_none():
    abuse = MachineMail(MachineKind.FEEDBACK, "a feedback report", "abuse")
    assert of_machine(abuse, MONDAY_TEN, "anna@example.pl").status is DeliveryStatus.COMPLAINED
    dmarc = MachineMail(MachineKind.FEEDBACK, "a feedback report", "auth-failure")
    assert of_machine(dmarc, MONDAY_TEN, "anna@example.pl") is None
