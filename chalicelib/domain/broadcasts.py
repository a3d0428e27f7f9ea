"""A broadcast: one message to many, to each of them once, and what became of each.

Who gets it stands in rows of their own. A row has exactly one outcome, and it is written in the transaction that writes
the message, together with the counts. So the counts are those of the rows, after every crash.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from chalicelib.domain.delivery import DeliveryStatus
from chalicelib.domain.errors import Conflict
from chalicelib.domain.reachability import Purpose
from chalicelib.domain.templates import Wording

CHOSEN = "chosen"
SEGMENTS = "segments:"


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


FATES = (DeliveryStatus.DELIVERED, DeliveryStatus.BOUNCED, DeliveryStatus.COMPLAINED, DeliveryStatus.FAILED)
"""What is counted of the messages that left: how they ended, as far as it is known."""


@dataclass(frozen=True, slots=True)
class BroadcastRules:
    """`per_minute`: how many get a message within a minute. `prices`: what one message costs by channel, of a text
    message one segment, in `currency`.
    """

    per_minute: int = 300
    prices: Mapping[str, Decimal] = field(default_factory=lambda: MappingProxyType({}))
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Broadcast:
    """`wordings`: by language, with the variables of canned answers. `recipients`: the list that its rows stand in; for
    the answer to an incident that of the incident, whose linked cases they are. `by`: the agent who answers for it.
    `purpose`, `inbox`, `urgent` (why it goes out in quiet hours, too): of one that is no answer.
    `counts`: `chosen`, and of those with an outcome `told:<channel>` and `left_out:<reason>`. `estimate`: what a dry
    run has found so far, the same and `segments:<channel>`. `position`: the last row that a worker (before the start,
    a dry run) is done with, "" for the beginning. `next_step_at`: when a worker goes on; None while none shall.
    `delivered`, `bounced`, `complained`, `failed`: of how many messages that is the status now.
    """

    id: str
    title: str
    recipients: str
    created_at: datetime
    by: str
    wordings: Mapping[str, Wording] = field(default_factory=lambda: MappingProxyType({}))
    incident: str = ""
    purpose: Purpose = Purpose.NOTICE
    inbox: str = ""
    urgent: str = ""
    status: BroadcastStatus = BroadcastStatus.DRAFT
    counts: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    estimate: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    position: str = ""
    next_step_at: datetime | None = None
    changed_at: datetime | None = None
    changed_by: str = ""
    delivered: int = 0
    bounced: int = 0
    complained: int = 0
    failed: int = 0

    @property
    def deliveries(self) -> Mapping[str, int]:
        return {status: getattr(self, status) for status in FATES}

    @property
    def chosen(self) -> int:
        return self.counts.get(CHOSEN, 0)

    @property
    def waiting(self) -> int:
        return 2 * self.chosen - sum(self.counts.values())

    @property
    def looked_at(self) -> int:
        """How many of the recipients a dry run has looked at."""
        return sum(number for name, number in self.estimate.items() if not name.startswith(SEGMENTS))


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
    if runs and broadcast.status is BroadcastStatus.DRAFT:
        _require_dry_run(broadcast)
        broadcast = replace(broadcast, position="")
    return replace(broadcast, status=status, next_step_at=at if runs else None, changed_at=at, changed_by=by)


def require_draft(broadcast: Broadcast) -> None:
    if broadcast.status is not BroadcastStatus.DRAFT:
        raise Conflict("It was started or stopped, so its recipients stay as they are.")


def _require_dry_run(broadcast: Broadcast) -> None:
    if not broadcast.chosen:
        raise Conflict("It has no recipients yet.", field="status")
    if broadcast.looked_at < broadcast.chosen:
        raise Conflict("Look first at what would become of it: a dry run, of all recipients.", field="status")


def price_of(estimate: Mapping[str, int], rules: BroadcastRules) -> Decimal | None:
    """Of what a dry run has found; None where a channel that is used has no price."""
    total = Decimal(0)
    for name, number in estimate.items():
        state, _, channel = name.partition(":")
        if state != RecipientState.TOLD:
            continue
        if channel not in rules.prices:
            return None
        total += rules.prices[channel] * estimate.get(f"{SEGMENTS}{channel}", number)
    return total


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


def with_fate(broadcast: Broadcast, before: DeliveryStatus, after: DeliveryStatus) -> Broadcast:
    """A message of it has another status. The broadcast itself where neither is counted."""
    moves = {name: by for name, by in ((before, -1), (after, 1)) if name in FATES}
    return replace(broadcast, **{name: getattr(broadcast, name) + by for name, by in moves.items()})


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
