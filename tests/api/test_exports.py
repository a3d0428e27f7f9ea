"""Exports over the API."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta

import pytest

from chalicelib import wiring
from chalicelib.domain.access import Principal, Role
from tests.api.conftest import CUSTOMER_ID, ISSUER

ADMIN = Principal(ISSUER, "olga", frozenset({Role.ADMIN}))
OTHERS = [Role.AGENT, Role.SUPERVISOR, Role.AUDITOR]
JAN, EWA = (Principal(ISSUER, subject, frozenset({Role.CUSTOMER})) for subject in ("jan", "ewa-k"))
EXPORTS, OWN = f"/v1/customers/{CUSTOMER_ID}/exports", "/v1/me/exports"


def made(api, asked, as_):
    customer_id, id_ = api.ports.queues.to_export.popleft()
    assert id_ == asked.json["export"]
    wiring.hub().make_export(customer_id, id_)
    return api.get(asked.headers["location"].removeprefix("/api"), as_=as_)


def entries_in(api, export) -> list[dict]:
    (part,) = export.json["parts"]
    key = part["url"].removeprefix("https://files.example/").partition("?")[0]
    with zipfile.ZipFile(io.BytesIO(api.ports.attachments.get(key))) as opened:
        return json.loads(opened.read("entries.json"))


def test_an_admin_exports_a_customer_and_fetches_it_for_a_week(annas):
    annas.ports.queues.to_export.clear()
    asked = annas.post(EXPORTS, {}, as_=ADMIN)
    assert asked.status == 202
    read = made(annas, asked, ADMIN)
    assert (read.json["status"], read.json["by"], read.json["missing"]) == ("ready", "agent:olga", {"message": 1})
    assert entries_in(annas, read)
    annas.ports.now.move(timedelta(days=7))
    assert annas.get(f"{EXPORTS}/{read.json['id']}", as_=ADMIN).json["parts"] == []


@pytest.mark.parametrize("role", OTHERS)
def test_whoever_may_not_see_every_case_or_may_change_nothing_exports_nobody(annas, role):
    who = Principal(ISSUER, "x", frozenset({role}))
    assert annas.post(EXPORTS, {}, as_=who).status == 403
    assert annas.get(f"{EXPORTS}/{CUSTOMER_ID}", as_=who).status == 403


def test_asking_twice_with_one_key_asks_once(annas):
    answers = [annas.post(EXPORTS, {}, as_=ADMIN, headers={"Idempotency-Key": "k"}) for _ in "12"]
    assert answers[0].json == answers[1].json


def test_a_customer_fetches_the_own_history_and_nobody_elses(annas):
    annas.ports.queues.to_export.clear()
    assert annas.post(OWN, {}, as_=JAN).status == 404  # who has never written has none
    for who in (JAN, EWA):
        annas.post("/v1/messages", {"text": f"Od: {who.subject}"}, as_=who)
    asked = annas.post(OWN, {}, as_=JAN)
    read = made(annas, asked, JAN)
    assert (read.status, read.json["by"]) == (200, "customer")
    assert [one["text"] for one in entries_in(annas, read)] == ["Od: jan"]
    assert annas.get(f"{OWN}/{read.json['id']}", as_=EWA).status == 404
    whole = annas.post(EXPORTS, {}, as_=ADMIN).json["export"]
    assert annas.get(f"{OWN}/{whole}", as_=JAN).status == 404
    assert annas.get(f"{EXPORTS}/{read.json['id']}", as_=ADMIN).status == 404  # another customer's
