"""The texts that leave the hub: the operator's where there is one, else those shipped, in a language that exists.

A language is a module beside this one, named by its code, with the names of `PURPOSES` in its `TEXTS`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib import import_module
from types import MappingProxyType, ModuleType
from zoneinfo import ZoneInfo

from chalicelib.domain.configuration import Configuration
from chalicelib.domain.templates import Template, TextPurpose, Wording, filled

FALLBACK = "en"
ACKNOWLEDGEMENT = "acknowledgement"
ACKNOWLEDGEMENT_BY_SMS = "acknowledgement_sms"
OUT_OF_HOURS = "out_of_hours"
HOLDING = "holding"
CODE = "code"
SURVEY = "survey"
SURVEY_BY_SMS = "survey_sms"

PURPOSES: Mapping[str, TextPurpose] = MappingProxyType(
    {
        ACKNOWLEDGEMENT: TextPurpose.ACKNOWLEDGEMENT,
        ACKNOWLEDGEMENT_BY_SMS: TextPurpose.ACKNOWLEDGEMENT,
        OUT_OF_HOURS: TextPurpose.NOTICE,
        HOLDING: TextPurpose.HOLDING,
        CODE: TextPurpose.CODE,
        SURVEY: TextPurpose.SURVEY,
        SURVEY_BY_SMS: TextPurpose.SURVEY,
        "remind": TextPurpose.COLLEAGUE,
        "tell_team": TextPurpose.COLLEAGUE,
        "escalate": TextPurpose.COLLEAGUE,
        "reassign": TextPurpose.COLLEAGUE,
    }
)
"""The texts that are shipped. An operator's template of the same name, for the same purpose, stands in for one."""

_CODE_OF_A_LANGUAGE = re.compile("[a-z]{2,3}")


def written(name: str, languages: Sequence[str], configuration: Configuration, values: Mapping[str, str]) -> Wording:
    """The text with its values, in the first of the languages in which there is one."""
    return filled(wording_of(name, languages, configuration.templates), {"company": configuration.company, **values})


def wording_of(name: str, languages: Sequence[str], templates: Mapping[str, Template]) -> Wording:
    """`templates`: the operator's. Raises KeyError for a name that nobody has written a text for."""
    for language in (*languages, FALLBACK):
        found = _find_wording(name, language, templates)
        if found:
            return found
    return next(iter(templates[name].wordings.values()))


def language_of(name: str, languages: Sequence[str], templates: Mapping[str, Template]) -> str:
    """In which language `wording_of` finds it."""
    found = (language for language in (*languages, FALLBACK) if _find_wording(name, language, templates))
    return next(found, "") or next(iter(templates[name].wordings))


def moment(at: datetime, zone: ZoneInfo, languages: Sequence[str], *, short: bool = False) -> str:
    """As people say it, for behind "by" and "from": `Tuesday, 24 November, 14:00`."""
    texts = next(texts_of(languages))
    local = at.astimezone(zone)
    form = texts.SHORT_MOMENT if short else texts.MOMENT
    said: str = form.format(
        weekday=texts.WEEKDAYS[local.weekday()],
        day=local.day,
        month=texts.MONTHS[local.month - 1],
        month_number=f"{local.month:02}",
        time=f"{local:%H:%M}",
    )
    return said


def texts_of(languages: Sequence[str]) -> Iterator[ModuleType]:
    """The modules of those languages that exist, and in the end the one that always does."""
    for language in (*languages, FALLBACK):
        texts = find_texts(language)
        if texts:
            yield texts


@cache
def find_texts(language: str) -> ModuleType | None:
    name = f"chalicelib.content.texts.{language}"
    if not _CODE_OF_A_LANGUAGE.fullmatch(language):
        return None
    try:
        return import_module(name)
    except ModuleNotFoundError as missing:
        if missing.name != name:
            raise
        return None


def _find_wording(name: str, language: str, templates: Mapping[str, Template]) -> Wording | None:
    own = templates.get(name)
    if own and language in own.wordings:
        return own.wordings[language]
    texts = find_texts(language)
    shipped = texts.TEXTS.get(name) if texts else None
    return Wording(*shipped) if shipped else None
