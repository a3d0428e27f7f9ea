"""Broadcasts: how far one is, what became of each recipient, and a hand on its switch."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api import asked, broadcast_schemas
from chalicelib.api.addresses import parse_point
from chalicelib.api.operations import Call, Result, operation
from chalicelib.api.paging import MANY_WITHIN, page_for, seal_next, start_of
from chalicelib.api.sight import Sight
from chalicelib.domain.access import Action
from chalicelib.domain.broadcasts import Broadcast, BroadcastStatus, Recipient, price_of
from chalicelib.domain.errors import Conflict, InvalidInput, KeyReused, NotFound
from chalicelib.domain.identifiers import parse_case_reference
from chalicelib.domain.reachability import Purpose
from chalicelib.domain.templates import Wording
from chalicelib.domain.threads import Entry

bp = Blueprint(__name__)


@operation(
    bp,
    "GET",
    "/v1/broadcasts",
    summary="List broadcasts",
    action=Action.BROADCAST,
    query=asked.PageWanted,
    answers={200: broadcast_schemas.BroadcastPage},
)
def list_broadcasts(call: Call[asked.PageWanted, None]) -> Result:
    found, next_ = page_for(call, ("broadcasts",), wiring.hub().ports.threads.list_broadcasts)
    return Result(broadcast_schemas.BroadcastPage([_rendered(one, call.base) for one in found], next_))


@operation(
    bp,
    "POST",
    "/v1/broadcasts",
    summary="Prepare one message to many",
    action=Action.BROADCAST,
    body=lambda: broadcast_schemas.NewBroadcast,
    answers={201: broadcast_schemas.BroadcastMade},
    answer_headers=("Location",),
    errors=(KeyReused,),
)
def prepare_broadcast(call: Call[asked.Nothing, broadcast_schemas.NewBroadcast]) -> Result:
    """A draft: nothing is sent until it is started, and it is started only after a dry run."""
    from chalicelib.usecases.prepare_broadcast import Planned

    body = call.body
    if bool(body.wordings) == bool(body.template):
        raise InvalidInput("Give either `wordings` or `template`.", field="wordings")
    wordings = wordings_in(body.wordings)
    purpose = Purpose(body.purpose)
    planned = Planned(body.title, body.inbox, purpose, wordings, body.template or "", body.urgent or "")
    id_ = wiring.hub().prepare_broadcast(planned, call.principal.subject, once=call.once)
    return Result(broadcast_schemas.BroadcastMade(id_), {"Location": f"{call.base}/v1/broadcasts/{id_}"})


@operation(
    bp,
    "POST",
    "/v1/broadcasts/{broadcast_id}/recipients",
    summary="Add recipients to a broadcast",
    action=Action.BROADCAST,
    body=lambda: broadcast_schemas.MoreRecipients,
    answers={200: broadcast_schemas.RecipientsAdded},
    errors=(NotFound, Conflict),
    keeps_answer=True,
)
def add_recipients(call: Call[asked.Nothing, broadcast_schemas.MoreRecipients], broadcast_id: str) -> Result:
    """Each customer once, however they are named. Repeating it changes nothing."""
    from chalicelib.usecases.prepare_broadcast import Named

    prepare, body = wiring.hub().prepare_broadcast, call.body
    named = [*body.customers, *body.contact_points, *body.cases]
    if sum(map(bool, (named, body.team, body.incident))) != 1:
        raise InvalidInput("Say who: by name, of a `team`, or of an `incident`.", field="customers")
    list_ = ("add", broadcast_id, body.team or "", body.incident or "")
    start = start_of(call, list_, body.cursor)
    if body.team:
        added = prepare.add_from_team(broadcast_id, body.team, start)
    elif body.incident:
        added = prepare.add_from_incident(broadcast_id, body.incident, start)
    else:
        points = [parse_point(point, f"contact_points[{at}]") for at, point in enumerate(body.contact_points)]
        added = prepare.add(broadcast_id, Named(body.customers, points, body.cases))
    return Result(broadcast_schemas.RecipientsAdded(added.added, dict(added.left), seal_next(call, list_, added.next)))


@operation(
    bp,
    "POST",
    "/v1/broadcasts/{broadcast_id}/dry-run",
    summary="See what would become of a broadcast",
    action=Action.BROADCAST,
    answers={200: broadcast_schemas.Estimate},
    errors=(NotFound, Conflict),
    keeps_answer=True,
)
def try_broadcast(_call: Call[asked.Nothing, None], broadcast_id: str) -> Result:
    """Nobody is written to. It looks at as many recipients as there is time for; call it until it is `complete`. Who is
    added afterwards makes it begin anew.
    """
    ports = wiring.hub().ports
    broadcast = wiring.hub().prepare_broadcast.dry_run(broadcast_id, ports.now() + MANY_WITHIN)
    rules = ports.configuration.current().broadcasts
    price = price_of(broadcast.estimate, rules)
    counts = _by_state(broadcast.estimate)
    return Result(
        broadcast_schemas.Estimate(
            complete=broadcast.looked_at == broadcast.chosen,
            chosen=broadcast.chosen,
            looked_at=broadcast.looked_at,
            told=counts["told"],
            left_out=counts["left_out"],
            segments=counts["segments"],
            price=None if price is None else f"{price:f}",
            currency=rules.currency or None,
        )
    )


@operation(
    bp,
    "GET",
    "/v1/broadcasts/{broadcast_id}",
    summary="Read a broadcast",
    action=Action.BROADCAST,
    answers={200: broadcast_schemas.Broadcast},
    errors=(NotFound,),
)
def read_broadcast(call: Call[asked.Nothing, None], broadcast_id: str) -> Result:
    """With its progress, which is exact at every moment."""
    return Result(_rendered(wiring.hub().ports.threads.get_broadcast(broadcast_id), call.base))


@operation(
    bp,
    "GET",
    "/v1/broadcasts/{broadcast_id}/recipients",
    summary="List the recipients of a broadcast",
    action=Action.BROADCAST,
    query=asked.PageWanted,
    answers={200: broadcast_schemas.RecipientPage},
    errors=(NotFound,),
)
def list_recipients(call: Call[asked.PageWanted, None], broadcast_id: str) -> Result:
    """With what became of each."""
    return listed_recipients(call, wiring.hub().ports.threads.get_broadcast(broadcast_id).recipients)


@operation(
    bp,
    "PUT",
    "/v1/broadcasts/{broadcast_id}/status",
    summary="Start, pause, go on with or stop a broadcast",
    action=Action.BROADCAST,
    body=lambda: broadcast_schemas.NewStatus,
    answers={204: None},
    errors=(NotFound, Conflict, KeyReused),
)
def direct_broadcast(call: Call[asked.Nothing, broadcast_schemas.NewStatus], broadcast_id: str) -> Result:
    """It holds when this is answered: nobody gets a message of it after that. What is on its way goes on. Stopped is
    for good.
    """
    status = BroadcastStatus(call.body.status)
    wiring.hub().direct_broadcast(broadcast_id, status, call.principal.subject, once=call.once)
    return Result()


def listed_recipients(call: Call[asked.PageWanted, Any], recipients: str) -> Result:
    """A page of a list, with the deliveries of those who were told: two round trips. Where kinds are restricted each
    case is read, and those that the caller may not see are left out.
    """
    threads, list_ = wiring.hub().ports.threads, ("recipients", recipients)
    start = start_of(call, list_, call.query.cursor) or {}
    rows = threads.list_recipients(recipients, call.query.limit + 1, start.get("after", ""))
    shown = rows[: call.query.limit]
    more = {"after": shown[-1].id} if len(rows) > len(shown) else None
    names = [(customer_id, entry_id) for row in shown if row.entry for customer_id, entry_id in [_name(row)]]
    entries = {entry.id: entry for entry in threads.find_entries(names)} if names else {}
    sight = Sight(call.principal)
    seen = [row for row in shown if parse_case_reference(row.id) is None or sight.sees_reference(row.id)]
    rendered = [_recipient(row, entries.get(_name(row)[1]), call.base) for row in seen]
    return Result(broadcast_schemas.RecipientPage(rendered, seal_next(call, list_, more)))


def progress_of(broadcast: Broadcast, base: str) -> broadcast_schemas.Progress:
    counts = _by_state(broadcast.counts)
    self_ = f"{base}/v1/broadcasts/{broadcast.id}"
    return broadcast_schemas.Progress(
        id=broadcast.id,
        status=broadcast.status,
        chosen=broadcast.chosen,
        waiting=broadcast.waiting,
        told=counts["told"],
        left_out=counts["left_out"],
        deliveries=dict(broadcast.deliveries),
        links={"self": self_, "recipients": f"{self_}/recipients"},
    )


def _by_state(counted: Mapping[str, int]) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = {"told": {}, "left_out": {}, "segments": {}}
    for name, number in sorted(counted.items()):
        state, _, detail = name.partition(":")
        if detail:
            counts[state][detail] = number
    return counts


def wordings_in(said: Mapping[str, broadcast_schemas.NewWording]) -> Mapping[str, Wording]:
    return MappingProxyType({language: Wording(one.subject or "", one.text) for language, one in said.items()})


def _rendered(broadcast: Broadcast, base: str) -> broadcast_schemas.Broadcast:
    return broadcast_schemas.Broadcast(
        title=broadcast.title,
        wordings={
            language: broadcast_schemas.Wording(one.text, one.subject or None)
            for language, one in broadcast.wordings.items()
        },
        incident=broadcast.incident or None,
        purpose=broadcast.purpose,
        inbox=broadcast.inbox or None,
        urgent=broadcast.urgent or None,
        created_at=broadcast.created_at,
        by=broadcast.by,
        changed_at=broadcast.changed_at,
        changed_by=broadcast.changed_by or None,
        progress=progress_of(broadcast, base),
    )


def _name(row: Recipient) -> tuple[str, str]:
    customer_id, _, entry_id = row.entry.partition("/")
    return customer_id, entry_id


def _recipient(row: Recipient, entry: Entry | None, base: str) -> broadcast_schemas.Recipient:
    customer_id, entry_id = _name(row)
    return broadcast_schemas.Recipient(
        id=row.id,
        state=row.state,
        reason=row.reason or None,
        channel=row.channel or None,
        at=row.at,
        delivery=entry.delivery.status if entry and entry.delivery else None,
        links={"entry": f"{base}/v1/customers/{customer_id}/entries/{entry_id}"} if row.entry else {},
    )
