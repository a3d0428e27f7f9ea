"""Stories of other systems that say who customers are: by their own ids, while the same people write."""

from __future__ import annotations

from chalicelib.domain.contact_points import ContactPoint, PointKind
from chalicelib.domain.customers import PointOwner
from tests.faults.outside import Outside, Request

ANNA = "anna@example.pl"
WANTED = {"ground": "no_longer_needed", "requester": "customer"}


def record(outside: Outside, external_id: str, **said: object) -> Request:
    mark = next(outside._numbers)
    body = {"external_id": external_id, "attributes": {"crm.orders": mark}, **said}
    return outside.ask("POST", "/v1/customers", body, "olga:admin")


def her_address(*, verified: bool) -> list[dict[str, object]]:
    return [{"kind": "email", "value": ANNA, "verified": verified}]


def two_systems_record_her_while_she_writes(outside: Outside) -> None:
    """One of them twice at once."""
    record(outside, "crm:4711", contact_points=her_address(verified=True))
    record(outside, "crm:4711", contact_points=her_address(verified=True), name="Anna Nowak")
    record(outside, "shop:A-1", contact_points=her_address(verified=False))
    outside.mail(ANNA, notifications=1)


def anna_was_recorded(outside: Outside) -> None:
    outside.mail(ANNA, notifications=1)
    record(outside, "crm:4711", contact_points=her_address(verified=True))


def she_is_erased_while_systems_write(outside: Outside) -> None:
    outside.ask("POST", f"/v1/customers/{owner_of('email', ANNA, outside)}/erasure", WANTED, "olga:admin")
    record(outside, "crm:4711", contact_points=her_address(verified=True))
    path = f"/v1/customers/{owner_of('external', 'crm:4711', outside)}/attributes"
    outside.ask("PATCH", path, {"attributes": {"shop.last_order": "2026/114"}}, "olga:admin")


def a_shop_writes_what_she_ordered(outside: Outside) -> None:
    path = f"/v1/customers/{owner_of('email', ANNA, outside)}/attributes"
    for order in ("2026/114", "2026/115"):
        outside.ask("PATCH", path, {"attributes": {"shop.last_order": order}}, "olga:admin")


def owner_of(kind: str, value: str, outside: Outside) -> str:
    point = ContactPoint(PointKind(kind), value)
    return next(owner.customer_id for owner in outside.simulation.threads.records(PointOwner) if owner.point == point)


def a_list_of_customers_is_imported(outside: Outside) -> None:
    """With her among them, whom the hub knows, and once more, as whoever got no answer does."""
    records = [
        {"external_id": "crm:4711", "contact_points": her_address(verified=True), "attributes": {"crm.orders": 1}},
        {"external_id": "crm:4712", "name": "Bartek", "attributes": {"crm.orders": 2}},
        {"external_id": "crm:4713", "nick": "refused"},
    ]
    for _ in range(2):
        outside.ask("POST", "/v1/customer-imports", {"records": records}, "olga:admin")
