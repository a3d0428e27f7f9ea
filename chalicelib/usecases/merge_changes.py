"""What two customers have between them, and which records a merge of them changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from chalicelib.domain.contact_points import ContactPoint
from chalicelib.domain.customers import Customer, PointOwner
from chalicelib.domain.identifiers import ulid_for
from chalicelib.domain.merging import (
    FOLLOWING_DEPENDS_ON,
    MERGE_DEPENDS_ON,
    MOVED_POINT_DEPENDS_ON,
    Merge,
    Sides,
    following,
    merged_away,
    moved_point,
    with_predecessor,
)
from chalicelib.domain.threads import customer_event
from chalicelib.usecases.find_customer import points_of
from chalicelib.usecases.ports import Change, Create, ThreadStore, Update


def read_sides(threads: ThreadStore, survivor: Customer, merged: Customer) -> Sides:
    """One round trip for each member of the second family, one for the owners, one for each predecessor."""
    predecessors = tuple(threads.get_customer(id_) for id_ in merged.merged_from)
    return Sides(survivor, merged, predecessors, owners_of(threads, merged))


def owners_of(threads: ThreadStore, customer: Customer) -> tuple[PointOwner, ...]:
    """The owner rows of the whole family's contact points, sorted."""
    owners = threads.find_owners(points_of(threads, customer))
    return tuple(owner for _, owner in sorted(owners.items()) if owner.customer_id == customer.id)


def journal_of(sides: Sides, merge_id: str, at: datetime, by: str, why: str) -> Merge:
    return Merge(
        id=merge_id,
        customer_id=sides.survivor.id,
        merged_id=sides.merged.id,
        at=at,
        by=by,
        why=why,
        points=tuple(owner.point for owner in sides.owners),
        predecessors=sides.merged.merged_from,
    )


def merge_changes(sides: Sides, merge: Merge, proved: ContactPoint | None = None) -> list[Change]:
    """All of it is one transaction: a merge is whole or it is not. `proved`: one of the moved points that is proved by
    the same act.
    """
    survivor, merged = sides.survivor, sides.merged
    changes: list[Change] = [
        Update(survivor, with_predecessor(survivor, merged), MERGE_DEPENDS_ON),
        Update(merged, merged_away(merged, survivor.id), MERGE_DEPENDS_ON),
        Create(merge),
        Create(
            customer_event(
                ulid_for(merge.at, "merge", merge.id),
                survivor.id,
                merge.at,
                merge.by,
                "customer.merged",
                {"merge": merge.id, "merged": merged.id},
            )
        ),
    ]
    changes += [Update(before, following(before, survivor.id), FOLLOWING_DEPENDS_ON) for before in sides.predecessors]
    for owner in sides.owners:
        moved = moved_point(owner, survivor.id)
        if owner.point == proved:
            moved = replace(moved, verified=True)
        changes.append(Update(owner, moved, MOVED_POINT_DEPENDS_ON))
    return changes
