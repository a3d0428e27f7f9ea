from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib import wiring
from chalicelib.domain.cases import Case
from chalicelib.domain.threads import Entry
from chalicelib.usecases.announce_changes import EntryChange
from chalicelib.usecases.write_feed import CaseChange
from tests.api.conftest import CASE_ID, CUSTOMER, CUSTOMER_ID, MESSAGE_ID, OTHER_AGENT, REFERENCE, inbound

CASE = CaseChange(CUSTOMER_ID, CASE_ID, REFERENCE, "care", "agent-1", "open")


def write(*cases, entries=()):
    wiring.hub().write_feed(cases, [EntryChange(None, entry) for entry in entries])


def begin(api, **call):
    return api.get("/v1/changes", **call).json["next"]


def since(api, cursor, query="", **call):
    return api.get(f"/v1/changes?since={cursor}{query}", **call)


def test_nothing_is_told_to_who_begins_but_where_the_feed_stands(annas):
    write(CASE)
    answer = annas.get("/v1/changes").json
    assert (answer["changes"], answer["more"]) == ([], False)
    assert since(annas, answer["next"]).json["changes"] == []


def test_what_changes_is_told_once_behind_the_cursor_and_says_where_to_look(annas):
    cursor = begin(annas)
    write(CASE, entries=[inbound()])
    answer = since(annas, cursor).json
    case, entry = answer["changes"]
    assert (case["kind"], case["reference"], case["assignee"], case["status"]) == (
        "case",
        REFERENCE,
        "agent-1",
        "open",
    )
    assert case["links"]["case"] == f"/api/v1/cases/{REFERENCE}"
    assert (entry["kind"], entry["entry_id"], entry["event"]) == ("entry", MESSAGE_ID, "message.received")
    assert annas.get(entry["links"]["entry"].removeprefix("/api")).json["id"] == MESSAGE_ID
    assert since(annas, answer["next"]).json["changes"] == []


def test_where_nothing_is_new_the_cursor_stays_the_same(annas):
    cursor = begin(annas)
    annas.ports.now.move(timedelta(minutes=1))
    assert since(annas, cursor).json == {"changes": [], "next": cursor, "more": False}


def test_a_long_feed_is_read_page_by_page_to_its_end(annas):
    cursor = begin(annas)
    write(*(CaseChange(CUSTOMER_ID, f"01C{number}", REFERENCE, "care", "", "open") for number in range(5)))
    seen, more = [], True
    while more:
        page = since(annas, cursor, "&limit=2").json
        seen.append([change["case_id"] for change in page["changes"]])
        cursor, more = page["next"], page["more"]
    assert seen == [["01C0", "01C1"], ["01C2", "01C3"], ["01C4"]]


def test_a_cursor_is_good_for_as_long_as_the_feed_keeps_what_follows(annas):
    cursor = begin(annas)
    annas.ports.now.move(timedelta(days=14))
    assert since(annas, cursor).status == 200
    annas.ports.now.move(timedelta(seconds=1))
    answer = since(annas, cursor)
    assert (answer.status, answer.json["field"]) == (400, "since")


@pytest.mark.parametrize("cursor", ["0", "abcd", "00000000000001"])
def test_a_cursor_of_somebody_elses_making_is_refused(annas, cursor):
    assert since(annas, cursor).status == 400
    assert since(annas, begin(annas), as_=OTHER_AGENT).status == 400
    assert since(annas, begin(annas)[:-1]).status == 400


def test_a_customer_does_not_follow_what_agents_do(annas):
    assert annas.get("/v1/changes", as_=CUSTOMER).status == 403


def test_a_cursor_in_the_middle_is_good_for_as_long_as_the_feed_keeps_the_row_behind_it(annas):
    """It was good for 14 days from when it was given, and what was not read yet went before that."""
    cursor = begin(annas)
    write(CASE, entries=[inbound()])
    annas.ports.now.move(timedelta(days=10))
    middle = since(annas, cursor, "&limit=1").json["next"]
    annas.ports.now.move(timedelta(days=4))
    assert since(annas, middle).status == 200
    annas.ports.now.move(timedelta(seconds=1))
    assert since(annas, middle).status == 400


# An app's


OWN = "/v1/me/changes"


@pytest.fixture
def wrote(api):
    api.case = api.post("/v1/messages", {"text": "Kiedy?"}, as_=CUSTOMER).json["case"]
    api.cursor = api.get(OWN, as_=CUSTOMER).json["next"]
    return api


def stream(api):
    entries, cases = api.ports.threads.records(Entry), api.ports.threads.records(Case)
    write(
        *(CaseChange(one.customer_id, one.id, one.reference, one.team, one.assignee, one.status) for one in cases),
        entries=entries,
    )


def test_an_app_is_told_the_entries_and_cases_themselves_as_it_reads_them_elsewhere(wrote):
    wrote.ports.now.move(timedelta(minutes=1))
    wrote.post(f"/v1/cases/{wrote.case}/notes", {"text": "Sekret."})
    stream(wrote)
    answer = wrote.get(f"{OWN}?since={wrote.cursor}", as_=CUSTOMER)
    assert "Sekret" not in answer.text
    told = answer.json
    assert (told["more"], sorted(change["kind"] for change in told["changes"])) == (False, ["case", "entry"])
    by_kind = {change["kind"]: change for change in told["changes"]}
    assert [by_kind["entry"]["entry"]] == wrote.get("/v1/me/thread", as_=CUSTOMER).json["entries"]
    assert [by_kind["case"]["case"]] == wrote.get("/v1/me/cases", as_=CUSTOMER).json["cases"]
    assert wrote.get(f"{OWN}?since={told['next']}", as_=CUSTOMER).json["changes"] == []


def test_what_an_app_has_not_asked_for_in_two_weeks_it_begins_anew(wrote):
    wrote.ports.now.move(timedelta(days=14))
    answer = wrote.get(f"{OWN}?since={wrote.cursor}", as_=CUSTOMER)
    assert answer.status == 200
    wrote.ports.now.move(timedelta(days=14, seconds=1))
    refused = wrote.get(f"{OWN}?since={answer.json['next']}", as_=CUSTOMER)
    assert (refused.status, refused.json["field"]) == (400, "since")


def test_an_apps_cursor_opens_nobody_elses_feed_and_no_other_list(wrote):
    other = replace(CUSTOMER, subject="customer-2")
    assert wrote.get(f"{OWN}?since={wrote.cursor}", as_=other).status == 400
    assert wrote.get(f"{OWN}?since={wrote.cursor[:-1]}", as_=CUSTOMER).status == 400
    assert wrote.get(f"/v1/changes?since={wrote.cursor}", as_=OTHER_AGENT).status == 400
    assert wrote.get(OWN, as_=OTHER_AGENT).status == 403
