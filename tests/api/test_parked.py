from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from chalicelib import wiring
from chalicelib.api.paging import MANY_WITHIN
from chalicelib.domain.machines import BounceReason, MachineKind, MachineMail, ReportedRecipient
from chalicelib.domain.messages import LedgerRow, ParkedRecord, Receipt
from chalicelib.domain.trust import Verdicts
from chalicelib.gateways.parsing_process import SECONDS
from tests.api.conftest import AGENT, CUSTOMER, REFERENCE
from tests.domain.making import MONDAY_TEN


def parked(number, **changed):
    at = MONDAY_TEN + timedelta(minutes=number)
    parts = {"at": at, "transport": "email", "fingerprint": f"f{number}", "reason": "virus", "raw_key": "raw/secret"}
    return ParkedRecord(**{"id": f"01KAR00000000000000000000{number}", **parts, **changed})


def park(api, name, sender=b"Anna <anna@example.pl>", **verdicts):
    """A real mail about which something is found, kept and parked as the hub does it."""
    body = b"From: " + sender + b"\r\nSubject: Oferta\r\n\r\nKup teraz.\r\n"
    verdicts = Verdicts(**{"dmarc": "PASS", "spam": "PASS", "virus": "PASS", **verdicts})
    receipt = Receipt("email", name, MONDAY_TEN, ("pomoc@hub.example",), "anna@example.pl", verdicts)
    return wiring.hub().receive_message(api.ports.raw.put_incoming(receipt, body), receipt, api.ports.parse)


@pytest.fixture
def spam(api):
    return park(api, "ses1", spam="FAIL")


def listed(answer):
    return [found["id"][-1] for found in answer.json["parked"]]


def test_parked_messages_of_this_month_are_listed_newest_first_with_their_reasons(api):
    api.keep(parked(1), parked(2, reason="ambiguous_sender", detail="two From headers"))
    answer = api.get("/v1/parked")
    assert answer.json["parked"][0] == {
        "id": "01KAR000000000000000000002",
        "at": "2026-11-23T09:02:00Z",
        "transport": "email",
        "reason": "ambiguous_sender",
        "detail": "two From headers",
        "remarks": [{"code": None, "values": {}, "text": "two From headers"}],
        "machine": None,
        "release_state": "waiting",
        "changed_at": None,
        "changed_by": None,
        "why": None,
        "overrides": [],
        "released_to": None,
        "links": {"self": "/api/v1/parked/01KAR000000000000000000002"},
    }
    assert (listed(answer), answer.json["next"]) == (["2", "1"], None)


def test_no_list_leads_to_the_bytes_of_a_parked_message(api):
    api.keep(parked(1))
    assert "raw/secret" not in api.get("/v1/parked").text
    assert "raw/secret" not in api.get("/v1/parked/waiting").text


def test_another_month_is_asked_for_by_name(api):
    api.keep(parked(1), parked(2, at=MONDAY_TEN - timedelta(days=30)))
    assert listed(api.get("/v1/parked?month=202610")) == ["2"]


def test_parked_messages_come_page_by_page(api):
    api.keep(*[parked(number) for number in range(1, 4)])
    first = api.get("/v1/parked?limit=2")
    second = api.get(f"/v1/parked?limit=2&cursor={first.json['next']}")
    assert listed(first) + listed(second) == ["3", "2", "1"]
    assert second.json["next"] is None
    assert api.get(f"/v1/parked?month=202610&cursor={first.json['next']}").json["field"] == "cursor"
    assert api.get(f"/v1/parked?reason=spam&cursor={first.json['next']}").json["field"] == "cursor"


def test_a_list_shows_one_reason_or_one_state_and_goes_on_where_a_page_has_none_of_it(api):
    api.keep(*[parked(number, reason="spam" if number in (1, 8) else "virus") for number in range(1, 9)])
    api.keep(parked(9, release_state="discarded"))
    assert listed(api.get("/v1/parked?state=discarded")) == ["9"]
    found, path = [], "/v1/parked?reason=spam&limit=2"
    answer = api.get(path)
    found += listed(answer)
    while answer.json["next"]:
        answer = api.get(f"{path}&cursor={answer.json['next']}")
        found += listed(answer)
    assert found == ["8", "1"]


@pytest.mark.parametrize("month", ["2026", "202613", "2026-11", "202611%0A", ""])
def test_what_is_no_month_is_refused(api, month):
    answer = api.get(f"/v1/parked?month={month}")
    assert (answer.status, answer.json["field"]) == (400, "month")


def test_a_parked_report_tells_what_it_says_about_whom(api):
    failed = ReportedRecipient("anna@example.pl", "5.1.1", BounceReason.NO_SUCH_ADDRESS, "550 unknown user")
    report = MachineMail(MachineKind.BOUNCE, "a delivery report", "no_such_address", (failed,), "1@hub.example")
    api.keep(parked(1, reason="bounce", machine=report))
    (said,) = api.get("/v1/parked").json["parked"]
    assert (said["machine"]["kind"], said["machine"]["hard"]) == ("bounce", True)
    assert said["machine"]["recipients"][0]["address"] == "anna@example.pl"
    assert said["machine"]["answers_message_id"] == "1@hub.example"


def test_what_waits_is_listed_over_the_months_oldest_first(api):
    api.keep(parked(2), parked(1, at=MONDAY_TEN - timedelta(days=30)), parked(3, release_state="released"))
    answer = api.get("/v1/parked/waiting?limit=1")
    assert answer.json["parked"] == [
        {"id": "01KAR000000000000000000001", "at": "2026-10-24T09:00:00Z", "reason": "virus"}
    ]
    assert listed(api.get(f"/v1/parked/waiting?limit=1&cursor={answer.json['next']}")) == ["2"]
    assert listed(api.get("/v1/parked/waiting?reason=spam")) == []


def test_a_parked_message_is_looked_at_as_plain_text_with_a_link_that_soon_ends(api, spam):
    answer = api.get(f"/v1/parked/{spam.id}").json
    assert answer["read"] == {
        "sender": "email:anna@example.pl",
        "sender_name": "Anna",
        "subject": "Oferta",
        "text": "Kup teraz.",
        "attachments": [],
    }
    assert (answer["needs"], answer["recipients"]) == ("spam", ["pomoc@hub.example"])
    assert answer["download"]["expires_at"] == "2026-11-23T09:05:00Z"
    assert "seconds=300" in answer["download"]["url"]


def test_there_is_no_way_to_a_virus_without_saying_so(api):
    virus = park(api, "ses2", virus="FAIL")
    assert api.get(f"/v1/parked/{virus.id}").json["download"] is None
    assert api.get(f"/v1/parked/{virus.id}?override=virus").json["download"]["url"]
    assert api.get(f"/v1/parked/{virus.id}?override=spam").status == 400
    looks = [(one.subject, one.operation, one.parameters["parked_id"]) for one in api.ports.audit.records]
    assert looks == [(AGENT.subject, "look_at_parked", virus.id)] * 3


def test_a_parked_message_is_released_by_whoever_answers_for_it(api, spam):
    path = f"/v1/parked/{spam.id}/release"
    refused = api.post(path, {"why": "znam ją"})
    assert (refused.status, refused.json["code"]) == (409, "conflict")
    assert "the override spam" in refused.json["detail"]
    body = {"why": "znam ją", "overrides": ["spam"]}
    released = api.post(path, body, headers={"Idempotency-Key": "k1"})
    assert released.status == 200
    assert api.post(path, body, headers={"Idempotency-Key": "k1"}).json == released.json
    assert api.post(path, body).status == 409
    (row,) = api.ports.threads.records(LedgerRow)
    assert (row.outcome, row.target) == ("stored", released.json["case"])
    assert api.get(f"/v1/parked/{spam.id}").json["parked"]["changed_by"] == "agent-1"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "why"),
        ({"why": " "}, "why"),
        ({"why": "x", "overrides": ["everything"]}, "overrides"),
        ({"why": "x", "inbox": "support"}, "inbox"),
        ({"why": "x", "sender": {"kind": "email", "value": "nobody"}}, "sender"),
    ],
)
def test_a_release_that_does_not_say_what_it_means_is_refused(api, spam, body, field):
    answer = api.post(f"/v1/parked/{spam.id}/release", body)
    assert answer.status == 400
    assert answer.json["field"].startswith(field)


def test_an_agent_says_who_the_sender_is(api, spam):
    body = {
        "why": "z telefonu",
        "overrides": ["spam"],
        "sender": {"kind": "phone", "value": "601 234 567"},
    }
    released = api.post(f"/v1/parked/{spam.id}/release", body).json
    case = api.get(f"/v1/cases/{released['case']}").json
    assert "phone:+48601234567" in case["participants"]


def test_a_mail_of_two_authors_is_read_before_and_after_an_agent_says_whose_it_is(api):
    parked = park(api, "ses3", b"anna@example.pl, bartek@example.pl")
    look = api.get(f"/v1/parked/{parked.id}").json
    assert (look["needs"], look["read"]["sender"], look["read"]["text"]) == ("ambiguous_sender", None, "Kup teraz.")
    sender = {"kind": "email", "value": "bartek@example.pl"}
    body = {"why": "z telefonu", "overrides": ["ambiguous_sender"], "sender": sender}
    released = api.post(f"/v1/parked/{parked.id}/release", body).json
    case = api.get(f"/v1/cases/{released['case']}").json
    assert (case["subject"], case["participants"]) == ("Oferta", ["email:bartek@example.pl"])


def test_a_parked_message_is_discarded(api, spam):
    assert api.post(f"/v1/parked/{spam.id}/discarding", {"why": "reklama"}).status == 204
    assert listed(api.get("/v1/parked/waiting")) == []
    said = api.get(f"/v1/parked/{spam.id}").json["parked"]
    assert (said["release_state"], said["changed_by"], said["why"]) == ("discarded", "agent-1", "reklama")
    assert said["changed_at"]


def test_parked_messages_are_decided_about_by_reason(api, spam):
    virus = park(api, "ses2", virus="FAIL")
    body = {"decision": "discard", "reason": "virus", "why": "wirusy"}
    first = api.post("/v1/parked/decisions", {**body, "limit": 1}).json
    done = [*first["done"]]
    while first["next"]:
        first = api.post("/v1/parked/decisions", {**body, "limit": 1, "cursor": first["next"]}).json
        done += first["done"]
    assert done == [virus.id]
    kept = api.post("/v1/parked/decisions", {"decision": "release", "reason": "spam", "why": "x"}).json
    assert (kept["done"], kept["left"]) == ([], {spam.id: "conflict"})
    released = api.post(
        "/v1/parked/decisions", {"decision": "release", "reason": "spam", "why": "x", "overrides": ["spam"]}
    )
    assert released.json == {"done": [spam.id], "left": {}, "next": None}


def test_a_message_that_is_slow_to_read_is_decided_about_before_the_gateway_gives_up():
    config = json.loads((Path(__file__).parents[2] / ".chalice" / "config.json").read_text())
    gives_up = config["lambda_functions"]["api_handler"]["lambda_timeout"]
    assert gives_up <= 29  # of API Gateway
    stores = 5
    assert MANY_WITHIN.total_seconds() + SECONDS + stores < gives_up


def test_a_parked_message_that_does_not_exist_is_not_found(api):
    path = "/v1/parked/01KAR000000000000000000009"
    assert api.get(path).status == api.post(f"{path}/release", {"why": "x"}).status == 404
    assert api.post(f"{path}/discarding", {"why": "x"}).status == 404


def test_what_is_parked_is_nothing_for_customers(api, spam):
    for method, path, body in (
        ("GET", "/v1/parked/waiting", None),
        ("GET", f"/v1/parked/{spam.id}", None),
        ("POST", f"/v1/parked/{spam.id}/release", {"why": "x"}),
        ("POST", f"/v1/parked/{spam.id}/discarding", {"why": "x"}),
        ("POST", "/v1/parked/decisions", {"decision": "discard", "reason": "spam", "why": "x"}),
        ("PUT", "/v1/blocked-senders", {"sender": {"kind": "email", "value": "a@b.pl"}, "blocked": True, "why": "x"}),
    ):
        assert api.call(method, path, body, as_=CUSTOMER).status == 403


def test_a_sender_is_blocked_and_let_through_again(api):
    body = {"sender": {"kind": "email", "value": "Anna@Example.pl"}, "blocked": True, "why": "obraża"}
    assert api.put("/v1/blocked-senders", body).status == 204
    form = {"email": "anna@example.pl", "text": "Halo"}
    assert api.post("/v1/forms/contact/messages", form, as_=None).status == 202
    assert [found["reason"] for found in api.get("/v1/parked/waiting").json["parked"]] == ["blocked_sender"]
    assert api.put("/v1/blocked-senders", {**body, "blocked": False}).status == 204
    assert api.post("/v1/forms/contact/messages", form, as_=None).status == 201


def test_a_case_is_marked_as_spam_and_back(annas):
    path = f"/v1/cases/{REFERENCE}"
    assert annas.put(f"{path}/spam", {"spam": True, "why": "reklama"}, headers={"If-Match": '"0"'}).status == 204
    assert annas.get(path).json["status"] == "spam"
    assert annas.get("/v1/cases?team=care").json["cases"] == []
    assert annas.put(f"{path}/spam", {"spam": False, "why": "pomyłka"}, headers={"If-Match": '"0"'}).status == 409
    assert annas.put(f"{path}/spam", {"spam": False, "why": "pomyłka"}).status == 204
    assert json.loads(annas.get(path).text)["status"] == "open"


def test_an_id_from_after_the_year_9999_was_an_error_of_ours_and_is_refused(api):
    answer = api.get("/v1/parked/7HPYR9PHXSZS212VK2DB65QPJW")
    assert (answer.status, answer.json["field"]) == (400, "parked_id")


def test_so_was_an_upload_that_an_answer_names(annas):
    file = {"upload": "7HPYR9PHXSZS212VK2DB65QPJW", "name": "a", "content_type": "image/png"}
    answer = annas.post(f"/v1/cases/{REFERENCE}/replies/preview", {"text": "a", "attachments": [file]})
    assert (answer.status, answer.json["field"]) == (400, "attachments[0].upload")
