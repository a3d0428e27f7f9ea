"""An agent learns of a further address of a customer: what comes from there joins the same thread from now on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chalicelib.domain.contact_points import ContactPoint
from chalicelib.domain.customers import Customer, PointLink, PointOwner
from chalicelib.domain.errors import Conflict
from chalicelib.domain.identifiers import ulid
from chalicelib.domain.merging import MERGE_DEPENDS_ON
from chalicelib.domain.threads import customer_event
from chalicelib.usecases.customer_changes import change_customers
from chalicelib.usecases.find_customer import surviving_customer
from chalicelib.usecases.once import Once, remember
from chalicelib.usecases.ports import Change, Create, Now, Randomness, ThreadStore, Update


@dataclass(frozen=True, slots=True)
class AddContactPoint:
    threads: ThreadStore
    now: Now
    randomness: Randomness

    def __call__(self, customer_id: str, agent: str, point: ContactPoint, *, once: Once | None = None) -> None:
        """Raises NotFound, and Conflict when the address is another customer's. Adding it twice changes nothing."""

        def decide() -> tuple[str, Sequence[Change]]:
            customer = surviving_customer(self.threads, customer_id)
            owner = self.threads.find_owner(point)
            if owner and owner.customer_id != customer.id:
                raise Conflict("This contact point belongs to another customer. Merge the two if they are one.")
            if owner:
                return "", []
            now = self.now()
            event = customer_event(
                ulid(now, self.randomness(10)),
                customer.id,
                now,
                f"agent:{agent}",
                "customer.contact_point_added",
                {"point": str(point)},
            )
            return "", [
                *new_point_changes(customer, PointOwner(point, customer.id, now)),
                Create(event),
                *remember(once, "", now),
            ]

        change_customers(self.threads, once, decide)


def new_point_changes(customer: Customer, owner: PointOwner) -> list[Change]:
    """The customer changes with it, so that a merge at the same moment cannot overlook the new contact point."""
    return [
        Create(owner),
        Create(PointLink(customer.id, owner.point)),
        Update(customer, replace(customer, version=customer.version + 1), MERGE_DEPENDS_ON),
    ]
