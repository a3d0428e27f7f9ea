from __future__ import annotations

import pytest

from tests.api.conftest import CUSTOMER, CUSTOMER_ID, REFERENCE

CALL = {"direction": "outbound", "notes": "Obiecałam odpowiedź jutro.", "case": REFERENCE}


def entry(annas, logged):
    return annas.get(f"/v1/customers/{CUSTOMER_ID}/entries/{logged['message']}").json


def test_a_call_that_reached_the_customer_is_an_answer_with_a_promise(annas):
    promise = {"promise": "Odpowiedź jutro", "promised_by": "2026-11-24T15:00:00Z", "duration_seconds": 95}
    answer = annas.post("/v1/calls", {**CALL, **promise})
    assert (answer.status, answer.json["case"]) == (201, REFERENCE)
    assert entry(annas, answer.json)["contact"] == {
        "direction": "outbound",
        "outcome": "reached",
        "agent": "agent-1",
        "duration_seconds": 95,
        "answer_owed": False,
        "promise": "Odpowiedź jutro",
        "promised_by": "2026-11-24T15:00:00Z",
        "document": None,
        "contact_id": None,
    }
    assert annas.get(f"/v1/cases/{REFERENCE}").json["awaiting_since"] is None
    assert entry(annas, answer.json)["links"]["raw"]


def test_a_letter_with_its_scan_waits_to_be_read(annas):
    scan = {"name": "list.pdf", "content_type": "application/pdf", "data_base64": "JVBERi0xLjQK"}
    answer = annas.post("/v1/letters", {"case": REFERENCE, "scan": [scan]})
    assert answer.status == 201
    told = entry(annas, answer.json)
    assert (told["channel"], told["reading"]["status"]) == ("letter", "waiting")
    assert told["attachments"][0]["sha256"] == told["contact"]["document"]


def test_a_visit_is_logged_with_where_it_was(annas):
    answer = annas.post("/v1/visits?inbox=counter", {"case": REFERENCE, "notes": "Odebrała pralkę."})
    assert answer.status == 201
    assert annas.post("/v1/visits?inbox=letters", {"case": REFERENCE, "notes": "x"}).status == 404


def test_logging_twice_with_one_key_is_logging_once(annas):
    key = {"Idempotency-Key": "k1"}
    first = annas.post("/v1/calls", CALL, headers=key)
    assert annas.post("/v1/calls", CALL, headers=key).json == first.json
    assert annas.post("/v1/calls", {**CALL, "notes": "inne"}, headers=key).status == 409


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/calls", {"notes": "a", "case": REFERENCE}),
        ("/v1/calls", {"direction": "outbound", "notes": "a"}),
        ("/v1/calls", {**CALL, "agent": "jan"}),
        ("/v1/letters", {"case": REFERENCE}),
        ("/v1/visits", {"case": REFERENCE, "notes": "a", "direction": "outbound"}),
    ],
)
def test_what_an_agent_left_out_or_made_up_is_refused(annas, path, body):
    assert annas.post(path, body).status == 400


def test_customers_log_nothing(annas):
    for path in ("/v1/calls", "/v1/letters", "/v1/visits"):
        assert annas.post(path, CALL, as_=CUSTOMER).status == 403
