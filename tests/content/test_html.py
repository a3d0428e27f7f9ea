"""HTML becomes the text that a reader of the page reads."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.content.html import declared_charset, text_of
from tests.speed import within


def read(page):
    return text_of(page).text


def test_paragraphs_stand_apart_and_lines_below_each_other():
    assert read("<p>One\n  two</p><p>Three<br>four</p><div>five</div><div>six</div>") == (
        "One two\n\nThree\nfour\n\nfive\nsix"
    )


def test_lists_keep_their_marks_and_depth():
    page = "<ul><li>one<li>two<ol><li>a</li><li>b</li></ol></ul>"

    assert [line for line in read(page).split("\n") if line] == ["- one", "- two", "  1. a", "  2. b"]


def test_short_cells_stand_side_by_side():
    page = "<table><tr><th>Nr</th><th>Kwota</th></tr><tr><td><p>1</p></td><td><p>20 zł</p></td></tr></table>"

    assert read(page) == "Nr | Kwota\n1 | 20 zł"


def test_long_cells_stand_below_each_other():
    assert read("<table><tr><td>a<br>b</td><td>c</td></tr></table>") == "a\nb\nc"


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ('<a href="https://example.pl/x">here</a>', "here <https://example.pl/x>"),
        ('<a href="https://www.example.pl/">example.pl</a>', "example.pl"),
        ('<a href="mailto:anna@example.pl">anna@example.pl</a>', "anna@example.pl"),
        ('<a href="mailto:anna@example.pl">Anna</a>', "Anna <anna@example.pl>"),
        ('<a href="tel:+48601234567">call</a>', "call <+48601234567>"),
        ('<a href="javascript:alert(1)">click</a>', "click"),
        ('<a href="jav&#x09;ascript:alert(1)">click</a>', "click"),
        ('<a href="file:///etc/passwd">file</a>', "file"),
        ('<a href="data:text/html,x">data</a>', "data"),
        ('<a href="https://example.pl/">  </a>', ""),
        ("<a>nothing</a>", "nothing"),
    ],
)
def test_links_show_where_they_lead_if_it_is_anywhere_safe(link, shown):
    assert read(link) == shown


def test_pictures_are_told_and_emoji_are_kept():
    assert read('<p>a <img alt="Logo"> <img alt="🙂"> <img> b</p>') == "a [Logo] 🙂 b"


def test_quotes_get_marks():
    page = (
        '<div>Answer</div><blockquote type="cite">one<br>two'
        '<blockquote type="cite"><p>deep</p></blockquote></blockquote>'
    )

    assert read(page) == "Answer\n\n> one\n> two\n>\n> > deep"


def test_a_block_that_no_program_marked_as_a_quote_is_only_indented():
    assert read("<p>Answer</p><blockquote>one<br>two</blockquote>") == "Answer\n\n    one\n    two"


def test_preformatted_text_keeps_its_shape():
    assert read("<pre>a\n  b\n\nc</pre>") == "a\n  b\n\nc"


def test_a_rule_is_a_line_of_dashes():
    assert read("<p>a</p><hr><p>b</p>") == "a\n\n----------\n\nb"


def test_what_is_not_shown_is_not_read():
    page = "<html><head><title>Title</title><style>p {}</style></head><body><script>x</script>seen<!-- no --></body>"

    assert read(page) == "seen"


def test_hard_blanks_are_blanks_and_empty_lines():
    assert read("<div>Dzień&nbsp;dobry</div><div>&nbsp;</div><div>Anna</div>") == "Dzień dobry\n\nAnna"


def test_words_processors_decorations_do_not_show():
    page = "<p class=MsoNormal>a<o:p></o:p></p><![if !supportLists]>b<![endif]><p><o:p>&nbsp;</o:p></p><p>c</p>"

    assert read(page) == "a\n\nb\n\nc"


def test_text_without_any_tag_is_text():
    assert read("only text") == "only text"
    assert read("") == ""
    assert read("a < b &amp; c") == "a < b & c"


ELEMENTS = st.sampled_from(
    "p div blockquote ul li ol table tr td th a b i span pre h1 hr br dl dt dd center font section s code".split()
)


@settings(max_examples=300)
@given(st.lists(st.tuples(ELEMENTS, st.booleans()), max_size=25))
def test_no_word_is_lost_however_the_elements_are_nested(tags):
    page = "".join(f"<{'/' * closes}{tag}>word{number} " for number, (tag, closes) in enumerate(tags))

    assert set(re.findall(r"word\d+", read(page))) == {f"word{number}" for number in range(len(tags))}


def test_a_quotation_mark_too_many_hides_nothing():
    page = (
        'a<blockquote type="cite" style="x:r><b>An:</b><br></div><div name="quoted" ="y" =z="1">Farbe?</blockquote><p>b'
    )

    assert read(page) == "a\n\n> Farbe?\n\nb"


HOSTILE = {
    "50,000 nested divs": "<div>" * 50_000 + "x",
    "as many tags as are allowed, nested": "<div>" * 19_999 + "x",
    "50,000 attributes": "<div " + " ".join(f"a{n}=1" for n in range(50_000)) + ">x",
    "attributes behind a quoted bracket": '<div q=">" ' + " ".join(f"a{n}=1" for n in range(50_000)) + ">x",
    "attributes parted by slashes": "<div" + "/a" * 50_000 + ">x",
    "open tags": "<a " * 300_000 + "x",
    "open quotes": '<a "' * 19_000 + "x",
    "10 MB": "<p>some words</p>\n" * 600_000 + "x",
    "unclosed scripts": "<script>" * 100_000 + "x",
    "nested tables": "<table><tr><td>" * 6_000 + "x",
    "nested lists": "<ul><li>" * 9_000 + "x",
    "nested quotes": "<blockquote>" * 15_000 + "x<br>" * 4_000,
    "brackets": "<" * 1_000_000 + "x",
    "blanks": "<p>" + " " * 900_000 + "x",
    "entities": "&amp;" * 200_000 + "x",
    "5,000 links": "<a href='https://example.pl'>x</a>" * 5_000,
}


@pytest.mark.parametrize("page", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_pages_are_read_in_two_seconds(page):
    begun = time.process_time()
    result = text_of(page)

    assert within(time.process_time() - begun, 2)
    assert len(result.text) < 2 * len(page)


def test_a_page_that_is_too_large_keeps_its_words_and_says_so():
    result = text_of("<style>p {}</style><p>first</p>" + "<b></b>" * 20_000 + "<p>last &amp; least</p>")

    assert result.text == "first\nlast & least"
    assert result.repair


def test_the_page_names_its_charset():
    assert declared_charset(b'<meta charset="iso-8859-2">') == "iso-8859-2"
    assert declared_charset(b'<META http-equiv=x content="text/html; charset=windows-1250">') == "windows-1250"
    assert declared_charset(b"<p>charset=utf-8</p>") == ""
