"""Who looks after a customer, and as what the company treats them: what routing asks when they write next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chalicelib.domain.identifiers import ulid
from chalicelib.domain.merging import MERGE_DEPENDS_ON
from chalicelib.domain.threads import customer_event
from chalicelib.usecases.customer_changes import change_customers
from chalicelib.usecases.find_customer import surviving_customer
from chalicelib.usecases.once import Once, remember
from chalicelib.usecases.ports import Change, Create, Now, Randomness, ThreadStore, Update


@dataclass(frozen=True, slots=True)
class Care:
    """`carer`: an agent's subject, "" for none."""

    carer: str = ""
    segment: str = ""
    vip: bool = False


@dataclass(frozen=True, slots=True)
class CareForCustomer:
    threads: ThreadStore
    now: Now
    randomness: Randomness

    def __call__(self, customer_id: str, agent: str, care: Care, *, once: Once | None = None) -> None:
        """Of who was merged away, the survivor's. Cases that are open stay where they are. Raises NotFound."""

        def decide() -> tuple[str, Sequence[Change]]:
            customer = surviving_customer(self.threads, customer_id)
            known = Care(customer.carer, customer.segment, customer.vip)
            if known == care:
                return "", []
            now = self.now()
            after = replace(
                customer, carer=care.carer, segment=care.segment, vip=care.vip, version=customer.version + 1
            )
            facts = {"carer": care.carer, "segment": care.segment, "vip": "yes" if care.vip else "no"}
            id_ = ulid(now, self.randomness(10))
            event = customer_event(id_, customer.id, now, f"agent:{agent}", "customer.care_set", facts)
            return "", [Update(customer, after, MERGE_DEPENDS_ON), Create(event), *remember(once, "", now)]

        change_customers(self.threads, once, decide)
