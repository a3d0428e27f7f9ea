"""The page behind the link of our question: how satisfied somebody is with how their case was settled."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api import asked
from chalicelib.api.operations import Call, Result, operation
from chalicelib.api.pages import Page, page, paragraph
from chalicelib.domain.errors import Conflict, NotFound
from chalicelib.domain.satisfaction import BEST, LONGEST_COMMENT, WORST, Survey

if TYPE_CHECKING:
    from chalicelib.content.texts.surveys import SurveyPage

bp = Blueprint(__name__)


@operation(
    bp,
    "GET",
    "/v1/ratings/{rating_token}",
    summary="The page that asks how satisfied somebody is",
    action=None,
    answers={200: Page},
    errors=(NotFound,),
)
def show_rating(_call: Call[asked.Nothing, None], rating_token: str) -> Result:
    """For the person who got the link. It changes nothing: programs that look at mails open links, too."""
    rate_case = wiring.hub().rate_case
    survey, language = rate_case.look(rating_token), rate_case.language
    texts = _texts(language(survey))
    if not survey.takes_ratings(rate_case.now()):
        return Result(_told(language(survey), texts, texts.thanks if survey.is_rated else texts.over))
    return Result(page(language(survey), texts.title, _form(texts, survey)))


@operation(
    bp,
    "POST",
    "/v1/ratings/{rating_token}",
    summary="Rate a case by the link of our question",
    action=None,
    body=lambda: asked.Rating,
    is_form=True,
    answers={200: Page},
    errors=(NotFound,),
)
def rate_case(call: Call[asked.Nothing, asked.Rating], rating_token: str) -> Result:
    """The first rating counts; the page says so to whoever tries again. A bad one opens the case again."""
    rate = wiring.hub().rate_case
    language = rate.language(rate.look(rating_token))
    texts = _texts(language)
    try:
        rate(rating_token, call.body.score, call.body.comment)
    except Conflict:
        return Result(_told(language, texts, texts.too_late))
    return Result(_told(language, texts, texts.thanks))


def _texts(language: str) -> SurveyPage:
    from chalicelib.content.texts.surveys import survey_page  # rarely needed, and it brings the languages with it

    return survey_page(language)


def _told(language: str, texts: SurveyPage, text: str) -> Page:
    return page(language, texts.title, paragraph(text))


def _form(texts: SurveyPage, survey: Survey) -> str:
    choices = "".join(
        f'<label><input type="radio" name="score" value="{score}" required> '
        f"{score} – {html.escape(texts.scores[score])}</label>"
        for score in range(BEST, WORST - 1, -1)
    )
    return (
        f"{paragraph(texts.question.replace('{reference}', survey.reference))}"
        f'<form method="post"><fieldset><legend>{html.escape(texts.title)}</legend>{choices}</fieldset>'
        f'<label for="comment">{html.escape(texts.comment)}</label>'
        f'<textarea id="comment" name="comment" rows="5" maxlength="{LONGEST_COMMENT}"></textarea>'
        f'<button type="submit">{html.escape(texts.send)}</button></form>'
    )
