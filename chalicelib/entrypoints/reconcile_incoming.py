"""Lambda function `reconcile_incoming`: what stayed in `incoming/` goes through the normal way again."""

from __future__ import annotations

from typing import Any

from chalice import Blueprint, Rate

from chalicelib import wiring
from chalicelib.gateways import aws_libraries, object_stores, work_queues
from chalicelib.metrics import Metric
from chalicelib.observability import count, instrumented
from chalicelib.usecases import reconcile_incoming as reconciling

bp = Blueprint(__name__)

# Every event needs these: they are imported while the function starts, when Lambda gives it the whole CPU.
NEEDED = (aws_libraries, object_stores, reconciling, work_queues)


@bp.schedule(Rate(15, unit=Rate.MINUTES))
@instrumented
def reconcile_incoming(_event: Any) -> None:
    count(Metric.INCOMING_LEFT_OVER, wiring.hub().reconcile_incoming().found)
