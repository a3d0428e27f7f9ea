"""Readable text out of HTML: paragraphs, lists, tables and links as one would type them, quotes with `> ` before them.

What only the elements say, and the text cannot (`html_marks.py`), goes along with it as marks of lines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser

from chalicelib.content.html_marks import (
    HEAD,
    NO_MARKS,
    SIGNATURE,
    Marks,
    element_says,
    has_marked_elements,
    is_citation,
    is_own_indentation,
)
from chalicelib.content.html_source import VOID, is_harmless, with_escaped_addresses, without_tags
from chalicelib.content.plain_text import clean_text
from chalicelib.domain.remarks import remark

_VERBATIM_ELEMENTS = frozenset({"plaintext", "xmp"})
_NOT_SERIALISED_AS_TEXT = re.compile(
    r"<(iframe|noembed|noframes|plaintext|script|style|template|title|xmp)\b", re.IGNORECASE
)
_PARAGRAPHS = frozenset("blockquote dl h1 h2 h3 h4 h5 h6 ol p pre table ul".split())
_BLOCKS = _PARAGRAPHS | frozenset(
    "address article aside body center dd details div dt fieldset figcaption figure footer form header hr li main nav"
    " section summary tbody td tfoot th thead tr".split()
)
_CELLS = frozenset({"td", "th"})
_LINE_ENDING = frozenset({"address", "article", "body", "center", "div", "footer", "header", "p", "section", "tbody"})
_MEANT = _BLOCKS | {"a", "br", "img"}
_LINKS = ("http://", "https://", "mailto:", "tel:")
# A tag or comment as the parser writes it: names in lower case, every value in quotes, `<` and `>` nowhere else. A name
# may hold a quotation mark, where the page has one too many.
_TAG = re.compile(r"<(?:!--.*?-->|(/?)([a-z][^\s/>]*)((?:\s+=?[^\s=>]*+=\"[^\"]*+\")*+)\s*>)", re.DOTALL)
_HREF = re.compile(r' href="([^"]*)"')
_ALT = re.compile(r' alt="([^"]*)"')
_SPACES = re.compile(r"[ \t\n\r\f]+")
_META_CHARSET = re.compile(rb"<meta[^<>]{0,200}charset\s*=\s*[\"']?([a-zA-Z0-9_-]{2,40})", re.IGNORECASE)
_DEEPEST = 20  # quotes, lists and tables beyond it are shown as if they were that deep
_INDENTATION = "    "


@dataclass(frozen=True, slots=True)
class PageText:
    """`repair`: what had to be mended, in words, or ""."""

    text: str
    marks: Marks = NO_MARKS
    repair: str = ""


def text_of(source: str) -> PageText:
    """What a reader of the page would read. Text that the page hides by style stays: nothing is lost."""
    if not is_harmless(source):
        return PageText(without_tags(source), repair=remark("html_too_large"))
    source = with_escaped_addresses(source)
    parser = LexborHTMLParser(source)
    awkward = {name.lower() for name in _NOT_SERIALISED_AS_TEXT.findall(source)}
    if awkward:
        parser.strip_tags(list(awkward - _VERBATIM_ELEMENTS), recursive=True)
        parser.unwrap_tags(list(awkward & _VERBATIM_ELEMENTS))
    page = (parser.body or parser.root).html or "" if parser.root is not None else ""
    return _Writer(marked=has_marked_elements(page)).read(page)


def declared_charset(data: bytes) -> str:
    """What the page itself says it is encoded in, or ""."""
    found = _META_CHARSET.search(data, 0, 2_048)
    return found[1].decode("ascii") if found else ""


@dataclass(slots=True)
class _Lines:
    """Lines under construction: those of the whole, or of one table cell. `kinds` says of each line what is marked."""

    lines: list[str] = field(default_factory=list)
    kinds: list[frozenset[str]] = field(default_factory=list)
    line: list[str] = field(default_factory=list)
    gap: bool = False

    def end_line(self, prefix: str, kind: frozenset[str], *, even_empty: bool = False) -> bool:
        """Whether there was a line to end."""
        content = "".join(self.line).rstrip(" ")
        self.line.clear()
        if content and not content.strip():  # a hard blank alone is how mail software writes an empty line
            self.gap = True
            return False
        if not content and not even_empty:
            return False
        if self.gap and self.lines and self.lines[-1].strip("> "):
            self._append(_shared(prefix, self.lines[-1]), kind & self.kinds[-1])
        self.gap = False
        self._append((prefix + content).rstrip(" "), kind)
        return bool(content)

    def _append(self, line: str, kind: frozenset[str]) -> None:
        self.lines.append(line)
        self.kinds.append(kind)


_QUOTE = "quote"
_NOTHING: frozenset[str] = frozenset()


class _Writer:
    """Reads the serialised page tag by tag. `marked`: some element of it is one of `html_marks.py`."""

    def __init__(self, *, marked: bool) -> None:
        self._marked = marked
        self._pages = [_Lines()]
        self._rows: list[list[_Lines]] = []
        self._lists: list[int | None] = []
        self._links: list[tuple[str, list[str]]] = []
        self._marker = ""
        self._quotes: list[tuple[str, bool]] = []  # what stands before each line, and whether it is an earlier message
        self._verbatim = 0
        self._depth = 0
        self._within: list[tuple[int, str]] = []  # marked elements around the present position, and how deep they are
        self._head = False

    def read(self, page: str) -> PageText:
        first, *rest = _TAG.split(page)
        self._write(first)
        for closes, tag, attributes, text in zip(rest[0::4], rest[1::4], rest[2::4], rest[3::4], strict=True):
            if tag in _LINE_ENDING:
                if self._pages[-1].line:
                    self._end_line()
                if tag == "p":
                    self._pages[-1].gap = True
            elif tag in _MEANT:
                if closes:
                    self._leave(tag)
                else:
                    self._enter(tag, attributes)
            if tag and self._marked:
                self._nest(tag, closes, attributes)
            if text:
                self._write(text)
        self._end_line()
        whole = self._pages[0]
        text = "\n".join(whole.lines)
        return PageText(_unescaped(text), self._marks(whole))

    def _marks(self, whole: _Lines) -> Marks:
        quoted, heads, signature = (
            frozenset(number for number, kind in enumerate(whole.kinds) if wanted in kind)
            for wanted in (_QUOTE, HEAD, SIGNATURE)
        )
        return Marks(quoted, heads, signature, from_html=True)

    def _enter(self, tag: str, attributes: str) -> None:
        if tag in _BLOCKS:
            self._begin_block(tag, attributes)
        elif tag == "br":
            self._end_line(even_empty=True)
        elif tag == "a":
            found = _HREF.search(attributes)
            self._links.append((_unescaped(found[1]).strip() if found else "", []))
        elif tag == "img":
            found = _ALT.search(attributes)
            self._write(_picture(found[1] if found else ""))

    def _nest(self, tag: str, closes: str, attributes: str) -> None:
        """Keeps account of the marked elements around the present position."""
        if tag in VOID:
            self._head = self._head or bool(attributes and element_says(attributes) == HEAD)
            return
        if closes:
            if self._within and self._within[-1][0] == self._depth:
                self._end_line()
                self._within.pop()
            self._depth -= 1
            return
        self._depth += 1
        what = element_says(attributes) if attributes else ""
        if what == HEAD:
            self._end_line()
            self._head = True
        if what:
            self._within.append((self._depth, what))

    def _leave(self, tag: str) -> None:
        if tag == "a":
            self._end_link()
        elif tag in _CELLS and self._rows and len(self._pages) > 1:
            self._end_line()
            self._rows[-1].append(self._pages.pop())
        elif tag in _BLOCKS:
            self._end_line()
            self._end_block(tag)

    def _begin_block(self, tag: str, attributes: str) -> None:
        self._end_line()
        page = self._pages[-1]
        page.gap = page.gap or tag in _PARAGRAPHS
        if tag == "blockquote":
            self._begin_quote(attributes)
        elif tag == "pre":
            self._verbatim += 1
        elif tag in {"ol", "ul"}:
            self._lists.append(1 if tag == "ol" else None)
        elif tag == "li":
            self._begin_item()
        elif tag == "hr":
            self._write("-" * 10)
            self._end_line()
        elif tag == "tr":
            self._rows.append([])
        elif tag in _CELLS and self._rows and len(self._pages) <= _DEEPEST:
            self._pages.append(_Lines())

    def _begin_quote(self, attributes: str) -> None:
        within_reply = any(what == HEAD for _, what in self._within)
        own = is_own_indentation(attributes, within_reply=within_reply)
        self._quotes.append(("> " if not own and is_citation(attributes) else _INDENTATION, not own))

    def _end_block(self, tag: str) -> None:
        page = self._pages[-1]
        page.gap = page.gap or tag in _PARAGRAPHS
        if tag == "blockquote":
            self._quotes.pop()
        elif tag == "pre":
            self._verbatim -= 1
        elif tag in {"ol", "ul"}:
            self._lists.pop()
        elif tag == "tr":
            self._write_row(self._rows.pop())

    def _begin_item(self) -> None:
        number = self._lists[-1] if self._lists else None
        if number is not None:
            self._lists[-1] = number + 1
        indent = "  " * min(max(0, len(self._lists) - 1), _DEEPEST)
        self._marker = f"{indent}{number}. " if number is not None else f"{indent}- "

    def _write_row(self, cells: list[_Lines]) -> None:
        """Cells of one line each stand side by side, others below each other."""
        filled = [cell for cell in cells if any(line.strip() for line in cell.lines)]
        page = self._pages[-1]
        if all(len(cell.lines) == 1 for cell in filled):
            for number, cell in enumerate(filled):
                labelled = number and filled[number - 1].lines[0].endswith((":", "："))
                page.line.append(f"{'' if not number else ' ' if labelled else ' | '}{cell.lines[0]}")
            self._end_line(extra=frozenset().union(*(cell.kinds[0] for cell in filled)))
            return
        for cell in filled:
            for line, kind in zip(cell.lines, cell.kinds, strict=True):
                page.line.append(line)
                self._end_line(even_empty=True, extra=kind)

    def _write(self, text: str) -> None:
        if "&" in text:
            text = text.replace("&nbsp;", "\xa0")
        line = self._pages[-1].line
        if self._verbatim:
            self._write_verbatim(text)
            return
        if "\n" in text or "  " in text or "\t" in text:
            text = _SPACES.sub(" ", text)
        if self._links:
            self._links[-1][1].append(text)
        if not line or line[-1].endswith(" "):
            text = text.lstrip(" ")
        if text:
            line.append(text)

    def _write_verbatim(self, text: str) -> None:
        first, *others = clean_text(text).split("\n")
        self._pages[-1].line.append(first)
        for line in others:
            self._end_line(even_empty=True)
            self._pages[-1].line.append(line)

    def _end_link(self) -> None:
        if not self._links:
            return
        target, pieces = self._links.pop()
        shown = _unescaped("".join(pieces)).strip()
        plain = re.sub(r"^(?:mailto|tel):|\n", "", clean_text(target), flags=re.IGNORECASE)
        bare = re.sub(r"^https?://(?:www\.)?", "", plain.lower()).rstrip("/")
        if shown and target.lower().startswith(_LINKS) and bare not in shown.lower():
            self._pages[-1].line.append(f" <{plain}>".replace("&", "&amp;"))

    def _end_line(self, *, even_empty: bool = False, extra: frozenset[str] = _NOTHING) -> None:
        page = self._pages[-1]
        if not page.line and not even_empty:
            return
        if self._marker:
            page.line.insert(0, self._marker)
            self._marker = ""
        prefix = "".join(prefix for prefix, _ in self._quotes[:_DEEPEST]) if len(self._pages) == 1 else ""
        kind = extra | self._kind() if self._within or self._quotes else extra
        if page.end_line(prefix, kind, even_empty=even_empty):
            self._head = False

    def _kind(self) -> frozenset[str]:
        kind = {what for _, what in self._within if what == SIGNATURE}
        if self._head:
            kind.add(HEAD)
        if any(earlier for _, earlier in self._quotes):
            kind.add(_QUOTE)
        return frozenset(kind)


def _unescaped(text: str) -> str:
    """Of what the parser escapes in text and values, and nothing else."""
    if "&" in text:
        text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&nbsp;", "\xa0")
        text = text.replace("&amp;", "&")
    return clean_text(text.replace("\xa0", " "))


def _picture(alt: str) -> str:
    """Emoji come as pictures from some senders, with the emoji itself as the description."""
    text = " ".join(alt.split())
    return text if not text or (not text.isascii() and len(text) <= 8) else f"[{text}]"


def _shared(prefix: str, line: str) -> str:
    """The quote mark of the empty line between two lines: as deep as the shallower of them."""
    return min(prefix, line[: len(line) - len(line.lstrip("> "))] + " ", key=len).rstrip(" ")
