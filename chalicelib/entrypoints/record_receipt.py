"""Lambda function `record_receipt`: what carriers report of the messages that we sent."""

from __future__ import annotations

from typing import Any

from chalice import Blueprint

from chalicelib import wiring
from chalicelib.gateways import aws_libraries
from chalicelib.metrics import Metric
from chalicelib.observability import count, instrumented, record_error
from chalicelib.storage import configuration_table, thread_table
from chalicelib.usecases import record_delivery_receipt

bp = Blueprint(__name__)

# Every event needs these: they are imported while the function starts, when Lambda gives it the whole CPU.
NEEDED = (aws_libraries, configuration_table, record_delivery_receipt, thread_table)

# A report that is faster than our own record finds it by then: the queue hides it for six minutes after each try.
LAST_TRY = 3


@bp.on_sqs_message(queue_arn="arn:aws:sqs:us-east-1:000000000000:receipts", batch_size=10)
@instrumented
def record_receipt(event: Any) -> dict[str, list[dict[str, str]]]:
    """Reports which of the batch failed; the others are done (the template switches ReportBatchItemFailures on)."""
    failures = []
    for record in event.to_dict()["Records"]:
        try:
            last_try = int(record["attributes"]["ApproximateReceiveCount"]) >= LAST_TRY
            recorded = wiring.hub().record_delivery_receipt(record["body"], last_try=last_try)
        except Exception as error:  # noqa: BLE001  # whatever it is, the others of the batch must not suffer
            record_error(error, message_id=record["messageId"])
            failures.append({"itemIdentifier": record["messageId"]})
        else:
            count(Metric.DELIVERY_RECEIPTS, by={"status": recorded.status}, entry=recorded.entry_id)
    return {"batchItemFailures": failures}
