from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from chalicelib.content import texts
from chalicelib.content.texts.wordings import PURPOSES, find_texts, language_of, moment, wording_of, written
from chalicelib.domain.sla import ClockName
from chalicelib.domain.templates import Template, TextPurpose, Wording, problems_in
from tests.domain.making import configuration

LANGUAGES = sorted(path.stem for path in Path(texts.__file__).parent.glob("??.py"))
WARSAW = ZoneInfo("Europe/Warsaw")
TUESDAY_TWO = datetime(2026, 11, 24, 13, tzinfo=UTC)


def own(name, purpose=TextPurpose.CANNED, **wordings):
    return {name: Template(name, purpose, {code: Wording("", text) for code, text in wordings.items()})}


def test_polish_and_english_are_shipped():
    assert {"en", "pl"} <= {*LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_every_text_and_only_variables_that_there_are(language):
    module = find_texts(language)
    assert {*module.TEXTS} == {*PURPOSES}
    assert {*module.OWED} == {*ClockName}
    for name, wording in module.TEXTS.items():
        assert list(problems_in(Wording(*wording), PURPOSES[name])) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_for_mail_have_a_subject(language):
    without = {name for name, (subject, _) in find_texts(language).TEXTS.items() if not subject}
    assert without == {"acknowledgement_sms", "out_of_hours", "survey_sms"}


def test_a_moment_is_said_as_people_say_it_behind_by_and_from():
    assert moment(TUESDAY_TWO, WARSAW, ["en"]) == "Tuesday, 24 November, 14:00"
    assert moment(TUESDAY_TWO, WARSAW, ["pl"]) == "wtorku, 24 listopada, godz. 14:00"
    assert moment(TUESDAY_TWO, WARSAW, ["pl"], short=True) == "24.11 14:00"


def test_the_operators_text_stands_in_for_the_shipped_one_language_by_language():
    templates = own("holding", TextPurpose.HOLDING, pl="Chwila.")
    assert wording_of("holding", ["pl"], templates).text == "Chwila."
    assert wording_of("holding", ["en"], templates).subject == "Your case {reference}"


def test_the_first_language_that_exists_is_taken():
    templates = own("gone", pl="Nie ma.", de="Fort.")
    assert wording_of("gone", ["fr", "de", "pl"], templates).text == "Fort."
    assert wording_of("gone", ["fr"], templates).text == "Nie ma."
    assert (language_of("gone", ["fr", "de"], templates), language_of("gone", [""], templates)) == ("de", "pl")


def test_a_language_that_nobody_wrote_for_falls_back_to_english():
    assert written("holding", ["xx", ""], configuration(), {"reference": "K7"}).subject == "Your case K7"


@pytest.mark.parametrize("name", ["..pl", "os", "wordings", "../pl", "", "PL"])
def test_only_the_code_of_a_language_is_looked_for(name):
    assert find_texts(name) is None


def test_the_companys_name_stands_under_what_the_hub_writes():
    said = written("holding", ["pl"], configuration(company="Pralki SA"), {"reference": "K7"})
    assert said.text.endswith("\n\nPralki SA")
