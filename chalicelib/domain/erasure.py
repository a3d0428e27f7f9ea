"""The erasure of a customer: who asked for it and by what right, what was found, and what is left of it.

Nothing here can hold what a person said or was called: reasons are words of a list, and addresses stand in it only
until the work is done.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from chalicelib.domain.case_kinds import CaseKind
from chalicelib.domain.cases import Case, CaseStatus
from chalicelib.domain.contact_points import ContactPoint
from chalicelib.domain.customers import Customer
from chalicelib.domain.errors import LegalHold, RetentionRuns

LOOKS_AGAIN_AFTER = timedelta(minutes=15)  # every worker that had read the customer before has ended long ago
MOST_MEMBERS = 80  # of a family: they are deleted in one transaction


class Ground(StrEnum):
    """Why, in the words of GDPR, art. 17(1)(a) to (e)."""

    NO_LONGER_NEEDED = "no_longer_needed"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    OBJECTION = "objection"
    UNLAWFUL = "unlawful"
    LEGAL_DUTY = "legal_duty"


class Requester(StrEnum):
    CUSTOMER = "customer"
    REPRESENTATIVE = "representative"  # somebody who may act for them
    AUTHORITY = "authority"
    COMPANY = "company"  # we ourselves


class ErasureStatus(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"  # nobody reads the customer any more
    LOOKING_AGAIN = "looking_again"  # everything found is gone; what came late is still looked for
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Erasure:
    """`customers`: the family, the survivor first. `by`: the admin. `basis`: the rule of law, as they name it. `case`:
    reference of the case in which it was asked for. `started_at`: what comes in after it is not erased. `since`: of the
    customers' first record. `points`: their addresses, until it is done; `marks`: the hashes by which a suppression is
    known. `looked_at_parked`: the month up to which parked messages were looked through.
    `found`: how many of each kind of record, raw message or file were erased. `kept`: the erased cases counted, by
    month, team, kind and channel. `again`: how often it was done once more, on a table that was restored.
    """

    id: str
    customers: tuple[str, ...]
    requested_at: datetime
    by: str
    ground: Ground
    requester: Requester
    basis: str = ""
    case: str = ""
    status: ErasureStatus = ErasureStatus.QUEUED
    next_step_at: datetime | None = None
    started_at: datetime | None = None
    since: datetime | None = None
    done_at: datetime | None = None
    points: tuple[ContactPoint, ...] = ()
    marks: tuple[str, ...] = ()
    looked_at_parked: str = ""
    found: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    kept: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    again: int = 0


COUNTING_DEPENDS_ON = ("status", "found", "kept", "again")
TAKING_DEPENDS_ON = ("status", "next_step_at")


def erased_point(point: ContactPoint) -> ContactPoint:
    """What stands for an address that was erased, so that an opt-out goes on holding for it. It is no secret: whoever
    guesses the address can tell that it is this one.
    """
    name = hashlib.sha256(f"splot erased point\0{point}".encode()).hexdigest()
    return ContactPoint(point.kind, f"erased:{name}")


def counting(erasure: Erasure, found: Mapping[str, int], kept: Iterable[str] = ()) -> Erasure:
    """With so many more of each."""
    all_found, all_kept = {**erasure.found}, {**erasure.kept}
    for name, number in found.items():
        all_found[name] = all_found.get(name, 0) + number
    for name in kept:
        all_kept[name] = all_kept.get(name, 0) + 1
    return replace(erasure, found=MappingProxyType(all_found), kept=MappingProxyType(all_kept))


def statistic_of(case: Case) -> str:
    return f"{case.opened_at:%Y-%m}/{case.team}/{case.kind or 'unclassified'}/{case.channel}"


def begun(erasure: Erasure, family: Iterable[Customer], points: Iterable[ContactPoint], now: datetime) -> Erasure:
    members = tuple(family)
    known = tuple(dict.fromkeys((*erasure.points, *points)))
    return replace(
        erasure,
        customers=tuple(dict.fromkeys((*(member.id for member in members), *erasure.customers))),
        status=ErasureStatus.RUNNING,
        started_at=erasure.started_at or now,
        since=min((member.created_at for member in members), default=erasure.since),
        points=known,
        marks=tuple(dict.fromkeys((*erasure.marks, *(erased_point(point).value for point in known)))),
    )


def looking_again(erasure: Erasure, now: datetime) -> Erasure:
    started_at = erasure.started_at or now
    return replace(
        erasure,
        status=ErasureStatus.LOOKING_AGAIN,
        next_step_at=now + LOOKS_AGAIN_AFTER,
        looked_at_parked=f"{started_at:%Y%m}",
    )


def done(erasure: Erasure, now: datetime) -> Erasure:
    """The addresses are forgotten with it."""
    return replace(erasure, status=ErasureStatus.DONE, next_step_at=None, done_at=now, points=())


def asked_again(erasure: Erasure, now: datetime) -> Erasure:
    """On a table that was restored from before it. What came in since it was first begun is still not erased."""
    return replace(
        erasure,
        status=ErasureStatus.QUEUED,
        next_step_at=now,
        done_at=None,
        looked_at_parked="",
        again=erasure.again + 1,
    )


def require_erasable(
    customers: Iterable[Customer], cases: Iterable[Case], kinds: Mapping[str, CaseKind], now: datetime
) -> None:
    """Raises LegalHold, RetentionRuns."""
    for customer in customers:
        if customer.hold:
            raise LegalHold(f"The customer is under a legal hold since {customer.hold.at:%Y-%m-%d}: lift it first.")
    for case in cases:
        until = kept_until(case, kinds.get(case.kind), now)
        if until and until > now:
            raise RetentionRuns(
                f"Case {case.reference} ({case.kind}) has to be kept until {until:%Y-%m-%d}, "
                "by the retention that is configured for its kind. Ask again after that day."
            )


def kept_until(case: Case, kind: CaseKind | None, now: datetime) -> datetime | None:
    """Until when the law wants a case kept; None for not at all. Of an open one the time has not begun to run."""
    if kind is None or not kind.keep_days or case.status in (CaseStatus.SPAM, CaseStatus.MOVED):
        return None
    return (case.closed_at or now) + timedelta(days=kind.keep_days)
