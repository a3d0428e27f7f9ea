"""Each channel in, a reply out, a reply to the reply, an escalation: on moto, through the entrypoints."""

import json
from email import message_from_bytes, policy

from chalice.test import Client
from moto.textract.models import TextractBackend

from app import app
from chalicelib.domain.contact_points import Channel, ContactPoint, PointKind
from chalicelib.domain.errors import Unparsable
from chalicelib.domain.faxes import WAITING
from chalicelib.domain.messages import Attachment, ParkedRecord
from chalicelib.domain.threads import EntryKind
from chalicelib.domain.trust import Trust
from chalicelib.usecases.reply_to_customer import Answer
from tests.main_path.samples import fax_mail, mail, mail_with_quote_and_attachment

ANNA = ContactPoint(PointKind.EMAIL, "anna@example.pl")
ANNAS_PHONE = ContactPoint(PointKind.PHONE, "+48601234567")
ANNAS_FAX = ContactPoint(PointKind.FAX, "+48221112233")


def thread(aws_hub, point, *kinds):
    customer_id = aws_hub.threads.find_owner(point).customer_id
    entries = aws_hub.threads.list_thread(customer_id, 100).items[::-1]
    return [entry for entry in entries if not kinds or entry.kind in kinds]


def case_of(aws_hub, entry):
    return aws_hub.threads.get_case(entry.customer_id, entry.case_id)


def test_a_mail_stands_in_its_customers_thread(aws_hub):
    raw = mail_with_quote_and_attachment()
    aws_hub.mail_arrives(raw)
    assert aws_hub.run_queues() == []
    (entry,) = thread(aws_hub, ANNA)
    assert entry.text.strip() == "Proszę o fakturę na firmę."
    assert "Dziękujemy za zamówienie" in entry.quoted_text
    assert (entry.arrival.sender_name, entry.arrival.trust) == ("Anna Żółć", Trust.AUTHENTICATED)
    (file,) = entry.attachments
    assert file.name == "zamówienie.pdf"
    kept = aws_hub.s3.get_object(Bucket="attachments", Key=f"att/{entry.customer_id}/{file.sha256}")["Body"].read()
    assert kept == b"%PDF-1.4 zam\xf3wienie"
    assert aws_hub.s3.get_object(Bucket="raw", Key=entry.arrival.raw_key)["Body"].read() == raw
    assert aws_hub.objects("incoming/") == []


def test_an_sms_stands_in_its_customers_thread(aws_hub):
    aws_hub.sms_arrives("Gdzie paczka? Żółć 😀")
    assert aws_hub.run_queues() == []
    (entry,) = thread(aws_hub, ANNAS_PHONE)
    assert (entry.channel, entry.text) == (Channel.SMS, "Gdzie paczka? Żółć 😀")


def test_a_fax_is_the_customers_and_not_the_gateways(aws_hub):
    aws_hub.mail_arrives(fax_mail(), to=["fax@hub.example"], source="message@gateway.example")
    assert aws_hub.run_queues() == []
    (entry,) = thread(aws_hub, ANNAS_FAX)
    assert entry.channel is Channel.FAX
    assert [file.content_type for file in entry.attachments] == ["image/tiff"]


def test_the_pages_of_a_fax_are_read_after_it_was_stored(aws_hub, monkeypatch):
    monkeypatch.setattr(TextractBackend, "BLOCKS", [{"BlockType": "LINE", "Text": "Zamawiam", "Confidence": 97.4}])
    aws_hub.mail_arrives(fax_mail(), to=["fax@hub.example"], source="message@gateway.example")
    aws_hub.run_queues()
    (waiting,) = thread(aws_hub, ANNAS_FAX)
    assert waiting.reading == WAITING

    aws_hub.stream_brings(waiting)
    assert aws_hub.run_queues() == []
    (entry,) = thread(aws_hub, ANNAS_FAX)
    reading = entry.reading
    assert (reading.status, reading.text, reading.source, reading.confidence) == ("read", "Zamawiam", "textract", 97)
    preview = f"att/{entry.customer_id}/{reading.preview}"
    assert aws_hub.s3.get_object(Bucket="attachments", Key=preview)["Body"].read().startswith(b"\x89PNG")


def test_a_web_form_is_answered_with_its_case_and_kept_raw(aws_hub):
    body = json.dumps({"name": "Jan", "email": "anna@example.pl", "text": "Proszę o kontakt"}).encode()
    with Client(app) as client:
        headers = {"Content-Type": "application/json", "Idempotency-Key": "form-1"}
        first, again = (client.http.post("/v1/forms/contact/messages", headers=headers, body=body) for _ in range(2))
    assert (first.status_code, again.json_body) == (201, first.json_body)
    (entry,) = thread(aws_hub, ANNA)
    assert (entry.channel, entry.text) == (Channel.WEB_FORM, "Proszę o kontakt")
    assert aws_hub.s3.get_object(Bucket="raw", Key=entry.arrival.raw_key)["Body"].read() == body
    assert case_of(aws_hub, entry).reference == first.json_body["case"]


def test_mail_then_fax_then_sms_of_one_customer_are_one_thread(aws_hub):
    aws_hub.mail_arrives(mail())
    aws_hub.run_queues()
    customer_id = aws_hub.threads.find_owner(ANNA).customer_id
    for point in (ANNAS_FAX, ANNAS_PHONE):
        aws_hub.hub.add_contact_point(customer_id, "eva", point)
    aws_hub.later(seconds=1)
    aws_hub.mail_arrives(fax_mail(), to=["fax@hub.example"], source="message@gateway.example")
    aws_hub.run_queues()
    aws_hub.later(seconds=1)
    aws_hub.sms_arrives("Halo?")
    aws_hub.run_queues()
    inbound = thread(aws_hub, ANNA, EntryKind.INBOUND)
    assert {entry.channel for entry in inbound} == {Channel.EMAIL, Channel.FAX, Channel.SMS}
    assert len({entry.case_id for entry in inbound}) == 1


def test_an_answer_goes_out_as_mail_and_the_answer_to_it_comes_back_into_the_case(aws_hub):
    aws_hub.mail_arrives(mail())
    aws_hub.run_queues()
    (entry,) = thread(aws_hub, ANNA)
    aws_hub.hub.reply_to_customer(case_of(aws_hub, entry).reference, "eva", Answer("Jest w drodze.\nEwa"))
    assert aws_hub.run_queues() == []
    (sent,) = aws_hub.sent_mails()
    out = message_from_bytes(sent.raw_data.encode(), policy=policy.default)
    assert (out["To"], out["Subject"], out["In-Reply-To"]) == ("anna@example.pl", "Re: Paczka", "<1@example.pl>")
    assert "Jest w drodze." in out.get_body(["plain"]).get_content()
    (answer,) = thread(aws_hub, ANNA, EntryKind.OUTBOUND)
    assert (answer.delivery.status, answer.delivery.provider_id) == ("sent", sent.id)
    assert case_of(aws_hub, entry).awaiting_since is None

    aws_hub.later(hours=1)
    theirs = mail("Dziękuję!", "Odp: Paczka", "3@example.pl", To=out["Reply-To"])
    aws_hub.mail_arrives(theirs, to=[out["Reply-To"]], dmarc="GRAY")
    assert aws_hub.run_queues() == []
    back = thread(aws_hub, ANNA, EntryKind.INBOUND)[-1]
    assert (back.case_id, back.arrival.rule) == (entry.case_id, "by_signed_reply_address")

    aws_hub.later(hours=1)
    by_id = mail("Jeszcze jedno", message_id="4@example.pl", In_Reply_To=f"<{sent.id}@eu-central-1.amazonses.com>")
    aws_hub.mail_arrives(by_id)
    aws_hub.run_queues()
    assert thread(aws_hub, ANNA, EntryKind.INBOUND)[-1].arrival.rule == "by_in_reply_to"


def test_a_customers_answer_to_our_mail_lands_in_its_case_with_their_own_words_alone(aws_hub):
    aws_hub.mail_arrives(mail())
    aws_hub.run_queues()
    (entry,) = thread(aws_hub, ANNA)
    file = Attachment("Zażółć.pdf", "application/pdf", b"%PDF-1.4")
    reference = case_of(aws_hub, entry).reference
    aws_hub.hub.reply_to_customer(reference, "eva", Answer("Jest w drodze.\n\nEwa", files=(file,)))
    assert aws_hub.run_queues() == []
    out = message_from_bytes(aws_hub.sent_mails()[0].raw_data.encode(), policy=policy.default)
    assert [(part.get_filename(), part.get_content()) for part in out.iter_attachments()] == [(file.name, file.data)]
    ours = out.get_body(["plain"]).get_content().replace("\r\n", "\n")
    assert "> Dzień dobry, gdzie jest moja paczka?" in ours

    aws_hub.later(hours=1)
    quoted = "".join(f"> {line}\n" for line in ours.split("\n"))
    text = f"Dziękuję, doszła!\n\npon., 23 lis 2026 o 10:00 Pomoc <pomoc@hub.example> napisał(a):\n{quoted}"
    theirs = mail(text, f"Odp: {out['Subject']}", "3@example.pl", To=out["Reply-To"], In_Reply_To=out["Message-ID"])
    aws_hub.mail_arrives(theirs, to=[out["Reply-To"]])
    assert aws_hub.run_queues() == []
    back = thread(aws_hub, ANNA, EntryKind.INBOUND)[-1]
    assert (back.case_id, back.text) == (entry.case_id, "Dziękuję, doszła!")


def test_an_answer_to_an_sms_goes_out_as_sms(aws_hub):
    aws_hub.sms_arrives("Halo?")
    aws_hub.run_queues()
    (entry,) = thread(aws_hub, ANNAS_PHONE)
    aws_hub.hub.reply_to_customer(case_of(aws_hub, entry).reference, "eva", Answer("Jest w drodze."))
    assert aws_hub.run_queues() == []
    assert [(sms.recipient, sms.text) for sms in aws_hub.ports.sms.sent] == [(ANNAS_PHONE.value, "Jest w drodze.")]


def test_an_unanswered_case_is_reminded_of_and_escalated_by_event_and_mail(aws_hub):
    aws_hub.mail_arrives(mail())
    aws_hub.run_queues()
    aws_hub.later(hours=4)
    aws_hub.sweep()
    aws_hub.sweep()
    assert aws_hub.run_queues() == []
    assert [entry.event for entry in thread(aws_hub, ANNA, EntryKind.EVENT)] == ["case.reminded", "case.escalated"]
    recipients = [message_from_bytes(sent.raw_data.encode())["To"] for sent in aws_hub.sent_mails()]
    assert recipients == ["care@company.example", "boss@company.example"]


def test_every_event_delivered_twice_changes_nothing(aws_hub):
    for _ in range(2):
        aws_hub.sms_arrives("Halo?")
        key = "incoming/email/ses-1"
        aws_hub.s3.put_object(Bucket="raw", Key=key, Body=mail())
        aws_hub.ses_tells("ses-1", key)
        aws_hub.ses_tells("ses-1", key)
        assert aws_hub.run_queues() == []
    assert len(thread(aws_hub, ANNA)) == len(thread(aws_hub, ANNAS_PHONE)) == 1
    assert aws_hub.objects("incoming/") == []


def test_a_mail_whose_notification_was_lost_is_found_by_the_reconciler(aws_hub):
    aws_hub.mail_arrives(mail(), tell=False)
    assert aws_hub.run_queues() == []
    assert aws_hub.threads.find_owner(ANNA) is None
    aws_hub.ports.now.at = aws_hub.s3.get_object(Bucket="raw", Key=aws_hub.objects("incoming/")[0])["LastModified"]
    aws_hub.later(minutes=16)
    aws_hub.reconcile()
    assert aws_hub.run_queues() == []
    (entry,) = thread(aws_hub, ANNA)
    assert entry.arrival.trust is Trust.UNVERIFIED
    assert aws_hub.objects("incoming/") == []


def test_a_mail_to_an_unknown_inbox_is_parked_whole(aws_hub):
    aws_hub.mail_arrives(mail(), to=["nobody@hub.example"])
    assert aws_hub.run_queues() == []
    (record,) = _parked(aws_hub)
    assert record.reason == "unknown_inbox"
    assert aws_hub.s3.get_object(Bucket="raw", Key=record.raw_key)["Body"].read() == mail()


def test_a_mail_past_the_limits_is_kept_unread_in_a_case_that_somebody_has_to_look_at(aws_hub):
    parts = b"".join(b"--x\r\nContent-Type: text/plain\r\n\r\n%d\r\n" % number for number in range(600))
    head = b"From: anna@example.pl\r\nTo: pomoc@hub.example\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
    aws_hub.mail_arrives(head + parts + b"--x--\r\n")
    assert aws_hub.run_queues() == []
    (summary,) = aws_hub.threads.list_urgent("care", 10).items
    (entry,) = aws_hub.threads.list_thread(summary.customer_id, 10).items
    assert "part" in entry.arrival.unparsed
    assert aws_hub.s3.get_object(Bucket="raw", Key=entry.arrival.raw_key)["Body"].read().startswith(head)


def test_a_mail_that_killed_its_worker_twice_is_read_in_a_child_process(aws_hub):
    def die(*_):
        raise MemoryError

    aws_hub.ports.__dict__["parse"] = die
    aws_hub.mail_arrives(mail())
    assert len(aws_hub.run_queues()) == 2
    (entry,) = thread(aws_hub, ANNA)
    assert entry.text == "Dzień dobry, gdzie jest moja paczka?"


def test_a_mail_that_kills_the_child_process_too_is_kept_unread_in_a_case(aws_hub):
    def die(*_):
        raise MemoryError

    def say_so(*_):
        raise Unparsable("the process that read it failed")

    aws_hub.ports.__dict__.update(parse=die, parse_in_child=say_so)
    aws_hub.mail_arrives(mail())
    assert len(aws_hub.run_queues()) == 2
    (summary,) = aws_hub.threads.list_urgent("care", 10).items
    (entry,) = aws_hub.threads.list_thread(summary.customer_id, 10).items
    assert entry.arrival.unparsed == "the process that read it failed"
    assert aws_hub.s3.get_object(Bucket="raw", Key=entry.arrival.raw_key)["Body"].read() == mail()


def test_nonsense_in_the_queue_is_parked_and_does_not_come_back(aws_hub):
    aws_hub.sqs.send_message(QueueUrl=aws_hub.queues["receive"], MessageBody="{broken")
    assert aws_hub.run_queues() == []
    assert [record.reason for record in _parked(aws_hub)] == ["unreadable_event"]


def test_what_happened_is_announced_on_the_bus(aws_hub):
    aws_hub.mail_arrives(mail())
    aws_hub.run_queues()
    (entry,) = thread(aws_hub, ANNA)
    aws_hub.stream_brings(entry)
    (event,) = aws_hub.heard()
    assert (event["detail-type"], event["detail"]["entry"]) == ("message.received", entry.id)
    assert "paczka" not in json.dumps(event)


def _parked(aws_hub) -> tuple[ParkedRecord, ...]:
    return aws_hub.threads.list_parked(f"{aws_hub.ports.now():%Y%m}", 10).items
