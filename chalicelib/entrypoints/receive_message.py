"""Lambda function `receive_message`: one message from the receive queue, whatever carrier it came by."""

from __future__ import annotations

from typing import Any

from chalice import Blueprint

from chalicelib import wiring
from chalicelib.channels import email, sms
from chalicelib.gateways import aws_libraries, object_stores, secrets
from chalicelib.metrics import Metric
from chalicelib.observability import count, instrumented
from chalicelib.storage import configuration_table, thread_table
from chalicelib.usecases import accept_event

bp = Blueprint(__name__)

# Every event needs these: they are imported while the function starts, when Lambda gives it the whole CPU.
NEEDED = (accept_event, aws_libraries, configuration_table, email, object_stores, secrets, sms, thread_table)

# From the third receive on, the message is suspected of having killed the first two: it is read in a child process.
SUSPICIOUS_RECEIVE = 3


@bp.on_sqs_message(queue_arn="arn:aws:sqs:us-east-1:000000000000:receive", batch_size=1)
@instrumented
def receive_message(event: Any) -> None:
    """Succeeds once the message has an outcome. An error leaves it in the queue, and in `incoming/`."""
    record = event.to_dict()["Records"][0]
    receives = int(record["attributes"]["ApproximateReceiveCount"])
    suspicious = receives >= SUSPICIOUS_RECEIVE
    outcome = wiring.hub().accept_event(record["body"], record["messageId"], suspicious=suspicious)
    if outcome:
        stored_as = getattr(outcome, "entry_id", "") or getattr(outcome, "id", "")  # the entry, or the parked message
        by = {"channel": outcome.channel, "outcome": outcome.name}
        count(Metric.MESSAGE_RECEIVED, by=by, entry=stored_as, queue_message=record["messageId"])
