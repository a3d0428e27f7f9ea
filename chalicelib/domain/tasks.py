"""A task: something that a person does outside of the hub for a case, such as calling a number or posting a letter.

The case knows its tasks and their clocks; `ListedTask` is the row by which a team's list of calls or letters finds one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.domain.contact_points import Channel
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.promises import clock_of
from chalicelib.domain.sla import Agreement, ClockName

LONGEST_ABOUT = 500
LONGEST_ADDRESS = 500
LONGEST_AHEAD = timedelta(days=366)
MOST_OPEN_TASKS = 20
MOST_TASKS = 40
MOST_ATTEMPTS = 30
MOST_DEADLINES = 20
ROW_LIVES_FOR = timedelta(days=7)


class TaskKind(StrEnum):
    CALL = "call"
    LETTER = "letter"


class TaskState(StrEnum):
    OPEN = "open"
    DONE = "done"
    GIVEN_UP = "given_up"  # it was tried, and cannot be done
    WITHDRAWN = "withdrawn"  # nobody wants it any more


class AttemptResult(StrEnum):
    NO_ANSWER = "no_answer"
    VOICEMAIL = "voicemail"  # a message was left on a machine; nobody knows whether it was heard
    WRONG_NUMBER = "wrong_number"
    RETURNED = "returned"  # the letter came back


CHANNELS = {TaskKind.CALL: Channel.PHONE, TaskKind.LETTER: Channel.LETTER}
CLOCKS = {TaskKind.CALL: ClockName.CALL_BACK, TaskKind.LETTER: ClockName.LETTER}


@dataclass(frozen=True, slots=True)
class Wish:
    """When the customer wishes it: not before `since`, done by `until`; None where they do not mind."""

    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class CallWish:
    """The customer asks to be called at `number` (E.164)."""

    number: str
    wish: Wish = Wish()


@dataclass(frozen=True, slots=True)
class Attempt:
    """A try that did not do it. `by`: `agent:<id>` or `hub`; `entry_id`: where it stands in the thread, or ""."""

    at: datetime
    by: str
    result: AttemptResult
    note: str = ""
    entry_id: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """`to`: the number to call (E.164), or the postal address. `about`: what for, in words.

    `asked_by`: `customer` or `agent:<id>`. `entry_id`: the message that asks for it, or our answer that is to be said
    or sent by it, which `answers` tells apart; "" for neither. `stays_with_us`: of an answer, that more will follow.
    `keeps`: the promise that is kept by doing it, whose clock is its clock too; "" for none.
    `by_policy`: its time is the policy's, and nobody's wish. `due_before`: the deadlines it had before, oldest first.
    `ended_by` and `why`: who settled it, and in their words why it was not done.
    """

    id: str
    kind: TaskKind
    to: str
    about: str
    asked_by: str
    asked_at: datetime
    due_at: datetime
    wish: Wish = Wish()
    by_policy: bool = False
    state: TaskState = TaskState.OPEN
    attempts: tuple[Attempt, ...] = ()
    entry_id: str = ""
    answers: bool = False
    stays_with_us: bool = False
    keeps: str = ""
    due_before: tuple[datetime, ...] = ()
    ended_at: datetime | None = None
    ended_by: str = ""
    why: str = ""

    @property
    def open(self) -> bool:
        return self.state is TaskState.OPEN

    @property
    def clock(self) -> str:
        return clock_of(self.keeps) if self.keeps else f"{CLOCKS[self.kind]}:{self.id}"


@dataclass(frozen=True, slots=True)
class ListedTask:
    """Where an open task stands in its team's list. `task` None: it is settled, or its case is not open; then nothing
    of it is kept here, and the row of a settled one goes at `expires_at`. `kind`: the case's, because some are closed
    to other teams.
    """

    id: str
    customer_id: str
    case_id: str
    reference: str
    team: str
    task: Task | None
    kind: str = ""
    expires_at: datetime | None = None


def due_for(kind: TaskKind, wish: Wish, at: datetime, agreement: Agreement) -> datetime:
    """By when the customer wishes it, else within the policy's time from when it may be done."""
    if wish.until:
        return wish.until
    policy = agreement.policy
    within = policy.call_back_within if kind is TaskKind.CALL else policy.letter_within
    return agreement.hours.add(max(at, wish.since or at), within or policy.next_response_within)


def require_time_to_come(wish: Wish, due_at: datetime | None, now: datetime, prefix: str = "") -> None:
    """Raises InvalidInput that names the member: `from`, `until` or `due_at`, behind `prefix`."""
    for name, at in (("until", wish.until), ("due_at", due_at)):
        if at and at <= now:
            raise InvalidInput("This time has passed. Choose one that is still to come.", field=prefix + name)
    for name, at in (("from", wish.since), ("until", wish.until), ("due_at", due_at)):
        if at and at > now + LONGEST_AHEAD:
            raise InvalidInput("This is more than a year ahead. Choose an earlier time.", field=prefix + name)
        if name != "from" and at and wish.since and at <= wish.since:
            raise InvalidInput("It ends before it begins.", field=prefix + name)


def tried(task: Task, attempt: Attempt) -> Task:
    return replace(task, attempts=(*task.attempts, attempt)[-MOST_ATTEMPTS:])


def settled(task: Task, state: TaskState, at: datetime, by: str, why: str = "") -> Task:
    return replace(task, state=state, ended_at=at, ended_by=by, why=why)


def rescheduled(task: Task, wish: Wish, due_at: datetime, *, by_policy: bool) -> Task:
    return replace(
        task,
        wish=wish,
        due_at=due_at,
        by_policy=by_policy,
        due_before=(*task.due_before, task.due_at)[-MOST_DEADLINES:],
    )
