"""How the parts of a case are kept: clocks, those that have stopped, promises, tasks, how quickly messages came."""

from __future__ import annotations

from chalicelib.domain.automatic_answers import Quick
from chalicelib.domain.clocks import Clock, ClockEnd, EndedClock, Interval
from chalicelib.domain.promises import Promise, PromiseStatus
from chalicelib.domain.tasks import Attempt, AttemptResult, Task, TaskKind, TaskState, Wish
from chalicelib.storage.attributes import (
    ChoiceAttribute,
    DocumentAttribute,
    DurationAttribute,
    FlagAttribute,
    InstantAttribute,
    PointAttribute,
    TextAttribute,
    TupleAttribute,
    WholeNumberAttribute,
)

CLOCK = DocumentAttribute(
    Clock,
    started_at=InstantAttribute(),
    due_at=InstantAttribute(),
    cycle=WholeNumberAttribute(),
    policy=TextAttribute(),
    level=WholeNumberAttribute(),
    calendar=TextAttribute(),
    version=TextAttribute(),
    running_since=InstantAttribute(),
    paused_by=TextAttribute(),
    log=TupleAttribute(DocumentAttribute(Interval, start=InstantAttribute(), end=InstantAttribute())),
    used_before=DurationAttribute(),
)

ENDED_CLOCK = DocumentAttribute(
    EndedClock,
    name=TextAttribute(),
    cycle=WholeNumberAttribute(),
    started_at=InstantAttribute(),
    due_at=InstantAttribute(),
    ended_at=InstantAttribute(),
    how=ChoiceAttribute(ClockEnd),
    policy=TextAttribute(),
    calendar=TextAttribute(),
    version=TextAttribute(),
    level=WholeNumberAttribute(),
    used=DurationAttribute(),
)

PROMISE = DocumentAttribute(
    Promise,
    text=TextAttribute(),
    made_by=TextAttribute(),
    made_at=InstantAttribute(),
    due_at=InstantAttribute(),
    status=ChoiceAttribute(PromiseStatus),
    broken_at=InstantAttribute(),
    ended_at=InstantAttribute(),
    due_before=TupleAttribute(InstantAttribute()),
)

TASK = DocumentAttribute(
    Task,
    id=TextAttribute(),
    kind=ChoiceAttribute(TaskKind),
    to=TextAttribute(),
    about=TextAttribute(),
    asked_by=TextAttribute(),
    asked_at=InstantAttribute(),
    due_at=InstantAttribute(),
    wish=DocumentAttribute(Wish, since=InstantAttribute(), until=InstantAttribute()),
    by_policy=FlagAttribute(),
    state=ChoiceAttribute(TaskState, empty=TaskState.OPEN),
    attempts=TupleAttribute(
        DocumentAttribute(
            Attempt,
            at=InstantAttribute(),
            by=TextAttribute(),
            result=ChoiceAttribute(AttemptResult),
            note=TextAttribute(),
            entry_id=TextAttribute(),
        )
    ),
    entry_id=TextAttribute(),
    answers=FlagAttribute(),
    stays_with_us=FlagAttribute(),
    keeps=TextAttribute(),
    due_before=TupleAttribute(InstantAttribute()),
    ended_at=InstantAttribute(),
    ended_by=TextAttribute(),
    why=TextAttribute(),
)
QUICK = DocumentAttribute(Quick, point=PointAttribute(), count=WholeNumberAttribute())
