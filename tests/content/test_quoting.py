"""What an answer quotes is short, says whose it is, and is taken off again by our own reading."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.content import limits
from chalicelib.content.quotes import divide
from chalicelib.content.quoting import attribution, quoted
from tests.domain.making import MONDAY_TEN

WARSAW = ZoneInfo("Europe/Warsaw")
WORDS = st.text(st.characters(categories=["Ll", "Lu"]), min_size=1, max_size=14)
LINES = st.lists(st.lists(WORDS, max_size=8).map(" ".join), min_size=1, max_size=30).map("\n".join)


def test_the_line_above_says_who_and_when_on_their_clock():
    assert attribution("pl", "Anna Nowak", MONDAY_TEN, WARSAW) == "W dniu 23.11.2026 o 10:00, Anna Nowak pisze:"
    assert attribution("en", "Anna Nowak", MONDAY_TEN, WARSAW) == "On 23 Nov 2026, at 10:00, Anna Nowak wrote:"
    assert attribution("de", "{date}", MONDAY_TEN, WARSAW) == "On 23 Nov 2026, at 10:00, {date} wrote:"


def test_a_long_message_is_quoted_by_its_beginning():
    quote = quoted("\n".join(f"Zdanie numer {number}." for number in range(400)), "x:")
    lines = quote.split("\n")
    assert len(lines) == 1 + limits.MOST_QUOTED_LINES + 1
    assert (lines[1], lines[-1]) == ("> Zdanie numer 0.", "> […]")


@pytest.mark.parametrize("text", ["", " \n\n", "\x00"])
def test_nothing_is_quoted_of_nothing(text):
    assert quoted(text, "x:") == ""


@pytest.mark.parametrize("language", ["pl", "en"])
@given(text=LINES.filter(str.strip), name=WORDS)
def test_our_own_reading_takes_the_quote_off_again(language, text, name):
    quote = quoted(text, attribution(language, name, MONDAY_TEN, WARSAW))
    divided = divide(f"Dziękuję bardzo za wiadomość, sprawdzę jutro.\n\n{quote}", answers=True)
    assert divided.visible == "Dziękuję bardzo za wiadomość, sprawdzę jutro."
    assert divided.quoted == quote
    assert max(map(len, quote.split("\n")[1:])) <= 76 or " " not in max(quote.split("\n")[1:], key=len)[2:]
