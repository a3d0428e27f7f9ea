"""The question how satisfied somebody is, and the page on which they say so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chalicelib.content.texts.wordings import SURVEY, SURVEY_BY_SMS, texts_of, written
from chalicelib.domain.configuration import Configuration
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.templates import Wording

PLACE_OF_LINK = "{link}"
"""Where the link will stand. It is filled in when the message is sent: whoever reads the thread must not be able to
rate in the customer's place.
"""


@dataclass(frozen=True, slots=True)
class SurveyPage:
    """`question` names the case by `{reference}`. `scores`: what each stands for."""

    title: str
    question: str
    scores: Mapping[int, str]
    comment: str
    send: str
    thanks: str
    over: str
    too_late: str


def survey_message(languages: Sequence[str], channel: Channel, reference: str, configuration: Configuration) -> Wording:
    name = SURVEY_BY_SMS if channel is Channel.SMS else SURVEY
    return written(name, languages, configuration, {"reference": reference, "link": PLACE_OF_LINK})


def with_link(text: str, link: str) -> str:
    return text.replace(PLACE_OF_LINK, link)


def survey_page(language: str) -> SurveyPage:
    return SurveyPage(**next(texts_of([language])).SURVEY_PAGE)
