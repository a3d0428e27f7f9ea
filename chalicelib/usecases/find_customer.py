"""Who answers for a customer after merges, and what belongs to the whole family."""

from __future__ import annotations

from chalicelib.domain.contact_points import ContactPoint
from chalicelib.domain.customers import Customer, CustomerPage
from chalicelib.domain.errors import NotFound
from chalicelib.usecases.ports import ThreadStore

MOST_STEPS = 5


def surviving_customer(threads: ThreadStore, customer_id: str) -> Customer:
    """One round trip, and one more when it was merged away. Raises NotFound.

    A merge lets everybody point at the survivor, so one step is enough; further ones are for a reader who comes between
    two merges, and the limit keeps two records that point at each other from holding anybody up.
    """
    for _ in range(MOST_STEPS):
        customer = threads.get_customer(customer_id)
        if not customer.merged_into:
            return customer
        customer_id = customer.merged_into
    raise NotFound()


def read_family(threads: ThreadStore, customer_id: str) -> tuple[CustomerPage, ...]:
    """The survivor's page first, then those of everybody who was merged into it. Raises NotFound."""
    page = threads.get_customer_page(customer_id)
    if page.customer.merged_into:
        page = threads.get_customer_page(surviving_customer(threads, customer_id).id)
    return page, *(threads.get_customer_page(member) for member in page.customer.merged_from)


def points_of(threads: ThreadStore, customer: Customer) -> tuple[ContactPoint, ...]:
    """Of the whole family, each list in its order: one round trip for each member."""
    return tuple(point for member in customer.family for point in threads.list_points(member))
