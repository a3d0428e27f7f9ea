"""A text as the PDF that a fax gateway sends: a cover page, then the text, page after page.

The only module that imports ReportLab. The same input gives the same bytes. The font, DejaVu Sans, has the letters of
Latin, Greek and Cyrillic alphabets and is put into the file as far as it is used. What it lacks, and scripts that are
written from right to left (they would have to be shaped), is shown as an empty box.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from chalicelib.content.plain_text import clean_text

if TYPE_CHECKING:
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

BOX = "□"
_FONT_FILE = Path(__file__).with_name("fonts") / "DejaVuSans.ttf"
# In points, 72 to an inch. A standard fax has 98 lines an inch: letters below 11 points are hard to read.
_WIDTH, _HEIGHT = 595.0, 842.0  # A4
_MARGIN = 57.0  # machines cut off what stands closer to the edge
_LETTERS, _LINE = 11, 15.0
_TITLE, _COVER_LETTERS, _COVER_LINE = 28, 14, 22.0
_LABELS = 130.0
_TOP = _HEIGHT - _MARGIN - 2 * _LINE  # below the line with case and page
_LINES = int((_TOP - _MARGIN) // _LINE)
_TAB = 4
_FROM_RIGHT = frozenset({"R", "AL"})
_LAST_LETTER = 0xFFFF  # ReportLab writes no map back to the text beyond, so programs would read another letter
_BETWEEN = " · "
_CUT_OFF_AT = 4  # lines of a value on the cover


@dataclass(frozen=True, slots=True)
class Cover:
    """`title` and `hint` in the language of the inbox; `rows`: labels and what stands beside them, as it is printed.
    `company`, `reference`: at the top of every page, with the page's number; "" for none.
    """

    title: str
    rows: Sequence[tuple[str, str]]
    hint: str
    company: str
    reference: str


def render_fax(cover: Cover, text: str) -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    written = io.BytesIO()
    paper = Canvas(written, pagesize=(_WIDTH, _HEIGHT), invariant=1, pageCompression=1)
    paper.setTitle(printable(_BETWEEN.join(filter(None, (cover.company, cover.reference)))))
    pages = _pages(text)
    _draw_cover(paper, cover, len(pages) + 1)
    for number, lines in enumerate(pages, 2):
        _draw_head(paper, cover, number, len(pages) + 1)
        for at, line in enumerate(lines):
            _draw(paper, _MARGIN, _TOP - at * _LINE, line, _LETTERS)
        paper.showPage()
    paper.save()
    return written.getvalue()


def pages_of(text: str) -> int:
    """How many pages it takes, with the cover."""
    return len(_pages(text)) + 1


def printable(text: str) -> str:
    """As it will be read: one line end, composed letters, a box for each that the font lacks, nothing invisible."""
    return "".join(BOX if not _has(letter) else letter for letter in _visible(text))


def unprintable_in(text: str) -> str:
    """The letters in whose place there will be a box, each once."""
    return "".join(dict.fromkeys(letter for letter in _visible(text) if not _has(letter)))


def _visible(text: str) -> Iterator[str]:
    """Controls, joiners and the marks that choose between looks of a letter show nothing by themselves."""
    for letter in unicodedata.normalize("NFC", clean_text(text)):
        chooses = "\ufe00" <= letter <= "\ufe0f" or "\U000e0100" <= letter <= "\U000e01ef"
        if letter in "\n\t" or (unicodedata.category(letter) not in ("Cc", "Cf") and not chooses):
            yield letter


def _has(letter: str) -> bool:
    if letter in "\n\t":
        return True
    known = ord(letter) in _glyphs() and ord(letter) <= _LAST_LETTER
    return known and unicodedata.bidirectional(letter) not in _FROM_RIGHT


@cache
def _glyphs() -> Mapping[int, int]:
    glyphs: Mapping[int, int] = _font().face.charToGlyph
    return MappingProxyType(dict(glyphs))


@cache
def _font() -> TTFont:
    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.pdfbase.ttfonts import TTFont

    font = TTFont("DejaVuSans", str(_FONT_FILE))
    registerFont(font)
    return font


def _pages(text: str) -> list[list[str]]:
    lines = list(_wrapped(printable(text).strip("\n"), _LETTERS, _WIDTH - 2 * _MARGIN))
    return [lines[at : at + _LINES] for at in range(0, len(lines), _LINES)]


def _wrapped(text: str, size: int, width: float) -> Iterator[str]:
    """Lines no wider than that, broken at blanks, and within a word only where it is longer than a line."""
    for paragraph in text.split("\n"):
        line = ""
        for piece in _pieces(paragraph.expandtabs(_TAB), size, width):
            if line and _width(line + piece.rstrip(), size) > width:
                yield line.rstrip()
                line = ""
            line += piece
        yield line.rstrip()


def _pieces(paragraph: str, size: int, width: float) -> Iterator[str]:
    """Words with the blanks behind them; together they are the paragraph."""
    word = ""
    for letter in paragraph:
        ends = word.endswith(" ") and letter != " " and word.strip()
        if ends or (not word.isspace() and _width(word + letter, size) > width and letter != " "):
            yield word
            word = ""
        word += letter
    yield word


def _width(text: str, size: int) -> float:
    wide: float = _font().stringWidth(text, size)
    return wide


def _draw_cover(paper: Canvas, cover: Cover, pages: int) -> None:
    _draw_head(paper, cover, 1, pages)
    at = _TOP - _TITLE
    _draw(paper, _MARGIN, at, printable(cover.title), _TITLE)
    at -= 2 * _COVER_LINE
    room = _WIDTH - 2 * _MARGIN - _LABELS
    for label, value in cover.rows:
        _draw(paper, _MARGIN, at, printable(label), _COVER_LETTERS)
        for line in list(_wrapped(printable(value), _COVER_LETTERS, room))[:_CUT_OFF_AT]:
            _draw(paper, _MARGIN + _LABELS, at, line, _COVER_LETTERS)
            at -= _COVER_LINE
    at -= _COVER_LINE
    for line in _wrapped(printable(cover.hint), _LETTERS, _WIDTH - 2 * _MARGIN):
        _draw(paper, _MARGIN, at, line, _LETTERS)
        at -= _LINE
    paper.showPage()


def _draw_head(paper: Canvas, cover: Cover, number: int, pages: int) -> None:
    at = _HEIGHT - _MARGIN
    counted = f"{number}/{pages}"
    beside = _WIDTH - _MARGIN - _width(counted, _LETTERS)
    _draw(paper, _MARGIN, at, _head(cover, beside - _MARGIN - _LINE), _LETTERS)
    _draw(paper, beside, at, counted, _LETTERS)


def _head(cover: Cover, room: float) -> str:
    """The reference brings an answer to its case: where both are too long, the company's name gives way."""
    company, reference = printable(cover.company), printable(cover.reference)
    whole = _BETWEEN.join(filter(None, (company, reference)))
    while company and _width(whole, _LETTERS) > room:
        company = company[:-1]
        whole = _BETWEEN.join(filter(None, (f"{company.rstrip()}…", reference)))
    return whole


def _draw(paper: Canvas, x: float, y: float, line: str, size: int) -> None:
    paper.setFont(_font().fontName, size)
    paper.drawString(x, y, line)
