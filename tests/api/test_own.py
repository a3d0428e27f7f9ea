"""What the app is answered about the own thread: only members that are meant for the customer, and nobody else's."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.contact_points import masked, parse_contact_point
from chalicelib.domain.principals import Principal, Role
from chalicelib.domain.threads import EntryKind
from tests.api.conftest import AGENT, CUSTOMER, CUSTOMER_ID, ISSUER, MESSAGE_ID, REFERENCE

THREAD, CASES = "/v1/me/thread", "/v1/me/cases"
OTHER = Principal(ISSUER, "customer-2", frozenset({Role.CUSTOMER}))
PHOTO = {"name": "buty.png", "content_type": "image/png", "data_base64": "iVBORw=="}


@pytest.fixture
def wrote(api):
    api.posted = api.post("/v1/messages", {"text": "Kiedy?", "attachments": [PHOTO]}, as_=CUSTOMER).json
    api.ports.now.move(timedelta(minutes=1))
    return api


def test_the_own_thread_shows_what_was_said_and_nothing_else(wrote):
    answered = wrote.post(f"/v1/cases/{wrote.posted['case']}/replies", {"text": "Jutro."}).json["entry_id"]
    page = wrote.get(THREAD, as_=CUSTOMER).json
    assert page["next"] is None
    assert page["entries"][0] == {
        "id": answered,
        "case": wrote.posted["case"],
        "at": "2026-11-23T09:01:00Z",
        "direction": "out",
        "channel": "app",
        "subject": None,
        "text": "Jutro.",
        "attachments": [],
        "read_at": None,
    }
    assert {name for entry in page["entries"] for name in entry} == {*page["entries"][0]}
    assert "agent" not in wrote.get(THREAD, as_=CUSTOMER).text


def test_it_goes_on_from_the_last_entry_that_is_known(wrote):
    for text in ("Halo?", "Jest tam kto?"):
        wrote.ports.now.move(timedelta(minutes=1))
        wrote.post("/v1/messages", {"text": text}, as_=CUSTOMER)
    first = wrote.get(f"{THREAD}?since={wrote.posted['message']}&limit=1", as_=CUSTOMER).json
    assert [entry["text"] for entry in first["entries"]] == ["Halo?"]
    path = f"{THREAD}?since={wrote.posted['message']}&limit=1&cursor={first['next']}"
    second = wrote.get(path, as_=CUSTOMER).json
    assert [entry["text"] for entry in second["entries"]] == ["Jest tam kto?"]
    assert wrote.get(path, as_=OTHER).status == 400


@pytest.mark.parametrize("query", ["since=abc", "since=", "limit=0", "customer=01", "cursor=abc"])
def test_what_is_not_understood_is_refused(wrote, query):
    assert wrote.get(f"{THREAD}?{query}", as_=CUSTOMER).status == 400


def test_the_own_cases_tell_the_customer_what_they_were_told(wrote):
    case = wrote.posted["case"]
    due_at = "2026-11-23T11:00:00Z"
    wrote.post(f"/v1/cases/{case}/promises", {"text": "Oddzwonimy.", "due_at": due_at})
    assert wrote.get(CASES, as_=CUSTOMER).json == {
        "cases": [
            {
                "reference": case,
                "subject": "Kiedy?",
                "status": "open",
                "channel": "app",
                "opened_at": "2026-11-23T09:00:00Z",
                "closed_at": None,
                "last_activity_at": "2026-11-23T09:00:00Z",
                "awaiting_answer": True,
                "expected_answer_at": "2026-11-23T13:00:00Z",
                "late": False,
                "promises": [{"text": "Oddzwonimy.", "due_at": due_at, "status": "open"}],
                "rateable_until": None,
                "rating": None,
            }
        ],
        "next": None,
    }


def test_all_own_cases_are_read_page_by_page(api):
    posted = []
    for number in range(13):  # more than one read of the customer gives
        case = api.post("/v1/messages", {"text": f"Sprawa {number}"}, as_=CUSTOMER).json["case"]
        api.post(f"/v1/cases/{case}/closing", {})
        api.ports.now.move(timedelta(days=30))
        posted.append(case)
    first = api.get(CASES, as_=CUSTOMER).json
    assert [case["reference"] for case in first["cases"]] == posted[:2:-1]
    path = f"{CASES}?cursor={first['next']}"
    rest = api.get(path, as_=CUSTOMER).json
    assert ([case["reference"] for case in rest["cases"]], rest["next"]) == (posted[2::-1], None)
    assert api.get(path, as_=OTHER).status == 400
    assert api.get(f"{CASES}?limit=21", as_=CUSTOMER).status == 400


def test_a_late_answer_is_called_late(wrote):
    wrote.ports.now.move(timedelta(hours=5))
    (case,) = wrote.get(CASES, as_=CUSTOMER).json["cases"]
    assert (case["expected_answer_at"], case["late"]) == ("2026-11-23T13:00:00Z", True)


def test_another_customer_sees_none_of_it(wrote):
    assert wrote.get(THREAD, as_=OTHER).json == {"entries": [], "next": None}
    assert wrote.get(CASES, as_=OTHER).json == {"cases": [], "next": None}


def test_a_file_of_the_own_message_is_downloaded_by_its_owner_alone(wrote):
    (entry,) = wrote.get(THREAD, as_=CUSTOMER).json["entries"]
    link = entry["attachments"][0]["link"].removeprefix("/api")
    assert wrote.get(link, as_=CUSTOMER).json["url"].startswith("https://files.example/att/")
    foreign = wrote.get(link, as_=OTHER)
    missing = wrote.get(link.replace(entry["id"], MESSAGE_ID), as_=CUSTOMER)
    assert (foreign.status, missing.status) == (404, 404)
    assert foreign.text == missing.text
    other_file = link[:-64] + "0f" * 32
    assert wrote.get(other_file, as_=CUSTOMER).text == missing.text


def test_an_agent_has_no_own_thread(annas):
    for path in (THREAD, CASES):
        assert annas.get(path, as_=AGENT).status == 403


def test_a_message_by_mail_is_theirs_once_the_address_is_proved(annas):
    proved = replace(CUSTOMER, email="anna@example.pl")
    annas.post("/v1/messages", {"text": "Kiedy?"}, as_=proved)
    shown = annas.get(THREAD, as_=proved).json["entries"]
    assert {entry["text"] for entry in shown} == {"Kiedy?", "Dzień dobry, gdzie jest faktura?"}
    assert {entry["case"] for entry in shown} >= {REFERENCE}
    stored = annas.ports.threads.list_thread(annas.ports.threads.find_pointer(REFERENCE).customer_id, 100).items
    assert any(entry.kind is EntryKind.EVENT for entry in stored)


DEVICE = {"kind": "apns", "token": "0123abcd", "language": "pl"}


def test_a_device_is_registered_and_listed_without_its_token(api):
    assert api.put("/v1/me/devices/phone", DEVICE, as_=CUSTOMER).status == 204
    listed = api.get("/v1/me/devices", as_=CUSTOMER)
    assert listed.json == {
        "devices": [{"id": "phone", "kind": "apns", "language": "pl", "registered_at": "2026-11-23T09:00:00Z"}]
    }
    assert "0123abcd" not in listed.text
    assert api.get("/v1/me/devices", as_=OTHER).json == {"devices": []}
    assert api.call("DELETE", "/v1/me/devices/phone", as_=OTHER).status == 204
    assert len(api.get("/v1/me/devices", as_=CUSTOMER).json["devices"]) == 1
    assert api.call("DELETE", "/v1/me/devices/phone", as_=CUSTOMER).status == 204
    assert api.get("/v1/me/devices", as_=CUSTOMER).json == {"devices": []}


def test_the_eleventh_device_is_refused(api):
    for number in range(10):
        assert api.put(f"/v1/me/devices/d{number}", {**DEVICE, "token": f"t{number}"}, as_=CUSTOMER).status == 204
    assert api.put("/v1/me/devices/d10", {**DEVICE, "token": "t10"}, as_=CUSTOMER).json["code"] == "conflict"


@pytest.mark.parametrize(
    ("path", "changed"),
    [
        ("phone", {"kind": "webpush"}),
        ("phone", {"token": ""}),
        ("phone", {"token": "a b"}),
        ("phone", {"token": "a" * 4_097}),
        ("phone", {"language": "polski"}),
        ("phone", {"customer": "01ANNA"}),
        ("a" * 65, {}),
    ],
)
def test_a_device_that_cannot_be_rung_is_refused(api, path, changed):
    answer = api.put(f"/v1/me/devices/{path}", {**DEVICE, **changed}, as_=CUSTOMER)
    assert (answer.status, answer.json["code"]) == (400, "invalid_input")
    assert "a b" not in answer.text


def test_what_was_read_is_told_and_what_is_not_theirs_is_not_found(wrote):
    answered = wrote.post(f"/v1/cases/{wrote.posted['case']}/replies", {"text": "Jutro."}).json["entry_id"]
    assert wrote.get(THREAD, as_=CUSTOMER).json["entries"][0]["read_at"] is None
    assert wrote.post("/v1/me/read", {"up_to": answered}, as_=OTHER).status == 404
    assert wrote.post("/v1/me/read", {"up_to": MESSAGE_ID}, as_=CUSTOMER).status == 404
    assert wrote.post("/v1/me/read", {"up_to": answered}, as_=CUSTOMER).status == 204
    assert wrote.get(THREAD, as_=CUSTOMER).json["entries"][0]["read_at"] == "2026-11-23T09:01:00Z"


@pytest.fixture
def settled(wrote):
    case = wrote.posted["case"]
    wrote.post(f"/v1/cases/{case}/replies", {"text": "Jutro."})
    wrote.post(f"/v1/cases/{case}/closing", {})
    return wrote


def rating_path(api):
    return f"{CASES}/{api.posted['case']}/rating"


def only_case(api):
    (case,) = api.get(CASES, as_=CUSTOMER).json["cases"]
    return case


def test_a_settled_case_says_until_when_it_may_be_rated_and_then_how_it_was(settled):
    assert only_case(settled)["rateable_until"] == "2026-12-07T11:01:00Z"
    body, key = {"score": 4, "comment": "Dość szybko"}, {"Idempotency-Key": "key-1"}
    for _ in range(2):
        assert settled.post(rating_path(settled), body, as_=CUSTOMER, headers=key).status == 204
    case = only_case(settled)
    assert case["rateable_until"] is None
    assert case["rating"] == {"score": 4, "comment": "Dość szybko", "rated_at": "2026-11-23T09:01:00Z"}
    again = settled.post(rating_path(settled), {"score": 1}, as_=CUSTOMER)
    assert (again.status, again.json["code"]) == (409, "conflict")
    other = settled.post(rating_path(settled), {"score": 1}, as_=CUSTOMER, headers=key)
    assert (other.status, other.json["code"]) == (409, "idempotency_key_reused")


def test_a_bad_rating_opens_the_case_and_the_app_that_follows_hears_of_it(settled):
    settled.post(rating_path(settled), {"score": 1}, as_=CUSTOMER)
    case = only_case(settled)
    assert (case["status"], case["awaiting_answer"], case["rateable_until"]) == ("open", True, None)
    assert case["expected_answer_at"] is not None


def test_nobody_rates_what_is_not_theirs_or_not_settled(wrote):
    rating = {"score": 5}
    assert wrote.post(rating_path(wrote), rating, as_=CUSTOMER).status == 409
    foreign = wrote.post(rating_path(wrote), rating, as_=OTHER)
    nowhere = wrote.post(f"{CASES}/{REFERENCE}/rating", rating, as_=OTHER)
    assert (foreign.status, nowhere.status) == (404, 404)
    assert foreign.text == nowhere.text
    assert wrote.post(rating_path(wrote), rating, as_=AGENT).status == 403


@pytest.mark.parametrize("body", [{}, {"score": 0}, {"score": 6}, {"score": 5, "comment": "a" * 2_001}, {"stars": 5}])
def test_a_rating_that_is_none_is_refused(settled, body):
    assert settled.post(rating_path(settled), body, as_=CUSTOMER).status == 400
    assert only_case(settled)["rating"] is None


ME = "/v1/me"


def test_the_own_data_are_shown_without_what_is_only_for_agents(annas):
    proved = replace(CUSTOMER, email="anna@example.pl")
    assert annas.get(ME, as_=proved).status == 404
    annas.post("/v1/messages", {"text": "Kiedy?"}, as_=proved)
    number = {"kind": "phone", "value": "601234567"}
    annas.post(f"/v1/customers/{CUSTOMER_ID}/contact-points", number)
    point = {"kind": "email", "value": "anna@example.pl", "verified": True}
    system = {"external_id": "crm:canary", "contact_points": [point], "attributes": {"shop.score": "canary"}}
    admin = replace(AGENT, roles=frozenset({Role.ADMIN}))
    assert annas.post("/v1/customers", system, as_=admin).json["customer_id"] == CUSTOMER_ID
    annas.put(f"/v1/customers/{CUSTOMER_ID}/care", {"segment": "canary", "vip": True})
    consent = {"email": {"given": True, "how": "canary", "wording": "2026"}}
    annas.call("PATCH", f"/v1/customers/{CUSTOMER_ID}/preferences", {"consents": consent})
    answer = annas.get(ME, as_=proved)
    assert answer.json == {
        "name": "Anna Kowalska",
        "language": "pl",
        "time_zone": None,
        "contact_points": [
            {"kind": "email", "value": "anna@example.pl", "proved": True},
            {"kind": "phone", "value": "…67", "proved": False},
        ],
        "consents": {"email": {"given_at": "2026-11-23T09:00:00Z", "withdrawn_at": None}},
        "version": answer.json["version"],
    }
    assert answer.headers["etag"] == f'"{answer.json["version"]}"'
    assert "canary" not in answer.text
    assert "234" not in answer.text


def test_the_own_data_are_changed_with_what_was_read_and_once_under_a_key(wrote):
    read = wrote.get(ME, as_=CUSTOMER)
    body, sent = {"name": "Anna Nowak", "language": "pl"}, {"If-Match": read.headers["etag"], "Idempotency-Key": "k1"}
    for _ in range(2):
        assert wrote.call("PATCH", ME, body, as_=CUSTOMER, headers=sent).status == 204
    stale = wrote.call("PATCH", ME, {"name": "A."}, as_=CUSTOMER, headers={"If-Match": read.headers["etag"]})
    assert (stale.status, stale.json["code"]) == (409, "conflict")
    now = wrote.get(ME, as_=CUSTOMER).json
    assert (now["name"], now["language"]) == ("Anna Nowak", "pl")
    assert wrote.get("/v1/me/preferences", as_=CUSTOMER).json["language"] == "pl"
    assert wrote.call("PATCH", ME, {"language": None}, as_=CUSTOMER).status == 204
    assert wrote.call("PATCH", ME, {"name": "B."}, as_=OTHER).status == 404
    assert wrote.call("PATCH", ME, {"name": "B."}, as_=AGENT).status == 403
    assert wrote.get(ME, as_=CUSTOMER).json["name"] == "Anna Nowak"


@pytest.mark.parametrize(
    "body",
    [
        {"name": ""},
        {"name": "  "},
        {"name": None},
        {"name": "a" * 201},
        {"name": "Anna\r\nBcc: x"},
        {"name": "Anna\u202eawoN"},
        {"name": "Anna\u2060Nowak"},
        {"name": "Anna\u00ad"},
        {"name": "Anna\U000e0041"},
        {"name": "\u200d\u200c"},
        {"language": "polski"},
        {"time_zone": "Warsaw/Old"},
        {"vip": True},
        {"contact_points": []},
        {"carer": "ewa"},
    ],
)
def test_what_customers_may_not_say_of_themselves_is_refused(wrote, body):
    before = wrote.get(ME, as_=CUSTOMER).json
    assert wrote.call("PATCH", ME, body, as_=CUSTOMER).status == 400
    assert wrote.get(ME, as_=CUSTOMER).json == before


def test_a_name_is_written_with_whatever_its_language_is_written_with(wrote):
    assert wrote.call("PATCH", ME, {"name": "علی\u200cرضا"}, as_=CUSTOMER).status == 204
    assert wrote.get(ME, as_=CUSTOMER).json["name"] == "علی\u200cرضا"


@pytest.mark.parametrize(
    ("point", "shown"),
    [
        ("email:jan.kowalski@example.co.uk", "j…@e….uk"),
        ("email:a@b", "a…@…b"),
        ("phone:+48601234567", "…67"),
        ("fax:+48221112233", "…33"),
    ],
)
def test_an_address_that_is_not_proved_is_recognised_by_who_knows_it_alone(point, shown):
    assert masked(parse_contact_point(point)) == shown
