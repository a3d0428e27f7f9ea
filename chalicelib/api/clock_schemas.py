"""What callers send and get about the clocks of cases: promises, kinds, transfers, explanations."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from chalicelib.api.asked import AgentName, Asked, MessageCount, TeamName
from chalicelib.api.message_schemas import Instant
from chalicelib.domain.cases import Priority
from chalicelib.domain.promises import LONGEST_PROMISE, PromiseStatus
from chalicelib.domain.sla import StepAction
from chalicelib.domain.tags import LONGEST_TAG, MOST_TAGS

Words = Annotated[str, Meta(min_length=1, max_length=LONGEST_PROMISE, pattern=r"\S")]
Hours = Annotated[int, Meta(ge=1, le=31 * 24)]


class NewKind(Asked):
    """`kind`: one of the configuration's."""

    kind: Annotated[str, Meta(min_length=1, max_length=40)]


class CaseTags(Asked):
    """All that the case is to have: words of letters and digits, maybe with hyphens inside, whatever their case."""

    tags: Annotated[list[Annotated[str, Meta(min_length=1, max_length=LONGEST_TAG)]], Meta(max_length=MOST_TAGS)]


class NewPriority(Asked):
    priority: Priority


class NewPromise(Asked):
    """`text`: what the customer was told, word for word. `call`: the number at which they are called then; the call
    stands in the team's list until it is made, and that keeps the promise. `messages_read`, `version_read`, `force`: as
    for a reply.
    """

    text: Words
    due_at: Instant
    call: Annotated[str, Meta(min_length=1, max_length=40)] | None = None
    messages_read: MessageCount | None = None
    version_read: MessageCount | None = None
    force: bool = False


class PromiseChange(Asked):
    """Either what became of it, or another time that the customer has agreed to."""

    outcome: Literal["kept", "withdrawn"] | None = None
    due_at: Instant | None = None


class NewTransfer(Asked):
    """`context`: what the next team has to know. `assignee`: who takes it on, null for the team. `due_at`: until when
    it has to act; null for the clocks that run anyway.
    """

    team: TeamName
    context: Words
    assignee: AgentName | None = None
    due_at: Instant | None = None


class Hand(Asked):
    """Nothing to say; the body may be left out."""


class Foresight(Asked):
    """`hours`: how far ahead."""

    hours: Hours = 24


class PromiseMade(msgspec.Struct):
    promise: str


class Promise(msgspec.Struct):
    """`broken_at`: when its time ran out unkept; one that is kept after that is kept late. `due_before`: the times
    that it had before it was renegotiated.
    """

    id: str
    text: str
    made_by: str
    made_at: Instant
    due_at: Instant
    status: PromiseStatus
    broken_at: Instant | None
    ended_at: Instant | None
    due_before: list[Instant]


class LivePromise(msgspec.Struct):
    """A promise that is still owed, in time (`open`) or not (`broken`). `case`: the reference of its case."""

    case: str
    id: str
    text: str
    made_by: str
    due_at: Instant
    status: PromiseStatus


class Stretch(msgspec.Struct):
    """`counted_seconds` of it counted; if none, `reason` says why: `closed` (`closed_days` are the holidays among it),
    or the rule by which the clock stood still.
    """

    start: Instant
    end: Instant
    counted_seconds: int
    reason: str | None
    closed_days: list[str]


class StepToCome(msgspec.Struct):
    """`late`: it should have happened already."""

    level: int
    action: StepAction
    at: Instant
    late: bool


class ClockExplained(msgspec.Struct):
    """`within_seconds`: the open time that the policy gives; null where a promise or a law sets the deadline.

    `version`: of the configuration that the clock counts by. `stretches` lead from the start to the deadline.
    """

    name: str
    started_at: Instant
    due_at: Instant
    policy: str
    calendar: str
    version: str
    cycle: int
    within_seconds: int | None
    used_seconds: int
    paused_by: str | None
    stretches: list[Stretch]
    steps_done: int
    next_steps: list[StepToCome]


class Explanation(msgspec.Struct):
    clocks: list[ClockExplained]


class Foreseen(msgspec.Struct):
    reference: str
    customer_id: str
    assignee: str | None
    clock: str
    level: int
    action: StepAction
    at: Instant


class ForeseenSteps(msgspec.Struct):
    """In order of time, the first 500."""

    steps: list[Foreseen]


def seconds(span: timedelta) -> int:
    return int(span.total_seconds())
