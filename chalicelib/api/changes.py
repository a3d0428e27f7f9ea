"""What has changed since somebody looked: the feed, for tools that show cases and threads as they grow."""

from __future__ import annotations

from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api import reading_schemas, schemas
from chalicelib.api.cursors import open_cursor, seal_cursor
from chalicelib.api.operations import Call, Result, operation
from chalicelib.api.sight import Sight
from chalicelib.domain.access import Action
from chalicelib.domain.cases import CaseStatus
from chalicelib.domain.feed import AGENTS, BEGINNING, KEPT_FOR, FeedRow, place_of

bp = Blueprint(__name__)

_PLACE = "place"


@operation(
    bp,
    "GET",
    "/v1/changes",
    summary="Follow what changes",
    action=Action.READ_CASES,
    is_audited=False,  # asked every few seconds, and it names cases by their ids alone
    query=reading_schemas.ChangesWanted,
    answers={200: schemas.ChangePage},
)
def list_changes(call: Call[reading_schemas.ChangesWanted, None]) -> Result:
    """Without `since` only where the feed stands now. A cursor is good for as long as the feed keeps what follows it:
    14 days.
    """
    ports, wanted = wiring.hub().ports, call.query
    scope, key = (call.principal.id, "changes"), ports.secrets.cursor_key
    if wanted.since is None:
        head = ports.threads.find_feed_head(AGENTS)
        place = place_of(head.number) if head else BEGINNING
        return Result(
            schemas.ChangePage([], seal_cursor(key, scope, {_PLACE: place}, ports.now(), KEPT_FOR), more=False)
        )
    place = open_cursor(key, scope, wanted.since, ports.now(), field="since")[_PLACE]
    page = ports.threads.list_feed(AGENTS, place, wanted.limit)
    if not page.items:
        return Result(schemas.ChangePage([], wanted.since, more=False))
    next_ = seal_cursor(key, scope, {_PLACE: page.items[-1].place}, ports.now(), KEPT_FOR)
    changes = [_change(row, call.base) for row in Sight(call.principal).within(page.items)]
    return Result(schemas.ChangePage(changes, next_, more=page.next is not None))


def _change(row: FeedRow, base: str) -> schemas.Change:
    customer = f"{base}/v1/customers/{row.customer_id}"
    links = {"thread": f"{customer}/thread"}
    if row.entry_id:
        links["entry"] = f"{customer}/entries/{row.entry_id}"
    if row.reference:
        links["case"] = f"{base}/v1/cases/{row.reference}"
    return schemas.Change(
        kind=row.kind,
        at=row.at,
        customer_id=row.customer_id,
        case_id=row.case_id or None,
        entry_id=row.entry_id or None,
        event=row.event or None,
        reference=row.reference or None,
        team=row.team or None,
        assignee=row.assignee or None,
        status=CaseStatus(row.status) if row.status else None,
        links=links,
    )
