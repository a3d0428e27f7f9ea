"""Blocked senders: contact points that nobody wants to hear from."""

from __future__ import annotations

from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api import asked
from chalicelib.api.addresses import parse_point
from chalicelib.api.operations import Call, Result, operation
from chalicelib.domain.access import Action
from chalicelib.domain.errors import KeyReused

bp = Blueprint(__name__)


@operation(
    bp,
    "PUT",
    "/v1/blocked-senders",
    summary="Block a sender, or let them through again",
    action=Action.BLOCK_SENDER,
    body=lambda: asked.SenderBlock,
    answers={204: None},
    errors=(KeyReused,),
)
def block_sender(call: Call[asked.Nothing, asked.SenderBlock]) -> Result:
    """What comes from a blocked contact point is parked (`blocked_sender`), whoever owns it. What came before stays
    where it is.
    """
    point = parse_point(call.body.sender, "sender")
    wiring.hub().block_sender(point, call.principal.subject, call.body.why, blocked=call.body.blocked, once=call.once)
    return Result()
