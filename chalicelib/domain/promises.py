"""What an agent has promised a customer, and by when: remembered until it is kept, and a clock like any other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.sla import ClockName

LONGEST_PROMISE = 500
MOST_PROMISES = 20


class PromiseStatus(StrEnum):
    OPEN = "open"
    KEPT = "kept"
    BROKEN = "broken"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Promise:
    """`text` is what the customer was told, word for word. `broken_at`: when its time ran out unkept; a promise that is
    kept after that is kept late. `due_before`: the deadlines it had before it was renegotiated, oldest first.
    """

    text: str
    made_by: str
    made_at: datetime
    due_at: datetime
    status: PromiseStatus = PromiseStatus.OPEN
    broken_at: datetime | None = None
    ended_at: datetime | None = None
    due_before: tuple[datetime, ...] = ()

    @property
    def live(self) -> bool:
        """It is still owed, in time or not."""
        return self.status in (PromiseStatus.OPEN, PromiseStatus.BROKEN)


def clock_of(promise_id: str) -> str:
    return f"{ClockName.PROMISE}:{promise_id}"


def promise_of(clock: str) -> str:
    """The id in a clock's name; "" when it is no clock of a promise."""
    kind, _, id_ = clock.partition(":")
    return id_ if kind == ClockName.PROMISE else ""


def kept(promise: Promise, at: datetime) -> Promise:
    return replace(promise, status=PromiseStatus.KEPT, ended_at=at)


def owed_again(promise: Promise) -> Promise:
    """What kept it never left the house."""
    is_broken = promise.broken_at is not None and promise.broken_at == promise.due_at
    return replace(promise, status=PromiseStatus.BROKEN if is_broken else PromiseStatus.OPEN, ended_at=None)


def withdrawn(promise: Promise, at: datetime) -> Promise:
    return replace(promise, status=PromiseStatus.WITHDRAWN, ended_at=at)


def broken(promise: Promise) -> Promise:
    """Its time ran out. It is owed all the same."""
    return replace(promise, status=PromiseStatus.BROKEN, broken_at=promise.due_at)


def renegotiated(promise: Promise, due_at: datetime) -> Promise:
    """The customer agreed to another time. That it was broken before stays known by `broken_at`."""
    return replace(promise, status=PromiseStatus.OPEN, due_at=due_at, due_before=(*promise.due_before, promise.due_at))
