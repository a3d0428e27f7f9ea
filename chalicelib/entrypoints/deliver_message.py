"""Lambda function `deliver_message`: sends the queued messages that the queue names."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from chalice import Blueprint

from chalicelib import wiring
from chalicelib.channels import email, sms
from chalicelib.domain.delivery import DeliveryStatus
from chalicelib.domain.errors import Limit
from chalicelib.gateways import aws_libraries, carriers, ses_quota
from chalicelib.metrics import Metric
from chalicelib.observability import count, instrumented, record_error
from chalicelib.storage import configuration_table, thread_table
from chalicelib.usecases import deliver_message as delivery

bp = Blueprint(__name__)

# Every event needs these: they are imported while the function starts, when Lambda gives it the whole CPU.
NEEDED = (aws_libraries, carriers, configuration_table, delivery, email, ses_quota, sms, thread_table)

# How long the messages of a batch may wait for their turns, all together; the function's time limit is 60 s.
WAITS = timedelta(seconds=30)
_COUNTED = {
    DeliveryStatus.UNKNOWN: Metric.DELIVERIES_UNKNOWN,
    Limit.RATE: Metric.SENDING_THROTTLED,
    Limit.DAILY: Metric.SENDING_QUOTA_USED_UP,
    Limit.QUOTA: Metric.SENDING_QUOTA_USED_UP,
}


@bp.on_sqs_message(queue_arn="arn:aws:sqs:us-east-1:000000000000:deliver", batch_size=10)
@instrumented
def deliver_message(event: Any) -> dict[str, list[dict[str, str]]]:
    """Reports which of the batch failed; the others are done (the template switches ReportBatchItemFailures on)."""
    failures = []
    wait_until = wiring.hub().ports.now() + WAITS
    for record in event.to_dict()["Records"]:
        try:
            body = json.loads(record["body"])
            status = wiring.hub().deliver_message(body["customer_id"], body["entry_id"], wait_until)
        except Exception as error:  # noqa: BLE001  # whatever it is, the others of the batch must not suffer
            record_error(error, message_id=record["messageId"])
            failures.append({"itemIdentifier": record["messageId"]})
        else:
            count(Metric.MESSAGE_DELIVERY, status=status, entry=body["entry_id"])
            if status in _COUNTED:
                count(_COUNTED[status], entry=body["entry_id"])
    return {"batchItemFailures": failures}
