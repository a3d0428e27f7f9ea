"""The way of an outbound message: one table of moves, and a machine that never sends twice by itself.

Our own steps lead `queued -> sending -> sent`, or to `failed` (certainly not sent, or given up) and `unknown` (a person
decides). What is still queued can be taken back (`withdrawn`). A claim has an owner and a lease that outlives the
worker; a lease that ran out means unknown, never another attempt. What carriers report may come early, late, often and
in any order: it only ever moves the message on, so the end is the same whatever the order was
(`domain/delivery_reports.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from chalicelib.domain.contact_points import ContactPoint
from chalicelib.domain.errors import Conflict, Limit
from chalicelib.domain.reachability import Purpose
from chalicelib.domain.sla import ClockName


class DeliveryStatus(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    DEFERRED = "deferred"  # the carrier has it, could not hand it over yet and goes on trying
    FAILED = "failed"  # our own judgement: never taken by a carrier, or deferred for too long
    BOUNCED = "bounced"  # taken by a carrier, and given back
    COMPLAINED = "complained"  # it arrived, and its recipient called it spam
    UNKNOWN = "unknown"
    WITHDRAWN = "withdrawn"  # an agent took it back before it left
    DIGESTED = "digested"  # a notice to a colleague, told together with others in the digest that it names


_S = DeliveryStatus
_TOLD = frozenset({_S.SENT, _S.DEFERRED, _S.DELIVERED, _S.BOUNCED, _S.COMPLAINED})

MOVES: Mapping[DeliveryStatus, frozenset[DeliveryStatus]] = MappingProxyType(
    {
        _S.QUEUED: _TOLD
        | {_S.SENDING, _S.FAILED, _S.WITHDRAWN, _S.DIGESTED},  # told of an attempt that was taken for lost
        _S.SENDING: _TOLD | {_S.QUEUED, _S.FAILED, _S.UNKNOWN},
        _S.UNKNOWN: _TOLD | {_S.QUEUED},  # a person has it sent again
        _S.SENT: _TOLD - {_S.SENT},
        _S.DEFERRED: frozenset({_S.FAILED, _S.DELIVERED, _S.BOUNCED, _S.COMPLAINED}),
        _S.FAILED: frozenset({_S.DELIVERED, _S.BOUNCED, _S.COMPLAINED}),  # whoever carried it knows better than we do
        _S.DELIVERED: frozenset({_S.BOUNCED, _S.COMPLAINED}),  # taken by a server that gave it back afterwards
        _S.BOUNCED: frozenset({_S.COMPLAINED}),
        _S.COMPLAINED: frozenset(),
        _S.WITHDRAWN: frozenset(),
        _S.DIGESTED: frozenset(),
    }
)
"""Every move there is: from a status to those that may follow it. What is not here does not happen."""

NOT_ARRIVED = frozenset({_S.FAILED, _S.BOUNCED, _S.COMPLAINED})
"""Whoever was written to has not been answered by it."""


class FailureKind(StrEnum):
    """What a failure lies in, and so what helps. The worst first."""

    PERMANENT = "permanent"  # the address: nothing that is sent there will arrive, or it is not wanted
    TECHNICAL = "technical"  # the message or our own standing: too large, taken for spam, refused by our carrier
    TEMPORARY = "temporary"  # nobody took it in time: later it may arrive


@dataclass(frozen=True, slots=True)
class Report:
    """What a carrier said of a message.

    `status`: what it moves the message to. `said`: the kind of event in the carrier's own words
    (`Bounce/Permanent/NoEmail`, `TEXT_TTL_EXPIRED`, `dsn/bounce`); `code`: of SMTP or the service (`5.1.1`), or "".
    `words`: on one line, what it said to people. `failure` is set where it did not arrive. `attempt`: which one, 0
    when the report does not name it.
    """

    status: DeliveryStatus
    said: str
    at: datetime
    code: str = ""
    words: str = ""
    failure: FailureKind | None = None
    attempt: int = 0


@dataclass(frozen=True, slots=True)
class Delivery:
    """Where an outbound message goes and how far it got.

    `sender` and `recipient` are carrier addresses (e-mail address, E.164 number). `headers` of a mail are fixed when
    the answer is given, so that sending needs no other record.
    `reference`: of the case, where the message has to name it itself, as the cover of a fax does.
    `next_step_at`: when the sweep looks at it if nobody else does; None when nothing is left to do.
    `not_before`: nobody claims it earlier.
    `answers_since`: since when the customer had been waiting for this answer, and `stopped_clock` the clock that it
    stopped; if it fails, that clock goes back there. `was_answered`: whether the case had been answered before it, and
    `keeps`: the promises that it kept; if it is taken back, they are owed again.
    `failure`: what it lies in that it did not arrive. `reports`: what carriers said, the most telling first.
    `possible_duplicate`: a person had it sent again though nobody knew whether it had been sent.
    `read_at`: when the app said that its user has read it. Until then `next_step_at` of an answer in the app may be the
    time by which it should have been read.
    `purpose`: why it is sent, which the contact policy asks again right before that. `urgent`: quiet hours do not hold.
    `digest`: of a notice that is not sent by itself, the id of the digest in which it is told; a digest that still
    grows names itself.
    `turned_away`: how many of the attempts a carrier turned away because we sent too fast, or too much for a day: they
    speak against nothing.
    """

    status: DeliveryStatus
    recipient: str
    sender: str
    point: ContactPoint | None = None
    reply_to: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    automatic: bool = False
    attempts: int = 0
    claim: str = ""
    lease_until: datetime | None = None
    next_step_at: datetime | None = None
    provider_id: str = ""
    detail: str = ""
    answers_since: datetime | None = None
    stopped_clock: ClockName | None = None
    failure: FailureKind | None = None
    reports: tuple[Report, ...] = ()
    possible_duplicate: bool = False
    not_before: datetime | None = None
    was_answered: bool = False
    keeps: tuple[str, ...] = ()
    purpose: Purpose = Purpose.SERVICE
    urgent: bool = False
    digest: str = ""
    read_at: datetime | None = None
    turned_away: int = 0
    reference: str = ""


UNCLAIMED_AFTER = timedelta(seconds=60)
MOST_ATTEMPTS = 5
_LONGEST_PAUSE = timedelta(hours=1)
_PASSES = frozenset({Limit.RATE, Limit.DAILY})
_USED_UP = frozenset({Limit.DAILY, Limit.QUOTA})


def may_move(delivery: Delivery, to: DeliveryStatus) -> bool:
    return to in MOVES[delivery.status]


def queued(delivery: Delivery, now: datetime, *, not_before: datetime | None = None) -> Delivery:
    """A new message takes its place in the queue."""
    return replace(delivery, not_before=not_before, next_step_at=(not_before or now) + UNCLAIMED_AFTER)


def held(delivery: Delivery, digest: str, until: datetime) -> Delivery:
    """It is not sent: the digest tells it, for which the sweep looks at `until`."""
    return replace(delivery, digest=digest, next_step_at=until)


def waits_for_digest(delivery: Delivery) -> bool:
    return delivery.status is DeliveryStatus.QUEUED and bool(delivery.digest)


def digested(delivery: Delivery) -> Delivery:
    return _ended(delivery, _S.DIGESTED, "")


def may_be_claimed(delivery: Delivery, now: datetime) -> bool:
    """A first attempt at once, or when it may go out; a further one when its pause is over. What waits for a digest,
    never.
    """
    if delivery.status is not DeliveryStatus.QUEUED or delivery.digest:
        return False
    if delivery.not_before and now < delivery.not_before:
        return False
    return delivery.attempts == 0 or delivery.next_step_at is None or delivery.next_step_at <= now


def claimed(delivery: Delivery, claim: str, lease_until: datetime) -> Delivery:
    """`lease_until` must lie after the last moment at which the worker can still be alive."""
    return replace(
        delivery,
        status=DeliveryStatus.SENDING,
        claim=claim,
        attempts=delivery.attempts + 1,
        lease_until=lease_until,
        next_step_at=lease_until,
        detail="",
    )


def sent(delivery: Delivery, provider_id: str) -> Delivery:
    """The carrier took it. If its reports were faster, they stand, and only its id is added."""
    return replace(_ended(delivery, DeliveryStatus.SENT, ""), provider_id=provider_id)


def put_back(
    delivery: Delivery, reason: str, now: datetime, limit: Limit | None = None, chance: float = 1.0
) -> Delivery:
    """The carrier certainly did not take it and may later: after 1, 2, 4, 8 minutes, up to an hour; when a quota of its
    is used up, after an hour.

    `chance` (0 to 1) shortens the pause by up to a half, so that what was turned away together does not come again
    together.
    """
    if delivery.status is not DeliveryStatus.SENDING:
        return delivery
    passes = limit in _PASSES
    turned_away = delivery.turned_away + 1 if passes else delivery.turned_away
    earlier = (turned_away if passes else _counted(delivery)) - 1
    pause = _LONGEST_PAUSE if limit in _USED_UP else min(UNCLAIMED_AFTER * 2 ** min(earlier, 10), _LONGEST_PAUSE)
    return replace(
        delivery,
        status=DeliveryStatus.QUEUED,
        claim="",
        lease_until=None,
        next_step_at=now + pause * (1 + chance) / 2,
        detail=reason,
        turned_away=turned_away,
    )


def kept_back(delivery: Delivery, reason: str, now: datetime, chance: float = 1.0) -> Delivery:
    """The carrier would turn it away, so nobody asks, and it is no attempt. As long as `put_back` for a quota."""
    if delivery.status is not DeliveryStatus.QUEUED:
        return delivery
    return replace(delivery, next_step_at=now + _LONGEST_PAUSE * (1 + chance) / 2, detail=reason)


def is_tried_enough(delivery: Delivery, limit: Limit | None = None) -> bool:
    """Whether another refusal of its carrier, for now, ends it. That we send too fast, or too much for a day, never
    does.
    """
    return limit not in _PASSES and _counted(delivery) >= MOST_ATTEMPTS


def _counted(delivery: Delivery) -> int:
    return delivery.attempts - delivery.turned_away


def failed(delivery: Delivery, reason: str, failure: FailureKind = FailureKind.TECHNICAL) -> Delivery:
    """The carrier certainly did not take it and will not; or it was deferred and is given up."""
    after = _ended(delivery, DeliveryStatus.FAILED, reason)
    return after if after is delivery else replace(after, failure=failure)


def put_off(delivery: Delivery, until: datetime) -> Delivery:
    """It was claimed, and may not go out yet: the carrier was not asked. The attempt counts: it was told of."""
    if delivery.status is not DeliveryStatus.SENDING:
        return delivery
    return replace(
        delivery,
        status=DeliveryStatus.QUEUED,
        claim="",
        lease_until=None,
        not_before=until,
        next_step_at=until,
    )


def unknown(delivery: Delivery, reason: str) -> Delivery:
    """Nobody can say whether it was sent: a person decides, unless the carrier has reported already."""
    return _ended(delivery, DeliveryStatus.UNKNOWN, reason)


def rung(delivery: Delivery, now: datetime, unread_after: timedelta | None) -> Delivery:
    """An answer in the app stands in the thread for its user, whom a device may have told. `unread_after`: then it goes
    another way if nobody has read it, None for never.
    """
    after = _ended(delivery, DeliveryStatus.SENT, "")
    return after if after is delivery else replace(after, next_step_at=_by_then(now, unread_after))


def fetched(delivery: Delivery, now: datetime, unread_after: timedelta | None) -> Delivery:
    """The app has got it. The delivery itself if it had it before, or may not have it."""
    after = _ended(delivery, DeliveryStatus.DELIVERED, "")
    if after is delivery:
        return delivery
    is_counted = delivery.status is DeliveryStatus.SENT
    return replace(after, next_step_at=delivery.next_step_at if is_counted else _by_then(now, unread_after))


def read(delivery: Delivery, now: datetime) -> Delivery:
    """Its user has read it. The delivery itself if that was said before, or cannot be."""
    if delivery.read_at or delivery.status not in (DeliveryStatus.SENT, DeliveryStatus.DELIVERED):
        return delivery
    return replace(delivery, status=DeliveryStatus.DELIVERED, read_at=now, next_step_at=None)


def is_unread(delivery: Delivery, now: datetime) -> bool:
    """Of an answer in the app: it should have been read by now."""
    is_there = delivery.status in (DeliveryStatus.SENT, DeliveryStatus.DELIVERED) and delivery.read_at is None
    return is_there and delivery.next_step_at is not None and delivery.next_step_at <= now


def gone_another_way(delivery: Delivery) -> Delivery:
    """Nothing is left to do about it."""
    return replace(delivery, next_step_at=None)


def _by_then(now: datetime, unread_after: timedelta | None) -> datetime | None:
    return now + unread_after if unread_after else None


def settled_as_sent(delivery: Delivery) -> Delivery:
    """A person has found out that an unknown one was sent. What the carrier reports later still counts."""
    return _ended(delivery, DeliveryStatus.SENT, "")


def sent_again(delivery: Delivery, now: datetime) -> Delivery:
    """A person has an unknown one sent again, and answers for it that it may arrive twice."""
    return replace(
        delivery,
        status=DeliveryStatus.QUEUED,
        claim="",
        lease_until=None,
        next_step_at=now,
        detail="",
        possible_duplicate=True,
    )


def withdrawn(delivery: Delivery) -> Delivery:
    """What is queued has certainly not been sent, so it can be taken back. Raises Conflict for anything else."""
    if not may_move(delivery, DeliveryStatus.WITHDRAWN) or delivery.possible_duplicate:
        raise Conflict("It is on its way already and cannot be taken back any more.")
    return replace(delivery, status=DeliveryStatus.WITHDRAWN, next_step_at=None)


def lease_ran_out(delivery: Delivery, now: datetime) -> bool:
    return (
        delivery.status is DeliveryStatus.SENDING and delivery.lease_until is not None and delivery.lease_until <= now
    )


def _ended(delivery: Delivery, status: DeliveryStatus, detail: str) -> Delivery:
    """The delivery itself where the table has no such move: then somebody knew more before."""
    if not may_move(delivery, status):
        return delivery
    return replace(delivery, status=status, lease_until=None, next_step_at=None, detail=detail)
