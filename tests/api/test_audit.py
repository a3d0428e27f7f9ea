from __future__ import annotations

import pytest

from chalicelib.domain.errors import StorageUnavailable
from chalicelib.domain.principals import Principal, Role
from tests.api.conftest import AGENT, CUSTOMER, CUSTOMER_ID, ISSUER, REFERENCE, REQUEST_ID
from tests.api.test_operations import ALLOWED, OPERATIONS

AUDITOR = Principal(ISSUER, "audytor", frozenset({Role.AUDITOR}), "Adam")
CASE = f"/v1/cases/{REFERENCE}"
THREAD = f"/v1/customers/{CUSTOMER_ID}/thread"
UNRECORDED = {"list_changes", "attend_case", "leave_case", "list_present"}


def calls(api, query, as_=AUDITOR):
    answer = api.get(f"/v1/audit?{query}", as_=as_)
    assert answer.status == 200
    return answer.json["calls"]


def test_an_auditor_sees_who_read_a_thread(annas):
    annas.get(THREAD)
    assert calls(annas, f"customer_id={CUSTOMER_ID}") == [
        {
            "at": "2026-11-23T09:00:00Z",
            "issuer": ISSUER,
            "subject": AGENT.subject,
            "name": AGENT.name or None,
            "roles": ["agent"],
            "operation": "read_thread",
            "parameters": {"customer_id": CUSTOMER_ID},
            "source": "192.0.2.7",
            "request": REQUEST_ID,
            "refused": None,
        }
    ]


def test_what_was_changed_in_a_case_is_found_by_its_reference_and_by_who_did_it(annas):
    annas.put(f"{CASE}/priority", {"priority": "high"})
    annas.get(CASE, as_=AUDITOR)
    of_case = [(one["subject"], one["operation"]) for one in calls(annas, f"reference={REFERENCE.lower()}")]
    assert sorted(of_case) == [(AGENT.subject, "set_priority"), ("audytor", "read_case")]
    assert [one["operation"] for one in calls(annas, f"subject={AGENT.subject}")] == ["set_priority"]


def test_asking_for_the_audit_is_recorded_too(annas):
    calls(annas, "subject=nobody")
    assert [one["operation"] for one in calls(annas, "subject=audytor")] == ["read_audit"] * 2


def test_what_the_role_does_not_allow_is_recorded_as_refused(annas):
    assert annas.get("/v1/audit?subject=audytor").status == 403
    (tried,) = calls(annas, f"subject={AGENT.subject}")
    assert (tried["operation"], tried["refused"]) == ("read_audit", "forbidden")


def test_what_a_customer_reads_of_their_own_is_not_recorded(annas):
    annas.get("/v1/me/thread", as_=CUSTOMER)
    assert annas.ports.audit.records == []


def test_nothing_is_read_or_changed_when_it_cannot_be_recorded(annas):
    def fail(_record):
        raise StorageUnavailable()

    annas.ports.audit.append = fail
    assert annas.get(THREAD).status == 503
    assert annas.put(f"{CASE}/priority", {"priority": "high"}).status == 503
    annas.ports.audit.append = lambda _record: None
    assert annas.get(CASE).json["priority"] == "normal"


def test_neither_queries_nor_bodies_are_recorded(annas):
    annas.get("/v1/customers?contact_point=anna@example.pl")
    annas.post(f"{CASE}/notes", {"text": "sekret"})
    assert "anna" not in str(annas.ports.audit.records)
    assert "sekret" not in str(annas.ports.audit.records)


def test_only_what_names_nothing_personal_is_left_out():
    assert {one.name for one in OPERATIONS if one.action and not one.is_audited} == UNRECORDED
    assert ALLOWED.keys() >= UNRECORDED


@pytest.mark.parametrize("query", ["", "?subject=ewa&reference=PR4V5-E3WSZ-J", "?reference=K7Q2M", "?customer_id=anna"])
def test_one_thing_is_asked_for(annas, query):
    answer = annas.get(f"/v1/audit{query}", as_=AUDITOR)
    assert (answer.status, answer.json["code"]) == (400, "invalid_input")


def test_the_audit_is_read_page_by_page(annas):
    for _ in range(3):
        annas.get(THREAD)
    first = annas.get(f"/v1/audit?subject={AGENT.subject}&limit=2", as_=AUDITOR).json
    assert len(first["calls"]) == 2
    rest = annas.get(f"/v1/audit?subject={AGENT.subject}&limit=2&cursor={first['next']}", as_=AUDITOR).json
    assert (len(rest["calls"]), rest["next"]) == (1, None)
