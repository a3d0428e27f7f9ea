"""Messages of ours of which nobody knows whether they were sent: for a person who finds out."""

from __future__ import annotations

from collections.abc import Iterator

from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api import asked, schemas
from chalicelib.api.operations import Call, Result, operation
from chalicelib.api.paging import page_for
from chalicelib.api.rendering import render_unsettled
from chalicelib.api.sight import Sight
from chalicelib.domain.access import Action
from chalicelib.domain.cases import Case
from chalicelib.domain.principals import Principal
from chalicelib.domain.threads import Entry

bp = Blueprint(__name__)


@operation(
    bp,
    "GET",
    "/v1/deliveries/unknown",
    summary="List messages of which nobody knows whether they were sent",
    action=Action.READ_CASES,
    query=asked.UnsettledWanted,
    answers={200: schemas.UnsettledPage},
)
def list_unknown_deliveries(call: Call[asked.UnsettledWanted, None]) -> Result:
    """Of all teams, the earliest written first; each is settled by `links.settlement`. With `team`, or without cases of
    restricted kinds, a page may hold fewer than `limit`, or none, and still have a `next`. The list may lag behind by
    moments.
    """
    team = call.query.team
    entries, next_ = page_for(call, ("unsettled", str(team)), wiring.hub().ports.threads.list_unsettled)
    shown = [
        render_unsettled(entry, case, call.base)
        for entry, case in _open_to(call.principal, entries)
        if team in (None, case.team)
    ]
    return Result(schemas.UnsettledPage(shown, next_))


def _open_to(principal: Principal, entries: tuple[Entry, ...]) -> Iterator[tuple[Entry, Case]]:
    """With their cases, one read for each: they are few. Without those of restricted kinds of other teams."""
    sight, threads = Sight(principal), wiring.hub().ports.threads
    for entry in entries:
        case = threads.get_case(entry.customer_id, entry.case_id)
        if sight.sees(case):
            yield entry, case
