from __future__ import annotations

import pytest

from chalicelib.domain.customers import Customer, PointLink, PointOwner
from chalicelib.domain.merging import Evidence, Reason, suggested
from tests.api.conftest import CUSTOMER_ID, MESSAGE_ID, REFERENCE
from tests.domain.making import ANNA, BARTEK, MONDAY_TEN

BARTEK_ID = "01KAR000000000000000000BRT"
PATH = f"/v1/customers/{CUSTOMER_ID}"
MERGE = {"customer": BARTEK_ID, "why": "one person"}


@pytest.fixture
def both(annas):
    """Anna with her case, and Bartek, who is known by his address alone."""
    bartek = Customer(BARTEK_ID, MONDAY_TEN, name="Bartek", language="en")
    annas.keep(bartek, PointOwner(BARTEK, BARTEK_ID, MONDAY_TEN), PointLink(BARTEK_ID, BARTEK))
    return annas


def test_a_merge_goes_from_its_preview_to_its_undoing(both):
    before = both.get(PATH).text
    preview = both.get(f"{PATH}/merges/preview?customer={BARTEK_ID}").json
    assert (preview["contact_points"], preview["warnings"]) == (["email:bartek@example.pl"], [])
    made = both.post(f"{PATH}/merges", MERGE | {"seen": preview["seen"]})
    assert (made.status, made.headers["location"]) == (201, f"/api{PATH}/merges")
    (listed,) = both.get(f"{PATH}/merges").json["merges"]
    assert (listed["id"], listed["by"], listed["why"]) == (made.json["merge_id"], "agent:agent-1", "one person")
    together = both.get(f"/v1/customers/{BARTEK_ID}").json
    assert (together["id"], together["merged_from"]) == (CUSTOMER_ID, [BARTEK_ID])
    assert together["contact_points"] == ["email:anna@example.pl", "email:bartek@example.pl"]
    undone = both.post(f"{PATH}/merges/{listed['id']}/undoing", {}).json
    assert (undone["undone_by"], undone["ambiguous"]) == ("agent:agent-1", [])
    assert both.get(PATH).text == before
    assert both.get(f"/v1/customers/{BARTEK_ID}").json["id"] == BARTEK_ID


def test_what_speaks_against_a_merge_is_told_with_its_code_and_values(annas):
    annas.keep(Customer(BARTEK_ID, MONDAY_TEN, claims_to_be=ANNA))
    preview = annas.get(f"{PATH}/merges/preview?customer={BARTEK_ID}").json
    (remark,) = preview["remarks"]
    assert (remark["code"], preview["warnings"]) == ("only_claims", [remark["text"]])
    assert remark["values"] == {"customer": BARTEK_ID, "address": "email:anna@example.pl"}


def test_a_survivor_without_a_name_is_called_by_the_others(both):
    both.post(f"/v1/customers/{BARTEK_ID}/merges", {"customer": CUSTOMER_ID, "why": "one person"})
    assert both.get(PATH).json["name"] == "Bartek"
    nobody = "01KAR000000000000000000NON"
    both.keep(Customer(nobody, MONDAY_TEN))
    both.post(f"/v1/customers/{nobody}/merges", {"customer": BARTEK_ID, "why": "one person"})
    assert both.get(PATH).json["name"] == "Bartek"


def test_a_cursor_from_before_an_undoing_shows_nothing_of_whoever_is_gone(both):
    made = both.post(f"{PATH}/merges", MERGE).json["merge_id"]
    cursor = both.get(f"{PATH}/thread?limit=1").json["next"]
    both.post(f"{PATH}/merges/{made}/undoing", {})
    assert both.get(f"/v1/customers/{BARTEK_ID}/thread?cursor={cursor}").json["field"] == "cursor"
    entries = both.get(f"{PATH}/thread?cursor={cursor}").json["entries"]
    assert {entry["links"]["self"].split("/")[4] for entry in entries} == {CUSTOMER_ID}


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        (f"{PATH}/merges", {"customer": CUSTOMER_ID, "why": "x"}, 400),
        (f"{PATH}/merges", {"customer": "01KAR000000000000000000NBD", "why": "x"}, 404),
        (f"{PATH}/merges", {"customer": BARTEK_ID, "why": " "}, 400),
        (f"{PATH}/merges", MERGE | {"seen": "something else"}, 409),
        (f"{PATH}/merges/{MESSAGE_ID}/undoing", {}, 404),
        (f"/v1/merge-suggestions/{'0f' * 20}/acceptance", {"why": "x"}, 404),
        (f"/v1/merge-suggestions/{'0f' * 20}/dismissal", {"why": "x"}, 404),
        ("/v1/merge-suggestions/none/dismissal", {"why": "x"}, 400),
        (f"/v1/cases/{REFERENCE}/moving", {"customer": CUSTOMER_ID, "why": "x"}, 400),
        (f"/v1/cases/{REFERENCE}/moving", {"customer": "01KAR000000000000000000NBD", "why": "x"}, 404),
        (f"/v1/cases/{REFERENCE}/splitting", {"entries": [MESSAGE_ID], "why": "x"}, 400),
        (f"/v1/cases/{REFERENCE}/splitting", {"entries": [], "why": "x"}, 400),
    ],
)
def test_what_cannot_be_done_says_why_and_changes_nothing(both, path, body, status):
    before = both.ports.threads.records()
    assert both.post(path, body).status == status
    assert both.ports.threads.records() == before


def test_a_suggestion_is_accepted_or_dismissed_by_an_agent(both):
    reason = Reason(Evidence.SAME_NAME, "both write as one")
    suggestion = suggested(CUSTOMER_ID, BARTEK_ID, reason, MONDAY_TEN)
    other = suggested(CUSTOMER_ID, "01KAR000000000000000000XYZ", reason, MONDAY_TEN)
    both.keep(suggestion, other)
    listed = both.get("/v1/merge-suggestions?limit=1").json
    assert listed["next"] is not None
    assert both.post(f"/v1/merge-suggestions/{other.id}/dismissal", {"why": "two"}).status == 204
    (listed,) = both.get("/v1/merge-suggestions").json["suggestions"]
    assert listed["reasons"] == [{"evidence": "same_name", "detail": "both write as one"}]
    assert both.get(listed["links"]["preview"].removeprefix("/api")).status == 200
    assert both.post(f"/v1/merge-suggestions/{suggestion.id}/acceptance", {"why": "one"}).status == 201
    assert both.get("/v1/merge-suggestions").json["suggestions"] == []


def test_a_case_is_moved_and_what_stays_behind_leads_to_it(both):
    answer = both.post(f"/v1/cases/{REFERENCE}/moving", {"customer": BARTEK_ID, "why": "his"})
    assert (answer.status, answer.json) == (200, {"case": REFERENCE})
    assert both.get(answer.headers["location"].removeprefix("/api")).json["customer_id"] == BARTEK_ID
    (left,) = [entry for entry in both.get(f"{PATH}/thread").json["entries"] if entry["kind"] == "inbound"]
    assert (left["text"], left["arrival"], set(left["links"])) == ("", None, {"self", "moved_to"})
    copy = both.get(left["links"]["moved_to"].removeprefix("/api")).json
    assert copy["text"] == "Dzień dobry, gdzie jest faktura?"
    assert copy["links"]["moved_from"] == left["links"]["self"]
    assert both.get(PATH).json["cases"] == []


def test_a_case_that_changed_since_it_was_read_is_not_moved(both):
    both.put(f"/v1/cases/{REFERENCE}/assignment", {"assignee": "me"})
    moving = {"customer": BARTEK_ID, "why": "his"}
    assert both.post(f"/v1/cases/{REFERENCE}/moving", moving, headers={"If-Match": '"0"'}).status == 409
    assert both.post(f"/v1/cases/{REFERENCE}/moving", moving, headers={"If-Match": '"1"'}).status == 200
