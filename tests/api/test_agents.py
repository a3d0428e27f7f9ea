"""Agents over the API: who sees what, who says what, and what becomes of somebody's cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.agents import Agent, Presence
from chalicelib.domain.principals import Principal, Role
from tests.api.conftest import AGENT, CASE_ID, CUSTOMER_ID, ISSUER, OTHER_AGENT, REFERENCE
from tests.domain.making import MONDAY_TEN

BOSS = Principal(ISSUER, "boss", frozenset({Role.SUPERVISOR}))
EWA = Agent("agent-1", name="Ewa", email="ewa@company.example", phone="+48601234567", teams=("care",))


def told(api, as_=AGENT, path="/v1/agents/agent-1"):
    return api.get(path, as_=as_).json


def test_the_first_word_of_an_agent_makes_their_record_with_what_their_token_says(api):
    said = replace(AGENT, email="ewa@company.example", teams=("care",))
    assert api.put("/v1/agents/me/presence", {"presence": "present"}, as_=said).status == 204
    assert told(api, path="/v1/agents/me") == {
        "subject": "agent-1",
        "name": "Anna Agentka",
        "email": "ewa@company.example",
        "phone": None,
        "teams": ["care"],
        "skills": [],
        "languages": [],
        "capacity": 20,
        "presence": "present",
        "absent_until": None,
        "presence_set_at": "2026-11-23T09:00:00Z",
        "presence_set_by": "agent-1",
        "given": 0,
        "given_at": None,
        "version": 1,
    }


def test_an_absence_ends_by_itself(api):
    api.keep(EWA)
    api.put("/v1/agents/me/presence", {"presence": "absent", "absent_until": "2026-11-23T12:00:00+01:00"})
    assert (told(api)["presence"], told(api)["absent_until"]) == ("absent", "2026-11-23T11:00:00Z")
    api.ports.now.move(timedelta(hours=2))
    assert told(api)["presence"] == "present"


def test_an_address_is_shown_to_the_agent_and_to_who_leads(api):
    api.keep(EWA)
    assert told(api)["email"] == told(api, BOSS)["email"] == "ewa@company.example"
    others = told(api, OTHER_AGENT)
    assert (others["name"], others["email"], others["phone"]) == ("Ewa", None, None)
    (listed,) = told(api, OTHER_AGENT, "/v1/agents?team=care")["agents"]
    assert (listed["email"], listed["phone"]) == (None, None)


def test_agents_are_listed_by_team(api):
    api.keep(EWA, Agent("agent-2"))
    assert [one["subject"] for one in told(api, path="/v1/agents")["agents"]] == ["agent-1", "agent-2"]
    assert [one["subject"] for one in told(api, path="/v1/agents?team=care")["agents"]] == ["agent-1"]
    assert api.get("/v1/agents?team=caer").status == 404


def test_who_leads_says_what_an_agent_can_do_unless_it_changed_since_they_read_it(api):
    api.keep(EWA)
    etag = api.get("/v1/agents/agent-1", as_=BOSS).headers["etag"]
    body = {"name": "Ewa", "teams": ["care", "care"], "skills": ["returns"], "languages": ["pl"], "capacity": 3}
    assert api.put("/v1/agents/agent-1", body, as_=BOSS, headers={"If-Match": etag}).status == 204
    after = told(api, BOSS)
    assert (after["teams"], after["skills"], after["languages"], after["capacity"]) == (
        ["care"],
        ["returns"],
        ["pl"],
        3,
    )
    assert (after["email"], after["presence"]) == (None, "absent")
    assert api.put("/v1/agents/agent-1", body, as_=BOSS, headers={"If-Match": etag}).status == 409


def test_an_agent_says_of_nobody_else_whether_they_are_there(api):
    api.keep(EWA)
    path = "/v1/agents/agent-1/presence"
    assert api.put(path, {"presence": "present"}, as_=OTHER_AGENT).json["code"] == "forbidden"
    assert api.put(path, {"presence": "present"}, as_=BOSS).status == 204
    assert api.put("/v1/agents/nobody/presence", {"presence": "present"}, as_=BOSS).status == 404


def test_a_subject_with_every_letter_that_a_token_may_have_is_found(api):
    api.keep(Agent("auth0|5f7c8ec7:x@y"))
    assert told(api, path="/v1/agents/auth0|5f7c8ec7:x@y")["subject"] == "auth0|5f7c8ec7:x@y"


def test_a_subject_is_found_as_a_browser_writes_it_which_the_gateway_hands_on(api):
    """`encodeURIComponent` leaves neither `|` nor `:` nor `@`."""
    api.keep(Agent("auth0|5f7c8ec7:x@y"))
    assert told(api, path="/v1/agents/auth0%7C5f7c8ec7%3Ax%40y")["subject"] == "auth0|5f7c8ec7:x@y"


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/v1/agents/agent-1", {"teams": ["nobody"]}, "teams"),
        ("/v1/agents/agent-1", {"email": "Ewa <ewa@company.example>"}, "email"),
        ("/v1/agents/agent-1", {"phone": "601 234 567"}, "phone"),
        ("/v1/agents/agent-1", {"capacity": 201}, "capacity"),
        ("/v1/agents/agent-1", {"name": "Ewa\nBcc: all"}, "name"),
        ("/v1/agents/agent-1", {"presence": "present"}, "presence"),
        ("/v1/agents/unassigned@care", {}, "subject"),
        ("/v1/agents/me/presence", {"presence": "lunch"}, "presence"),
        ("/v1/agents/me/presence", {"presence": "absent", "absent_until": "2026-11-23T09:00:00Z"}, "absent_until"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(api, path, body, field):
    answer = api.put(path, body, as_=BOSS)
    assert (answer.status, answer.json["field"]) == (400, field)


def test_all_cases_of_an_agent_are_handed_over(annas):
    annas.put(f"/v1/cases/{REFERENCE}/assignment", {"assignee": "me"})
    annas.keep(Agent("agent-2", teams=("care",), presence=Presence.PRESENT))
    answer = annas.post("/v1/agents/agent-1/hand-over", {"why": "Urlop."}, as_=BOSS)
    assert answer.json == {"to": {REFERENCE: "agent-2"}, "left": {}, "more": False}
    assert annas.ports.threads.get_case(CUSTOMER_ID, CASE_ID).assignee == "agent-2"
    again = annas.post("/v1/agents/agent-1/hand-over", {"why": "Urlop."}, as_=BOSS)
    assert again.json == {"to": {}, "left": {}, "more": False}
    back = annas.post("/v1/agents/agent-2/hand-over", {"why": "Chora."}, as_=BOSS)
    assert back.json["to"] == {REFERENCE: None}
    assert annas.ports.now() == MONDAY_TEN
