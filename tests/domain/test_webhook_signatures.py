"""A receiver knows that an event is ours and when it was sent, whatever the JSON went through on its way."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.webhook_signatures import SIGNATURES, sign, signed_bytes, with_signatures

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
OLD, NEW = b"o" * 32, b"n" * 32
DETAIL = {"version": 1, "id": "01E.case.closed", "customer": "01C", "facts": {"team": "obsługa"}}
TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)


def values(signature):
    return [part.partition("=")[2] for part in signature.split(",") if part.startswith("v1=")]


def test_a_signature_has_its_time_and_a_value_for_each_live_key():
    first, second = values(sign("case.closed", DETAIL, NOW, [NEW, OLD]))
    assert sign("case.closed", DETAIL, NOW, [NEW, OLD]).startswith("t=1795424400,v1=")
    assert [first] == values(sign("case.closed", DETAIL, NOW, [NEW]))
    assert [second] == values(sign("case.closed", DETAIL, NOW, [OLD]))
    assert first != second


@pytest.mark.parametrize(
    ("name", "detail", "at"),
    [
        ("case.linked", DETAIL, NOW),
        ("case.closed", {**DETAIL, "customer": "01D"}, NOW),
        ("case.closed", {**DETAIL, "facts": {"team": "obsługa", "assignee": "eva"}}, NOW),
        ("case.closed", DETAIL, NOW.replace(second=1)),
    ],
)
def test_what_is_changed_has_another_signature(name, detail, at):
    assert values(sign(name, detail, at, [NEW])) != values(sign("case.closed", DETAIL, NOW, [NEW]))


@settings(max_examples=50)
@given(st.dictionaries(TEXTS, TEXTS, max_size=5))
def test_the_same_json_written_in_another_way_has_the_same_signature(facts):
    detail = {**DETAIL, "facts": facts}
    written = json.loads(json.dumps(dict(reversed(detail.items())), indent=3))
    assert signed_bytes("case.closed", written, 1) == signed_bytes("case.closed", detail, 1)


def test_each_webhook_has_a_signature_by_its_own_keys_which_signs_no_other_signature():
    signed = with_signatures("case.closed", DETAIL, NOW, {"crm": [NEW], "bi": [OLD]})
    assert {member: value for member, value in signed.items() if member != SIGNATURES} == DETAIL
    assert signed[SIGNATURES] == {
        "bi": sign("case.closed", DETAIL, NOW, [OLD]),
        "crm": sign("case.closed", signed, NOW, [NEW]),
    }
    assert with_signatures("case.closed", DETAIL, NOW, {}) == DETAIL
