"""What callers send and get about tasks: calls to make and letters to post."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from chalicelib.api.asked import Asked, MessageCount, Why
from chalicelib.api.message_schemas import Instant
from chalicelib.domain.tasks import LONGEST_ABOUT, LONGEST_ADDRESS, AttemptResult, TaskKind, TaskState

About = Annotated[str, Meta(min_length=1, max_length=LONGEST_ABOUT, pattern=r"\S")]
To = Annotated[str, Meta(min_length=1, max_length=LONGEST_ADDRESS, pattern=r"\S")]
Note = Annotated[str, Meta(max_length=LONGEST_ABOUT)]


class WishedTime(Asked, kw_only=True):
    """Not before `from`, and by `until`. `due_at`: the deadline, if it is another than `until`; without either it is
    the policy's.
    """

    since: Instant | None = msgspec.field(name="from", default=None)
    until: Instant | None = None
    due_at: Instant | None = None


class NewTask(WishedTime, kw_only=True):
    """`to`: the number to call, or the postal address. `about`: what for."""

    kind: TaskKind
    to: To
    about: About


class NewAttempt(Asked):
    result: AttemptResult
    note: Note = ""


class TaskChange(WishedTime, kw_only=True):
    """Either what became of it, or another time. `why`: for colleagues; needed where it was not done. `answer_owed`:
    it was done, and they still wait for an answer. `messages_read`: as for a reply.
    """

    outcome: Literal["done", "given_up", "withdrawn"] | None = None
    why: Why | None = None
    answer_owed: bool = False
    messages_read: MessageCount | None = None


class TaskMade(msgspec.Struct):
    task: str


class Attempt(msgspec.Struct):
    """`entry`: where it stands in the thread; null for one that was only noted."""

    at: Instant
    by: str
    result: AttemptResult
    note: str
    entry: str | None


class Task(msgspec.Struct, kw_only=True):
    """`to`: the number to call, or the postal address. `asked_by`: `customer` or `agent:<id>`. `entry`: the message
    that asks for it, or the answer that is to be said or posted; `answers` tells them apart. `keeps`: the promise that
    is kept by it. `from`, `until`: when the customer wishes it. `due_before`: the deadlines it had before. `why`: why
    it was not done.
    """

    id: str
    kind: TaskKind
    to: str
    about: str
    asked_by: str
    asked_at: Instant
    since: Instant | None = msgspec.field(name="from")
    until: Instant | None
    due_at: Instant
    due_before: list[Instant]
    state: TaskState
    attempts: list[Attempt]
    entry: str | None
    answers: bool
    keeps: str | None
    ended_at: Instant | None
    ended_by: str | None
    why: str | None


class ListedTask(msgspec.Struct):
    """A task with the case that it is for."""

    reference: str
    customer_id: str
    team: str
    task: Task
    links: dict[str, str]


class TaskPage(msgspec.Struct):
    """What is to be done first comes first."""

    tasks: list[ListedTask]
    next: str | None
