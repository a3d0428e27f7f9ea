"""A case told again from its thread, with clocks that count by another agreement: what would have been late."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.domain.case_tasks import tasked, with_task_rescheduled, with_task_settled
from chalicelib.domain.case_transitions import closed, of_kind, with_answer, with_message
from chalicelib.domain.cases import NO_CLOCKS, NO_PROMISES, Agreements, Case, CaseStatus, Priority, of_priority
from chalicelib.domain.moving import counts_for_waiting, is_answer
from chalicelib.domain.tasks import (
    CHANNELS,
    Task,
    TaskKind,
    TaskState,
    Wish,
    due_for,
)
from chalicelib.domain.threads import Entry

_ASKED = ("case.call_asked", "case.letter_asked")
_SETTLED = {
    "case.task_done": TaskState.DONE,
    "case.task_given_up": TaskState.GIVEN_UP,
    "case.task_withdrawn": TaskState.WITHDRAWN,
}


@dataclass(frozen=True, slots=True)
class Measured:
    """One clock as it would have run. `ended_at` None: it would still run. `late_by` is zero when it was in time."""

    clock: str
    started_at: datetime
    due_at: datetime
    ended_at: datetime | None
    late_by: timedelta


def replay(case: Case, entries: Iterable[Entry], agreements: Agreements, until: datetime) -> tuple[Measured, ...]:
    """`entries` of the case, oldest first. What agents promised is not told again, nor are tasks for which somebody
    named a time: such a deadline is nobody's policy.
    """
    entries = [*entries]
    told = replace(
        case,
        status=CaseStatus.OPEN,
        kind=_kind_at_first(case, entries),
        priority=_priority_at_first(case, entries),
        closed_at=None,
        awaiting_since=None,
        answered=False,
        answered_by=(),
        cycle=1,
        clocks=NO_CLOCKS,
        ended_clocks=(),
        promises=NO_PROMISES,
        tasks=(),
        next_step_at=None,
    )
    measured: list[Measured] = []
    for entry in entries:
        if entry.at > until:
            break
        told = _after(replace(told, ended_clocks=()), entry, agreements)
        measured += (
            Measured(over.name, over.started_at, over.due_at, over.ended_at, _late(over.ended_at, over.due_at))
            for over in told.ended_clocks
        )
    for name, clock in sorted(told.clocks.items()):
        late = _late(until, clock.due_at) if clock.runs else timedelta(0)
        measured.append(Measured(name, clock.started_at, clock.due_at, None, late))
    return tuple(measured)


def _after(case: Case, entry: Entry, agreements: Agreements) -> Case:
    if counts_for_waiting(entry):
        return with_message(case, entry.id, entry.at, agreements, entry.channel)
    if is_answer(entry) and entry.author != "hub":
        return with_answer(case, entry.at, agreements, channel=entry.channel, stays_with_us=entry.stays_with_us)
    return _after_event(case, entry, agreements)


def _after_event(case: Case, entry: Entry, agreements: Agreements) -> Case:
    if entry.event == "case.closed":
        return closed(case, entry.at, agreements)
    if entry.event == "case.kind_changed":
        return of_kind(case, entry.facts["kind"], agreements)
    if entry.event == "case.priority_changed":
        return of_priority(case, Priority(entry.facts["priority"]))
    if entry.facts.get("task"):
        return _after_task(case, entry, agreements)
    return case


def _after_task(case: Case, entry: Entry, agreements: Agreements) -> Case:
    """What the events of tasks say; a call or a letter that somebody says is done has answered the customer."""
    facts = entry.facts
    known = any(task.id == facts["task"] and task.open for task in case.tasks)
    kind, wish = TaskKind(facts["kind"]), Wish(_instant(facts["from"]), _instant(facts["until"]))
    if entry.event in _ASKED and facts["by_policy"] == "yes":
        due_at = due_for(kind, wish, entry.at, agreements.new(case))
        task = Task(facts["task"], kind, "", "", entry.author, entry.at, due_at, wish, by_policy=True)
        return tasked(case, task, entry.at, agreements)
    if known and entry.event == "case.task_rescheduled":
        named = None if facts["by_policy"] == "yes" else datetime.fromisoformat(facts["due_at"])
        return with_task_rescheduled(case, facts["task"], wish, named, entry.at, agreements)
    if known and entry.event in _SETTLED:
        case = with_task_settled(case, facts["task"], _SETTLED[entry.event], entry.at, entry.author, agreements)
    if entry.event == "case.task_done" and facts.get("answers") == "yes":
        return with_answer(case, entry.at, agreements, channel=CHANNELS[kind])
    return case


def _instant(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _kind_at_first(case: Case, entries: Iterable[Entry]) -> str:
    changes = (entry.facts["before"] for entry in entries if entry.event == "case.kind_changed")
    return next(changes, case.kind)


def _priority_at_first(case: Case, entries: Iterable[Entry]) -> Priority:
    changes = (Priority(entry.facts["before"]) for entry in entries if entry.event == "case.priority_changed")
    return next(changes, case.priority)


def _late(at: datetime, due_at: datetime) -> timedelta:
    return max(timedelta(0), at - due_at)
