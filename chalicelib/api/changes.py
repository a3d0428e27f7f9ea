"""What has changed since somebody looked: the feed, for tools that show cases and threads as they grow."""

from __future__ import annotations

from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api import own_schemas, reading_schemas, schemas
from chalicelib.api.cursors import open_cursor, seal_cursor
from chalicelib.api.operations import Call, Result, operation
from chalicelib.api.own_rendering import render_own_change
from chalicelib.api.sight import Sight
from chalicelib.domain.access import Action
from chalicelib.domain.cases import CaseStatus
from chalicelib.domain.feed import AGENTS, BEGINNING, KEPT_FOR, FeedKind, FeedRow, place_of

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
    last = page.items[-1]
    # The row behind it may be as old, and goes when this one does.
    kept_for = last.at + KEPT_FOR - ports.now() if page.next else KEPT_FOR
    next_ = seal_cursor(key, scope, {_PLACE: last.place}, ports.now(), kept_for)
    rows = [row for row in page.items if wanted.presence or row.kind is not FeedKind.PRESENCE]
    changes = [_change(row, call.base) for row in Sight(call.principal).within(rows)]
    return Result(schemas.ChangePage(changes, next_, more=page.next is not None))


@operation(
    bp,
    "GET",
    "/v1/me/changes",
    summary="Follow what changes in the own thread",
    action=Action.READ_OWN_THREAD,
    query=own_schemas.OwnChangesWanted,
    answers={200: own_schemas.OwnChangePage},
)
def list_own_changes(call: Call[own_schemas.OwnChangesWanted, None]) -> Result:
    """Without `since` only where the feed stands now. Then what is new or another than before, of what the user may
    read in the own thread and of the own cases, as it is now. A cursor is good for 14 days.
    """
    hub, wanted, me = wiring.hub(), call.query, call.principal.id
    now, key, scope = hub.ports.now(), hub.ports.secrets.cursor_key, (me, "own changes")
    if wanted.since is None:
        told = hub.follow_own_thread.begin(me)
    else:
        place = open_cursor(key, scope, wanted.since, now, field="since")
        told = hub.follow_own_thread.since(me, place, wanted.limit)
    changes = [render_own_change(change, call.base, now) for change in told.changes]
    return Result(
        own_schemas.OwnChangePage(changes, seal_cursor(key, scope, told.place, now, told.good_until - now), told.more)
    )


def _change(row: FeedRow, base: str) -> schemas.Change:
    customer = f"{base}/v1/customers/{row.customer_id}"
    links = {"thread": f"{customer}/thread"}
    if row.entry_id:
        links["entry"] = f"{customer}/entries/{row.entry_id}"
    if row.reference:
        links["case"] = f"{base}/v1/cases/{row.reference}"
    if row.kind is FeedKind.PRESENCE:
        links["presence"] = f"{base}/v1/cases/{row.reference}/presence"
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
