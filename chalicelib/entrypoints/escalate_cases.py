"""Lambda function `escalate_cases`: does what is due in a page of cases that the sweep has handed over."""

from __future__ import annotations

import json
from typing import Any

from chalice import Blueprint

from chalicelib import wiring
from chalicelib.metrics import Metric
from chalicelib.observability import count, instrumented, record_error
from chalicelib.storage import configuration_table, thread_table
from chalicelib.usecases import escalate_cases as escalation

bp = Blueprint(__name__)

# Every event needs these: they are imported while the function starts, when Lambda gives it the whole CPU.
NEEDED = (configuration_table, escalation, thread_table)

MOST_WORKERS = 10  # at once: they get through a hundred thousand in minutes and leave the table to others


@bp.on_sqs_message(
    queue_arn="arn:aws:sqs:us-east-1:000000000000:escalate", batch_size=1, maximum_concurrency=MOST_WORKERS
)
@instrumented
def escalate_cases(event: Any) -> None:
    """A case that fails is not tried again by the queue: it stays due, and the next sweep finds it."""
    for record in event.to_dict()["Records"]:
        names = [(customer_id, case_id) for customer_id, case_id in json.loads(record["body"])["cases"]]
        taken = wiring.hub().escalate_cases(names)
        count(Metric.ESCALATION_STEPS, taken.steps)
        for error in taken.failed:
            record_error(error)
