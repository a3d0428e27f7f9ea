"""A contact point has been proved: it is remembered, and where it shows that two customers are one, they are merged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.contact_points import ContactPoint, PointKind
from chalicelib.domain.customers import Customer, PointLink, PointOwner
from chalicelib.domain.errors import Conflict, TooLarge, WriteConflict
from chalicelib.domain.identifiers import ulid
from chalicelib.domain.merging import Evidence, Reason, Sides, disagreements, require_mergeable
from chalicelib.domain.threads import customer_event
from chalicelib.usecases.add_contact_point import new_point_changes
from chalicelib.usecases.merge_changes import journal_of, merge_changes, owners_of, read_sides
from chalicelib.usecases.ports import Change, Create, Randomness, ThreadStore, Update
from chalicelib.usecases.suggestion_changes import suggestion_changes

_OWNER_DEPENDS_ON = ("customer_id",)


@dataclass(frozen=True, slots=True)
class ProofChanges:
    threads: ThreadStore
    randomness: Randomness

    def __call__(self, point: ContactPoint, principal: str, now: datetime) -> list[Change]:
        """`principal`: the app's user who proved it, "" for somebody who is not logged in.

        The same steps whoever owns it, so that nobody learns from the answer whether it is known.
        """
        login = ContactPoint(PointKind.APP, principal) if principal else None
        owners = self.threads.find_owners([point, *([login] if login else [])])
        owner, own = owners.get(point), owners.get(login) if login else None
        if owner is None and own is None:
            return self._new_customer(point, login, now)
        if owner is None and own is not None:
            customer = self.threads.get_customer(own.customer_id)
            proved = PointOwner(point, customer.id, now, verified=True)
            return [*new_point_changes(customer, proved), self._told(customer.id, point, now)]
        assert owner is not None  # noqa: S101  # for the type checker: the two cases above are the others
        if login and own is None:
            return self._first_login(owner, login, now)
        if own is None or own.customer_id == owner.customer_id:
            return [*_verified(owner), self._told(owner.customer_id, point, now)]
        return self._two_customers(owner, own, now)

    def _new_customer(self, point: ContactPoint, login: ContactPoint | None, now: datetime) -> list[Change]:
        customer = Customer(id=ulid(now, self.randomness(10)), created_at=now)
        owners = [PointOwner(point, customer.id, now, verified=True)]
        owners += [PointOwner(login, customer.id, now)] if login else []
        return [
            Create(customer),
            *(Create(owner) for owner in owners),
            *(Create(PointLink(customer.id, owner.point)) for owner in owners),
            self._told(customer.id, point, now),
        ]

    def _first_login(self, owner: PointOwner, login: ContactPoint, now: datetime) -> list[Change]:
        """Who logs in for the first time and is reachable where a customer is, is that customer, unless it has a login
        of its own: then somebody has to look.
        """
        customer = self.threads.get_customer(owner.customer_id)
        newcomer = PointOwner(login, customer.id, now)
        against = disagreements(owners_of(self.threads, customer), [newcomer], owner.point)
        if not against:
            return [
                *new_point_changes(customer, newcomer),
                *_verified(owner),
                self._told(customer.id, owner.point, now),
            ]
        other = Customer(id=ulid(now, self.randomness(10)), created_at=now)
        return [
            Create(other),
            Create(replace(newcomer, customer_id=other.id)),
            Create(PointLink(other.id, login)),
            *self._suggested(customer.id, other.id, owner.point, against, now),
        ]

    def _two_customers(self, owner: PointOwner, own: PointOwner, now: datetime) -> list[Change]:
        """The one that was known earlier survives."""
        first, second = (self.threads.get_customer(id_) for id_ in sorted((owner.customer_id, own.customer_id)))
        sides = read_sides(self.threads, first, second)
        against = (*self._against(sides, owner.point), *self._parted(sides))
        if against:
            return self._suggested(first.id, second.id, owner.point, against, now)
        why = f"{owner.point} was proved by a customer who was known as another"
        merge = journal_of(sides, ulid(now, self.randomness(10)), now, "hub", why)
        stays = [] if owner in sides.owners else _verified(owner)
        return [*merge_changes(sides, merge, proved=owner.point), *stays, self._told(first.id, owner.point, now)]

    def _against(self, sides: Sides, proved: ContactPoint) -> tuple[str, ...]:
        try:
            require_mergeable(sides)
        except TooLarge as error:
            return (error.public_text,)
        except Conflict as error:  # somebody merged one of them since we read who owns what
            raise WriteConflict() from error
        return disagreements(owners_of(self.threads, sides.survivor), sides.owners, proved)

    def _parted(self, sides: Sides) -> tuple[str, ...]:
        """An agent's decision that the two are two is not taken back by a machine."""
        families = (set(sides.survivor.family), set(sides.merged.family))
        merges = (merge for family in families for id_ in sorted(family) for merge in self.threads.list_merges(id_))
        undone = [merge for merge in merges if merge.undone_at and all(merge.both & family for family in families)]
        return (f"{undone[0].undone_by} undid merge {undone[0].id} of the two",) if undone else ()

    def _suggested(
        self, one: str, other: str, point: ContactPoint, against: tuple[str, ...], now: datetime
    ) -> list[Change]:
        reason = Reason(Evidence.PROVED_POINT, f"{point} was proved by the other one; but {'; '.join(against)}")
        return suggestion_changes(self.threads, one, other, reason, now)

    def _told(self, customer_id: str, point: ContactPoint, now: datetime) -> Create:
        return Create(
            customer_event(
                ulid(now, self.randomness(10)),
                customer_id,
                now,
                "hub",
                "customer.contact_point_proved",
                {"point": str(point)},
            )
        )


def _verified(owner: PointOwner) -> list[Change]:
    return [] if owner.verified else [Update(owner, replace(owner, verified=True), _OWNER_DEPENDS_ON)]
