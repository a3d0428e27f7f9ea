from __future__ import annotations

import json
import re

import pytest

from chalicelib.domain.principals import Principal, Role
from tests.api.conftest import ISSUER
from tests.domain.making import case
from tests.storage.test_configuration_document import DOCUMENT

PATH = "/v1/configuration"
ADMIN = Principal(ISSUER, "olga", frozenset({Role.ADMIN}))
OTHER = Principal(ISSUER, "piotr", frozenset({Role.ADMIN}))
SUPERVISOR = Principal(ISSUER, "szef", frozenset({Role.SUPERVISOR}))


WITHOUT_MAIL = [{"name": "texts", "channel": "sms", "team": "care", "address": "+48700100200"}]


def document(**members):
    return {**json.loads(json.dumps(DOCUMENT)), **members}


def teams(*names):
    return [{**DOCUMENT["teams"][0], "name": name} for name in ("care", *names)]


@pytest.fixture
def configured(api):
    api.ports.configuration_documents.save(json.dumps(document()), "")
    api.principal = ADMIN
    return api


def put(api, version, as_=ADMIN, **members):
    headers = {"If-Match": f'"{version}"'} if version else {}
    return api.put(PATH, document(**members), headers=headers, as_=as_)


def test_it_is_read_as_it_was_saved(configured):
    answer = configured.get(PATH, as_=SUPERVISOR)
    assert answer.json == {
        "version": "000001",
        "saved_at": "2026-11-23T09:00:00Z",
        "saved_by": None,
        "document": document(),
    }
    assert answer.headers["etag"] == '"1"'


def test_a_form_for_it_needs_its_schema_and_not_the_description_of_everything(configured):
    answer = configured.get(f"{PATH}/schema", as_=SUPERVISOR)
    components = configured.get("/v1/openapi.json").json["components"]["schemas"]
    parts = answer.json["$defs"]
    assert answer.json["$ref"] == "#/$defs/Document"
    assert parts["Document"].keys() >= {"properties", "required"}
    assert {*parts["Document"]["properties"]} == {*components["Document"]["properties"]}
    assert {name.rpartition("/")[2] for name in re.findall(r'"#/[$]defs/\w+', answer.text)} <= parts.keys()
    assert len(answer.text) < 40_000


def test_nothing_saved_yet_is_not_found(api):
    assert api.get(PATH, as_=ADMIN).status == 404


def test_an_administrator_saves_another_one(configured):
    answer = put(configured, 1, company="Firma")
    assert (answer.status, answer.json, answer.headers["etag"]) == (200, {"version": "000002"}, '"2"')
    read = configured.get(PATH).json
    assert (read["version"], read["saved_by"], read["document"]["company"]) == ("000002", "olga", "Firma")


def test_a_repeated_call_gives_the_version_that_it_made_even_when_others_have_saved_since(configured):
    put(configured, 1, company="Firma")
    put(configured, 2, as_=OTHER, company="Inna")
    assert put(configured, 1, company="Firma").json == {"version": "000002"}
    assert configured.get(PATH).json["version"] == "000003"


@pytest.mark.parametrize(("version", "as_"), [(1, OTHER), (7, ADMIN)])
def test_who_has_not_seen_the_current_one_does_not_overwrite_it(configured, version, as_):
    put(configured, 1, company="Firma")
    refused = put(configured, version, as_=as_, company="Firma")
    assert (refused.status, refused.json["code"]) == (409, "conflict")


def test_without_the_etag_of_what_was_edited_nothing_is_saved(configured):
    refused = put(configured, None, company="Firma")
    assert (refused.status, refused.json["field"]) == (400, "If-Match")


@pytest.mark.parametrize(
    ("members", "field"),
    [
        ({"teams": [{**DOCUMENT["teams"][0], "policy": "none"}]}, "teams[0].policy"),
        ({"undo_seconds": 601}, "undo_seconds"),
        ({"inboxes": WITHOUT_MAIL, "teams": [{**DOCUMENT["teams"][0], "inbox": "texts"}]}, "teams[0].policy"),
        ({"unknown": 1}, "unknown"),
        ({"calendars": [{**DOCUMENT["calendars"][0], "zone": "Europe/Atlantis"}]}, "calendars[0].zone"),
        ({"calendars": [{**DOCUMENT["calendars"][0], "holidays": {"country": "DE"}}]}, "calendars[0].holidays"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_nothing_is_saved(configured, members, field):
    for answer in (put(configured, 1, **members), configured.post(f"{PATH}/review", document(**members))):
        assert (answer.status, answer.json["code"], answer.json["field"]) == (400, "invalid_input", field)
    assert configured.get(PATH).json["version"] == "000001"


def test_a_team_with_open_cases_cannot_go(configured):
    put(configured, 1, teams=teams("billing"))
    configured.keep(case(team="billing"))
    refused = put(configured, 2)
    assert (refused.status, refused.json["field"]) == (400, "teams[1]")
    assert "billing" in refused.json["detail"]
    assert configured.post(f"{PATH}/versions/1/restoration", headers={"If-Match": '"2"'}).status == 400


def test_a_team_without_open_cases_can_go(configured):
    put(configured, 1, teams=teams("billing"))
    assert put(configured, 2).json == {"version": "000003"}
    assert configured.get(PATH).json["document"]["former_teams"] == [{"name": "billing", "successor": "care"}]


def test_a_kind_that_is_left_out_stays_as_closed_as_it_was(configured):
    put(configured, 1, kinds=[{"name": "hr", "restricted": True}])
    assert put(configured, 2, kinds=[]).status == 200
    assert configured.get(PATH).json["document"]["kinds"] == [{"name": "hr", "restricted": True, "retired": True}]


def test_what_is_too_much_with_what_has_to_be_remembered_is_refused_before_it_is_saved(configured):
    put(configured, 1, kinds=[{"name": f"kind-{number}"} for number in range(50)])
    one_more = {"kinds": [{"name": "another"}]}  # and fifty that are retired
    for answer in (put(configured, 2, **one_more), configured.post(f"{PATH}/review", document(**one_more))):
        assert (answer.status, answer.json["code"], answer.json["field"]) == (400, "invalid_input", "kinds")
    assert configured.get(PATH).json["version"] == "000002"


def test_before_it_is_saved_one_sees_what_would_change(configured):
    answer = configured.post(f"{PATH}/review", document(company="Firma", teams=teams("billing")), as_=SUPERVISOR)
    assert answer.json == {
        "version": "000001",
        "changes": [
            {"place": "company", "before": None, "after": "Firma"},
            {"place": "teams[billing]", "before": None, "after": teams("billing")[1]},
        ],
        "more": False,
    }
    assert configured.get(PATH).json["version"] == "000001"


def test_more_changes_than_a_person_can_read_are_cut_off(configured):
    forms = [{"name": f"form-{number}", "channel": "web_form", "team": "care"} for number in range(501)]
    edited = document(inboxes=[*DOCUMENT["inboxes"], *forms])
    answer = configured.post(f"{PATH}/review", edited).json
    assert (len(answer["changes"]), answer["more"]) == (500, True)


def test_versions_are_listed_page_by_page(configured):
    for number in range(1, 4):
        put(configured, number, company=f"Firma {number}")
    page = configured.get(f"{PATH}/versions?limit=2").json
    assert [(one["version"], one["saved_by"]) for one in page["versions"]] == [("000004", "olga"), ("000003", "olga")]
    rest = configured.get(f"{PATH}/versions?limit=2&before={page['next']}").json
    assert [(one["version"], one["saved_by"]) for one in rest["versions"]] == [("000002", "olga"), ("000001", None)]
    assert rest["next"] is None


def test_an_earlier_version_can_be_read_and_gone_back_to(configured):
    put(configured, 1, company="Firma")
    assert "company" not in configured.get(f"{PATH}/versions/1").json["document"]
    back = configured.post(f"{PATH}/versions/000001/restoration", headers={"If-Match": '"2"'})
    assert (back.status, back.json) == (200, {"version": "000003"})
    read = configured.get(PATH).json
    assert "company" not in read["document"]
    assert read["saved_by"] == "olga"


def test_going_back_keeps_the_public_holidays_that_were_looked_up_since(configured):
    rule = {**DOCUMENT["calendars"][0], "holidays": {"country": "PL"}}
    early = {**rule, "closed": ["2026-12-25"], "holidays_until": "2026-12-31"}
    late = {**rule, "closed": ["2026-12-25", "2027-12-25"], "holidays_until": "2027-12-31"}
    others = DOCUMENT["calendars"][1:]
    for number, calendar in enumerate((early, late), 1):  # as the operator's command saves it
        text = json.dumps(document(calendars=[calendar, *others]))
        configured.ports.configuration_documents.save(text, f"{number:06d}")
    configured.post(f"{PATH}/versions/2/restoration", headers={"If-Match": '"3"'})
    restored = configured.get(PATH).json["document"]["calendars"][0]
    assert (restored["closed"], restored["holidays_until"]) == (late["closed"], late["holidays_until"])


@pytest.mark.parametrize("version", ["0", "000000", "1234567", "x"])
def test_what_is_no_version_is_refused(configured, version):
    assert configured.get(f"{PATH}/versions/{version}").status == 400


def test_a_version_that_is_not_there_is_not_found(configured):
    assert configured.get(f"{PATH}/versions/9").status == 404
    assert configured.post(f"{PATH}/versions/9/restoration", headers={"If-Match": '"1"'}).status == 404
