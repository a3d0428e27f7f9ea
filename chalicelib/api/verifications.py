"""Proving a contact point: by the app's logged-in user, or by whoever filled in a web form."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus

from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api import asked, verification_schemas
from chalicelib.api.operations import Call, Result, operation
from chalicelib.domain.access import Action
from chalicelib.domain.configuration import Inbox
from chalicelib.domain.contact_points import Channel, ContactPoint, PointKind
from chalicelib.domain.errors import InvalidInput, KeyReused, NotFound, NoWayToReach, TooMany, WrongCode
from chalicelib.domain.identifiers import digest
from chalicelib.domain.verification import VALID_FOR

bp = Blueprint(__name__)

Started = Call[asked.Nothing, verification_schemas.PointToProve]


@operation(
    bp,
    "POST",
    "/v1/verifications",
    summary="Start proving a contact point of the app's user",
    action=Action.VERIFY_OWN_POINT,
    body=lambda: verification_schemas.PointToProve,
    answers={202: verification_schemas.VerificationStarted},
    errors=(NotFound, KeyReused, NoWayToReach, TooMany),
)
def start_verification(call: Started) -> Result:
    """A code goes to the address. Once proved it belongs to the user; if it is another customer's, the two are one."""
    inbox = next((one for one in _inboxes() if one.channel is Channel.APP), None)
    return _started(call, inbox, asked_by=call.principal.id, principal=call.principal.id)


@operation(
    bp,
    "POST",
    "/v1/forms/{inbox}/verifications",
    summary="Start proving a contact point given in a web form",
    action=None,
    for_forms=True,
    body=lambda: verification_schemas.PointToProve,
    answers={202: verification_schemas.VerificationStarted},
    errors=(NotFound, KeyReused, NoWayToReach, TooMany),
)
def start_form_verification(call: Started, inbox: str) -> Result:
    """Open to everybody, within limits per address, per caller and in all."""
    form = next((one for one in _inboxes() if one.channel is Channel.WEB_FORM and one.name == inbox), None)
    caller = f"form:{digest('caller', call.source).hex()[:32]}"
    return _started(replace(call, once=call.once and replace(call.once, principal=caller)), form, asked_by=caller)


@operation(
    bp,
    "POST",
    "/v1/verifications/{verification_id}/confirmation",
    summary="Give the code",
    action=None,
    for_forms=True,
    body=lambda: verification_schemas.CodeGiven,
    answers={200: verification_schemas.PointProved},
    errors=(WrongCode,),
)
def confirm_verification(call: Call[asked.Nothing, verification_schemas.CodeGiven], verification_id: str) -> Result:
    """Five tries, thirty minutes, one use. Needs no Idempotency-Key: the right code once more gets the same answer."""
    point = wiring.hub().confirm_verification(verification_id, call.body.code)
    return Result(verification_schemas.PointProved(str(point)))


def _started(call: Started, inbox: Inbox | None, *, asked_by: str, principal: str = "") -> Result:
    if inbox is None:
        raise NotFound("There is no such inbox.", field="inbox")
    id_ = wiring.hub().start_verification(
        _parse_point(call.body, inbox.country),
        inbox,
        asked_by=asked_by,
        principal=principal,
        language=call.body.language or "",
        once=call.once,
    )
    body = verification_schemas.VerificationStarted(id_, int(VALID_FOR.total_seconds()))
    return Result(body, status=HTTPStatus.ACCEPTED)


def _parse_point(wanted: verification_schemas.PointToProve, country: str) -> ContactPoint:
    from chalicelib.content.addresses import email_point, phone_point  # numbering plans: large, and rarely needed

    is_mail = PointKind(wanted.kind) is PointKind.EMAIL
    point = email_point(wanted.value) if is_mail else phone_point(wanted.value, country)
    if point is None:
        raise InvalidInput("This is not an address of that kind.", field="value")
    return point


def _inboxes() -> tuple[Inbox, ...]:
    return wiring.hub().ports.configuration.current().inboxes
