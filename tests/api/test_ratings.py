"""The page behind the link of our question: it shows itself to whoever has the link, and takes one rating."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from chalicelib.domain.cases import CaseStatus
from chalicelib.domain.satisfaction import Survey, rating_token
from chalicelib.usecases.ports import Update
from tests.api.conftest import CASE_ID, CUSTOMER_ID, REFERENCE
from tests.domain.making import ANNA, MONDAY_TEN, RING

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
SURVEY = Survey(
    id=f"{CASE_ID}.1",
    customer_id=CUSTOMER_ID,
    case_id=CASE_ID,
    reference=REFERENCE,
    team="care",
    agent="ewa",
    point=ANNA,
    entry_id="01A",
    asked_at=MONDAY_TEN,
    until=MONDAY_TEN + timedelta(days=14),
    language="pl",
)
PATH = f"/v1/ratings/{rating_token(SURVEY, RING)}"


@pytest.fixture
def asked(annas):
    annas.keep(SURVEY)
    return annas


def rate(api, path=PATH, **fields):
    return api.call("POST", path, urlencode(fields).encode(), as_=None, headers=FORM)


def kept(api):
    return api.ports.threads.get_survey(CUSTOMER_ID, SURVEY.id)


def test_the_page_asks_in_the_customers_language_and_changes_nothing(asked):
    answer = asked.get(PATH, as_=None)
    assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert '<html lang="pl">' in answer.text
    assert answer.text.count('name="score"') == 5
    assert REFERENCE in answer.text
    assert kept(asked) == SURVEY


def test_nothing_runs_or_is_loaded_on_the_page_and_its_address_goes_nowhere(asked):
    headers = asked.get(PATH, as_=None).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "script" not in headers["content-security-policy"]
    assert (headers["referrer-policy"], headers["cache-control"]) == ("no-referrer", "no-store")
    assert "<script" not in asked.get(PATH, as_=None).text


def test_a_rating_is_thanked_for_and_kept(asked):
    answer = rate(asked, score=4, comment="Dość szybko, ąę <b>")
    assert answer.status == 200
    assert "Dziękujemy" in answer.text
    assert (kept(asked).score, kept(asked).comment) == (4, "Dość szybko, ąę <b>")
    assert "Dziękujemy" in asked.get(PATH, as_=None).text


def test_a_second_rating_is_told_that_it_does_not_count(asked):
    rate(asked, score=4)
    answer = rate(asked, score=1)
    assert answer.status == 200
    assert "Dziękujemy" not in answer.text
    assert kept(asked).score == 4


def test_when_its_time_is_over_the_page_says_so(asked):
    over = replace(SURVEY, until=MONDAY_TEN)
    asked.ports.threads.commit([Update(SURVEY, over, ())])
    assert 'name="score"' not in asked.get(PATH, as_=None).text
    rate(asked, score=4)
    assert kept(asked).score == 0


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "score"),
        ({"score": "0"}, "score"),
        ({"score": "6"}, "score"),
        ({"score": "five"}, "score"),
        ({"score": "5", "comment": "x" * 2001}, "comment"),
        ({"score": "5", "case": REFERENCE}, "case"),
    ],
)
def test_what_the_form_cannot_send_is_refused_naming_the_field(asked, fields, field):
    answer = rate(asked, **fields)
    assert (answer.status, answer.json["field"]) == (400, field)
    assert kept(asked) == SURVEY


@pytest.mark.parametrize("body", [b"score=5&score=1", b"score=%ff", b"\xff", b"&".join([b"a=1"] * 60)])
def test_a_form_that_says_a_thing_twice_or_is_no_text_is_refused(asked, body):
    assert asked.call("POST", PATH, body, as_=None, headers=FORM).status == 400


def test_json_is_no_form(asked):
    answer = asked.post(PATH, {"score": 5}, as_=None)
    assert (answer.status, answer.json["code"], answer.json["field"]) == (415, "unsupported_media_type", "Content-Type")


def test_a_link_that_we_did_not_sign_leads_nowhere_and_says_nothing(asked):
    forged = PATH[:-1] + ("a" if PATH[-1] != "a" else "b")
    assert asked.get(forged, as_=None).status == rate(asked, forged, score=1).status == 404
    assert REFERENCE not in asked.get(forged, as_=None).text


def test_the_case_stays_as_it_is_when_it_was_never_closed(asked):
    rate(asked, score=1)
    assert asked.ports.threads.get_case(CUSTOMER_ID, CASE_ID).status is CaseStatus.OPEN
