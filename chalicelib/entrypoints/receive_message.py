"""Lambda function `receive_message`: one message from the receive queue, whatever carrier it came by."""

from __future__ import annotations

from typing import Any

from chalice import Blueprint

from chalicelib import wiring
from chalicelib.observability import count, instrumented

bp = Blueprint(__name__)

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
    count("message_received", outcome=outcome.name if outcome else "nothing_left")
