"""Two customers who are one: what a merge changes, when it may happen by itself, and how it is undone. Pure.

A merge lays two threads over each other and moves no message. The owner rows of the contact points go to the survivor;
cases and entries stay where they were written, and what comes later is kept under the `home` of the contact point that
it came from. So undoing a merge is one transaction, however long the threads are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.contact_points import ContactPoint, PointKind, is_external, system_of
from chalicelib.domain.customers import Customer, PointOwner
from chalicelib.domain.errors import Conflict, InvalidInput, TooLarge
from chalicelib.domain.identifiers import digest
from chalicelib.domain.remarks import remark

MOST_PREDECESSORS = 20  # each costs every page of the thread one more query
MOST_MOVED = 80  # of the 100 changes of one transaction; the rest are customers, journal, events and the seen key
MOST_REASONS = 20


@dataclass(frozen=True, slots=True)
class Merge:
    """The journal of one merge: all that undoing it needs.

    `merged_id` was merged into `customer_id`. `points`: whose owner became the survivor. `predecessors`: who had been
    merged into `merged_id` before, and answers to the survivor since. `by`: `agent:<id>` or `hub`. `why`: in words.
    `ambiguous`: ids of entries, as `<customer>/<entry>`, that came after the merge into a case of the other one. They
    stayed there when it was undone, and wait for an agent.
    """

    id: str
    customer_id: str
    merged_id: str
    at: datetime
    by: str
    why: str
    points: tuple[ContactPoint, ...] = ()
    predecessors: tuple[str, ...] = ()
    undone_at: datetime | None = None
    undone_by: str = ""
    ambiguous: tuple[str, ...] = ()

    @property
    def both(self) -> frozenset[str]:
        return frozenset((self.customer_id, self.merged_id))

    @property
    def side(self) -> frozenset[str]:
        """Everybody who goes back when it is undone."""
        return frozenset((self.merged_id, *self.predecessors))


MERGE_DEPENDS_ON = ("version", "merged_into", "merged_from")
FOLLOWING_DEPENDS_ON = ("merged_into",)
MOVED_POINT_DEPENDS_ON = ("customer_id", "home")
UNDOING_DEPENDS_ON = ("undone_at",)


@dataclass(frozen=True, slots=True)
class Sides:
    """Both customers as they were read, those merged into the second before, and the owners of its contact points."""

    survivor: Customer
    merged: Customer
    predecessors: tuple[Customer, ...]
    owners: tuple[PointOwner, ...]


def require_mergeable(sides: Sides) -> None:
    """Raises InvalidInput, Conflict or TooLarge, each in words for an agent."""
    survivor, merged = sides.survivor, sides.merged
    if survivor.id == merged.id:
        raise InvalidInput("A customer cannot be merged with themselves.", field="customer")
    for customer, other in ((survivor, merged), (merged, survivor)):
        # The two are read one after the other: what the first did not say yet, the second may say.
        into = customer.merged_into or (other.id if customer.id in other.merged_from else "")
        if into:
            raise Conflict(f"Customer {customer.id} was merged into {into} already.")
    if len({*survivor.merged_from, *merged.family}) > MOST_PREDECESSORS:
        raise TooLarge(f"A customer answers for at most {MOST_PREDECESSORS} others.")
    if len(sides.owners) + len(sides.predecessors) > MOST_MOVED:
        raise TooLarge(
            f"Customer {merged.id} has {len(sides.owners)} contact points; at most {MOST_MOVED} can move at once. "
            "Merge the other way round."
        )


def with_predecessor(survivor: Customer, merged: Customer) -> Customer:
    return replace(survivor, merged_from=(*survivor.merged_from, *merged.family), version=survivor.version + 1)


def merged_away(merged: Customer, survivor_id: str) -> Customer:
    """It goes on listing its own predecessors, for the day when it answers for them again."""
    return replace(merged, merged_into=survivor_id, version=merged.version + 1)


def following(predecessor: Customer, into: str) -> Customer:
    return replace(predecessor, merged_into=into)


def moved_point(owner: PointOwner, to: str) -> PointOwner:
    """The owner row under another customer of the family, or back at home."""
    return replace(owner, customer_id=to, home="" if owner.kept_under == to else owner.kept_under)


def without_predecessor(survivor: Customer, merge: Merge) -> Customer:
    left = tuple(id_ for id_ in survivor.merged_from if id_ not in merge.side)
    return replace(survivor, merged_from=left, version=survivor.version + 1)


def standing_again(merged: Customer) -> Customer:
    return replace(merged, merged_into="", version=merged.version + 1)


# Evidence


class Evidence(StrEnum):
    """Why two customers may be one. The strong kind merges by itself when nothing verified disagrees."""

    PROVED_POINT = "proved_point"  # one of them proved to be reachable at a contact point of the other: strong
    TAGGED_ADDRESS = "tagged_address"  # a+tag@ and a@
    NAMED_ADDRESS = "named_address"  # one wrote an address of the other into a form or a signature
    SAME_NAME = "same_name"  # the same name at the same domain


@dataclass(frozen=True, slots=True)
class Reason:
    evidence: Evidence
    detail: str


class SuggestionStatus(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Two customers who may be one, until an agent has decided. `first` is the one who was known earlier.

    `merge_id`: of the merge that it led to. A dismissed one opens again by a reason that it did not have.
    """

    id: str
    first: str
    second: str
    at: datetime
    reasons: tuple[Reason, ...]
    status: SuggestionStatus = SuggestionStatus.OPEN
    decided_by: str = ""
    decided_at: datetime | None = None
    merge_id: str = ""


SUGGESTION_DEPENDS_ON = ("status", "reasons")


def suggestion_id(one: str, other: str) -> str:
    return digest("suggestion", *sorted((one, other))).hex()[:40]


def suggested(one: str, other: str, reason: Reason, at: datetime) -> Suggestion:
    first, second = sorted((one, other))  # ids sort by the time at which the customer was made
    return Suggestion(suggestion_id(one, other), first, second, at, (reason,))


def with_reason(suggestion: Suggestion, reason: Reason, at: datetime) -> Suggestion:
    """The suggestion itself when there is nothing new in the reason."""
    if reason in suggestion.reasons or len(suggestion.reasons) >= MOST_REASONS:
        return suggestion
    after = replace(suggestion, reasons=(*suggestion.reasons, reason))
    if suggestion.status is SuggestionStatus.DISMISSED:
        return replace(after, status=SuggestionStatus.OPEN, at=at, decided_by="", decided_at=None)
    return after


def decided(suggestion: Suggestion, status: SuggestionStatus, by: str, at: datetime, merge_id: str = "") -> Suggestion:
    return replace(suggestion, status=status, decided_by=by, decided_at=at, merge_id=merge_id)


def disagreements(
    survivors: Iterable[PointOwner], others: Iterable[PointOwner], proved: ContactPoint | None = None
) -> tuple[str, ...]:
    """What speaks against two being one: kinds of contact point of which each has a proved one of its own, and other
    systems that know each by an id of its own.

    `proved`: the contact point that speaks for the merge; it counts for neither.
    """
    sides = [*survivors], [*others]
    one, other = (_proved_kinds(owners, proved) for owners in sides)
    kinds = [
        remark("each_proved", kind=kind, one=one[kind], other=other[kind])
        for kind in PointKind
        if kind in one and kind in other
    ]
    mine, theirs = (_ids_by_system(owners) for owners in sides)
    systems = [
        remark("each_known_apart", system=system, one=mine[system], other=theirs[system])
        for system in sorted(mine.keys() & theirs.keys())
    ]
    return (*kinds, *systems)


def _ids_by_system(owners: Iterable[PointOwner]) -> Mapping[str, str]:
    points = [owner.point for owner in owners if is_external(owner.point)]
    return {system_of(point): point.value for point in sorted(points)}


def _proved_kinds(owners: Iterable[PointOwner], leave_out: ContactPoint | None) -> Mapping[PointKind, ContactPoint]:
    return {owner.point.kind: owner.point for owner in owners if owner.is_proved and owner.point != leave_out}
