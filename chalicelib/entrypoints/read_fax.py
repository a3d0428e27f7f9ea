"""Lambda function `read_fax`: reads the pages of one stored fax, and writes what stands on them onto its entry."""

from __future__ import annotations

import json
from typing import Any

from chalice import Blueprint

from chalicelib import wiring
from chalicelib.gateways import aws_libraries, object_stores, page_process
from chalicelib.metrics import Metric
from chalicelib.observability import count, instrumented
from chalicelib.storage import configuration_table, thread_table
from chalicelib.usecases import read_fax as reading

bp = Blueprint(__name__)

# Every event needs these: they are imported while the function starts, when Lambda gives it the whole CPU.
NEEDED = (aws_libraries, configuration_table, object_stores, page_process, reading, thread_table)

# The queue's maxReceiveCount (infra/template/queues.yaml): what still does not answer then is recorded as no text.
LAST_TRY = 5


@bp.on_sqs_message(queue_arn="arn:aws:sqs:us-east-1:000000000000:read-fax", batch_size=1)
@instrumented
def read_fax(event: Any) -> None:
    for record in event.to_dict()["Records"]:
        body = json.loads(record["body"])
        last_try = int(record["attributes"]["ApproximateReceiveCount"]) >= LAST_TRY
        status = wiring.hub().read_fax(body["customer_id"], body["entry_id"], last_try=last_try)
        count(Metric.FAX_READING, status=status, entry=body["entry_id"])
