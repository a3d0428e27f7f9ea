"""What carriers report of a message, put together so that neither order nor repetition matters.

A delivery keeps the set of what was reported, the most telling first, at most `MOST_REPORTS` of it; its status is the
furthest of its own and the reported ones. Both are joins of sets (commutative, associative, idempotent), which is why
a bounce before a delivery, a delivery before our own record of having sent, or one event ten times end the same way.

The rule is per message and not per attempt: all attempts carry the same words to the same address.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.domain.delivery import Delivery, DeliveryStatus, FailureKind, Report, failed, may_move
from chalicelib.domain.remarks import remark

MOST_REPORTS = 8
LONGEST_SAID = 100
LONGEST_WORDS = 500

# SES gives up after 14 hours; other systems of ours need not say that they did.
GIVEN_UP_AFTER = timedelta(hours=24)

_TELLING = (
    DeliveryStatus.COMPLAINED,
    DeliveryStatus.BOUNCED,
    DeliveryStatus.DELIVERED,
    DeliveryStatus.DEFERRED,
    DeliveryStatus.SENT,
)
_FAILURES = [*FailureKind]


def reported(delivery: Delivery, report: Report, provider_id: str = "") -> Delivery:
    """The delivery as after `report`, which may be told again; `provider_id`: the carrier's id that it names.

    The claim stays: the worker that still waits for the carrier's answer has to find its own attempt again.
    """
    reports = joined(delivery.reports, report)
    decisive = reports[0]
    after = replace(delivery, reports=reports)
    if provider_id and not delivery.provider_id and report.attempt == delivery.attempts:
        after = replace(after, provider_id=provider_id)
    if decisive.status is not delivery.status and not may_move(delivery, decisive.status):
        return after
    is_deferred = decisive.status is DeliveryStatus.DEFERRED
    return replace(
        after,
        status=decisive.status,
        lease_until=None,
        next_step_at=decisive.at + GIVEN_UP_AFTER if is_deferred else None,
        detail=decisive.words or decisive.said if decisive.failure or is_deferred else "",
        failure=decisive.failure,
    )


def given_up(delivery: Delivery, now: datetime) -> Delivery:
    """The delivery itself unless it has been deferred for too long. A report that comes later is believed instead."""
    is_over = delivery.next_step_at is not None and delivery.next_step_at <= now
    if delivery.status is not DeliveryStatus.DEFERRED or not is_over:
        return delivery
    hours = GIVEN_UP_AFTER // timedelta(hours=1)
    return failed(delivery, remark("given_up", hours=hours, words=delivery.detail), FailureKind.TEMPORARY)


def joined(reports: tuple[Report, ...], report: Report) -> tuple[Report, ...]:
    """One for each thing that can be said, as it was said first."""
    report = replace(report, said=report.said[:LONGEST_SAID], words=report.words[:LONGEST_WORDS])
    first = min([report, *(known for known in reports if _same(known) == _same(report))], key=_earliest)
    others = (known for known in reports if _same(known) != _same(report))
    return tuple(sorted((first, *others), key=_same)[:MOST_REPORTS])


def _same(report: Report) -> tuple[int, int, str, str]:
    """What a report says, without when and how it was worded; sorts the most telling first."""
    failure = _FAILURES.index(report.failure) if report.failure else len(_FAILURES)
    return _TELLING.index(report.status), failure, report.said, report.code


def _earliest(report: Report) -> tuple[datetime, str, int]:
    return report.at, report.words, report.attempt
