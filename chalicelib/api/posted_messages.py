"""Messages that are posted instead of sent: by a web form, open to everybody, or by an app for its logged-in user."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api import asked, schemas
from chalicelib.api.operations import NOBODY, Call, Result, operation
from chalicelib.api.requests import LARGEST_POSTED_BODY
from chalicelib.api.uploads import whole_body
from chalicelib.domain.access import Action
from chalicelib.domain.captcha import CaptchaFinding
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.errors import CaptchaRefused, KeyReused, NotFound, TooMany, Unparsable
from chalicelib.domain.principals import Principal
from chalicelib.metrics import Metric
from chalicelib.observability import count, record_error
from chalicelib.usecases.receive_posted_message import Answered

bp = Blueprint(__name__)

CAPTCHA_ANSWER = "captcha-answer"


def _form_body() -> type:
    from chalicelib.channels.web_form import PostedForm

    return PostedForm


def _app_body() -> type:
    from chalicelib.channels.app import AppMessage

    return AppMessage


@operation(
    bp,
    "POST",
    "/v1/forms/{inbox}/messages",
    summary="Post a web form",
    action=None,
    for_forms=True,
    has_check=True,
    body=_form_body,
    largest_body=LARGEST_POSTED_BODY,
    answers={201: schemas.PostedMessage, 202: schemas.PostedForLater},
    errors=(NotFound, KeyReused, Unparsable, CaptchaRefused, TooMany),
)
def post_form(call: Call[asked.Nothing, object], inbox: str) -> Result:
    """Open to everybody: the sender is believed no further than a stranger's mail is. 201: the message is in a case.
    202: it is kept and will be in a case within minutes; posting it again with the same Idempotency-Key asks after it.

    Where the form has a check (`GET /v1/forms/{inbox}`), `Captcha-Answer` says what the page was given for passing it.
    Without one the message is kept for a person to look at, and answered with 202.
    """
    return _post(call, Channel.WEB_FORM, inbox)


@operation(
    bp,
    "POST",
    "/v1/messages",
    summary="Post a message as the app's logged-in user",
    action=Action.POST_MESSAGE,
    query=asked.MessageTarget,
    body=_app_body,
    largest_body=LARGEST_POSTED_BODY,
    answers={201: schemas.PostedMessage, 202: schemas.PostedForLater},
    errors=(NotFound, KeyReused, Unparsable),
)
def post_message(call: Call[asked.MessageTarget, object]) -> Result:
    """`case` may name a case of the caller's own. 201 and 202 as for a web form.

    An address that the token says is verified is the caller's from then on; if it is another customer's, the two are
    one, unless something proved speaks against it.
    """
    result = _post(call, Channel.APP, call.query.inbox or _first_app_inbox())
    _adopt(call.principal)
    return result


def _post(call: Call[Any, object], channel: Channel, inbox: str) -> Result:
    return take_in(call, channel, inbox, "" if call.principal is NOBODY else call.principal.id)


def take_in(call: Call[Any, object], channel: Channel, inbox: str, principal: str) -> Result:
    """`principal`: who posts, as the receipt says it."""
    body = whole_body(call, "attachments", inbox if channel is Channel.WEB_FORM else "")
    try:
        posted = wiring.hub().receive_posted_message(
            channel,
            inbox,
            body,
            principal=principal,
            idempotency_key=call.idempotency_key,
            captcha_answer=call.headers.get(CAPTCHA_ANSWER, ""),
        )
    except CaptchaRefused:
        count(Metric.CAPTCHA, by={"finding": CaptchaFinding.REFUSED})
        raise
    if posted.captcha:
        count(Metric.CAPTCHA, by={"finding": posted.captcha})
    count(Metric.MESSAGE_RECEIVED, by={"channel": str(channel), "outcome": posted.outcome})
    if isinstance(posted, Answered):
        return Result(schemas.PostedMessage(posted.reference, posted.entry_id, posted.answer_by))
    if posted.error:
        record_error(posted.error)
    return Result(schemas.PostedForLater(posted.fingerprint), status=HTTPStatus.ACCEPTED)


def _adopt(principal: Principal) -> None:
    """After the message is kept, and nothing that happens here can take that back: the next message tries again."""
    if not principal.email and not principal.phone:
        return
    from chalicelib.content.addresses import email_point, phone_point  # large, and rarely needed

    # A telephone number of a token is E.164 (OpenID Connect Core 5.1), so no country is needed to read it.
    points = (email_point(principal.email), phone_point(principal.phone, "ZZ") if principal.phone else None)
    try:
        wiring.hub().adopt_proved_points(principal.id, [point for point in points if point])
    except Exception as error:  # noqa: BLE001  # as above
        record_error(error)


def _first_app_inbox() -> str:
    for inbox in wiring.hub().ports.configuration.current().inboxes:
        if inbox.channel is Channel.APP:
            return inbox.name
    raise NotFound("There is no inbox for the app.", field="inbox")
