"""An agent learns of a further address of a customer: what comes from there joins the same thread from now on."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.domain.contact_points import ContactPoint
from chalicelib.domain.customers import PointLink, PointOwner
from chalicelib.domain.errors import Conflict, WriteConflict
from chalicelib.domain.identifiers import ulid
from chalicelib.domain.threads import Entry, EntryKind
from chalicelib.usecases.once import Once, answer_given_before, remember
from chalicelib.usecases.ports import Create, Now, Randomness, ThreadStore


@dataclass(frozen=True, slots=True)
class AddContactPoint:
    threads: ThreadStore
    now: Now
    randomness: Randomness

    def __call__(self, customer_id: str, agent: str, point: ContactPoint, *, once: Once | None = None) -> None:
        """Raises NotFound, and Conflict when the address is another customer's. Adding it twice changes nothing."""
        if answer_given_before(self.threads, once) is not None:
            return
        self.threads.get_customer_page(customer_id)
        now = self.now()
        event = Entry(
            id=ulid(now, self.randomness(10)),
            customer_id=customer_id,
            case_id="",
            at=now,
            kind=EntryKind.EVENT,
            author=f"agent:{agent}",
            event="customer.contact_point_added",
            facts={"point": str(point)},
        )
        try:
            self.threads.commit(
                [
                    Create(PointOwner(point, customer_id, now)),
                    Create(PointLink(customer_id, point)),
                    Create(event),
                    *remember(once, "", now),
                ]
            )
        except WriteConflict:
            owner = self.threads.find_owner(point)
            if owner is None:  # nobody's: something else was in the way, and may be gone in a moment
                raise
            if owner.customer_id != customer_id:
                raise Conflict(
                    "This contact point belongs to another customer. Merge the two if they are one."
                ) from None
