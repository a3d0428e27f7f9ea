"""Lambda function `escalate_cases`: does what the sweep hands over: a page of due cases, a minute of a broadcast, of
an erasure, of an export or of what is not kept any longer.
"""

from __future__ import annotations

import json
from typing import Any

from chalice import Blueprint

from chalicelib import wiring
from chalicelib.domain.errors import HubError
from chalicelib.gateways import aws_libraries
from chalicelib.metrics import Metric
from chalicelib.observability import count, instrumented, measure_seconds, record_error
from chalicelib.storage import configuration_table, thread_table
from chalicelib.usecases import escalate_cases as escalation

bp = Blueprint(__name__)

# Every event needs these: they are imported while the function starts, when Lambda gives it the whole CPU.
NEEDED = (aws_libraries, configuration_table, escalation, thread_table)

MOST_WORKERS = 10  # at once: they get through a hundred thousand in minutes and leave the table to others


@bp.on_sqs_message(
    queue_arn="arn:aws:sqs:us-east-1:000000000000:escalate", batch_size=1, maximum_concurrency=MOST_WORKERS
)
@instrumented
def escalate_cases(event: Any) -> None:
    """Who fails is not tried again by the queue: it stays due, and the next sweep finds it."""
    for record in event.to_dict()["Records"]:
        body = json.loads(record["body"])
        for error in _failed_in(body):
            record_error(error)


def _failed_in(body: dict[str, Any]) -> list[Exception]:
    if "broadcast" in body:
        return _run_broadcast(body["broadcast"])
    if "export" in body:
        return _export(*body["export"])
    if "find_disposable" in body:
        return _find_disposable(body["find_disposable"])
    if "disposal" in body:
        return _dispose(*body["disposal"])
    return _erase(body["erasure"]) if "erasure" in body else _escalate(body["cases"])


def _escalate(cases: list[list[str]]) -> list[Exception]:
    taken = wiring.hub().escalate_cases([(customer_id, case_id) for customer_id, case_id in cases])
    count(Metric.ESCALATION_STEPS, taken.steps)
    return taken.failed


def _run_broadcast(broadcast_id: str) -> list[Exception]:
    ran = wiring.hub().run_broadcast(broadcast_id)
    count(Metric.BROADCAST_TOLD, ran.told)
    count(Metric.BROADCAST_LEFT_OUT, ran.left_out)
    return ran.failed


def _erase(erasure_id: str) -> list[Exception]:
    """What stands against it, or failed, is asked again by the sweep, minute by minute."""
    try:
        done = wiring.hub().erase_customer(erasure_id)
    except HubError as error:
        return [error]
    count(Metric.CUSTOMERS_ERASED, int(done))
    return []


def _export(customer_id: str, export_id: str) -> list[Exception]:
    try:
        made = wiring.hub().make_export(customer_id, export_id)
    except HubError as error:
        return [error]
    count(Metric.CUSTOMERS_EXPORTED, int(made is not None))
    count(Metric.EXPORT_MISSING, sum(made.missing.values()) if made else 0)
    return []


def _find_disposable(place: dict[str, str]) -> list[Exception]:
    try:
        walked = wiring.hub().find_disposable(place)
    except HubError as error:
        return [error]
    count(Metric.DISPOSALS_HELD, walked.held)
    if walked.given_up:
        measure_seconds(Metric.DISPOSALS_LATE, walked.late.total_seconds())
    return walked.failed


def _dispose(customer_id: str, case_id: str) -> list[Exception]:
    """As an erasure."""
    try:
        done = wiring.hub().dispose_of_case(customer_id, case_id)
    except HubError as error:
        return [error]
    count(Metric.CASES_DELETED, int(done))
    return []
