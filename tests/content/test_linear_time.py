"""Four times the text takes at most 7 times as long: no line is looked at again and again."""

import pytest

from chalicelib.content.html import text_of
from chalicelib.content.html_version import sanitised
from chalicelib.content.quotes import divide
from tests.speed import assert_linear

TEXTS = {
    "quoted lines": "> words of another person\n",
    "quotes and answers": "> question\nanswer\n",
    "quotes and blank lines": "> question\n\n\n\n",
    "beginnings of attributions": "On 1 May 2026\n",
    "attributions": "On 1 May 2026 at 10:00 Anna <anna@example.pl> wrote:\n> words\n",
    "attributions that are none": "On 1 May 2026 I wrote to anna@example.pl\n",
    "full lines": "A line of words that fills all of its sixty and more letters here\n",
    "labels": "From: somebody\n",
    "labels and blank lines": "From: somebody\n\n",
    "headers that lack something": "From: a\nTo: b\nDate: c\n\n",
    "headers": "From: a@example.pl\nDate: 1.1.2026\nSubject: x\n\nwords\n",
    "glued labels": "From: a@example.pl To: b@example.pl Subject: x\n",
    "marks over lines": "---- On Monday\nwords\n",
    "rules": "----------\n\n",
    "signatures": "-- \nAnna\n",
    "closings": "Regards\nAnna\n\n",
    "lines of apps": "Sent from my iPhone\n\n",
    "legal notices": "confidential disclosure in error, notify the sender and delete it\n\n",
    "ends of signatures": "-----END PGP SIGNATURE-----\n\n",
    "list footers": "__________\nmailing list\n",
    "one line": "words ",
    "one line of arrows": ">",
    "one line of brackets": "<",
    "one line of colons": "a:",
    "one line of links": "http://",
    "one line of dashes": "- ",
    "one line of labels": "From: a@example.pl To: ",
    "one line of digits": "1 ",
}
PAGES = {
    "paragraphs": "<p>some words</p>",
    "quotes": "<blockquote type='cite'><p>words</p></blockquote>",
    "lists": "<ul><li>words</ul>",
    "tables": "<table><tr><td>a</td><td>b</td></tr></table>",
    "rows": "<tr><td>a</td><td>b<br>c</td></tr>",
    "links": "<a href='https://example.pl'>words</a>",
    "addresses": "<anna@example.pl> ",
    "half addresses": "<anna",
    "pictures": "<img src='https://example.pl/x.png'>",
    "entities": "&amp;",
    "marked elements": "<div class='gmail_quote'>words</div>",
    "blanks": "  \n",
}


@pytest.mark.parametrize("piece", TEXTS.values(), ids=TEXTS.keys())
@pytest.mark.parametrize("subject", ["Re: x", "Fwd: x"])
def test_a_text_is_divided_in_linear_time(piece, subject):
    assert_linear(lambda text: divide(text, subject), piece, 500_000 // len(piece))


@pytest.mark.parametrize("piece", PAGES.values(), ids=PAGES.keys())
def test_a_page_is_read_in_linear_time(piece):
    assert_linear(text_of, piece, 18_000 // max(1, piece.count("<")))


@pytest.mark.parametrize("piece", PAGES.values(), ids=PAGES.keys())
def test_a_page_is_made_harmless_in_linear_time(piece):
    assert_linear(lambda page: sanitised(page, {}), piece, 18_000 // max(1, piece.count("<")))
