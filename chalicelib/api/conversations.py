"""Going on with a case in the form of a web site, once the address given in it is proved."""

from __future__ import annotations

from http import HTTPStatus

from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api import asked, schemas
from chalicelib.api import conversation_schemas as shapes
from chalicelib.api.customers import link_to_file
from chalicelib.api.operations import Call, Result, operation
from chalicelib.api.posted_messages import take_in
from chalicelib.api.requests import LARGEST_POSTED_BODY
from chalicelib.domain.cases import CaseStatus
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.conversations import Conversation
from chalicelib.domain.errors import KeyReused, NotFound, TooMany, Unauthenticated, Unparsable, WrongCode
from chalicelib.domain.threads import Entry, EntryKind

bp = Blueprint(__name__)

_SCHEME = "Bearer "


def _message_body() -> type:
    from chalicelib.channels.web_form import PostedInConversation

    return PostedInConversation


@operation(
    bp,
    "POST",
    "/v1/forms/{inbox}/conversations",
    summary="Go on with a case in the form",
    action=None,
    for_forms=True,
    body=lambda: shapes.BeginConversation,
    answers={201: shapes.ConversationBegun},
    errors=(NotFound, WrongCode),
)
def begin_conversation(call: Call[asked.Nothing, shapes.BeginConversation], inbox: str) -> Result:
    """For whoever posted a message and gives the code that went to its address: that proves the address, too, as the
    confirmation of a verification does. Needs no Idempotency-Key: the right code once more gets another token.
    """
    asked_for = call.body
    begun = wiring.hub().converse_in_form.begin(inbox, asked_for.posted_under, asked_for.verification, asked_for.code)
    body = shapes.ConversationBegun(begun.token, begun.reference, begun.until)
    return Result(body, status=HTTPStatus.CREATED)


@operation(
    bp,
    "GET",
    "/v1/forms/{inbox}/conversation",
    summary="Read the case that is gone on with in the form",
    action=None,
    for_forms=True,
    answers={200: shapes.ConversationRead},
    errors=(NotFound, Unauthenticated),
)
def read_conversation(call: Call[asked.Nothing, None], inbox: str) -> Result:
    """Of that one case: the message with which it began, what was written on in the form, and what went to the proved
    address or surely came from it.
    """
    read = wiring.hub().converse_in_form.read(_conversation(call, inbox))
    status = "closed" if read.case.status is CaseStatus.CLOSED else "open"
    entries = [_rendered(entry, f"{call.base}/v1/forms/{inbox}/conversation") for entry in read.entries]
    return Result(shapes.ConversationRead(read.case.reference, status, read.answer_by, entries))


@operation(
    bp,
    "GET",
    "/v1/forms/{inbox}/conversation/{entry_id}/attachments/{sha256}",
    summary="Get a link to a file of the case that is gone on with in the form",
    action=None,
    for_forms=True,
    answers={200: schemas.Download},
    errors=(NotFound, Unauthenticated),
)
def link_in_conversation(call: Call[asked.Nothing, None], inbox: str, entry_id: str, sha256: str) -> Result:
    """Of an entry that can be read there. It is good for five minutes, for whoever has it, and always downloads."""
    entry = wiring.hub().converse_in_form.get_entry(_conversation(call, inbox), entry_id)
    return link_to_file(entry, sha256, entry.attachments)


@operation(
    bp,
    "POST",
    "/v1/forms/{inbox}/conversation/messages",
    summary="Write into the case that is gone on with in the form",
    action=None,
    for_forms=True,
    body=_message_body,
    largest_body=LARGEST_POSTED_BODY,
    answers={201: schemas.PostedMessage, 202: schemas.PostedForLater},
    errors=(NotFound, KeyReused, Unparsable, Unauthenticated, TooMany),
)
def post_in_conversation(call: Call[asked.Nothing, object], inbox: str) -> Result:
    """201 and 202 as for a web form; at most fifty a day. The case is the token's: no field names another."""
    conversation = _conversation(call, inbox)
    wiring.hub().converse_in_form.admit(conversation)
    return take_in(call, Channel.WEB_FORM, inbox, conversation.writer)


def _conversation(call: Call[asked.Nothing, object], inbox: str) -> Conversation:
    given = call.headers.get("authorization", "")
    token = given[len(_SCHEME) :] if given.startswith(_SCHEME) else ""
    return wiring.hub().converse_in_form.find(token, inbox)


def _rendered(entry: Entry, here: str) -> shapes.ConversationEntry:
    return shapes.ConversationEntry(
        id=entry.id,
        at=entry.at,
        direction="in" if entry.kind is EntryKind.INBOUND else "out",
        channel=entry.channel,
        text=entry.text,
        files=[
            shapes.ConversationFile(file.name, file.size, f"{here}/{entry.id}/attachments/{file.sha256}")
            for file in entry.attachments
        ],
    )
