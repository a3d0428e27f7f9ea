"""Stories of customers who are asked how satisfied they are, and say so."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

from chalicelib.domain.cases import Case
from chalicelib.domain.satisfaction import Survey, rating_token
from chalicelib.domain.survey_rules import SurveyRules
from tests.domain.making import RING
from tests.faults.outside import Outside

ANNA = "anna@example.pl"
PHONE = "+48601234567"
_A_WHILE = timedelta(minutes=10)
_FORM = "application/x-www-form-urlencoded"


def the_case(outside: Outside) -> Case:
    return max(outside.simulation.threads.records(Case), key=lambda case: case.id)


def _asks(outside: Outside) -> None:
    """A minute after the closing."""
    configured = replace(
        outside.ports.configuration.saved[-1][1],
        survey_rules=SurveyRules(after=timedelta(minutes=1)),
        public_url="https://api.example.com/v1",
    )
    outside.ports.configuration.saved = [(outside.world.at, configured)]


def _answered(outside: Outside) -> None:
    outside.simulation.settle(until=outside.world.at + _A_WHILE)
    outside.reply(the_case(outside).reference)
    outside.simulation.settle(until=outside.world.at + _A_WHILE)


def anna_got_an_answer(outside: Outside) -> None:
    _asks(outside)
    outside.mail(ANNA)
    _answered(outside)


def an_agent_closes(outside: Outside) -> None:
    outside.close(the_case(outside).reference)


def anna_is_asked(outside: Outside) -> None:
    anna_got_an_answer(outside)
    an_agent_closes(outside)
    outside.simulation.settle(until=outside.world.at + _A_WHILE)


def anna_is_asked_by_text_message(outside: Outside) -> None:
    _asks(outside)
    outside.sms(PHONE)
    _answered(outside)
    an_agent_closes(outside)
    outside.simulation.settle(until=outside.world.at + _A_WHILE)


def she_writes_again_before_she_is_asked(outside: Outside) -> None:
    an_agent_closes(outside)
    outside.mail(ANNA)


def she_is_satisfied_and_is_not(outside: Outside) -> None:
    """Two ratings by one link at once: one of them counts."""
    (survey,) = outside.simulation.threads.records(Survey)
    path = f"/v1/ratings/{rating_token(survey, RING)}"
    for score in (5, 1):
        form = urlencode({"score": score, "comment": f"ocena {score}"}).encode()
        outside.send("POST", path, form, "", media_type=_FORM)


def anna_is_asked_and_has_the_app(outside: Outside) -> None:
    """Her address is proved by the login, so what she wrote by mail is hers in the app, too."""
    _asks(outside)
    outside.post_from_app("anna", email=ANNA)
    outside.simulation.settle(until=outside.world.at + _A_WHILE)
    outside.mail(ANNA)
    _answered(outside)
    an_agent_closes(outside)
    outside.simulation.settle(until=outside.world.at + _A_WHILE)


def she_rates_by_the_link_and_in_the_app(outside: Outside) -> None:
    """One of three counts."""
    (survey,) = outside.simulation.threads.records(Survey)
    _rates_in_the_app(outside, 1)
    form = urlencode({"score": 5, "comment": "ocena 5"}).encode()
    outside.send("POST", f"/v1/ratings/{rating_token(survey, RING)}", form, "", media_type=_FORM)
    _rates_in_the_app(outside, 4)


def a_case_of_the_app_is_closed(outside: Outside) -> None:
    outside.post_from_app("anna")
    _answered(outside)
    an_agent_closes(outside)


def she_rates_unasked_and_writes(outside: Outside) -> None:
    """On two devices, in a case that goes on at the same moment."""
    reference = the_case(outside).reference
    _rates_in_the_app(outside, 1)
    outside.post_from_app("anna", case=reference)
    _rates_in_the_app(outside, 2)
    outside.world.later(_A_WHILE, lambda: outside.read_own("anna", "cases"))


def _rates_in_the_app(outside: Outside, score: int) -> None:
    path = f"/v1/me/cases/{the_case(outside).reference}/rating"
    outside.ask("POST", path, {"score": score, "comment": f"ocena {score}"}, "anna:customer")


def she_answers_with_a_digit(outside: Outside) -> None:
    outside.sms(PHONE, text="5")


def she_answers_with_a_bad_digit_and_a_question(outside: Outside) -> None:
    outside.sms(PHONE, text="1")
    outside.sms(PHONE)
