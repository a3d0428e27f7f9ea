"""The way of an outbound message: a state machine that never sends twice by itself.

`queued -> sending -> sent -> delivered`, with `failed` (certainly not sent), `unknown` (a person decides), and what
the carrier reports later. A claim has an owner and a lease that outlives the worker; a lease that ran out means
unknown, never another attempt.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.domain.contact_points import ContactPoint
from chalicelib.domain.sla import ClockName


class DeliveryStatus(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    DEFERRED = "deferred"
    FAILED = "failed"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Delivery:
    """Where an outbound message goes and how far it got.

    `sender` and `recipient` are carrier addresses (e-mail address, E.164 number). `headers` of a mail are fixed when
    the answer is given, so that sending needs no other record.
    `next_step_at`: when the sweep looks at it if nobody else does; None when nothing is left to do.
    `answers_since`: since when the customer had been waiting for this answer, and `stopped_clock` the clock that it
    stopped; if it fails, that clock goes back there.
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


UNCLAIMED_AFTER = timedelta(seconds=60)
MOST_ATTEMPTS = 5


def queued(delivery: Delivery, now: datetime) -> Delivery:
    return replace(delivery, status=DeliveryStatus.QUEUED, next_step_at=now + UNCLAIMED_AFTER)


def may_be_claimed(delivery: Delivery, now: datetime) -> bool:
    """A first attempt at once; a further one when its pause is over."""
    if delivery.status is not DeliveryStatus.QUEUED:
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
    return replace(
        delivery, status=DeliveryStatus.SENT, provider_id=provider_id, lease_until=None, next_step_at=None, detail=""
    )


def put_back(delivery: Delivery, reason: str, now: datetime) -> Delivery:
    """The carrier certainly did not take it and may later: 1, 2, 4, 8 minutes."""
    pause = UNCLAIMED_AFTER * 2 ** (delivery.attempts - 1)
    return replace(
        delivery, status=DeliveryStatus.QUEUED, claim="", lease_until=None, next_step_at=now + pause, detail=reason
    )


def failed(delivery: Delivery, reason: str) -> Delivery:
    """The carrier certainly did not take it and will not."""
    return replace(delivery, status=DeliveryStatus.FAILED, lease_until=None, next_step_at=None, detail=reason)


def unknown(delivery: Delivery, reason: str) -> Delivery:
    """Nobody can say whether it was sent: a person decides."""
    return replace(delivery, status=DeliveryStatus.UNKNOWN, lease_until=None, next_step_at=None, detail=reason)


def lease_ran_out(delivery: Delivery, now: datetime) -> bool:
    return (
        delivery.status is DeliveryStatus.SENDING and delivery.lease_until is not None and delivery.lease_until <= now
    )
