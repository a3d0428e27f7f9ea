"""The id by which another system of the company (a CRM, a shop) knows a customer. Pure.

It is kept as a contact point that nobody can be written to, as a login is: so one id has one owner, it goes with its
customer into a merge and comes back when that is undone, and it is erased with them. What a record of that system says
of an address is no proof that it is the customer's: an address that somebody has stays theirs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from chalicelib.domain.contact_points import ContactPoint, PointKind, is_external, system_of
from chalicelib.domain.customers import PointOwner

# `crm:4711`: the name of the system, then its id, in which letter case counts and nothing is evened out.
EXTERNAL_ID = r"^[a-z0-9][a-z0-9_-]{0,39}:[!-~]{1,128}$(?!\n)"
_EXTERNAL_ID = re.compile(EXTERNAL_ID)


def external_id(text: str) -> ContactPoint:
    """From `crm:4711`. Raises ValueError."""
    if not _EXTERNAL_ID.search(text):
        raise ValueError(f"not an external id: {text!r}")
    return ContactPoint(PointKind.EXTERNAL, text)


def owned_by_others(customer_id: str, owners: Mapping[ContactPoint, PointOwner]) -> tuple[PointOwner, ...]:
    """Of the contact points that a record names, those that are somebody else's. They stay so."""
    return tuple(owner for _, owner in sorted(owners.items()) if owner.customer_id != customer_id)


def known_by_address(verified: Iterable[ContactPoint], owners: Mapping[ContactPoint, PointOwner]) -> PointOwner | None:
    """Whom a record of an id that nobody has is about, if that is certain enough to write it to them: its system says
    that it has verified an address, and all such addresses that somebody has are one customer's.
    """
    found = [owners[point] for point in sorted(verified) if point in owners]
    return found[0] if len({owner.customer_id for owner in found}) == 1 else None


def has_id_of(system: str, points: Sequence[ContactPoint]) -> bool:
    """A customer whom that system knows by another id is, as it says itself, somebody else."""
    return any(is_external(point) and system_of(point) == system for point in points)
