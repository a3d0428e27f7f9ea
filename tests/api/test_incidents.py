"""Incidents and their answer over the API: who may, what is refused by name, and what is shown."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib import wiring
from chalicelib.domain.case_kinds import SHIPPED_KINDS, CaseKind
from chalicelib.domain.principals import Principal, Role
from tests.api.conftest import AGENT, ISSUER, OTHER_REFERENCE, REFERENCE

LEADER = Principal(ISSUER, "maria", frozenset({Role.SUPERVISOR}))
INCIDENT = {"title": "Prąd w Łodzi", "notice": {"pl": "Mamy awarię.", "en": "Outage."}, "inboxes": ["contact"]}
ANSWER = {"wordings": {"pl": {"text": "Prąd wrócił, {reference}."}}}
NOTICES = "/v1/forms/contact/notices"


@pytest.fixture
def incident(annas):
    answer = annas.post("/v1/incidents", INCIDENT)
    assert answer.status == 201
    return answer.headers["location"].removeprefix("/api")


def answered(annas, incident):
    annas.post(f"{incident}/cases", {"references": [REFERENCE]})
    answer = annas.post(f"{incident}/answer", ANSWER, as_=LEADER)
    assert answer.status == 201
    return answer.headers["location"].removeprefix("/api")


def test_a_form_shows_what_lasts_in_the_language_of_its_visitor_and_nothing_else(annas, incident):
    assert annas.get(NOTICES, as_=None).json == {"notices": ["Mamy awarię."], "captcha": None}
    assert annas.get(f"{NOTICES}?language=en", as_=None).json == {"notices": ["Outage."], "captcha": None}
    annas.post(f"{incident}/closing")
    assert annas.get(NOTICES, as_=None).json == {"notices": [], "captcha": None}
    assert annas.get("/v1/forms/support/notices", as_=None).status == 404


def test_cases_are_linked_and_taken_away_and_say_so(annas, incident):
    said = annas.post(f"{incident}/cases", {"references": [REFERENCE, OTHER_REFERENCE]}).json
    assert said == {"linked": [REFERENCE], "left": {OTHER_REFERENCE: "not_found"}}
    assert annas.get(f"/v1/cases/{REFERENCE}").json["incident"] == incident.rpartition("/")[2]
    assert annas.get(incident).json["linked"] == 1
    assert annas.call("DELETE", f"{incident}/cases/{REFERENCE}").status == 204
    assert annas.get(f"/v1/cases/{REFERENCE}").json["incident"] is None
    assert [row["state"] for row in annas.get(f"{incident}/cases").json["recipients"]] == ["removed"]


def test_all_cases_are_answered_by_who_leads_and_the_progress_is_seen(annas, incident):
    assert annas.post(f"{incident}/answer", ANSWER).status == 403
    broadcast = answered(annas, incident)
    progress = annas.get(incident).json["answer"]
    assert (progress["status"], progress["chosen"], progress["waiting"]) == ("running", 1, 1)
    wiring.hub().run_broadcast(broadcast.rpartition("/")[2])
    progress = annas.get(broadcast, as_=LEADER).json["progress"]
    assert (progress["status"], progress["waiting"], progress["told"]) == ("done", 0, {"email": 1})
    (row,) = annas.get(f"{broadcast}/recipients", as_=LEADER).json["recipients"]
    assert (row["id"], row["state"], row["delivery"]) == (REFERENCE, "told", "queued")
    entry = annas.get(row["links"]["entry"].removeprefix("/api")).json
    assert entry["text"] == f"Prąd wrócił, {REFERENCE}."
    assert [one["title"] for one in annas.get("/v1/broadcasts", as_=LEADER).json["broadcasts"]] == ["Prąd w Łodzi"]
    assert annas.post(f"{incident}/answer", ANSWER, as_=LEADER).status == 409


def test_a_broadcast_is_paused_and_what_cannot_be_is_a_conflict(annas, incident):
    broadcast = answered(annas, incident)
    assert annas.put(f"{broadcast}/status", {"status": "paused"}, as_=LEADER).status == 204
    annas.ports.now.move(timedelta(minutes=5))
    wiring.hub().run_broadcast(broadcast.rpartition("/")[2])
    assert annas.get(broadcast, as_=LEADER).json["progress"]["waiting"] == 1
    assert annas.put(f"{broadcast}/status", {"status": "stopped"}, as_=LEADER).status == 204
    refused = annas.put(f"{broadcast}/status", {"status": "running"}, as_=LEADER)
    assert (refused.status, refused.json["field"]) == (409, "status")


def test_recipients_are_read_page_by_page(annas, incident):
    annas.post(f"{incident}/cases", {"references": [REFERENCE]})
    page = annas.get(f"{incident}/cases?limit=1").json
    assert ([row["id"] for row in page["recipients"]], page["next"]) == ([REFERENCE], None)
    assert [one["id"] for one in annas.get("/v1/incidents").json["incidents"]] == [incident.rpartition("/")[2]]


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("", {"title": ""}, "title"),
        ("", {"title": "a\nb"}, "title"),
        ("", {"title": "a", "notice": {"polski": "a"}}, "notice"),
        ("", {"title": "a", "notice": {"pl": " "}}, "notice[...]"),
        ("", {"title": "a", "notice": {"pl": "a" * 601}}, "notice[...]"),
        ("", {"title": "a", "notice": {"pl": "a"}, "inboxes": ["nowhere"]}, "inboxes[0]"),
        ("", {"title": "a", "inboxes": ["contact"]}, "notice"),
        ("/{}/cases", {"references": []}, "references"),
        ("/{}/answer", {"wordings": {}}, "wordings"),
        ("/{}/answer", {"wordings": {"pl": {"text": "Witaj {imie}"}}}, "wordings.pl"),
        ("/{}/answer", {"wordings": {"pl": {"text": "a", "subject": "a\r\nBcc: x"}}}, "wordings[...].subject"),
    ],
)
def test_what_cannot_be_said_is_refused_with_its_field(annas, incident, path, body, field):
    leader = Principal(AGENT.issuer, AGENT.subject, frozenset({Role.SUPERVISOR}))
    refused = annas.post("/v1/incidents" + path.format(incident.rpartition("/")[2]), body, as_=leader)
    assert (refused.status, refused.json["field"]) == (400, field)


def test_open_cases_that_look_like_it_are_offered_to_whoever_may_see_them(annas, incident):
    cases = annas.get(f"{incident}/likely-cases?team=care&words=faktura&since=2026-01-01T00:00:00Z").json
    assert [(one["case"]["reference"], one["words"]) for one in cases["cases"]] == [(REFERENCE, ["faktu"])]
    annas.post(f"{incident}/cases", {"references": [REFERENCE]})
    assert annas.get(f"{incident}/likely-cases?team=care&words=faktura").json == {"cases": [], "next": None}
    assert annas.get(f"{incident}/likely-cases?team=nobody").status == 404
    assert annas.get(f"{incident}/likely-cases?since=yesterday").json["field"] == "since"


def test_cases_of_restricted_kinds_are_not_offered_to_other_teams(annas, incident):
    kind = annas.get(f"/v1/cases/{REFERENCE}").json["kind"]
    annas.configure(kinds={**SHIPPED_KINDS, kind: CaseKind(kind, restricted=True)})
    path = f"{incident}/likely-cases?team=care&words=faktura&since=2026-01-01T00:00:00Z"
    assert annas.get(path, as_=Principal(ISSUER, "stranger", frozenset({Role.AGENT}))).json["cases"] == []
