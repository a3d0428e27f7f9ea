"""Tasks: what a person is to do outside of the hub for a case, in the lists of calls and letters of each team."""

from __future__ import annotations

from datetime import UTC, datetime

from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api import asked, task_schemas
from chalicelib.api.operations import Call, Result, operation
from chalicelib.api.paging import page_for
from chalicelib.api.rendering import render_listed_task
from chalicelib.api.sight import Sight
from chalicelib.api.task_destinations import parse_destination
from chalicelib.domain.access import Action
from chalicelib.domain.errors import Conflict, InvalidInput, KeyReused, NewerMessage, NotFound
from chalicelib.domain.tasks import TaskKind, TaskState, Wish
from chalicelib.usecases.arrange_task import Arranged
from chalicelib.usecases.case_changes import Seen

bp = Blueprint(__name__)


@operation(
    bp,
    "GET",
    "/v1/teams/{team}/calls",
    summary="List the calls that a team has to make",
    action=Action.READ_CASES,
    query=asked.PageWanted,
    answers={200: task_schemas.TaskPage},
    errors=(NotFound,),
)
def list_calls(call: Call[asked.PageWanted, None], team: str) -> Result:
    """Those that are open, the earliest deadline first. Cases of restricted kinds only for agents of the team: a page
    may have fewer without them.
    """
    return _listed(call, team, TaskKind.CALL)


@operation(
    bp,
    "GET",
    "/v1/teams/{team}/letters",
    summary="List the letters that a team has to post",
    action=Action.READ_CASES,
    query=asked.PageWanted,
    answers={200: task_schemas.TaskPage},
    errors=(NotFound,),
)
def list_letters(call: Call[asked.PageWanted, None], team: str) -> Result:
    """Those that are open, the earliest deadline first. Cases of restricted kinds only for agents of the team: a page
    may have fewer without them.
    """
    return _listed(call, team, TaskKind.LETTER)


@operation(
    bp,
    "POST",
    "/v1/cases/{reference}/tasks",
    summary="Have a call made or a letter posted",
    action=Action.CHANGE_CASE,
    body=lambda: task_schemas.NewTask,
    versioned=True,
    answers={201: task_schemas.TaskMade},
    errors=(NotFound, Conflict, KeyReused),
)
def arrange_task(call: Call[asked.Nothing, task_schemas.NewTask], reference: str) -> Result:
    """It stands in the list of the case's team and is a clock of the case: the case is not closed over it."""
    body = call.body
    arranged = Arranged(body.kind, parse_destination(body.kind, body.to), body.about, _wish(body), _utc(body.due_at))
    task = wiring.hub().arrange_task(
        reference, call.principal.subject, arranged, seen=Seen(version=call.version), once=call.once
    )
    return Result(task_schemas.TaskMade(task))


@operation(
    bp,
    "POST",
    "/v1/cases/{reference}/tasks/{task_id}/attempts",
    summary="Say that a task was tried in vain",
    action=Action.CHANGE_CASE,
    body=lambda: task_schemas.NewAttempt,
    versioned=True,
    answers={204: None},
    errors=(NotFound, Conflict, KeyReused),
)
def try_task(call: Call[asked.Nothing, task_schemas.NewAttempt], reference: str, task_id: str) -> Result:
    """Its clock goes on. A call that is logged does the same by itself."""
    body = call.body
    wiring.hub().arrange_task.tried(
        reference,
        call.principal.subject,
        task_id,
        body.result,
        body.note,
        seen=Seen(version=call.version),
        once=call.once,
    )
    return Result()


@operation(
    bp,
    "PUT",
    "/v1/cases/{reference}/tasks/{task_id}",
    summary="Say that a task is done, given up or withdrawn, or has another time",
    action=Action.CHANGE_CASE,
    body=lambda: task_schemas.TaskChange,
    versioned=True,
    answers={204: None},
    errors=(NotFound, Conflict, NewerMessage, KeyReused),
)
def change_task(call: Call[asked.Nothing, task_schemas.TaskChange], reference: str, task_id: str) -> Result:
    """Done, it has answered the customer, unless `answer_owed`. A call that is logged does the same by itself."""
    tasks, body, agent = wiring.hub().arrange_task, call.body, call.principal.subject
    times = (body.since, body.until, body.due_at)
    if (body.outcome is None) is not any(times):
        raise InvalidInput("Give either an outcome or a time.", field="outcome")
    seen = Seen(version=call.version, messages=body.messages_read)
    if body.outcome is None:
        tasks.reschedule(reference, agent, task_id, _wish(body), _utc(body.due_at), seen=seen, once=call.once)
    elif body.outcome == "done":
        tasks.done(reference, agent, task_id, answer_owed=body.answer_owed, seen=seen, once=call.once)
    elif body.why is None:
        raise InvalidInput("Say why it is not done.", field="why")
    else:
        tasks.not_done(reference, agent, task_id, TaskState(body.outcome), body.why, seen=seen, once=call.once)
    return Result()


def _listed(call: Call[asked.PageWanted, None], team: str, kind: TaskKind) -> Result:
    ports = wiring.hub().ports
    ports.configuration.current().get_team(team)  # a mistyped name must not look like a team without work
    rows, next_ = page_for(
        call, ("tasks", team, kind), lambda limit, start: ports.threads.list_tasks(team, kind, limit, start)
    )
    shown = Sight(call.principal).cases(rows)
    return Result(task_schemas.TaskPage([render_listed_task(row, call.base) for row in shown], next_))


def _wish(body: task_schemas.WishedTime) -> Wish:
    return Wish(_utc(body.since), _utc(body.until))


def _utc(at: datetime | None) -> datetime | None:
    return at and at.astimezone(UTC)
