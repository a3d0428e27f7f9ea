"""Whoever looks for a message finds its way in the logs of all functions by one id: that of its entry."""

import logging

from chalicelib.domain.contact_points import ContactPoint, PointKind
from chalicelib.domain.threads import EntryKind
from chalicelib.entrypoints import record_receipt
from chalicelib.usecases.answer import Answer
from infra.local.carrier_reports import mail_event
from tests.infra.starting import queue_event
from tests.main_path.conftest import CONTEXT
from tests.main_path.samples import mail

ANNA = ContactPoint(PointKind.EMAIL, "anna@example.pl")


def test_a_message_is_logged_under_its_id_by_every_function_that_has_it(aws_hub, caplog):
    caplog.set_level(logging.INFO)
    aws_hub.mail_arrives(mail())
    aws_hub.run_queues()
    customer_id = aws_hub.threads.find_owner(ANNA).customer_id
    (came,) = [one for one in aws_hub.threads.list_thread(customer_id, 9).items if one.kind is EntryKind.INBOUND]
    reference = aws_hub.threads.get_case(customer_id, came.case_id).reference
    aws_hub.hub.reply_to_customer(reference, "ewa", Answer("Jest w drodze."))
    aws_hub.run_queues()
    (answer,) = [one for one in aws_hub.threads.list_thread(customer_id, 9).items if one.kind is EntryKind.OUTBOUND]
    told = {"entry": f"{answer.id}-1", "customer": answer.customer_id}
    report = mail_event("Delivery", answer.delivery.provider_id, told, answer.delivery.recipient, answer.at)
    assert record_receipt.record_receipt(queue_event(report), CONTEXT) == {"batchItemFailures": []}
    for entry in (came, answer):
        aws_hub.stream_brings(entry)
    logged = {(record.message, getattr(record, "entry", "")) for record in caplog.records}
    assert ("message_received", came.id) in logged
    assert ("message_delivery", answer.id) in logged
    assert ("delivery_receipts", answer.id) in logged
    assert {("message_moved", came.id), ("message_moved", answer.id)} <= logged
