"""Parked messages: what could not be processed or trusted, and waits for a person to decide."""

from __future__ import annotations

from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api import asked, schemas
from chalicelib.api.addresses import parse_point
from chalicelib.api.customers import LINKS_LIVE_FOR
from chalicelib.api.operations import Call, Result, operation
from chalicelib.api.paging import MANY_WITHIN, Start, page_for, seal_next, start_of
from chalicelib.api.rendering import render_look, render_parked
from chalicelib.domain.access import Action
from chalicelib.domain.errors import Conflict, KeyReused, NotFound
from chalicelib.domain.messages import ParkedRecord
from chalicelib.domain.parking import Override, Release
from chalicelib.usecases.ports import Page

bp = Blueprint(__name__)

MOST_PAGES_SEARCHED = 5


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
    """A month's, newest first, each with the reason for which it waits. With `state` or `reason` a page may hold fewer
    than `limit`, or none, and still have a `next`.
    """
    ports = wiring.hub().ports
    wanted = call.query
    month = wanted.month or f"{ports.now():%Y%m}"

    def read(limit: int, start: Start) -> Page[ParkedRecord]:
        for _ in range(MOST_PAGES_SEARCHED):
            page = ports.threads.list_parked(month, limit, start)
            found = tuple(record for record in page.items if _is_wanted(record, wanted))
            if found or page.next is None:
                break
            start = page.next
        return Page(found, page.next)

    records, next_ = page_for(call, ("parked", month, str(wanted.state), str(wanted.reason)), read)
    return Result(schemas.ParkedPage([render_parked(record, call.base) for record in records], next_))


@operation(
    bp,
    "GET",
    "/v1/parked/waiting",
    summary="List parked messages that nobody has decided about",
    action=Action.READ_PARKED,
    query=asked.WaitingWanted,
    answers={200: schemas.WaitingPage},
)
def list_waiting(call: Call[asked.WaitingWanted, None]) -> Result:
    """Of every month, the oldest first. With `reason` a page may hold fewer than `limit`, or none, and still have a
    `next`. The list may lag behind decisions by moments.
    """
    threads = wiring.hub().ports.threads
    reason = call.query.reason
    items, next_ = page_for(call, ("waiting", str(reason)), threads.list_waiting)
    shown = [
        schemas.WaitingMessage(found.id, found.at, found.reason) for found in items if reason in (None, found.reason)
    ]
    return Result(schemas.WaitingPage(shown, next_))


@operation(
    bp,
    "GET",
    "/v1/parked/{parked_id}",
    summary="Look at a parked message",
    action=Action.READ_PARKED,
    query=asked.ParkedLook,
    answers={200: schemas.ParkedLook},
    errors=(NotFound,),
)
def look_at_parked(call: Call[asked.ParkedLook, None], parked_id: str) -> Result:
    """What can be read of it, as plain text, and a link that downloads its bytes for five minutes. Those of a virus are
    linked with `?override=virus` only.
    """
    overrides = frozenset({Override.VIRUS} if call.query.override else ())
    hub = wiring.hub()
    look = hub.look_at_parked(parked_id, overrides, LINKS_LIVE_FOR)
    return Result(render_look(look, call.base, hub.ports.now() + LINKS_LIVE_FOR))


@operation(
    bp,
    "POST",
    "/v1/parked/{parked_id}/release",
    summary="Release a parked message",
    action=Action.DECIDE_PARKED,
    body=lambda: asked.ParkedRelease,
    answers={200: schemas.Posted},
    errors=(NotFound, Conflict, KeyReused),
)
def release_parked(call: Call[asked.Nothing, asked.ParkedRelease], parked_id: str) -> Result:
    """It goes the normal way again, as it came and with what is overridden; the customer has been waiting since it
    came. Refused with `conflict` when it still may not pass, or was released before: the text says what is needed.
    """
    body = call.body
    release = Release(
        by=call.principal.subject,
        why=body.why,
        overrides=frozenset(body.overrides),
        sender=parse_point(body.sender, "sender") if body.sender else None,
        inbox=body.inbox or "",
    )
    to = wiring.hub().release_parked(parked_id, release, once=call.once)
    return Result(schemas.Posted(to.reference, to.entry_id))


@operation(
    bp,
    "POST",
    "/v1/parked/{parked_id}/discarding",
    summary="Discard a parked message",
    action=Action.DECIDE_PARKED,
    body=lambda: asked.ParkedDiscarding,
    answers={204: None},
    errors=(NotFound, Conflict, KeyReused),
)
def discard_parked(call: Call[asked.Nothing, asked.ParkedDiscarding], parked_id: str) -> Result:
    """It waits no more. Its bytes stay, and it can still be released."""
    wiring.hub().discard_parked(parked_id, call.principal.subject, call.body.why, once=call.once)
    return Result()


@operation(
    bp,
    "POST",
    "/v1/parked/decisions",
    summary="Decide about parked messages by reason",
    action=Action.DECIDE_PARKED,
    body=lambda: asked.ParkedBulk,
    answers={200: schemas.ParkedBulkResult},
    errors=(),
    keeps_answer=True,
)
def decide_parked(call: Call[asked.Nothing, asked.ParkedBulk]) -> Result:
    """Releases or discards those that wait for one reason, the oldest first, a few at a time: call it again with the
    `next` that it gives, until that is null, and once more from the beginning if some were left `out_of_time`.
    What was decided waits no more, so a repeated call without an Idempotency-Key decides about the rest.
    """
    hub = wiring.hub()
    body, by = call.body, call.principal.subject
    release = Release(by, body.why, frozenset(body.overrides))

    def decide(parked_id: str) -> None:
        if body.decision == "release":
            hub.release_parked(parked_id, release)
        else:
            hub.discard_parked(parked_id, by, body.why)

    scope = ("decisions", body.reason)
    start, until = start_of(call, scope, body.cursor), hub.ports.now() + MANY_WITHIN
    result = hub.decide_parked_in_bulk(body.reason, body.limit, start, decide, until)
    return Result(schemas.ParkedBulkResult(list(result.done), dict(result.left), seal_next(call, scope, result.next)))


def _is_wanted(record: ParkedRecord, wanted: asked.ParkedWanted) -> bool:
    return wanted.state in (None, record.release_state) and wanted.reason in (None, record.reason)
