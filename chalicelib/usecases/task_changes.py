"""What follows from a change of a case for its tasks: the rows of their lists, and what the thread says. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from chalicelib.domain.cases import Case, CaseStatus
from chalicelib.domain.identifiers import ulid_for
from chalicelib.domain.tasks import (
    ROW_LIVES_FOR,
    ListedTask,
    Task,
    TaskKind,
    TaskState,
)
from chalicelib.domain.threads import Entry, event_entry
from chalicelib.usecases.ports import Change, Create, Update

ASKED_EVENTS = {TaskKind.CALL: "case.call_asked", TaskKind.LETTER: "case.letter_asked"}
TRIED_EVENT = "case.task_tried"
RESCHEDULED_EVENT = "case.task_rescheduled"
SETTLED_EVENTS = {
    TaskState.DONE: "case.task_done",
    TaskState.GIVEN_UP: "case.task_given_up",
    TaskState.WITHDRAWN: "case.task_withdrawn",
}


def row_changes(before: tuple[Case, ...], after: tuple[Case, ...]) -> Iterator[Change]:
    """To be written in the transaction that turns the cases `before` into those `after`. A row is no more than what its
    case says of the task, so it need not be read.
    """
    known, rows = _rows_of(before), _rows_of(after)
    for id_, row in rows.items():
        if id_ not in known:
            yield Create(row)
        elif known[id_] != row:
            yield Update(known[id_], row, ())


def task_events(before: Case, after: Case, at: datetime, author: str) -> list[Entry]:
    """One for each task that is new, was tried, was settled or has another time."""
    known = {task.id: task for task in before.tasks}
    told = []
    for task in after.tasks:
        name = _what_happened(known.get(task.id), task)
        if name:
            id_ = ulid_for(at, name, task.id, str(len(task.attempts)), str(len(task.due_before)))
            facts = {"reference": after.reference, **task_facts(task)}
            told.append(event_entry(id_, after, at, author, name, facts))
    return told


def task_facts(task: Task) -> Mapping[str, str]:
    """Neither the number nor what it is about: facts are told to other systems."""
    return {
        "task": task.id,
        "kind": task.kind,
        "due_at": task.due_at.isoformat(),
        "from": task.wish.since.isoformat() if task.wish.since else "",
        "until": task.wish.until.isoformat() if task.wish.until else "",
        "by_policy": "yes" if task.by_policy else "no",
        "keeps": task.keeps,
    }


def _rows_of(cases: tuple[Case, ...]) -> dict[str, ListedTask]:
    return {task.id: _row(case, task) for case in cases for task in case.tasks}


def _row(case: Case, task: Task) -> ListedTask:
    """The table forgets expired records by the second."""
    is_listed = task.open and case.status is CaseStatus.OPEN
    over_at = task.ended_at + ROW_LIVES_FOR if task.ended_at else None
    return ListedTask(
        id=task.id,
        customer_id=case.customer_id,
        case_id=case.id,
        reference=case.reference,
        team=case.team,
        task=task if is_listed else None,
        kind=case.kind,
        expires_at=over_at.replace(microsecond=0) if over_at else None,
    )


def _what_happened(before: Task | None, after: Task) -> str:
    if before is None:
        return ASKED_EVENTS[after.kind]
    if before.state is not after.state:
        return SETTLED_EVENTS[after.state]
    if len(before.due_before) < len(after.due_before):
        return RESCHEDULED_EVENT
    return TRIED_EVENT if before.attempts != after.attempts else ""


def rows_named(case: Case) -> Iterator[ListedTask]:
    """The rows of all its tasks, settled ones too, by their names alone."""
    for task in case.tasks:
        yield ListedTask(task.id, case.customer_id, case.id, case.reference, case.team, None)
