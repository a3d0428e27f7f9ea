from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib import wiring
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
