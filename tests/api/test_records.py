"""Other systems record customers by their own ids and write attributes, over the API."""

from __future__ import annotations

import pytest

from chalicelib.domain.principals import Principal, Role, Scope
from tests.api.conftest import CUSTOMER_ID, ISSUER

RECORD = {
    "external_id": "crm:4711",
    "name": "Anna Nowak",
    "segment": "gold",
    "contact_points": [{"kind": "phone", "value": "601 234 567"}],
    "preferences": {"language": "pl", "quiet_hours": "21:00-08:00"},
    "consents": {"email": {"given": True, "at": "2025-03-04T10:00:00Z", "how": "in the shop", "wording": "2"}},
    "attributes": {"crm.tariff": "gold", "crm.orders": 3, "crm.paid": True},
}
FOUND = "/v1/customers?external_id=crm:4711"


def service(*scopes):
    return Principal(ISSUER, "service:crm", frozenset({Role.SERVICE}), scopes=frozenset(scopes))


CRM = service(Scope.CUSTOMERS_READ, Scope.CUSTOMERS_WRITE, Scope.ATTRIBUTES_WRITE)


def recorded(api, **changed):
    return api.post("/v1/customers", {**RECORD, **changed}, as_=CRM)


def test_a_customer_is_recorded_found_by_the_id_and_shown_with_what_the_system_wrote(api):
    answer = recorded(api)
    id_ = answer.json["customer_id"]
    assert (answer.status, answer.json["outcome"], answer.json["kept_by_others"]) == (201, "created", [])
    assert answer.headers["location"] == f"/api/v1/customers/{id_}"
    (customer,) = api.get(FOUND).json["customers"]
    assert (customer["id"], customer["name"], customer["external_ids"]) == (id_, "Anna Nowak", ["crm:4711"])
    assert customer["contact_points"] == ["phone:+48601234567"]
    assert [(one["name"], one["value"], one["by"]) for one in customer["attributes"]] == [
        ("crm.orders", 3, "agent:service:crm"),
        ("crm.paid", True, "agent:service:crm"),
        ("crm.tariff", "gold", "agent:service:crm"),
    ]
    preferences = api.get(f"/v1/customers/{id_}/preferences").json
    assert preferences["consents"]["email"]["given_at"] == "2025-03-04T10:00:00Z"
    assert [one["contact_point"] for one in preferences["addresses"]] == ["phone:+48601234567"]
    again = recorded(api)
    assert (again.status, again.json["outcome"]) == (200, "unchanged")


def test_whoever_has_read_it_changes_exactly_that(api):
    id_ = recorded(api).json["customer_id"]
    etag = api.get(f"/v1/customers/{id_}").headers["etag"]
    change = {"external_id": "crm:4711", "name": "Anna Kowalska", "segment": None}
    changed = api.post("/v1/customers", change, as_=CRM, headers={"If-Match": etag})
    assert (changed.status, changed.json["outcome"]) == (200, "changed")
    again = api.post("/v1/customers", {**change, "name": "A"}, as_=CRM, headers={"If-Match": etag})
    assert (again.status, again.json["code"]) == (409, "conflict")
    said = api.get(FOUND).json["customers"][0]
    assert (said["name"], said["segment"]) == ("Anna Kowalska", None)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"external_id": "4711"}, "external_id"),
        ({"contact_points": [{"kind": "phone", "value": "12"}]}, "contact_points.0.value"),
        ({"preferences": {"time_zone": "Europe/Atlantis"}}, "preferences.time_zone"),
        ({"preferences": {"quiet_hours": "08:00-08:00"}}, "preferences.quiet_hours"),
        ({"consents": {"email": {"given": True, "at": "2999-01-01T00:00:00Z", "how": "a"}}}, "consents.email.at"),
        ({"consents": {"email": {"given": True, "how": "a"}}}, "consents[...].at"),
        ({"attributes": {"tariff": "gold"}}, "attributes"),
        ({"attributes": {"crm.paid": 9.5}}, "attributes[...]"),
        ({"attributes": {"crm.note": "a" * 1_001}}, "attributes[...]"),
        ({"attributes": {f"crm.a{number}": 1 for number in range(101)}}, "attributes"),
        ({"name": "a\nb"}, "name"),
        ({"nickname": "Ania"}, "nickname"),
    ],
)
def test_what_cannot_be_recorded_names_its_field(api, changed, field):
    answer = recorded(api, **changed)
    assert (answer.status, answer.json["field"]) == (400, field)
    assert api.get(FOUND).json["customers"] == []


def test_attributes_are_written_by_systems_with_the_scope_and_read_by_agents(annas):
    path, body = f"/v1/customers/{CUSTOMER_ID}/attributes", {"attributes": {"shop.last_order": "2026/114"}}
    assert annas.call("PATCH", path, body).status == 403
    assert annas.call("PATCH", path, body, as_=service(Scope.CUSTOMERS_WRITE)).status == 403
    assert annas.call("PATCH", path, body, as_=service(Scope.ATTRIBUTES_WRITE)).status == 204
    (attribute,) = annas.get(f"/v1/customers/{CUSTOMER_ID}").json["attributes"]
    assert (attribute["value"], attribute["by"], attribute["customer_id"]) == (
        "2026/114",
        "agent:service:crm",
        CUSTOMER_ID,
    )
    refused = annas.post("/v1/customers", RECORD, as_=service(Scope.CUSTOMERS_WRITE))
    assert (refused.status, "attributes.write" in refused.json["detail"]) == (403, True)
    annas.call("PATCH", path, {"attributes": {"shop.last_order": None}}, as_=service(Scope.ATTRIBUTES_WRITE))
    assert annas.get(f"/v1/customers/{CUSTOMER_ID}").json["attributes"] == []


def test_an_address_of_somebody_else_stays_theirs_and_the_caller_is_told(annas):
    answer = recorded(annas, contact_points=[{"kind": "email", "value": "anna@example.pl"}])
    assert answer.json["customer_id"] != CUSTOMER_ID
    assert answer.json["kept_by_others"] == ["email:anna@example.pl"]
    verified = [{"kind": "email", "value": "anna@example.pl", "verified": True}]
    answer = recorded(annas, external_id="shop:A/1", contact_points=verified)
    assert answer.json["customer_id"] == CUSTOMER_ID
    assert annas.get("/v1/customers?external_id=shop:A/1").json["customers"][0]["id"] == CUSTOMER_ID


def imported(api, *records, **how):
    return api.post("/v1/customer-imports", {"records": list(records), **how}, as_=CRM)


def test_many_are_recorded_each_by_itself_and_a_wrong_one_is_refused_alone(api):
    answer = imported(api, RECORD, {"external_id": "crm:1", "nick": "a"}, {"name": "a"}, 7, {"external_id": "crm:2"})
    assert [(one["outcome"], (one["problem"] or {}).get("field")) for one in answer.json["results"]] == [
        ("created", None),
        ("refused", "nick"),
        ("refused", "external_id"),
        ("refused", None),
        ("created", None),
    ]
    assert answer.json["results"][1]["problem"]["detail"] == "Object contains unknown field `nick`."
    again = imported(api, RECORD, {"external_id": "crm:2"})
    assert [one["outcome"] for one in again.json["results"]] == ["unchanged", "unchanged"]


def test_a_dry_run_of_many_changes_nothing(api):
    (result,) = imported(api, RECORD, dry_run=True).json["results"]
    assert (result["outcome"], result["customer_id"]) == ("created", None)
    assert api.get(FOUND).json["customers"] == []


def test_no_more_than_fifty_and_no_record_that_says_a_thing_twice_are_taken(api):
    assert imported(api, *[{"external_id": f"crm:{number}"} for number in range(51)]).status == 400
    twice = b'{"records": [{"external_id": "crm:1", "external_id": "crm:2"}]}'
    assert api.post("/v1/customer-imports", twice, as_=CRM).status == 400
    deep = b'{"records": [' + b"[" * 100_000 + b"]" * 100_000 + b"]}"
    assert api.post("/v1/customer-imports", deep, as_=CRM).status == 400
    without = api.post("/v1/customer-imports", {"records": [RECORD]}, as_=service(Scope.CUSTOMERS_WRITE))
    assert without.status == 403
