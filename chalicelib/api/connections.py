"""Tickets for connections over which a client hears that its feed has grown."""

from __future__ import annotations

from collections.abc import Sequence

from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api import asked, schemas
from chalicelib.api.operations import Call, Result, operation
from chalicelib.domain.access import Action
from chalicelib.domain.connections import PROTOCOL
from chalicelib.domain.errors import Conflict, NotFound
from chalicelib.domain.feed import AGENTS
from chalicelib.domain.principals import Principal

bp = Blueprint(__name__)


@operation(
    bp,
    "POST",
    "/v1/connections",
    summary="Get a ticket for a connection that tells of changes",
    action=Action.READ_CASES,
    answers={201: schemas.ConnectionTicket},
    errors=(NotFound,),
)
def open_connection(call: Call[asked.Nothing, None]) -> Result:
    """It opens one WebSocket, within a minute. Over it comes `{"type":"changes"}` whenever there is something to ask
    `GET /v1/changes` for.
    """
    return _ticket(call.principal, (AGENTS,))


@operation(
    bp,
    "POST",
    "/v1/me/connections",
    summary="Get a ticket for a connection that tells of changes in the own thread",
    action=Action.READ_OWN_THREAD,
    answers={201: schemas.ConnectionTicket},
    errors=(NotFound, Conflict),
)
def open_own_connection(call: Call[asked.Nothing, None]) -> Result:
    """The same for `GET /v1/me/changes`, for whom that has been asked once: else nothing is written to hear of."""
    oneself = wiring.hub().read_own_thread.find_oneself(call.principal.id)
    if oneself is None:
        raise Conflict("There is nothing to follow yet: this login has written nothing so far.")
    return _ticket(call.principal, oneself.family)


def _ticket(principal: Principal, feeds: Sequence[str]) -> Result:
    hub = wiring.hub()
    url = hub.ports.settings.live_url
    if not url:
        raise NotFound("Nothing is pushed here. Ask for the changes every few seconds.")
    sealed, ticket = hub.open_connection.ticket_for(principal, feeds)
    return Result(schemas.ConnectionTicket(url, [PROTOCOL, sealed], ticket.use_before, ticket.ends_at))
