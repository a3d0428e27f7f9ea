"""A page made of plain text says the same, and nothing in it runs or is loaded."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.content.html import text_of
from chalicelib.content.html_from_text import html_from_text, links_in
from tests.speed import within


def test_paragraphs_lines_and_links_are_recognisable():
    page = html_from_text("Dzień dobry,\npaczka: https://example.pl/p?a=1&b=2.\n\nEwa")
    assert '<p dir="auto">Dzień dobry,<br>\npaczka: ' in page
    assert '<a href="https://example.pl/p?a=1&amp;b=2">https://example.pl/p?a=1&amp;b=2</a>.</p>' in page
    assert '<p dir="auto">Ewa</p>' in page


def test_signature_and_quote_stand_apart():
    page = html_from_text("Tak.", "Pomoc\nul. Prosta 1", "W dniu 1.2.2026, Anna pisze:\n> Gdzie?\n>\n> Anna")
    assert '<p dir="auto">-- <br>\nPomoc<br>\nul. Prosta 1</p>' in page
    assert page.index("Anna pisze:") < page.index('<blockquote type="cite"') < page.index("Gdzie?")
    assert "&gt;" not in page


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("(zob. https://example.pl/a_(b)).", ["https://example.pl/a_(b)"]),
        ("https://example.pl/żółw, „http://b.example/”", ["https://example.pl/żółw", "http://b.example/"]),
        ("javascript:alert(1) data:text/html,x ftp://x.example", []),
        ("https://example.pl/\u202efdp.exe", []),
        ("https://", []),
        ("https://)", []),
    ],
)
def test_what_is_a_link_and_what_is_not(text, links):
    assert links_in(text) == links
    assert html_from_text(text).count("<a href=") == len(links)


@given(st.text(max_size=300))
def test_a_text_can_put_nothing_into_the_page(text):
    page = html_from_text(text, text, f"x:\n> {text}")
    elements = {"html", "head", "meta", "body", "p", "br", "a", "blockquote"}
    found = {part.partition(">")[0].strip("/").split()[0] for part in page.split("<")[2:] if part}
    assert found <= elements
    assert "=http" not in page.replace('href="http', "")
    assert page.count("href=") == page.count('<a href="http')


@given(st.lists(st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12), min_size=1, max_size=20))
def test_the_page_reads_as_the_text(words):
    text = " ".join(words)
    assert text_of(html_from_text(text)).text.split() == text.split()


def test_brackets_without_end_cost_no_time():
    started = time.process_time()
    html_from_text("https://example.pl/" + ")" * 60_000)
    html_from_text("https://" * 7_000)
    assert within(time.process_time() - started, 2)


def test_a_page_is_as_wide_as_the_screen_and_a_link_that_is_wider_breaks():
    page = html_from_text("https://hub.example/" + "a" * 200)
    assert '<meta name="viewport" content="width=device-width">' in page
    assert '<body style="overflow-wrap: anywhere; word-break: break-word">' in page
