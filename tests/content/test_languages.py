"""What clients write in each language is told apart from what the person wrote."""

from pathlib import Path

import pytest

from chalicelib.content.languages.language import alternatives
from chalicelib.content.languages.words import LABELS, LANGUAGES
from tests.content.layouts import mails_in, words_of
from tests.content.marked_lines import assert_divided_as_marked

WORDS = sorted((Path(__file__).parent / "samples" / "languages").glob("*.txt"))
MAILS = [pytest.param(mail, id=f"{file.stem} {mail.name}") for file in WORDS for mail in mails_in(words_of(file))]


@pytest.mark.parametrize("mail", MAILS)
def test_a_mail_of_a_usual_client_is_divided_in_every_language(mail):
    assert_divided_as_marked(mail)


def test_every_language_has_a_sample_unless_only_words_of_programs_are_known():
    assert {row.code for row in LANGUAGES} - {file.stem for file in WORDS} == {"id", "is", "sr", "vi"}


@pytest.mark.parametrize("row", LANGUAGES, ids=lambda row: row.code)
def test_a_row_says_what_a_header_needs_and_says_nothing_twice(row):
    assert all((row.sender, row.date, row.to, row.subject, row.wrote, row.forwarded, row.original))
    for field in ("sender", "date", "to", "cc", "subject", "others", "forwarded", "original", "closings", "sent_from"):
        words = alternatives(getattr(row, field))
        assert len(words) == len(set(words)), field
        assert "" not in words


def test_a_label_means_one_thing_unless_languages_disagree():
    assert LABELS["von"] == LABELS["от"] == LABELS["da"] == "sender"
    assert LABELS["wysłano"] == LABELS["sent"] == "date"
