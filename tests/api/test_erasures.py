"""Erasures and legal holds over the API."""

from __future__ import annotations

import pytest

from chalicelib import wiring
from chalicelib.domain.principals import Principal, Role
from tests.api.conftest import CUSTOMER_ID, ISSUER

ADMIN = Principal(ISSUER, "olga", frozenset({Role.ADMIN}))
LEADER = Principal(ISSUER, "maria", frozenset({Role.SUPERVISOR}))
AUDITOR = Principal(ISSUER, "jan", frozenset({Role.AUDITOR}))
WANTED = {"ground": "objection", "requester": "customer", "basis": "GDPR, art. 17(1)(c)"}
ERASURE, HOLD = f"/v1/customers/{CUSTOMER_ID}/erasure", f"/v1/customers/{CUSTOMER_ID}/legal-hold"


def test_an_auditor_reads_what_became_of_an_erasure(annas):
    annas.ports.queues.to_erase.clear()
    asked = annas.post(ERASURE, WANTED, as_=ADMIN)
    assert (asked.status, [*annas.ports.queues.to_erase]) == (202, [asked.json["erasure"]])
    wiring.hub().erase_customer(asked.json["erasure"])
    read = annas.get(asked.headers["location"].removeprefix("/api"), as_=AUDITOR).json
    assert (read["status"], read["by"], read["requester"]) == ("looking_again", "olga", "customer")
    assert read["found"]["customer"] == 1
    assert annas.get("/v1/erasures", as_=AUDITOR).json["erasures"] == [read]
    assert annas.get(f"/v1/customers/{CUSTOMER_ID}").status == 404


def test_asking_twice_with_one_key_asks_once(annas):
    answers = [annas.post(ERASURE, WANTED, as_=ADMIN, headers={"Idempotency-Key": "k"}) for _ in "12"]
    assert answers[0].json == answers[1].json
    assert len(annas.get("/v1/erasures", as_=ADMIN).json["erasures"]) == 1


def test_a_hold_is_seen_by_every_agent_and_stands_against_an_erasure(annas):
    assert annas.put(HOLD, {"why": "spór"}, as_=LEADER).status == 204
    hold = annas.get(f"/v1/customers/{CUSTOMER_ID}").json["legal_hold"]
    assert (hold["by"], hold["why"]) == ("maria", "spór")
    refused = annas.post(ERASURE, WANTED, as_=ADMIN)
    assert (refused.status, refused.json["code"]) == (409, "legal_hold")
    assert annas.call("DELETE", HOLD, None, as_=LEADER).status == 204
    assert annas.get(f"/v1/customers/{CUSTOMER_ID}").json["legal_hold"] is None
    assert annas.post(ERASURE, WANTED, as_=ADMIN).status == 202


@pytest.mark.parametrize("wrong", [{"ground": "because"}, {"requester": "anna@example.pl"}, {"reason": "Anna asked"}])
def test_no_word_about_the_person_fits_into_a_request(annas, wrong):
    assert annas.post(ERASURE, WANTED | wrong, as_=ADMIN).status == 400
