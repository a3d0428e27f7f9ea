"""Lambda function `reconcile_incoming`: what stayed in `incoming/` goes through the normal way again."""

from __future__ import annotations

from typing import Any

from chalice import Blueprint, Rate

from chalicelib import wiring
from chalicelib.observability import count, instrumented

bp = Blueprint(__name__)


@bp.schedule(Rate(15, unit=Rate.MINUTES))
@instrumented
def reconcile_incoming(_event: Any) -> None:
    count("incoming_left_over", wiring.hub().reconcile_incoming())
