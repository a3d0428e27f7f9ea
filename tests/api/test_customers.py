from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from chalicelib.domain.contact_points import ContactPoint, PointKind
from chalicelib.domain.customers import Customer, PointOwner
from chalicelib.domain.threads import AttachmentRef, EntryKind
from tests.api.conftest import CASE_ID, CUSTOMER_ID, MESSAGE_ID, REFERENCE, inbound
from tests.domain.making import ANNAS_PHONE, MONDAY_TEN

PATH = f"/v1/customers/{CUSTOMER_ID}"
NOBODYS_ID = "01KAR000000000000000000NBD"
SHA256 = "0f" * 32
INVOICE = AttachmentRef(SHA256, "faktura.pdf", "application/pdf", 12_345)


def test_a_customer_is_read_with_every_contact_point_and_the_newest_cases(annas):
    annas.post(f"{PATH}/contact-points", {"kind": "phone", "value": "601 234 567"})
    answer = annas.get(PATH)
    assert answer.status == 200
    assert [found.pop("reference") for found in answer.json["cases"]] == [REFERENCE]
    told = {name: value for name, value in answer.json.items() if name != "cases"}
    assert told == {
        "id": CUSTOMER_ID,
        "name": "Anna Kowalska",
        "language": "pl",
        "carer": None,
        "segment": None,
        "vip": False,
        "created_at": "2026-11-23T09:00:00Z",
        "claims_to_be": None,
        "legal_hold": None,
        "merged_from": [],
        "contact_points": ["email:anna@example.pl", "phone:+48601234567"],
        "external_ids": [],
        "attributes": [],
        "open_case_count": 1,
        "live_promises": [],
        "links": {"self": f"/api{PATH}", "thread": f"/api{PATH}/thread"},
    }


def test_an_agent_says_who_looks_after_a_customer_and_what_is_left_out_is_taken_back(annas):
    annas.put(f"{PATH}/care", {"carer": "me", "segment": "wholesale", "vip": True})
    told = annas.get(PATH).json
    assert (told["carer"], told["segment"], told["vip"]) == ("agent-1", "wholesale", True)
    assert annas.put(f"{PATH}/care", {}).status == 204
    told = annas.get(PATH).json
    assert (told["carer"], told["segment"], told["vip"]) == (None, None, False)


@pytest.mark.parametrize(
    ("body", "field"), [({"segment": "Hurt!"}, "segment"), ({"vip": "tak"}, "vip"), ({"carer": ""}, "carer")]
)
def test_care_that_cannot_be_meant_is_refused(annas, body, field):
    answer = annas.put(f"{PATH}/care", body)
    assert (answer.status, answer.json["field"]) == (400, field)


def test_a_thread_is_read_newest_first_page_by_page_whatever_the_case(annas):
    for number in range(2, 6):
        annas.keep(inbound(id=f"01KAR0000000000000000000M{number}", case_id=CASE_ID if number % 2 else ""))
    seen, path = [], f"{PATH}/thread?limit=2"
    while True:
        page = annas.get(path).json
        seen.append([entry["id"][-1] for entry in page["entries"]])
        if page["next"] is None:
            break
        path = f"{PATH}/thread?limit=2&cursor={page['next']}"
    assert seen == [["5", "4"], ["3", "2"], ["1"]]


def test_a_cursor_of_one_customers_thread_does_not_open_anothers(annas):
    annas.keep(inbound(id="01KAR0000000000000000000M2"), Customer(NOBODYS_ID, MONDAY_TEN))
    cursor = annas.get(f"{PATH}/thread?limit=1").json["next"]
    answer = annas.get(f"/v1/customers/{NOBODYS_ID}/thread?cursor={cursor}")
    assert (answer.status, answer.json["field"]) == (400, "cursor")


def test_a_second_copy_of_a_message_is_shown_only_to_who_asks_for_it(annas):
    (first,) = annas.get(f"{PATH}/thread").json["entries"]
    again = inbound(id="01KAR0000000000000000000M2")
    annas.keep(replace(again, arrival=replace(again.arrival, duplicate_of=first["id"])))
    assert [entry["id"] for entry in annas.get(f"{PATH}/thread").json["entries"]] == [first["id"]]
    copy, shown = annas.get(f"{PATH}/thread?second_copies=true").json["entries"]
    assert (copy["arrival"]["duplicate_of"], shown["id"]) == (first["id"], first["id"])


def test_a_cursor_is_good_for_a_day(annas):
    annas.keep(inbound(id="01KAR0000000000000000000M2"))
    path = f"{PATH}/thread?cursor={annas.get(f'{PATH}/thread?limit=1').json['next']}"
    annas.ports.now.move(timedelta(hours=24))
    assert annas.get(path).status == 200
    annas.ports.now.move(timedelta(seconds=1))
    assert annas.get(path).json["field"] == "cursor"


def test_the_thread_of_a_customer_without_entries_is_empty_and_that_of_nobody_is_not_found(api):
    api.keep(Customer(CUSTOMER_ID, MONDAY_TEN))
    assert api.get(f"{PATH}/thread").json == {"entries": [], "next": None}
    assert api.get(f"/v1/customers/{NOBODYS_ID}/thread").status == 404


def test_the_raw_message_and_the_attachments_are_linked_to_for_five_minutes(annas):
    annas.keep(inbound(id="01KAR0000000000000000000M2", attachments=(INVOICE,)))
    entry = annas.get(f"{PATH}/entries/01KAR0000000000000000000M2").json
    raw = annas.get(entry["links"]["raw"].removeprefix("/api")).json
    assert raw == {
        "url": "https://files.example/raw/2026/11/23/email-m1?seconds=300",
        "expires_at": "2026-11-23T09:05:00Z",
    }
    file = annas.get(entry["attachments"][0]["link"].removeprefix("/api")).json
    assert file["url"] == f"https://files.example/att/{CUSTOMER_ID}/{SHA256}?seconds=300"


def test_only_what_the_entry_really_has_can_be_downloaded(annas):
    note = inbound(id="01KAR0000000000000000000M3", kind=EntryKind.NOTE, arrival=None)
    photo = AttachmentRef("1f" * 32, "zdjęcie.png", "image/png", 7)
    annas.keep(note, inbound(id="01KAR0000000000000000000M4", attachments=(photo,)))
    assert annas.get(f"{PATH}/entries/01KAR0000000000000000000M4/attachments/{SHA256}").status == 404
    assert annas.get(f"{PATH}/entries/{MESSAGE_ID}/attachments/{SHA256}").status == 404
    assert annas.get(f"{PATH}/entries/{note.id}/raw").status == 404
    assert "raw" not in annas.get(f"{PATH}/entries/{note.id}").json["links"]


@pytest.mark.parametrize("path", ["", "/raw", f"/attachments/{SHA256}"])
def test_an_entry_is_found_under_its_own_customer_only(annas, path):
    annas.keep(inbound(id="01KAR0000000000000000000M2", attachments=(INVOICE,)), Customer(NOBODYS_ID, MONDAY_TEN))
    assert annas.get(f"{PATH}/entries/01KAR0000000000000000000M2{path}").status == 200
    answer = annas.get(f"/v1/customers/{NOBODYS_ID}/entries/01KAR0000000000000000000M2{path}")
    assert (answer.status, answer.json["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("kind", "value", "point"),
    [
        ("phone", "601 234 567", ANNAS_PHONE),
        ("phone", "+48 601-234-567", ANNAS_PHONE),
        ("fax", "22 111 22 33", ContactPoint(PointKind.FAX, "+48221112233")),
        ("email", " Anna.K@Example.PL ", ContactPoint(PointKind.EMAIL, "anna.k@example.pl")),
    ],
)
def test_a_contact_point_is_added_as_people_write_it(annas, kind, value, point):
    answer = annas.post(f"{PATH}/contact-points", {"kind": kind, "value": value})
    assert answer.status == 201
    assert answer.json == {"contact_point": str(point)}
    assert answer.headers["location"] == f"/api{PATH}"
    assert annas.ports.threads.find_owner(point).customer_id == CUSTOMER_ID


def test_adding_a_contact_point_twice_changes_nothing(annas):
    answers = [annas.post(f"{PATH}/contact-points", {"kind": "phone", "value": "601234567"}) for _ in range(2)]
    assert [answer.status for answer in answers] == [201, 201]


def test_a_contact_point_of_another_customer_is_refused(annas):
    annas.keep(PointOwner(ANNAS_PHONE, NOBODYS_ID, MONDAY_TEN))
    answer = annas.post(f"{PATH}/contact-points", {"kind": "phone", "value": "601234567"})
    assert (answer.status, answer.json["code"]) == (409, "conflict")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kind": "phone", "value": "112"}, "value"),
        ({"kind": "email", "value": "anna"}, "value"),
        ({"kind": "app", "value": "issuer|subject"}, "kind"),
        ({"value": "601234567"}, "kind"),
        ({"kind": "phone", "value": ""}, "value"),
        ({"kind": "phone", "value": "601234567", "verified": True}, "verified"),
    ],
)
def test_what_is_no_contact_point_is_refused_by_the_name_of_what_is_wrong(annas, body, field):
    answer = annas.post(f"{PATH}/contact-points", body)
    assert (answer.status, answer.json["field"]) == (400, field)


def test_a_customer_that_there_is_not_is_not_found(annas):
    for answer in (
        annas.get(f"/v1/customers/{NOBODYS_ID}"),
        annas.post(f"/v1/customers/{NOBODYS_ID}/contact-points", {"kind": "phone", "value": "601234567"}),
    ):
        assert (answer.status, answer.json["code"]) == (404, "not_found")


def test_an_agent_writes_to_a_customer_first(annas):
    body = {"channel": "email", "subject": "Wizyta", "text": "Czy wtorek pasuje?"}
    answer = annas.post(f"{PATH}/cases", body, headers={"Idempotency-Key": "1"})
    assert answer.status == 201
    case = annas.get(answer.headers["location"].removeprefix("/api")).json
    assert (case["reference"], case["subject"], case["awaiting_since"]) == (answer.json["case"], "Wizyta", None)
    assert annas.post(f"{PATH}/cases", body, headers={"Idempotency-Key": "1"}).json == answer.json


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"channel": "fax"}, 400, "invalid_input"),
        ({"subject": "a\nBcc: x@example.pl"}, 400, "invalid_input"),
        ({"text": "  "}, 400, "invalid_input"),
        ({"channel": "sms"}, 422, "no_way_to_reach"),
        ({"follows": REFERENCE}, 409, "conflict"),
        ({"inbox": "texts"}, 404, "not_found"),
    ],
)
def test_what_cannot_be_written_first_is_refused_and_nothing_is_kept(annas, changed, status, code):
    answer = annas.post(f"{PATH}/cases", {"channel": "email", "subject": "a", "text": "a", **changed})
    assert (answer.status, answer.json["code"]) == (status, code)
    assert annas.get(PATH).json["open_case_count"] == 1


def found(api, **wanted):
    return [one["id"] for one in api.get(f"/v1/customers?{urlencode(wanted)}").json["customers"]]


@pytest.mark.parametrize("typed", ["email:anna@example.pl", "Anna@EXAMPLE.pl", " anna@example.pl"])
def test_a_customer_is_found_by_an_address_as_people_write_it(annas, typed):
    assert found(annas, contact_point=typed) == [CUSTOMER_ID]


@pytest.mark.parametrize("typed", ["601 234 567", "+48601234567", "phone:601-234-567"])
def test_a_customer_is_found_by_a_number_as_people_write_it(annas, typed):
    annas.keep(PointOwner(ANNAS_PHONE, CUSTOMER_ID, MONDAY_TEN))
    assert found(annas, contact_point=typed) == [CUSTOMER_ID]


def test_a_customer_is_found_by_the_login_of_an_app(annas):
    annas.keep(PointOwner(ContactPoint(PointKind.APP, "https://login.example|7"), CUSTOMER_ID, MONDAY_TEN))
    assert found(annas, contact_point="app:https://login.example|7") == [CUSTOMER_ID]


def test_a_customer_is_found_by_a_case_of_theirs(annas):
    assert found(annas, reference=REFERENCE.lower().replace("-", "")) == [CUSTOMER_ID]


def test_who_was_merged_away_is_found_as_the_survivor(annas):
    annas.keep(Customer(NOBODYS_ID, MONDAY_TEN, merged_into=CUSTOMER_ID))
    annas.keep(PointOwner(ANNAS_PHONE, NOBODYS_ID, MONDAY_TEN))
    assert found(annas, contact_point=str(ANNAS_PHONE)) == [CUSTOMER_ID]


def test_who_is_not_there_is_not_found(annas):
    assert found(annas, contact_point="bartek@example.pl") == []
    assert found(annas, reference="no such case") == []


@pytest.mark.parametrize("query", ["", "?contact_point=@", "?contact_point=12", "?reference=A&contact_point=601234567"])
def test_a_search_by_nothing_or_by_two_things_is_refused(annas, query):
    answer = annas.get(f"/v1/customers{query}")
    assert (answer.status, answer.json["field"]) == (400, "contact_point")


def test_a_thread_goes_on_from_any_entry_in_the_order_of_time(annas):
    for number in range(2, 6):
        annas.keep(inbound(id=f"01KAR0000000000000000000M{number}"))
    page = annas.get(f"{PATH}/thread?since=01KAR0000000000000000000M2&limit=2").json
    assert [entry["id"][-1] for entry in page["entries"]] == ["3", "4"]
    rest = annas.get(f"{PATH}/thread?since=01KAR0000000000000000000M2&limit=2&cursor={page['next']}").json
    assert ([entry["id"][-1] for entry in rest["entries"]], rest["next"]) == (["5"], None)
    begun = annas.get(f"{PATH}/thread?order=oldest_first&limit=2&fields=id").json
    assert begun["entries"] == [{"id": MESSAGE_ID}, {"id": "01KAR0000000000000000000M2"}]
