"""Cases: the agents' lists, one case, and what an agent does with it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api import answer_schemas, asked, contact_schemas, reading_schemas, schemas
from chalicelib.api.answer_rendering import render_preview
from chalicelib.api.operations import Call, Result, operation
from chalicelib.api.paging import page_for, seal_next, start_of
from chalicelib.api.rendering import render_case, render_case_in_list, render_reply, render_thread
from chalicelib.api.requests import LARGEST_POSTED_BODY
from chalicelib.api.sight import Sight, shown_of
from chalicelib.api.sparse import FieldsWanted
from chalicelib.api.task_destinations import parse_destination
from chalicelib.api.uploads import data_of
from chalicelib.domain.access import Action
from chalicelib.domain.errors import (
    AnswerOwed,
    Conflict,
    ContactRefused,
    InvalidInput,
    KeyReused,
    MayNotSee,
    NewerMessage,
    NotFound,
    NoWayToReach,
    PromiseOwed,
    TaskOpen,
)
from chalicelib.domain.mentions import Mentioned
from chalicelib.domain.messages import Attachment
from chalicelib.domain.principals import Principal
from chalicelib.domain.tasks import TaskKind
from chalicelib.domain.uploads import require_small
from chalicelib.usecases.answer import Answer, StoredFile
from chalicelib.usecases.answer_by_task import KINDS
from chalicelib.usecases.case_changes import Seen
from chalicelib.usecases.find_case import get_case_by_reference
from chalicelib.usecases.ports import closed_in, unassigned_in
from chalicelib.usecases.read_case_thread import newest_of_case, oldest_of_case

bp = Blueprint(__name__)

ME = "me"


@operation(
    bp,
    "GET",
    "/v1/cases",
    summary="List open cases",
    action=Action.READ_CASES,
    query=reading_schemas.CasesWanted,
    answers={200: schemas.CasePage},
    items="cases",
    errors=(NotFound,),
)
def list_cases(call: Call[reading_schemas.CasesWanted, None]) -> Result:
    """By urgency (`?order=urgency&team=care`), by assignee (`?assignee=me`), those that nobody has taken
    (`?unassigned_in=care`), or those that a team closed in a month (`?team=care&status=closed`). Cases of restricted
    kinds only for agents of the team: a page may have fewer without them.
    """
    threads = wiring.hub().ports.threads
    wanted = call.query
    named = [name for name in ("team", "assignee", "unassigned_in") if getattr(wanted, name) is not None]
    if len(named) != 1:
        raise InvalidInput("Say which list: one of team, assignee, unassigned_in.", field="team")
    if wanted.order and (not wanted.team or wanted.status == "closed"):
        raise InvalidInput("The list by urgency is a team's, of open cases.", field="order")
    if wanted.status == "closed" and not wanted.team:
        raise InvalidInput("The list of closed cases is a team's.", field="status")
    if wanted.month and wanted.status != "closed":
        raise InvalidInput("Only closed cases are listed by month.", field="month")
    if wanted.team and wanted.status == "open":
        require_team(wanted.team)
        team = wanted.team
        cases, next_ = page_for(call, ("urgent", team), lambda limit, start: threads.list_urgent(team, limit, start))
    else:
        owner = _worklist(wanted, call.principal)
        cases, next_ = page_for(
            call, ("worklist", owner), lambda limit, start: threads.list_worklist(owner, limit, start)
        )
    shown = Sight(call.principal).cases(cases)
    return Result(schemas.CasePage([render_case_in_list(case, call.base) for case in shown], next_))


@operation(
    bp,
    "GET",
    "/v1/cases/{reference}",
    summary="Read a case",
    action=Action.READ_CASES,
    query=FieldsWanted,
    answers={200: schemas.Case},
    answer_headers=("ETag",),
    errors=(NotFound,),
)
def read_case(call: Call[FieldsWanted, None], reference: str) -> Result:
    """The ETag is the case's version; send it back as If-Match to change only what you have seen."""
    case = get_case_by_reference(wiring.hub().ports.threads, reference)
    return Result(render_case(case, call.base), {"ETag": f'"{case.version}"'})


@operation(
    bp,
    "GET",
    "/v1/cases/{reference}/thread",
    summary="Read a case's part of the thread",
    action=Action.READ_CASES,
    query=reading_schemas.ThreadWanted,
    answers={200: schemas.ThreadPage},
    items="entries",
    errors=(NotFound,),
)
def read_case_thread(call: Call[reading_schemas.ThreadWanted, None], reference: str) -> Result:
    """As a customer's thread, with the entries of this case alone. A page may have fewer entries than `limit`, also
    none, while `next` says that more follow.
    """
    threads, wanted = wiring.hub().ports.threads, call.query
    case = get_case_by_reference(threads, reference)
    list_ = ("case thread", case.customer_id, case.id, *wanted.direction)
    start = start_of(call, list_, wanted.cursor)
    if wanted.is_forward:
        page = oldest_of_case(threads, case, wanted.limit, (start or {}).get("after") or wanted.since or "")
    else:
        page = newest_of_case(threads, case, wanted.limit, start)
    shown = shown_of(call.principal, page.items, second_copies=wanted.second_copies)
    return Result(schemas.ThreadPage(render_thread(shown, call.base), seal_next(call, list_, page.next)))


@operation(
    bp,
    "PUT",
    "/v1/cases/{reference}/assignment",
    summary="Assign a case, or give it back to its team",
    action=Action.CHANGE_CASE,
    body=lambda: asked.Assignment,
    versioned=True,
    answers={204: None},
    errors=(NotFound, Conflict, KeyReused),
)
def assign_case(call: Call[asked.Nothing, asked.Assignment], reference: str) -> Result:
    wiring.hub().assign_case(
        reference,
        call.principal.subject,
        agent_named(call.body.assignee or "", call.principal),
        seen=Seen(version=call.version),
        once=call.once,
    )
    return Result()


@operation(
    bp,
    "POST",
    "/v1/cases/{reference}/notes",
    summary="Add a note for colleagues",
    action=Action.CHANGE_CASE,
    body=lambda: asked.NewNote,
    answers={201: schemas.EntryMade},
    answer_headers=("Location",),
    errors=(NotFound, MayNotSee, KeyReused),
)
def add_note(call: Call[asked.Nothing, asked.NewNote], reference: str) -> Result:
    """A note never leaves the house and moves no clock; If-Match does not apply to it. Whom it mentions finds it under
    `/v1/mentions`, and hears of it by mail where their address is known. `may_not_see`: somebody of them may not see
    the case, which is of a restricted kind.
    """
    customer_id = _customer_of(reference)
    mentions = call.body.mentions
    entry_id = wiring.hub().add_note(
        reference,
        call.principal.subject,
        call.body.text,
        Mentioned(tuple(mentions.agents), tuple(mentions.teams)),
        once=call.once,
    )
    return _made(call, customer_id, entry_id)


@operation(
    bp,
    "POST",
    "/v1/cases/{reference}/replies",
    summary="Answer the customer",
    action=Action.ANSWER,
    body=lambda: asked.NewReply,
    largest_body=LARGEST_POSTED_BODY,
    versioned=True,
    answers={201: contact_schemas.ReplyMade},
    answer_headers=("Location",),
    errors=(NotFound, Conflict, NewerMessage, KeyReused, NoWayToReach, ContactRefused),
)
def reply_to_customer(call: Call[asked.Nothing, asked.NewReply], reference: str) -> Result:
    """The answer is kept and queued; the entry tells how far it got. By telephone or letter it becomes a task. What
    could not be sent as it is, is refused before anything is queued, with the field that is to be corrected.
    `contact_refused`: the contact policy forbids the channel that you chose, and says why.
    """
    reply = call.body
    customer_id = _customer_of(reference)
    _require_files(call.principal, customer_id, reply)
    answer = replace(
        _answer_in(call.principal, reply),
        stays_with_us=reply.stays_with_us,
        keeps=tuple(reply.keeps),
        urgent=reply.urgent or "",
    )
    kept = wiring.hub().reply_to_customer.keep(
        reference,
        call.principal.subject,
        answer,
        seen=Seen(call.version, reply.messages_read, reply.version_read, reply.force),
        once=call.once,
    )
    made = render_reply(kept)
    return Result(made, _made(call, customer_id, kept.entry_id).headers)


@operation(
    bp,
    "DELETE",
    "/v1/cases/{reference}/replies/{entry_id}",
    summary="Take an answer back before it leaves",
    action=Action.ANSWER,
    answers={204: None},
    errors=(NotFound, Conflict, KeyReused),
)
def take_back_answer(call: Call[asked.Nothing, None], reference: str, entry_id: str) -> Result:
    """As long as it is `queued`. Its entry stays, as `withdrawn`; clocks and promises are as before it."""
    wiring.hub().take_back_answer(reference, entry_id, call.principal.subject, once=call.once)
    return Result()


@operation(
    bp,
    "POST",
    "/v1/cases/{reference}/replies/{entry_id}/settlement",
    summary="Say what became of a message of which nobody knows whether it was sent",
    action=Action.ANSWER,
    body=lambda: asked.Settling,
    answers={204: None},
    errors=(NotFound, Conflict, KeyReused),
)
def settle_delivery(call: Call[asked.Nothing, asked.Settling], reference: str, entry_id: str) -> Result:
    """For what is `unknown`: it was `sent`, or `send_again`, and then it may arrive twice."""
    from chalicelib.usecases.settle_delivery import Settlement

    settlement = Settlement(call.body.outcome)
    wiring.hub().settle_delivery(reference, entry_id, call.principal.subject, settlement, once=call.once)
    return Result()


@operation(
    bp,
    "POST",
    "/v1/cases/{reference}/replies/preview",
    summary="See what an answer would be like",
    action=Action.ANSWER,
    body=lambda: asked.ReplyDraft,
    largest_body=LARGEST_POSTED_BODY,
    answers={200: answer_schemas.Preview},
    errors=(NotFound, NoWayToReach),
)
def preview_reply(call: Call[asked.Nothing, asked.ReplyDraft], reference: str) -> Result:
    """As it would arrive, where, and what to think of before it is sent. Nothing is written. What an answer would be
    refused for is refused here, too.
    """
    _require_files(call.principal, _customer_of(reference), call.body)
    preview = wiring.hub().reply_to_customer.preview(reference, _answer_in(call.principal, call.body))
    return Result(render_preview(preview))


@operation(
    bp,
    "POST",
    "/v1/cases/{reference}/closing",
    summary="Close a case",
    action=Action.CHANGE_CASE,
    body=lambda: asked.Closing,
    versioned=True,
    answers={204: None},
    errors=(NotFound, Conflict, NewerMessage, PromiseOwed, TaskOpen, AnswerOwed, KeyReused),
)
def close_case(call: Call[asked.Nothing, asked.Closing], reference: str) -> Result:
    """Closing what is closed changes nothing. A later message of the customer opens the case again."""
    wiring.hub().close_case(
        reference,
        call.principal.subject,
        seen=Seen(version=call.version, messages=call.body.messages_read),
        once=call.once,
    )
    return Result()


@operation(
    bp,
    "PUT",
    "/v1/cases/{reference}/spam",
    summary="Mark a case as spam, or undo that",
    action=Action.CHANGE_CASE,
    body=lambda: asked.SpamMark,
    versioned=True,
    answers={204: None},
    errors=(NotFound, Conflict, NewerMessage, KeyReused),
)
def mark_spam(call: Call[asked.Nothing, asked.SpamMark], reference: str) -> Result:
    """Spam is in no list, no clock runs and nothing is sent. Undone, the customer has been waiting all along."""
    body = call.body
    wiring.hub().mark_spam(
        reference,
        call.principal.subject,
        body.why,
        is_spam=body.spam,
        seen=Seen(version=call.version, messages=body.messages_read),
        once=call.once,
    )
    return Result()


def _require_files(caller: Principal, customer_id: str, draft: asked.ReplyDraft) -> None:
    """Files of the thread that the caller may not see are not there. Raises NotFound."""
    for file in draft.stored_attachments:
        Sight(caller).require_entry(customer_id, file.entry_id)


def _to(reply: asked.NewReply) -> str:
    """The number or the postal address of an answer that a person has to say or post."""
    kind = KINDS.get(reply.channel) if reply.channel else None
    if reply.to and kind is None:
        raise InvalidInput("Only an answer by `phone` or `letter` says where to.", field="to")
    if kind is TaskKind.LETTER and not reply.to:
        raise InvalidInput("A letter needs a postal address.", field="to")
    return parse_destination(kind, reply.to) if kind and reply.to else ""


def _worklist(wanted: reading_schemas.CasesWanted, caller: Principal) -> str:
    if wanted.team:
        require_team(wanted.team)
        return closed_in(wanted.team, wanted.month or f"{wiring.hub().ports.now():%Y%m}")
    if wanted.unassigned_in:
        require_team(wanted.unassigned_in)
        return unassigned_in(wanted.unassigned_in)
    return agent_named(wanted.assignee or "", caller)


def agent_named(name: str, caller: Principal) -> str:
    """`me` is the caller."""
    return caller.subject if name == ME else name


def require_team(name: str) -> None:
    """A mistyped name must not look like a team without work. Raises NotFound."""
    wiring.hub().ports.configuration.current().get_team(name)


def _customer_of(reference: str) -> str:
    """Asked before the write: after it, nothing may fail any more. Raises NotFound."""
    pointer = wiring.hub().ports.threads.find_pointer(reference)
    if pointer is None:
        raise NotFound()
    return pointer.customer_id


def _made(call: Call[Any, Any], customer_id: str, entry_id: str) -> Result:
    location = f"{call.base}/v1/customers/{customer_id}/entries/{entry_id}"
    return Result(schemas.EntryMade(entry_id), {"Location": location})


def _answer_in(caller: Principal, draft: asked.ReplyDraft) -> Answer:
    files: list[Attachment] = []
    for number, file in enumerate(draft.attachments):
        files.append(_attachment(caller, file, number))
        require_small([len(known.data) for known in files])  # before another one is read
    stored = tuple(StoredFile(file.entry_id, file.sha256) for file in draft.stored_attachments)
    return Answer(
        text=draft.text or "",
        channel=draft.channel,
        subject=draft.subject or "",
        template=draft.template or "",
        language=draft.language or "",
        to=_to(draft),
        files=tuple(files),
        stored_files=stored,
    )


def _attachment(caller: Principal, file: asked.NewFile, number: int) -> Attachment:
    """An upload is looked at when it is named: what was said of it, was said before it was there. Raises NotFound,
    TooLarge.
    """
    if not file.upload:
        return Attachment(file.name, file.content_type.lower(), file.data_base64 or b"")
    from chalicelib.content.file_types import honest_type  # few answers name one

    data = data_of(caller.id, file.upload, f"attachments[{number}].upload")
    return Attachment(file.name, honest_type(file.content_type.lower(), data), data)
