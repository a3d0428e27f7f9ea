"""Who is asked how satisfied they are, and what counts as the answer."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.case_transitions import closed, reopened_by_rating, with_answer, with_message
from chalicelib.domain.cases import CaseStatus
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.reply_address import KeyRing, keys_named_in
from chalicelib.domain.satisfaction import (
    Survey,
    is_still_about,
    is_worth_asking,
    opens_again,
    parse_rating_token,
    rated,
    rating_token,
    score_in,
    survey_id_of,
)
from chalicelib.domain.sla import ClockName
from chalicelib.domain.survey_rules import SurveyRules
from tests.domain.making import ANNA, MONDAY_TEN, RING, Agreed, case

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
RULES = SurveyRules()
AGREED = Agreed()
CUSTOMER, CASE = "01M83T4CM0RFSHNTWA6RQ7CEJT", "01M83T4CM0Q2JS925MCMPX874D"


def survey(**fields):
    said = {
        "id": f"{CASE}.1",
        "customer_id": CUSTOMER,
        "case_id": CASE,
        "reference": "K7Q2M-9DXM3-Q",
        "team": "care",
        "agent": "ewa",
        "point": ANNA,
        "entry_id": "01A",
        "asked_at": MONDAY_TEN,
        "until": MONDAY_TEN + 14 * DAY,
    }
    return Survey(**(said | fields))


def answered_case():
    return with_answer(with_message(case(), "01A", MONDAY_TEN, AGREED), MONDAY_TEN + HOUR, AGREED)


def test_whoever_was_answered_is_asked_and_whoever_was_not_is_not():
    assert is_worth_asking(answered_case(), RULES, None, MONDAY_TEN + HOUR)
    assert not is_worth_asking(with_message(case(), "01A", MONDAY_TEN, AGREED), RULES, None, MONDAY_TEN)
    assert not is_worth_asking(closed(answered_case(), MONDAY_TEN, AGREED), RULES, None, MONDAY_TEN + HOUR)


def test_nobody_is_asked_more_often_than_the_operator_says():
    now = MONDAY_TEN + 40 * DAY
    assert not is_worth_asking(answered_case(), RULES, now - 30 * DAY + HOUR, now)
    assert is_worth_asking(answered_case(), RULES, now - 30 * DAY, now)


def test_a_case_that_goes_on_is_not_asked_about():
    shut = closed(answered_case(), MONDAY_TEN + HOUR, AGREED)
    asked = survey(id=survey_id_of(shut))
    assert is_still_about(asked, shut)
    again = with_message(shut, "01B", MONDAY_TEN + DAY, AGREED)
    assert not is_still_about(asked, again)
    assert not is_still_about(asked, closed(again, MONDAY_TEN + 2 * DAY, AGREED))  # another cycle, another question


def test_the_first_rating_is_the_one_that_counts():
    assert survey().takes_ratings(MONDAY_TEN + 14 * DAY - HOUR)
    assert not survey().takes_ratings(MONDAY_TEN + 14 * DAY)
    done = rated(survey(), 4, "Dziękuję", Channel.EMAIL, MONDAY_TEN + HOUR)
    assert not done.takes_ratings(MONDAY_TEN + 2 * HOUR)
    assert (done.score, done.comment, done.rated_by, done.rated_at) == (
        4,
        "Dziękuję",
        Channel.EMAIL,
        MONDAY_TEN + HOUR,
    )


@pytest.mark.parametrize(("score", "opens"), [(0, False), (1, True), (2, True), (3, False), (5, False)])
def test_a_bad_rating_opens_the_case_again_if_the_operator_wants_it(score, opens):
    assert opens_again(survey(score=score), RULES) is opens
    assert not opens_again(survey(score=score), replace(RULES, bad_up_to=0))


def test_whoever_rates_badly_waits_from_then_on():
    shut = closed(answered_case(), MONDAY_TEN + HOUR, AGREED)
    at = MONDAY_TEN + DAY
    again = reopened_by_rating(shut, at, AGREED)
    assert (again.status, again.closed_at, again.awaiting_since) == (CaseStatus.OPEN, None, at)
    assert again.clocks[ClockName.FIRST_RESPONSE].started_at == at
    assert (again.cycle, again.version, again.messages_in) == (shut.cycle + 1, shut.version + 1, shut.messages_in)


@pytest.mark.parametrize(
    ("text", "score"),
    [("5", 5), (" 1 ", 1), ("4.", 4), ("3!", 3), ("0", 0), ("6", 0), ("55", 0), ("5 razy dzwoniłam", 0), ("", 0)],
)
def test_a_digit_alone_is_a_rating_and_a_sentence_is_none(text, score):
    assert score_in(text) == score


def test_a_link_leads_to_its_survey_and_a_changed_one_nowhere():
    token = rating_token(survey(), RING)
    assert keys_named_in([token]) == {RING.current}
    assert parse_rating_token(token, RING) == (CUSTOMER, f"{CASE}.1")
    for at, letter in enumerate(token):
        other = "3" if letter != "3" else "4"
        assert parse_rating_token(token[:at] + other + token[at + 1 :], RING) is None
    assert parse_rating_token(token.replace(f"{CASE}.1", f"{CASE}.12"), RING) is None


def test_a_link_that_was_sent_before_a_rotation_still_leads_there():
    older = rating_token(survey(), RING)
    newer = KeyRing("7", {**RING.keys, "7": b"7" * 32})
    assert parse_rating_token(older, newer) == (CUSTOMER, f"{CASE}.1")
    assert parse_rating_token(rating_token(survey(), newer), newer) == (CUSTOMER, f"{CASE}.1")
    assert parse_rating_token(rating_token(survey(), newer), RING) is None
