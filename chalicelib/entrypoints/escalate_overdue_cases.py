"""Lambda function `escalate_overdue_cases`: the sweep, every minute, over what is due and nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from chalice import Blueprint, Rate

from chalicelib import wiring
from chalicelib.domain.errors import HubError
from chalicelib.gateways import aws_libraries
from chalicelib.metrics import Metric
from chalicelib.observability import count, instrumented, measure_seconds, record_error
from chalicelib.storage import configuration_table, thread_table
from chalicelib.usecases import count_waiting, give_cases
from chalicelib.usecases import escalate_overdue_cases as escalation

bp = Blueprint(__name__)

# Every event needs these: they are imported while the function starts, when Lambda gives it the whole CPU.
NEEDED = (aws_libraries, configuration_table, count_waiting, escalation, give_cases, thread_table)


@bp.schedule(Rate(1, unit=Rate.MINUTES))
@instrumented
def escalate_overdue_cases(_event: Any) -> None:
    swept = wiring.hub().escalate_overdue_cases()
    count(Metric.ESCALATION_STEPS, swept.steps)
    count(Metric.CASES_HANDED_OVER, swept.handed_over)
    count(Metric.CASES_LEFT, swept.left)
    count(Metric.DELIVERIES_PICKED_UP, swept.deliveries)
    count(Metric.NOTICES_DIGESTED, swept.digested)
    count(Metric.DIGESTS_SENT, swept.digests)
    count(Metric.DELIVERIES_UNKNOWN, swept.unknown)
    for error in swept.failed:
        record_error(error)
    measure_seconds(Metric.SWEEP_BACKLOG_AGE, swept.oldest_age.total_seconds())
    if swept.holidays_left is not None:
        count(Metric.HOLIDAYS_DAYS_LEFT, swept.holidays_left.days)
    _give_cases()
    _tell_what_is_parked()


def _give_cases() -> None:
    """After the clocks, which nothing may hold up; what fails here is done by the next sweep."""
    try:
        given = wiring.hub().give_cases()
    except HubError as error:
        record_error(error)
        return
    count(Metric.CASES_GIVEN, given.cases)
    for error in given.failed:
        record_error(error)


def _tell_what_is_parked() -> None:
    """The sweep comes every minute, so it also looks at what waits for a person: one read of one page of a list."""
    hub = wiring.hub()
    try:
        waiting = hub.count_waiting()
    except HubError as error:  # the clocks have been seen to, and the next sweep looks again
        record_error(error)
        return
    for reason, number in waiting.by_reason.items():
        count(Metric.PARKED_WAITING, number, by={"reason": reason})
    measure_seconds(Metric.PARKED_OLDEST_AGE, waiting.oldest.total_seconds())
    count(Metric.PARKED_TOO_LONG, int(waiting.oldest > timedelta(seconds=hub.ports.settings.parked_limit_seconds)))
