"""Calls to make and letters to post over the API."""

from dataclasses import replace

import pytest

from chalicelib.domain.agents import Agent
from chalicelib.domain.case_kinds import SHIPPED_KINDS, CaseKind
from chalicelib.domain.principals import Role
from chalicelib.usecases.ports import Create
from tests.api.conftest import CUSTOMER, CUSTOMER_ID, OTHER_AGENT, REFERENCE
from tests.domain.making import configuration
from tests.fakes.ports import FixedConfiguration

ADMIN = replace(OTHER_AGENT, subject="admin-1", roles=frozenset({Role.ADMIN}))

CASE = f"/v1/cases/{REFERENCE}"
TOMORROW = "2026-11-24T11:00:00Z"
NEW_CALL = {"kind": "call", "to": "601 234 567", "about": "Faktura", "due_at": TOMORROW}
ADDRESS = "Anna Nowak\nul. Długa 1\n00-001 Warszawa"


def case_of(annas):
    return annas.get(CASE).json


def listed(annas, kind="calls"):
    return annas.get(f"/v1/teams/care/{kind}").json["tasks"]


def test_a_call_is_arranged_listed_tried_and_done(annas):
    made = annas.post(f"{CASE}/tasks", NEW_CALL)
    assert made.status == 201
    path = f"{CASE}/tasks/{made.json['task']}"
    (row,) = listed(annas)
    assert (row["reference"], row["customer_id"], row["links"]["self"]) == (REFERENCE, CUSTOMER_ID, f"/api{path}")
    assert (row["task"]["to"], row["task"]["due_at"], row["task"]["state"]) == ("+48601234567", TOMORROW, "open")
    assert f"call_back:{row['task']['id']}" in [clock["name"] for clock in case_of(annas)["clocks"]]
    assert annas.post(f"{CASE}/closing", {}).json["code"] == "task_open"
    assert annas.post(f"{path}/attempts", {"result": "no_answer", "note": "Dzwoniłam dwa razy."}).status == 204
    assert listed(annas)[0]["task"]["attempts"][0]["note"] == "Dzwoniłam dwa razy."
    assert annas.put(path, {"outcome": "done", "messages_read": 1}).status == 204
    assert listed(annas) == []
    assert case_of(annas)["awaiting_since"] is None
    assert [task["state"] for task in case_of(annas)["tasks"]] == ["done"]
    assert annas.put(path, {"outcome": "done"}).json["code"] == "conflict"
    assert annas.post(f"{CASE}/closing", {}).status == 204


def test_a_call_has_another_time_and_is_given_up_with_a_reason(annas):
    path = f"{CASE}/tasks/{annas.post(f'{CASE}/tasks', NEW_CALL).json['task']}"
    assert annas.put(path, {"from": "2026-11-25T09:00:00+01:00", "until": "2026-11-25T12:00:00+01:00"}).status == 204
    (row,) = listed(annas)
    assert (row["task"]["from"], row["task"]["due_at"]) == ("2026-11-25T08:00:00Z", "2026-11-25T11:00:00Z")
    assert row["task"]["due_before"] == [TOMORROW]
    refused = annas.put(path, {"outcome": "given_up"})
    assert (refused.status, refused.json["field"]) == (400, "why")
    assert annas.put(path, {"outcome": "given_up", "why": "Nie ma takiego numeru."}).status == 204
    assert (listed(annas), case_of(annas)["tasks"][0]["why"]) == ([], "Nie ma takiego numeru.")


def test_a_task_change_is_one_thing_at_a_time(annas):
    path = f"{CASE}/tasks/{annas.post(f'{CASE}/tasks', NEW_CALL).json['task']}"
    for body in ({}, {"outcome": "done", "due_at": TOMORROW}):
        refused = annas.put(path, body)
        assert (refused.status, refused.json["field"]) == (400, "outcome")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({**NEW_CALL, "to": "BANK"}, "to"),
        ({**NEW_CALL, "to": "+48 700 123 456"}, "to"),  # whoever calls it pays for it
        ({**NEW_CALL, "due_at": "2026-11-20T11:00:00Z"}, "due_at"),
        ({**NEW_CALL, "until": "2026-11-20T11:00:00Z"}, "until"),
        ({**NEW_CALL, "from": "2026-11-25T11:00:00Z"}, "due_at"),
        ({**NEW_CALL, "due_at": "2026-11-24T11:00:00"}, "due_at"),
        ({**NEW_CALL, "kind": "letter", "to": "\u0007"}, "to"),
        ({**NEW_CALL, "kind": "visit"}, "kind"),
    ],
)
def test_what_cannot_be_done_is_refused_by_its_field(annas, body, field):
    refused = annas.post(f"{CASE}/tasks", body)
    assert (refused.status, refused.json["field"]) == (400, field)
    assert listed(annas) == []


def test_lists_are_in_pages_and_of_teams_that_there_are(annas):
    for _ in range(3):
        annas.post(f"{CASE}/tasks", {**NEW_CALL, "kind": "letter", "to": ADDRESS})
    first = annas.get("/v1/teams/care/letters?limit=2").json
    rest = annas.get(f"/v1/teams/care/letters?limit=2&cursor={first['next']}").json
    assert (len(first["tasks"]), len(rest["tasks"]), rest["next"]) == (2, 1, None)
    assert annas.get(f"/v1/teams/care/calls?cursor={first['next']}").json["field"] == "cursor"
    assert annas.get("/v1/teams/nobody/calls").status == 404


def test_calls_of_restricted_cases_are_shown_to_their_team_and_to_nobody_else(annas):
    kinds = {**SHIPPED_KINDS, "whistle": CaseKind("whistle", restricted=True)}
    annas.ports.configuration = FixedConfiguration(configuration(kinds=kinds))
    annas.post(f"{CASE}/tasks", NEW_CALL)
    assert annas.put(f"{CASE}/kind", {"kind": "whistle"}).status == 204
    path = "/v1/teams/care/calls"
    in_team, in_another = (replace(OTHER_AGENT, teams=(team,)) for team in ("care", "sales"))
    seen = [len(annas.get(path, as_=who).json["tasks"]) for who in (in_team, in_another, ADMIN)]
    assert seen == [1, 0, 1]
    put_into = Agent(subject=OTHER_AGENT.subject, teams=("care",))
    annas.ports.threads.commit([Create(put_into)])
    assert len(annas.get(path, as_=in_another).json["tasks"]) == 1


def test_what_was_not_seen_is_not_changed(annas):
    assert annas.post(f"{CASE}/tasks", NEW_CALL, headers={"If-Match": '"99"'}).status == 409


def test_an_answer_by_letter_is_a_task_until_it_is_posted(annas):
    reply = {"text": "Uznajemy reklamację.", "channel": "letter", "to": ADDRESS}
    made = annas.post(f"{CASE}/replies", reply)
    assert made.status == 201
    entry = annas.get(made.headers["location"].removeprefix("/api")).json
    (row,) = listed(annas, "letters")
    assert (entry["task"], entry["delivery"], row["task"]["entry"]) == (row["task"]["id"], None, made.json["entry_id"])
    assert (row["task"]["to"], row["task"]["answers"]) == (ADDRESS, True)
    assert case_of(annas)["awaiting_since"] is not None
    assert annas.post("/v1/letters", {"direction": "outbound", "notes": "Wysłane.", "case": REFERENCE}).status == 201
    assert case_of(annas)["awaiting_since"] is None


@pytest.mark.parametrize(
    "reply",
    [
        {"text": "a", "channel": "letter"},
        {"text": "a", "channel": "email", "to": "601234567"},
        {"text": "a", "to": "601234567"},
        {"text": "a", "channel": "phone", "to": "BANK"},
    ],
)
def test_where_an_answer_goes_is_said_where_a_person_brings_it(annas, reply):
    refused = annas.post(f"{CASE}/replies", reply)
    assert (refused.status, refused.json["field"]) == (400, "to")


def test_an_answer_by_telephone_without_a_number_goes_to_theirs(annas):
    assert annas.post(f"{CASE}/replies", {"text": "a", "channel": "phone"}).json["code"] == "no_way_to_reach"
    annas.post(f"/v1/customers/{CUSTOMER_ID}/contact-points", {"kind": "phone", "value": "601 234 567"})
    assert annas.post(f"{CASE}/replies", {"text": "a", "channel": "phone"}).status == 201
    assert listed(annas)[0]["task"]["to"] == "+48601234567"


FORM = {"text": "Proszę o telefon.", "email": "anna@example.pl"}


def test_a_form_may_ask_for_a_call(annas):
    wish = {"number": "601 234 567", "from": TOMORROW, "until": "2026-11-24T13:00:00Z"}
    posted = annas.post("/v1/forms/contact/messages", {**FORM, "call_back": wish}, as_=None)
    assert posted.status == 201
    (row,) = listed(annas)
    assert (row["reference"], row["task"]["to"]) == (posted.json["case"], "+48601234567")
    assert (row["task"]["from"], row["task"]["due_at"]) == (TOMORROW, "2026-11-24T13:00:00Z")
    assert (row["task"]["asked_by"], row["task"]["about"]) == ("customer", "Proszę o telefon.")


def test_a_form_asks_for_a_call_at_the_number_that_it_gives(annas):
    assert annas.post("/v1/forms/contact/messages", {**FORM, "phone": "601234567", "call_back": {}}).status == 201
    assert listed(annas)[0]["task"]["to"] == "+48601234567"


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({}, "call_back.number"),
        ({"number": "BANK"}, "call_back.number"),
        ({"number": "+48700123456"}, "call_back.number"),
        ({"number": "601234567", "until": "2026-11-20T11:00:00Z"}, "call_back.until"),
        ({"number": "601234567", "from": TOMORROW, "until": TOMORROW}, "call_back.until"),
        ({"number": "601234567", "until": "jutro"}, "call_back.until"),
    ],
)
def test_a_wish_that_cannot_be_met_is_refused_by_its_field(annas, wish, field):
    refused = annas.post("/v1/forms/contact/messages", {**FORM, "call_back": wish}, as_=None)
    assert (refused.status, refused.json["field"]) == (400, field)
    refused = annas.post("/v1/messages", {"text": "a", "call_back": wish}, as_=CUSTOMER)
    assert (refused.status, refused.json["field"]) == (400, field)


def test_the_app_may_ask_for_a_call(annas):
    posted = annas.post(
        "/v1/messages", {"text": "Proszę o telefon.", "call_back": {"number": "601234567"}}, as_=CUSTOMER
    )
    assert posted.status == 201
    assert listed(annas)[0]["reference"] == posted.json["case"]
