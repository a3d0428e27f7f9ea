"""Lambda function `escalate_overdue_cases`: the sweep, every minute, over what is due and nothing else."""

from __future__ import annotations

from typing import Any

from chalice import Blueprint, Rate

from chalicelib import wiring
from chalicelib.observability import count, instrumented, measure_seconds, record_error
from chalicelib.storage import configuration_table, thread_table
from chalicelib.usecases import escalate_overdue_cases as escalation

bp = Blueprint(__name__)

# Every event needs these: they are imported while the function starts, when Lambda gives it the whole CPU.
NEEDED = (configuration_table, escalation, thread_table)


@bp.schedule(Rate(1, unit=Rate.MINUTES))
@instrumented
def escalate_overdue_cases(_event: Any) -> None:
    swept = wiring.hub().escalate_overdue_cases()
    count("escalation_steps", swept.steps)
    count("deliveries_picked_up", swept.deliveries)
    count("deliveries_unknown", swept.unknown)
    for error in swept.failed:
        record_error(error)
    measure_seconds("sweep_backlog_age", swept.oldest_age.total_seconds())
