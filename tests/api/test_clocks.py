"""Promises, kinds, transfers and explanations over the API."""

from tests.api.conftest import REFERENCE
from tests.domain.making import MONDAY_TEN

CASE = f"/v1/cases/{REFERENCE}"
TOMORROW = "2026-11-24T11:00:00Z"


def case_of(annas):
    return annas.get(CASE).json


def test_a_promise_is_made_shown_moved_and_kept(annas):
    made = annas.post(f"{CASE}/promises", {"text": "Oddzwonię jutro.", "due_at": "2026-11-24T12:00:00+01:00"})
    assert made.status == 201
    promise = f"{CASE}/promises/{made.json['promise']}"
    (shown,) = case_of(annas)["promises"]
    assert (shown["text"], shown["due_at"], shown["status"]) == ("Oddzwonię jutro.", TOMORROW, "open")
    assert f"promise:{shown['id']}" in [clock["name"] for clock in case_of(annas)["clocks"]]
    assert annas.post(f"{CASE}/closing", {}).json["code"] == "promise_owed"
    assert annas.put(promise, {"due_at": "2026-11-25T11:00:00Z"}).status == 204
    assert case_of(annas)["promises"][0]["due_before"] == [TOMORROW]
    assert annas.put(promise, {"outcome": "kept"}).status == 204
    assert case_of(annas)["promises"][0]["status"] == "kept"
    assert annas.put(promise, {"outcome": "withdrawn"}).json["code"] == "conflict"


def test_a_promised_call_stands_in_the_list_and_is_kept_by_the_call_alone(annas):
    body = {"text": "Oddzwonię jutro.", "due_at": TOMORROW, "call": "601 234 567"}
    promise = annas.post(f"{CASE}/promises", body).json["promise"]
    (listed,) = annas.get("/v1/teams/care/calls").json["tasks"]
    task = listed["task"]
    assert (task["to"], task["due_at"], task["keeps"]) == ("+48601234567", TOMORROW, promise)
    assert annas.put(f"{CASE}/promises/{promise}", {"outcome": "kept"}).json["code"] == "conflict"
    assert annas.put(f"{CASE}/tasks/{task['id']}", {"outcome": "done"}).status == 204
    assert case_of(annas)["promises"][0]["status"] == "kept"
    assert annas.get("/v1/teams/care/calls").json["tasks"] == []


def test_a_call_cannot_be_promised_to_what_is_no_number(annas):
    refused = annas.post(f"{CASE}/promises", {"text": "Oddzwonię.", "due_at": TOMORROW, "call": "jutro"})
    assert (refused.status, refused.json["field"]) == (400, "call")


def test_a_promise_change_is_one_thing_at_a_time(annas):
    made = annas.post(f"{CASE}/promises", {"text": "Oddzwonię jutro.", "due_at": TOMORROW})
    for body in ({}, {"outcome": "kept", "due_at": TOMORROW}):
        refused = annas.put(f"{CASE}/promises/{made.json['promise']}", body)
        assert (refused.status, refused.json["field"]) == (400, "outcome")


def test_a_promise_in_the_past_is_refused_by_its_field(annas):
    refused = annas.post(f"{CASE}/promises", {"text": "Oddzwonię.", "due_at": "2026-11-20T11:00:00Z"})
    assert (refused.status, refused.json["field"]) == (400, "due_at")


def test_a_complaint_has_a_legal_clock_and_is_closed_after_an_answer_in_writing(annas):
    assert annas.put(f"{CASE}/kind", {"kind": "complaint"}).status == 204
    assert case_of(annas)["kind"] == "complaint"
    assert "legal" in [clock["name"] for clock in case_of(annas)["clocks"]]
    assert annas.post(f"{CASE}/closing", {}).json["code"] == "answer_owed"
    assert annas.put(f"{CASE}/kind", {"kind": "riddle"}).json["field"] == "kind"
    assert annas.post(f"{CASE}/legal-extension", {}).json["code"] == "conflict"


def test_priority_policy_and_transfer_are_an_agents_to_say(annas):
    assert annas.put(f"{CASE}/priority", {"priority": "urgent"}).status == 204
    assert annas.post(f"{CASE}/policy", {}).status == 204
    assert annas.post(f"{CASE}/transfer", {"team": "care", "context": "Dla Jana.", "assignee": "me"}).status == 204
    after = case_of(annas)
    assert (after["priority"], after["assignee"]) == ("urgent", "agent-1")
    assert annas.post(f"{CASE}/transfer", {"team": "nobody", "context": "x"}).status == 404


def test_what_was_not_seen_is_not_changed(annas):
    assert annas.put(f"{CASE}/priority", {"priority": "high"}, headers={"If-Match": '"99"'}).status == 409


def test_a_deadline_is_explained_and_what_comes_next_is_foreseen(annas):
    annas.put(f"{CASE}/kind", {"kind": "complaint"})
    (legal,) = annas.get(f"{CASE}/explanation").json["clocks"]
    assert (legal["name"], legal["within_seconds"]) == ("legal", None)
    assert [step["action"] for step in legal["next_steps"]] == ["remind", "escalate"]
    foreseen = annas.get("/v1/teams/care/escalations?hours=744").json["steps"]
    assert [(step["reference"], step["clock"]) for step in foreseen] == [(REFERENCE, "legal")] * 2
    assert annas.get("/v1/teams/care/escalations?hours=1").json["steps"] == []
    assert annas.get("/v1/teams/nobody/escalations").status == 404
    assert annas.ports.now() >= MONDAY_TEN
