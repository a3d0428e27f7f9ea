"""A user of the app reads what we know of them as a person, and says how they are called and written to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from chalicelib.domain.contact_points import ContactPoint, PointKind
from chalicelib.domain.customers import Customer
from chalicelib.domain.errors import Conflict, NotFound
from chalicelib.domain.identifiers import ulid
from chalicelib.domain.merging import MERGE_DEPENDS_ON
from chalicelib.domain.opting_out import CUSTOMER
from chalicelib.domain.preferences import NAME
from chalicelib.domain.threads import customer_event
from chalicelib.usecases.change_preferences import (
    PREFERENCES_DEPEND_ON,
    Said,
    customer_logged_in,
    facts_of,
    with_said,
)
from chalicelib.usecases.customer_changes import change_customers
from chalicelib.usecases.once import Once, remember
from chalicelib.usecases.ports import Change, Create, Randomness, Update
from chalicelib.usecases.read_own_thread import Oneself, ReadOwnThread

PROFILE_CHANGED = "customer.profile_changed"
PROFILE_DEPENDS_ON = tuple(dict.fromkeys((NAME, *MERGE_DEPENDS_ON, *PREFERENCES_DEPEND_ON)))
_SHOWN = (PointKind.EMAIL, PointKind.PHONE, PointKind.FAX)


@dataclass(frozen=True, slots=True)
class Profile:
    """`customer`: who answers since a merge. `name`: "" where it may be somebody else's. `points`: each address, and
    whether it is proved to be theirs.
    """

    customer: Customer
    name: str
    points: Mapping[ContactPoint, bool]


@dataclass(frozen=True, slots=True)
class OwnProfile:
    own: ReadOwnThread
    randomness: Randomness

    def read(self, principal_id: str) -> Profile:
        """Raises NotFound for a login that nobody has: they have never written to us."""
        oneself = self.own.find_oneself(principal_id)
        if oneself is None:
            raise NotFound()
        listed = sorted({point for points in oneself.listed.values() for point in points if point.kind in _SHOWN})
        points = {point: point in oneself.proved for point in listed}
        return Profile(oneself.pages[0].customer, _name_of(oneself), MappingProxyType(points))

    def change(
        self,
        principal_id: str,
        name: str | None,
        preferences: Mapping[str, Any],
        *,
        version: int | None = None,
        once: Once | None = None,
    ) -> None:
        """`name` None: it stays. `version`: of the customer's record as it was read. Saying what is so already changes
        nothing. Raises NotFound, Conflict.
        """

        def decide() -> tuple[str, Sequence[Change]]:
            customer, now = customer_logged_in(self.own.threads, principal_id), self.own.now()
            if version is not None and version != customer.record_version:
                raise Conflict()
            said = Said(preferences)
            after = with_said(customer, CUSTOMER, said, now)
            if name is not None:
                after = with_chosen_name(after, name, now)
            if after == customer:
                return "", remember(once, "", now)
            changes: list[Change] = [Update(customer, after, PROFILE_DEPENDS_ON)]
            if facts := _told(customer, after, said):
                id_ = ulid(now, self.randomness(10))
                changes.append(Create(customer_event(id_, customer.id, now, CUSTOMER, PROFILE_CHANGED, facts)))
            return "", [*changes, *remember(once, "", now)]

        change_customers(self.own.threads, once, decide)


def with_chosen_name(customer: Customer, name: str, now: datetime) -> Customer:
    """It stands against what other systems record from now on."""
    chosen = customer.preferences.chosen_at
    if name == customer.name and NAME in chosen:
        return customer
    preferences = replace(
        customer.preferences,
        chosen_at=MappingProxyType({**chosen, NAME: now}),
        version=customer.preferences.version + 1,
    )
    return replace(customer, name=name, preferences=preferences)


def _name_of(oneself: Oneself) -> str:
    """Of the first of the family who chose it, or to whom an address leads that is proved. Any other may be a stranger
    whom an agent took for them.
    """
    for page in oneself.pages:
        customer = page.customer
        proved = not oneself.proved.isdisjoint(oneself.listed[customer.id])
        if customer.name and (proved or NAME in customer.preferences.chosen_at):
            return customer.name
    return ""


def _told(before: Customer, after: Customer, said: Said) -> dict[str, str]:
    """Colleagues see how they were called until now, so that they notice when somebody becomes somebody else."""
    changed = facts_of(before, after, said).get("changed", "").split()
    if before.name == after.name:
        return {"changed": " ".join(changed)} if changed else {}
    facts = {"changed": " ".join(sorted([*changed, NAME])), "name": after.name, "before": before.name}
    return {name: value for name, value in facts.items() if value}
