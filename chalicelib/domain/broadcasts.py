"""A broadcast: one message to many, to each of them once, and what became of each.

Who gets it stands in rows of their own. A row has exactly one outcome, and it is written in the transaction that writes
the message, together with the counts. So the counts are those of the rows, after every crash.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from chalicelib.domain.errors import Conflict
from chalicelib.domain.templates import Wording

CHOSEN = "chosen"


class BroadcastStatus(StrEnum):
    DRAFT = "draft"  # its recipients are being chosen; nothing is sent
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"  # for good; whoever still waited gets nothing
    DONE = "done"  # every recipient has an outcome


class RecipientState(StrEnum):
    WAITING = "waiting"
    TOLD = "told"  # the message stands in their thread, on its way
    LEFT_OUT = "left_out"  # and `reason` says why
    REMOVED = "removed"  # before anything was sent


@dataclass(frozen=True, slots=True)
class BroadcastRules:
    """`per_minute`: how many get a message within a minute."""

    per_minute: int = 300


@dataclass(frozen=True, slots=True)
class Broadcast:
    """`wordings`: by language, with the variables of canned answers. `recipients`: the list that its rows stand in; for
    the answer to an incident that of the incident, whose linked cases they are. `by`: the agent who answers for it.
    `counts`: `chosen`, and of those with an outcome `told:<channel>` and `left_out:<reason>`. `position`: the last row
    that a worker is done with, "" for the beginning. `next_step_at`: when a worker goes on; None while none shall.
    """

    id: str
    title: str
    recipients: str
    created_at: datetime
    by: str
    wordings: Mapping[str, Wording] = field(default_factory=lambda: MappingProxyType({}))
    incident: str = ""
    status: BroadcastStatus = BroadcastStatus.DRAFT
    counts: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    position: str = ""
    next_step_at: datetime | None = None
    changed_at: datetime | None = None
    changed_by: str = ""

    @property
    def chosen(self) -> int:
        return self.counts.get(CHOSEN, 0)

    @property
    def waiting(self) -> int:
        return 2 * self.chosen - sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Recipient:
    """`recipients`: the list. `id`: of a case that is answered its reference, else the customer's id. `channel`: by
    which the message went out. `entry`: `<customer>/<entry>`, where it stands. `reference`: of the case that it is in.
    """

    recipients: str
    id: str
    state: RecipientState = RecipientState.WAITING
    reason: str = ""
    channel: str = ""
    entry: str = ""
    reference: str = ""
    at: datetime | None = None


RECIPIENT_DEPENDS_ON = ("state",)
# Whoever is told is told while it runs, and what is counted was known.
TELLING_DEPENDS_ON = ("status", "counts")
MOVING_DEPENDS_ON = ("status", "next_step_at", "counts")

_MAY_BECOME = {
    BroadcastStatus.DRAFT: (BroadcastStatus.RUNNING, BroadcastStatus.STOPPED),
    BroadcastStatus.RUNNING: (BroadcastStatus.PAUSED, BroadcastStatus.STOPPED),
    BroadcastStatus.PAUSED: (BroadcastStatus.RUNNING, BroadcastStatus.STOPPED),
}


def moved(broadcast: Broadcast, status: BroadcastStatus, at: datetime, by: str) -> Broadcast:
    """A person starts it, lets it rest, goes on, or ends it. Raises Conflict for what cannot be."""
    if status not in _MAY_BECOME.get(broadcast.status, ()):
        raise Conflict(f"It is {broadcast.status}, so it cannot become {status}.", field="status")
    runs = status is BroadcastStatus.RUNNING
    return replace(broadcast, status=status, next_step_at=at if runs else None, changed_at=at, changed_by=by)


def told(recipient: Recipient, at: datetime, channel: str, entry: str, reference: str) -> Recipient:
    return replace(
        recipient, state=RecipientState.TOLD, at=at, channel=channel, entry=entry, reference=reference, reason=""
    )


def left_out(recipient: Recipient, at: datetime, reason: str) -> Recipient:
    return replace(recipient, state=RecipientState.LEFT_OUT, at=at, reason=reason)


def counted_as(recipient: Recipient) -> str:
    """Under which name an outcome is counted."""
    detail = recipient.channel if recipient.state is RecipientState.TOLD else recipient.reason
    return f"{recipient.state}:{detail}"


def with_outcome(broadcast: Broadcast, recipient: Recipient) -> Broadcast:
    return counting(broadcast, counted_as(recipient))


def counting(broadcast: Broadcast, name: str, number: int = 1) -> Broadcast:
    return replace(
        broadcast, counts=MappingProxyType({**broadcast.counts, name: broadcast.counts.get(name, 0) + number})
    )


def walked(broadcast: Broadcast, position: str, *, at_end: bool) -> Broadcast:
    """A worker has gone through the rows up to `position`. At the end of the list it is done when everybody has an
    outcome; else it begins again with those who had to be left for later.
    """
    if not at_end:
        return replace(broadcast, position=position)
    if broadcast.waiting:
        return replace(broadcast, position="")
    return replace(broadcast, position=position, status=BroadcastStatus.DONE, next_step_at=None)
