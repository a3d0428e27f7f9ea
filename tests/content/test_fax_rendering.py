"""What we fax is read back whole, letter by letter, by the reader that reads faxes that come in."""

import re
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chalicelib.content.fax_documents import case_reference_in, page_count
from chalicelib.content.fax_pages import count_pages, read_page
from chalicelib.content.fax_rendering import BOX, Cover, pages_of, printable, render_fax, unprintable_in

REFERENCE = "K7Q2M-9DXM3-Q"
COVER = Cover("FAKS", (("Do:", "+48221112233"), ("Sprawa:", REFERENCE)), "Proszę dołączyć tę stronę.", "Łódź", "x")
PANGRAM = "Zażółć gęślą jaźń. ZAŻÓŁĆ GĘŚLĄ JAŹŃ. Příliš žluťoučký kůň. Größe, œuvre, Київ, €."


def read_back(document):
    return [read_page(document, number).text for number in range(count_pages(document))]


def words(text):
    return re.sub(r"\s", "", text)


def test_every_polish_letter_is_read_back():
    _, text = read_back(render_fax(COVER, PANGRAM))
    assert words(PANGRAM) in words(text)


def test_the_cover_stands_alone_and_tells_how_many_pages_there_are():
    cover, *pages = read_back(render_fax(COVER, "wiersz\n" * 100))
    assert "FAKS" in cover
    assert "wiersz" not in cover
    assert [cover.split()[3], *(page.split()[3] for page in pages)] == ["1/4", "2/4", "3/4", "4/4"]
    assert sum(page.count("wiersz") for page in pages) == 100


def test_the_reference_is_found_on_the_cover_as_on_any_fax_that_comes_in():
    assert case_reference_in(read_back(render_fax(COVER, "Tak."))[0]) == REFERENCE


@pytest.mark.parametrize(
    "company", ["Przykładowa Spółka z ograniczoną odpowiedzialnością Handlowo-Usługowa", "Ł" * 300]
)
def test_a_company_with_a_long_name_leaves_the_reference_and_the_page_their_place(company):
    for page in read_back(render_fax(replace(COVER, company=company, reference=REFERENCE), "Tak.")):
        head, _, rest = page.partition("…")
        assert company.startswith(head.strip())
        assert re.match(rf" · {REFERENCE}\s+[12]/2\s", rest)


def test_the_same_fax_is_the_same_bytes():
    assert render_fax(COVER, PANGRAM) == render_fax(COVER, PANGRAM)


def test_only_the_letters_that_are_used_are_in_the_file():
    assert len(render_fax(COVER, "Tak.")) < 40_000


@pytest.mark.parametrize("lines", [0, 1, 46, 47, 48, 300])
def test_the_pages_are_counted_as_they_are_drawn(lines):
    text = "\n".join(["a"] * lines)
    document = render_fax(COVER, text)
    assert pages_of(text) == count_pages(document) == page_count(document)


def test_a_word_that_is_longer_than_a_line_goes_on_in_the_next_one():
    text = "https://przyklad.example/" + "abc" * 200
    assert text in words(read_back(render_fax(COVER, text))[1])


def test_markup_and_addresses_are_drawn_as_letters_and_fetched_by_nobody():
    hostile = '<img src="file:///etc/passwd"><iframe src="http://169.254.169.254/latest/"></iframe>{{7*7}}'
    assert words(hostile) in words(read_back(render_fax(COVER, hostile))[1])


def test_how_a_list_is_indented_stays():
    assert "    - drugi" in render_text("- pierwszy\n\t- drugi")


def render_text(text):
    return printable(text).expandtabs(4)


@pytest.mark.parametrize(
    ("text", "shown", "lacking"),
    [
        ("Dziękuję 😀!", f"Dziękuję {BOX}!", "😀"),
        ("你好, 你", f"{BOX * 2}, {BOX}", "你好"),
        ("שלום", BOX * 4, "שלום"),  # written from right to left
        ("rodzina 👨\u200d👩", f"rodzina {BOX * 2}", "👨👩"),
        ("e\u0301 o\ufe0f", "é o", ""),  # composed; a mark that only chooses a look
        ("a\u202eb\x07c", "abc", ""),  # what shows nothing by itself
    ],
)
def test_what_has_no_picture_is_a_box_and_is_told(text, shown, lacking):
    assert (printable(text), unprintable_in(text)) == (shown, lacking)


@settings(max_examples=60)
@example("ﬀ")
@given(st.text(st.characters(codec="utf-8"), max_size=300))
def test_any_text_is_drawn_and_nothing_of_it_is_lost(text):
    document = render_fax(COVER, text)
    drawn = "".join(page.partition("/")[2][1:] for page in read_back(document)[1:])
    assert pages_of(text) == count_pages(document)
    assert letters(printable(text)) == letters(drawn)


def letters(text):
    """A ligature is drawn as one and read back as its letters."""
    return [one for one in unicodedata.normalize("NFKC", text) if one.isalnum() and one.isascii()]
