"""Parked messages: what could not be processed or trusted, and waits for a person."""

from __future__ import annotations

from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api import asked, schemas
from chalicelib.api.operations import Call, Result, operation
from chalicelib.api.paging import page_for
from chalicelib.api.rendering import render_parked
from chalicelib.domain.access import Action

bp = Blueprint(__name__)


@operation(
    bp,
    "GET",
    "/v1/parked",
    summary="List parked messages",
    action=Action.READ_PARKED,
    query=asked.ParkedWanted,
    answers={200: schemas.ParkedPage},
)
def list_parked(call: Call[asked.ParkedWanted, None]) -> Result:
    """A month's, newest first, each with the reason for which it waits."""
    ports = wiring.hub().ports
    month = call.query.month or f"{ports.now():%Y%m}"
    records, next_ = page_for(
        call, ("parked", month), lambda limit, start: ports.threads.list_parked(month, limit, start)
    )
    return Result(schemas.ParkedPage([render_parked(record) for record in records], next_))
