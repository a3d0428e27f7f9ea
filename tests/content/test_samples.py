"""Mails of many clients, each line marked with what it is (`marked_lines.py` explains the format)."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.content.html import text_of
from chalicelib.content.quotes import divide
from tests.content.marked_lines import assert_divided_as_marked, samples_in

SUBJECTS = st.sampled_from(["", "Re: x", "Fwd: x"])
FILES = sorted((Path(__file__).parent / "samples").glob("[mp]a*/*.txt"))
SAMPLES = [pytest.param(sample, id=f"{file.stem}: {sample.name}") for file in FILES for sample in samples_in(file)]


@pytest.mark.parametrize("sample", SAMPLES)
def test_every_line_of_a_sample_is_what_it_is_marked_as(sample):
    assert_divided_as_marked(sample)


PAGES = [sample.values[0].html for sample in SAMPLES if sample.values[0].html]
LINES = sorted({text for sample in SAMPLES for _, text in sample.values[0].lines})


def letters(*texts):
    """Of marks of quotes and of blanks there may be more or fewer: lines that were glued are parted."""
    return sorted("".join("".join(texts).replace(">", "").split()))


def assert_nothing_lost(text, subject, **marks):
    divided = divide(text, subject, **marks)
    inner = divided.forward
    forwarded = (inner.header, inner.body) if inner else ()
    assert letters(divided.visible, divided.quoted, divided.signature, *forwarded) == letters(text)
    assert divided.visible.strip() or inner or not text.strip()


@settings(max_examples=300)
@given(st.lists(st.sampled_from(LINES), max_size=20), SUBJECTS)
def test_no_letter_is_lost_of_lines_of_all_samples_mixed(lines, subject):
    assert_nothing_lost("\n".join(lines), subject)


@settings(max_examples=300)
@given(st.sampled_from(PAGES), st.sampled_from(PAGES), st.floats(0, 1), st.floats(0, 1), SUBJECTS)
def test_no_letter_is_lost_of_pages_cut_anywhere_and_joined(first, second, end, start, subject):
    page = text_of(first[: int(end * len(first))] + second[int(start * len(second)) :])

    assert_nothing_lost(page.text, subject, marks=page.marks)


def test_a_page_cut_off_in_an_empty_quotation_is_divided_all_the_same():
    first = next(page for page in PAGES if "Which size?" in page and page.startswith('<div dir="ltr"><div'))
    second = next(page for page in PAGES if "It is blue." in page and "Outlook for iOS" in page)
    page = text_of(first[: int(0.6875 * len(first))] + second[len(second) // 8 :])

    assert_nothing_lost(page.text, "", marks=page.marks)
