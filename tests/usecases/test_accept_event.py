"""What carriers tell becomes messages; a notification may be lost, doubled, late or nonsense, and no message is."""

import json
from dataclasses import replace

import pytest

from chalicelib.domain.contact_points import Channel
from chalicelib.domain.errors import StorageUnavailable
from chalicelib.domain.messages import ParkedRecord
from chalicelib.domain.threads import Entry
from chalicelib.usecases.receive_message import Duplicate, Parked, Stored
from tests.domain.making import ANNAS_PHONE, message
from tests.fakes.memory_store import Moment

RAW = b"From: anna@example.pl\r\nTo: pomoc@hub.example\r\n\r\nHalo"
KEY = "incoming/email/ses-1"


def notification(message_id="ses-1", key=KEY, recipients=("pomoc@hub.example",)):
    told = {
        "notificationType": "Received",
        "mail": {"messageId": message_id, "source": "anna@example.pl", "timestamp": "2026-11-23T08:59:58.000Z"},
        "receipt": {
            "timestamp": "2026-11-23T08:59:59.500Z",
            "recipients": list(recipients),
            "dmarcVerdict": {"status": "PASS"},
            "action": {"type": "S3", "bucketName": "raw", "objectKey": key},
        },
    }
    return json.dumps({"Type": "Notification", "Message": json.dumps(told), "Timestamp": "2026-11-23T09:00:00.000Z"})


def fail_before_the_commit(call):
    if call.name == "commit" and call.moment is Moment.BEFORE:
        raise StorageUnavailable()


def sms(message_id="sms-1"):
    told = {
        "originationNumber": "+48601234567",
        "destinationNumber": "+48700100200",
        "messageBody": "Halo",
        "inboundMessageId": message_id,
    }
    return json.dumps({"Type": "Notification", "Message": json.dumps(told), "Timestamp": "2026-11-23T09:00:01.000Z"})


@pytest.fixture
def mail(hub):
    """SES has stored a mail; the test says who is told."""
    hub.said[RAW] = message()
    hub.raw.put_by_carrier(KEY, RAW)
    return hub


def accept(hub, body, *, suspicious=False):
    return hub.accept_event(body, "queue-message-1", suspicious=suspicious)


def test_a_mail_is_read_from_where_ses_put_it_with_the_receipt_that_ses_told(mail):
    outcome = accept(mail, notification())
    (entry,) = mail.thread(outcome.customer_id)
    assert entry.at.isoformat() == "2026-11-23T08:59:59.500000+00:00"
    receipt = mail.raw.objects[entry.arrival.raw_key].receipt
    assert (receipt.verdicts.dmarc, receipt.verdicts.spf, receipt.source) == ("PASS", "UNKNOWN", "anna@example.pl")


def test_a_doubled_notification_is_a_duplicate_though_the_incoming_object_is_gone(mail):
    accept(mail, notification())
    assert isinstance(accept(mail, notification()), Duplicate)
    assert len(mail.threads.records(Entry)) == 1


def test_a_lost_notification_is_made_up_for_by_the_reconciler(mail):
    outcome = accept(mail, json.dumps({"incoming_key": KEY}))
    assert isinstance(outcome, Stored)
    assert isinstance(accept(mail, notification()), Duplicate)


def test_what_the_reconciler_found_may_be_done_by_the_time_it_comes(mail):
    accept(mail, notification())
    assert accept(mail, json.dumps({"incoming_key": KEY})) is None


def test_a_notification_before_its_object_is_tried_again_and_then_parked_as_missing(hub):
    with pytest.raises(StorageUnavailable):
        accept(hub, notification())
    outcome = accept(hub, notification(), suspicious=True)
    assert (outcome.name, outcome.reason) == ("parked", "raw_missing")


def test_other_bytes_under_the_same_ses_id_are_parked_and_nothing_is_overwritten(mail):
    first = accept(mail, notification())
    (entry,) = mail.thread(first.customer_id)
    mail.said[b"changed"] = message()
    mail.raw.put_by_carrier(KEY, b"changed")
    outcome = accept(mail, notification())
    assert (outcome.name, outcome.reason) == ("parked", "raw_changed")
    assert mail.raw.objects[entry.arrival.raw_key].body == RAW
    (record,) = mail.threads.records(ParkedRecord)
    assert mail.raw.objects[record.raw_key].body == b"changed"


def test_other_bytes_that_an_earlier_try_had_already_kept_lie_in_one_place(mail):
    mail.said[b"changed"] = message()
    mail.raw.put_by_carrier(KEY, b"changed")
    mail.threads.hook = fail_before_the_commit
    with pytest.raises(StorageUnavailable):
        accept(mail, notification())
    mail.threads.hook = lambda _call: None

    mail.raw.put_by_carrier(KEY, RAW)
    accept(mail, notification())
    mail.raw.put_by_carrier(KEY, b"changed")
    assert accept(mail, notification()).reason == "raw_changed"
    kept = sorted(found.body for key, found in mail.raw.objects.items() if key.startswith("raw/"))
    assert kept == [RAW, b"changed"]


def test_the_payload_of_an_sms_is_stored_before_anything_else(hub):
    def fail(_raw, _receipt, _inbox, _ours):
        (kept,) = hub.raw.objects.values()
        assert json.loads(kept.body)["messageBody"] == "Halo"
        raise MemoryError

    hub.accept_event = replace(hub.accept_event, parse=fail)
    with pytest.raises(MemoryError):
        accept(hub, sms())
    assert len(hub.raw.objects) == 1


def test_an_sms_delivered_twice_is_one_message(hub):
    said = message(channel=Channel.SMS, sender=ANNAS_PHONE)
    hub.said[json.loads(sms())["Message"].encode()] = said
    first = accept(hub, sms())
    hub.later(minutes=5)
    assert isinstance(accept(hub, sms()), Duplicate)
    (entry,) = hub.thread(first.customer_id)
    assert entry.at.isoformat() == "2026-11-23T09:00:01+00:00"
    assert [key for key in hub.raw.objects if key.startswith("incoming/")] == []


def in_a_child(hub):
    """Which messages are read in a child process from now on."""
    read = []

    def child(*args):
        read.append(args[0])
        return hub.parse(*args)

    hub.accept_event = replace(hub.accept_event, parse_in_child=child)
    return read


def test_a_mail_that_was_tried_before_goes_back_by_name_with_its_receipt_and_is_read_in_a_child_process(mail):
    read = in_a_child(mail)
    assert accept(mail, notification(), suspicious=True) is None
    assert [*mail.queues.to_receive] == mail.queues.suspected == [KEY]
    assert read == []
    outcome = accept(mail, json.dumps({"incoming_key": KEY, "suspicious": True}))
    assert read == [RAW]
    (entry,) = mail.thread(outcome.customer_id)
    receipt = mail.raw.objects[entry.arrival.raw_key].receipt
    assert (receipt.verdicts.dmarc, receipt.source) == ("PASS", "anna@example.pl")
    assert entry.at.isoformat() == "2026-11-23T08:59:59.500000+00:00"


def test_an_sms_that_was_tried_before_goes_back_by_name(hub):
    body = json.loads(sms())["Message"].encode()
    hub.said[body] = message(channel=Channel.SMS, sender=ANNAS_PHONE)
    read = in_a_child(hub)
    assert accept(hub, sms(), suspicious=True) is None
    (key,) = hub.queues.to_receive
    assert "Halo" not in key
    assert hub.queues.suspected == [key]
    assert isinstance(accept(hub, json.dumps({"incoming_key": key, "suspicious": True})), Stored)
    assert read == [body]


def test_a_name_that_came_after_all_was_done_does_nothing_again(mail):
    accept(mail, notification())
    assert isinstance(accept(mail, notification(), suspicious=True), Duplicate)
    assert not mail.queues.to_receive


def test_nonsense_that_could_not_be_parked_goes_back_by_name(hub):
    assert accept(hub, "Halo, nonsense", suspicious=True) is None
    (key,) = hub.queues.to_receive
    assert accept(hub, json.dumps({"incoming_key": key})).reason == "unreadable_event"


@pytest.mark.parametrize(
    "body",
    [
        "",
        "not json",
        "[]",
        "null",
        "{}",
        '{"Type": "Notification"}',
        '{"Type": "Notification", "Message": "{}"}',
        '{"notificationType": "Received"}',
        '{"notificationType": "Received", "mail": [], "receipt": 7}',
        '{"incoming_key": "raw/2026/11/23/x"}',
        '{"originationNumber": "+48601234567"}',
        '{"a":' * 5000,
    ],
)
def test_an_event_that_nobody_understands_is_kept_and_parked(hub, body):
    outcome = accept(hub, body)
    assert isinstance(outcome, Parked)
    (record,) = hub.threads.records(ParkedRecord)
    assert record.reason == "unreadable_event"
    assert hub.raw.objects[record.raw_key].body == body.encode()


def test_an_unreadable_event_that_was_left_over_is_parked_too(hub):
    def fail(call):
        if call.name == "commit":
            raise StorageUnavailable()

    hub.threads.hook = fail
    with pytest.raises(StorageUnavailable):
        accept(hub, "not json")
    hub.threads.hook = lambda _call: None
    (left,) = [key for key in hub.raw.objects if key.startswith("incoming/")]
    assert accept(hub, json.dumps({"incoming_key": left})).reason == "unreadable_event"
