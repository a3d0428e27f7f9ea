"""Bodies and cursors that nobody sends by mistake: refused, soon, and without a word of theirs in a log."""

from __future__ import annotations

import json
import re
import time

import pytest

from chalicelib.domain.threads import Entry, EntryKind
from tests.api.conftest import AGENT, CUSTOMER_ID, REFERENCE, inbound
from tests.api.test_operations import ALLOWED, OPERATIONS, PLACES, named, said_by

NOTES = f"/v1/cases/{REFERENCE}/notes"
SOON = 0.05  # seconds of this process
CANARY = "canary-7f3a0c9e"
HOSTILE = {
    "11 MB": b'{"text": "' + b"a" * 11_000_000 + b'"}',
    "11 MB of lists": b"[" * 11_000_000,
    "a million deep": b'{"text": ' + b"[" * 1_000_000 + b"]" * 1_000_000 + b"}",
    "deep below the limit": b'{"text": ' + b"[" * 120_000 + b"]" * 120_000 + b"}",
    "objects in objects": b'{"text":' * 30_000 + b"1" + b"}" * 30_000,
    "not a number": b'{"text": NaN}',
    "infinity": b'{"text": -Infinity}',
    "a name twice": b'{"text": "a", "text": "b"}',
    "a name twice, once escaped": b'{"text": "a", "t\\u0065xt": "b"}',
    "half a surrogate": b'{"text": "\\ud800"}',
    "surrogates the wrong way round": b'{"text": "\\udc00\\ud800"}',
    "half a surrogate in UTF-8": b'{"text": "\xed\xa0\x80"}',
    "no UTF-8": b'{"text": "\xff"}',
    "UTF-16": '{"text": "a"}'.encode("utf-16"),
    "two values": b'{"text": "a"}{"text": "b"}',
    "a huge number": b'{"text": ' + b"9" * 200_000 + b"}",
    "many fields": b"{" + b",".join(b'"a%d": 1' % number for number in range(20_000)) + b"}",
    "only blanks": b" " * 200_000,
    "a NUL": b"\x00",
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_body_is_refused_soon(annas, body):
    begun = time.process_time()
    answer = annas.post(NOTES, body)
    took = time.process_time() - begun
    assert answer.status in (400, 413)
    assert took < SOON


WITH_BODY = [one for one in OPERATIONS if one.body and not one.is_form]


@pytest.mark.parametrize("operation", WITH_BODY, ids=lambda one: one.name)
def test_no_operation_takes_json_that_is_none(annas, operation):
    who = None if operation.action is None else named(AGENT, *ALLOWED[operation.name])
    for body in (b'{"text": NaN}', b"[" * 5_000, b'{"a": "\\ud800"}', b'{"a": 1, "a": 1}', b"\xff"):
        answer = annas.call(operation.method, operation.path.format(**PLACES), body, as_=who)
        assert 400 <= answer.status < 500


def cursor_of(annas):
    annas.keep(inbound(id="01KAR0000000000000000000M2"))
    return annas.get(f"/v1/customers/{CUSTOMER_ID}/thread?limit=1").json["next"]


def test_a_cursor_with_any_letter_changed_is_refused(annas):
    cursor = cursor_of(annas)
    path = f"/v1/customers/{CUSTOMER_ID}/thread?limit=1&cursor="
    assert annas.get(path + cursor).status == 200
    for place, letter in enumerate(cursor):
        tampered = f"{cursor[:place]}{'A' if letter != 'A' else 'B'}{cursor[place + 1 :]}"
        last = place == len(cursor) - 1 and len(cursor) % 4
        assert annas.get(path + tampered).status == 400 or last, place


@pytest.mark.parametrize(
    "change", [lambda c: c[:-1], lambda c: c + "A", lambda c: c * 2, lambda _: "A", lambda c: c[::-1]]
)
def test_a_cursor_that_is_cut_or_longer_is_refused(annas, change):
    cursor = change(cursor_of(annas))
    answer = annas.get(f"/v1/customers/{CUSTOMER_ID}/thread?limit=1&cursor={cursor}")
    assert (answer.status, answer.json["field"]) == (400, "cursor")


def test_nothing_that_was_said_stands_in_a_log(annas, caplog):
    annas.post(NOTES, {"text": CANARY})
    annas.post(NOTES, {"text": CANARY, "more": CANARY})
    annas.post(NOTES, b'{"text": "' + CANARY.encode())
    annas.get(f"/v1/cases/{CANARY}")
    annas.get(f"/v1/cases?team={CANARY}")
    annas.get(f"/v1/customers?contact_point={CANARY}@example.pl")
    annas.get(f"/v1/customers/{CUSTOMER_ID}/thread?cursor={CANARY}")
    annas.post("/v1/forms/contact/messages", {"name": CANARY, "email": f"{CANARY}@example.pl", "text": CANARY})
    annas.post(NOTES, {"text": "a"}, headers={"Idempotency-Key": CANARY * 9, "Authorization": f"Bearer {CANARY}"})
    assert CANARY not in said_by(caplog)


@pytest.mark.parametrize("origin", ["null", "https://evil.example", "https://evil.console.example", "*", "https://"])
def test_no_page_of_another_origin_may_read_an_answer(annas, origin):
    for path in (f"/v1/cases/{REFERENCE}", f"/v1/customers/{CUSTOMER_ID}", "/v1/cases?assignee=me"):
        headers = annas.get(path, headers={"Origin": origin}).headers
        assert headers.get("access-control-allow-origin") is None
        assert headers.get("access-control-allow-credentials") is None


@pytest.mark.parametrize(
    "query",
    [
        "team=care%27%20OR%20%271%27%3D%271",
        "team=care&order=urgency%20OR%20%23pk",
        "assignee=%3Ax%20OR%20attribute_exists(pk)",
        "team=care&fields=reference,%23pk",
        "team=care&attribute=text",
        "team=care&month=202611%20OR%201",
    ],
)
def test_no_filter_reaches_the_table_as_more_than_a_value(annas, query):
    answer = annas.get(f"/v1/cases?{query}")
    assert (answer.status, answer.json["code"]) in ((400, "invalid_input"), (404, "not_found"))


def test_no_operation_but_reports_answers_with_a_spreadsheet_and_none_with_a_pdf(api):
    """Cells that begin with `=` are run by spreadsheets, and a PDF made of HTML fetches what the HTML names.

    What reports do about it: `test_reports.py`.
    """
    paths = api.get("/v1/openapi.json").json["paths"]
    del paths["/v1/reports/{report}"]
    types = set(re.findall(r"(?:text|application|image)/[a-z0-9.+-]+", json.dumps(paths)))
    assert "application/json" in types
    assert not [found for found in types if re.search(r"csv|excel|sheet|pdf", found)]


@pytest.mark.parametrize("field", ["role", "status", "customer_id", "author", "state"])
def test_a_field_that_nobody_asked_for_is_refused_by_its_name_and_changes_nothing(annas, field):
    answer = annas.post(NOTES, {"text": "a", field: "admin"})
    assert (answer.status, answer.json["field"]) == (400, field)
    assert [entry for entry in annas.ports.threads.records(Entry) if entry.kind is EntryKind.NOTE] == []
