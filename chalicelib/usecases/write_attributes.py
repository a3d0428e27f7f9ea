"""Another system of the company writes what it knows of a customer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.customer_attributes import ATTRIBUTES_DEPEND_ON, with_attributes
from chalicelib.domain.customers import CustomerAttributes, Value
from chalicelib.usecases.customer_changes import change_customers
from chalicelib.usecases.find_customer import surviving_customer
from chalicelib.usecases.once import Once, remember
from chalicelib.usecases.ports import Change, Create, Now, ThreadStore, Update


@dataclass(frozen=True, slots=True)
class WriteAttributes:
    threads: ThreadStore
    now: Now

    def __call__(
        self, customer_id: str, by: str, said: Mapping[str, Value | None], *, once: Once | None = None
    ) -> None:
        """Of who was merged away, the survivor's. `said`: by full name; None takes one away, and the others stay.
        Raises NotFound, TooLarge. Saying what is so already changes nothing.
        """

        def decide() -> tuple[str, Sequence[Change]]:
            customer, now = surviving_customer(self.threads, customer_id), self.now()
            changes = attribute_changes(self.threads, customer.id, said, by, now, begins=False)
            if not changes:
                return "", []
            # Of somebody who is erased meanwhile nothing is written any more.
            return "", [Update(customer, customer, ("merged_into",)), *changes, *remember(once, "", now)]

        change_customers(self.threads, once, decide)


def attribute_changes(
    threads: ThreadStore, customer_id: str, said: Mapping[str, Value | None], by: str, now: datetime, *, begins: bool
) -> list[Change]:
    """Empty when all of it is so already. `begins`: the customer is made together with it, so there is nothing to read.
    Else one round trip, none where nothing is said. Raises TooLarge.
    """
    if not said:
        return []
    found = None if begins else threads.find_attributes([customer_id]).get(customer_id)
    known = found or CustomerAttributes(customer_id)
    after = with_attributes(known, said, by, now)
    if after is known:
        return []
    return [Update(known, after, ATTRIBUTES_DEPEND_ON) if found else Create(after)]
