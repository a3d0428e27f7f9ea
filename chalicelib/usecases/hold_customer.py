"""Whoever leads puts a customer under a legal hold, and lifts it: while it lasts, nothing of them is erased."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chalicelib.domain.customers import Customer, Hold
from chalicelib.domain.identifiers import ulid
from chalicelib.domain.threads import customer_event
from chalicelib.usecases.customer_changes import change_customers
from chalicelib.usecases.find_customer import surviving_customer
from chalicelib.usecases.once import Once, remember
from chalicelib.usecases.ports import Change, Create, Now, Randomness, ThreadStore, Update
from chalicelib.usecases.request_erasure import family_of

_DEPENDS_ON = ("hold", "merged_into", "merged_from")


@dataclass(frozen=True, slots=True)
class HoldCustomer:
    threads: ThreadStore
    now: Now
    randomness: Randomness

    def __call__(self, customer_id: str, by: str, why: str, *, once: Once | None = None) -> None:
        """Repeating it changes the reason. Raises NotFound."""

        def decide() -> tuple[str, Sequence[Change]]:
            customer, now = surviving_customer(self.threads, customer_id), self.now()
            if customer.hold and customer.hold.why == why:
                return "", []
            held = replace(customer, hold=Hold(now, by, why), version=customer.version + 1)
            told = self._told(customer, by, "customer.held", why)
            return "", [Update(customer, held, _DEPENDS_ON), told, *remember(once, "", now)]

        change_customers(self.threads, once, decide)

    def lift(self, customer_id: str, by: str, *, once: Once | None = None) -> None:
        """Of everybody who was merged into them, too. Raises NotFound."""

        def decide() -> tuple[str, Sequence[Change]]:
            customer = surviving_customer(self.threads, customer_id)
            held = [member for member in family_of(self.threads, customer) if member.hold]
            if not held:
                return "", []
            lifted = [Update(one, replace(one, hold=None, version=one.version + 1), _DEPENDS_ON) for one in held]
            return "", [*lifted, self._told(customer, by, "customer.hold_lifted", ""), *remember(once, "", self.now())]

        change_customers(self.threads, once, decide)

    def _told(self, customer: Customer, by: str, event: str, why: str) -> Change:
        now = self.now()
        facts = {"why": why} if why else {}
        return Create(customer_event(ulid(now, self.randomness(10)), customer.id, now, f"agent:{by}", event, facts))
