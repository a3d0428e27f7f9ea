"""Contacts: calls, letters and visits, which agents tell of."""

from __future__ import annotations

from http import HTTPStatus

from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api import asked, schemas
from chalicelib.api.operations import Call, Result, operation
from chalicelib.api.requests import LARGEST_POSTED_BODY
from chalicelib.api.sight import Sight
from chalicelib.api.uploads import whole_body
from chalicelib.domain.access import Action
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.errors import Conflict, KeyReused, NotFound, Unparsable
from chalicelib.metrics import Metric
from chalicelib.observability import count, record_error
from chalicelib.usecases.receive_posted_message import Answered

bp = Blueprint(__name__)


def _call_body() -> type:
    from chalicelib.channels.logged import LoggedCall

    return LoggedCall


def _letter_body() -> type:
    from chalicelib.channels.logged import LoggedLetter

    return LoggedLetter


def _visit_body() -> type:
    from chalicelib.channels.logged import LoggedVisit

    return LoggedVisit


@operation(
    bp,
    "POST",
    "/v1/calls",
    summary="Log a telephone call",
    action=Action.LOG_CONTACT,
    query=asked.ContactInbox,
    body=_call_body,
    answers={201: schemas.Posted, 202: schemas.PostedForLater},
    errors=(NotFound, Conflict, KeyReused, Unparsable),
)
def log_call(call: Call[asked.ContactInbox, object]) -> Result:
    """A call of theirs that was missed waits for an answer; one in which they were talked to has had it, unless
    `answer_owed`. A call of ours answers them only if it reached them. 202: kept, and in the thread within minutes.
    """
    return _log(call, Channel.PHONE)


@operation(
    bp,
    "POST",
    "/v1/letters",
    summary="Log a letter",
    action=Action.LOG_CONTACT,
    query=asked.ContactInbox,
    body=_letter_body,
    largest_body=LARGEST_POSTED_BODY,
    answers={201: schemas.Posted, 202: schemas.PostedForLater},
    errors=(NotFound, Conflict, KeyReused, Unparsable),
)
def log_letter(call: Call[asked.ContactInbox, object]) -> Result:
    """With its scan, whose pages are read afterwards. Whoever wrote it waits since `took_place_at`, the day on which it
    came. One that we posted (`outbound`) is an answer.
    """
    return _log(call, Channel.LETTER)


@operation(
    bp,
    "POST",
    "/v1/visits",
    summary="Log a visit",
    action=Action.LOG_CONTACT,
    query=asked.ContactInbox,
    body=_visit_body,
    answers={201: schemas.Posted, 202: schemas.PostedForLater},
    errors=(NotFound, Conflict, KeyReused, Unparsable),
)
def log_visit(call: Call[asked.ContactInbox, object]) -> Result:
    """They were talked to, so they have been answered, unless `answer_owed`."""
    return _log(call, Channel.IN_PERSON)


def _log(call: Call[asked.ContactInbox, object], channel: Channel) -> Result:
    Sight(call.principal).require_reference(getattr(call.body, "case", ""))
    logged = wiring.hub().log_contact(
        channel,
        whole_body(call, "scan") if channel is Channel.LETTER else call.raw_body,
        call.principal.subject,
        inbox=call.query.inbox or "",
        idempotency_key=call.idempotency_key,
    )
    count(Metric.MESSAGE_RECEIVED, by={"channel": channel.value, "outcome": logged.outcome})
    if isinstance(logged, Answered):
        return Result(schemas.Posted(logged.reference, logged.entry_id))
    if logged.error:
        record_error(logged.error)
    return Result(schemas.PostedForLater(logged.fingerprint), status=HTTPStatus.ACCEPTED)
