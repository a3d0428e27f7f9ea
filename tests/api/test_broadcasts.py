"""One message to many over the API: prepared, foreseen with its price, sent, and seen to be sent."""

from __future__ import annotations

from decimal import Decimal

import pytest

from chalicelib import wiring
from chalicelib.domain.broadcasts import BroadcastRules
from chalicelib.domain.principals import Principal, Role
from tests.api.conftest import CUSTOMER_ID, ISSUER, OTHER_REFERENCE, REFERENCE

LEADER = Principal(ISSUER, "maria", frozenset({Role.SUPERVISOR}))
BROADCAST = {
    "title": "Przerwa w dostawie",
    "inbox": "support",
    "wordings": {"pl": {"subject": "Ważne", "text": "Jutro nie ma wody. Sprawa {reference}."}},
}


@pytest.fixture
def leads(annas):
    annas.principal = LEADER
    annas.configure(broadcasts=BroadcastRules(prices={"email": Decimal("0.0004")}, currency="PLN"))
    return annas


@pytest.fixture
def broadcast(leads):
    answer = leads.post("/v1/broadcasts", BROADCAST)
    assert answer.status == 201
    return answer.headers["location"].removeprefix("/api")


def test_it_is_prepared_foreseen_started_and_done(leads, broadcast):
    added = leads.post(f"{broadcast}/recipients", {"customers": [CUSTOMER_ID], "cases": [OTHER_REFERENCE]})
    assert added.json == {"added": 1, "left": {OTHER_REFERENCE: "not_found"}, "next": None}
    assert leads.put(f"{broadcast}/status", {"status": "running"}).status == 409
    estimate = leads.post(f"{broadcast}/dry-run").json
    assert estimate == {
        "complete": True,
        "chosen": 1,
        "looked_at": 1,
        "told": {"email": 1},
        "left_out": {},
        "segments": {},
        "price": "0.0004",
        "currency": "PLN",
    }
    assert leads.put(f"{broadcast}/status", {"status": "running"}).status == 204
    wiring.hub().run_broadcast(broadcast.rpartition("/")[2])
    shown = leads.get(broadcast).json
    assert (shown["progress"]["status"], shown["progress"]["told"]) == ("done", {"email": 1})
    assert (shown["purpose"], shown["inbox"], shown["urgent"], shown["incident"]) == ("notice", "support", None, None)
    (row,) = leads.get(f"{broadcast}/recipients").json["recipients"]
    assert (row["id"], row["delivery"]) == (CUSTOMER_ID, "queued")


def test_recipients_are_found_by_address_by_team_and_once(leads, broadcast):
    anna = {"contact_points": [{"kind": "email", "value": "Anna@Example.pl"}]}
    assert leads.post(f"{broadcast}/recipients", anna).json["added"] == 1
    assert leads.post(f"{broadcast}/recipients", {"team": "care"}).json == {"added": 0, "left": {}, "next": None}
    assert leads.post(f"{broadcast}/recipients", {"cases": [REFERENCE]}).json["added"] == 0
    assert leads.post(f"{broadcast}/recipients", {"team": "nobody"}).status == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({**BROADCAST, "title": "a\nb"}, "title"),
        ({**BROADCAST, "inbox": "nowhere"}, "inbox"),
        ({**BROADCAST, "purpose": "survey"}, "purpose"),
        ({**BROADCAST, "template": "water"}, "wordings"),
        ({**BROADCAST, "wordings": {}}, "wordings"),
        ({**BROADCAST, "wordings": {}, "template": "water"}, "template"),
        ({**BROADCAST, "wordings": {"pl": {"text": "a", "subject": "a\r\nBcc: b"}}}, "wordings[...].subject"),
        ({**BROADCAST, "wordings": {"pl": {"text": "Witaj {imie}"}}}, "wordings.pl"),
        ({**BROADCAST, "purpose": "marketing", "urgent": "bo tak"}, "urgent"),
        ({**BROADCAST, "sent": True}, "sent"),
    ],
)
def test_what_cannot_be_sent_to_many_is_refused_with_its_field(leads, body, field):
    refused = leads.post("/v1/broadcasts", body)
    assert (refused.status, refused.json["field"]) == (400, field)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "customers"),
        ({"customers": [CUSTOMER_ID], "team": "care"}, "customers"),
        ({"customers": ["anna"]}, "customers[0]"),
        ({"contact_points": [{"kind": "phone", "value": "zero"}]}, "contact_points[0]"),
        ({"cases": ["a" * 21]}, "cases[0]"),
    ],
)
def test_whoever_cannot_be_a_recipient_is_refused_with_the_place(leads, broadcast, body, field):
    refused = leads.post(f"{broadcast}/recipients", body)
    assert (refused.status, refused.json["field"]) == (400, field)
