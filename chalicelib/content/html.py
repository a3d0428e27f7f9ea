"""Readable text out of HTML: paragraphs, lists, tables and links as one would type them, quotes with `> ` before them.

The quotes keep their marks so that `quotes.py` folds them by the same rules as in plain text.
"""

from __future__ import annotations

import html as entities
import re
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from chalicelib.content import limits
from chalicelib.content.charsets import Decoded
from chalicelib.content.plain_text import clean_text

_UNSEEN = frozenset({"head", "script", "style", "template", "title"})
_PARAGRAPHS = frozenset({"blockquote", "dl", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "pre", "table", "ul"})
_BLOCKS = _PARAGRAPHS | {
    *(
        "address",
        "article",
        "aside",
        "body",
        "center",
        "dd",
        "details",
        "div",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
    ),
    *("footer", "form", "header", "hr", "li", "main", "nav", "section", "summary", "tbody", "td", "tfoot", "th"),
    *("thead", "tr"),
}
_CELLS = frozenset({"td", "th"})
_LINKS = ("http://", "https://", "mailto:", "tel:")
_SPACES = re.compile(r"[ \t\n\r\f]+")
_TOO_MANY_ATTRIBUTES = re.compile(
    rf"""<[a-zA-Z](?:(?:[^<>\s/"']|"[^"]*+"|'[^']*+')*+[\s/]++){{{limits.MOST_ATTRIBUTES}}}"""
)
_META_CHARSET = re.compile(rb"<meta[^<>]{0,200}charset\s*=\s*[\"']?([a-zA-Z0-9_-]{2,40})", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_UNSEEN_TAG = re.compile(r"<(/?)(head|script|style|template|title)\b[^<>]*>", re.IGNORECASE)
_DEEPEST = 20  # quotes, lists and tables beyond it are shown as if they were that deep


def text_of(source: str) -> Decoded:
    """What a reader of the page would read. Text that the page hides by style stays: nothing is lost."""
    if not _is_harmless(source):
        return Decoded(_without_tags(source), "The HTML was too large or too deep; only its tags were taken out.")
    writer = _Writer()
    node = LexborHTMLParser(source).root
    while node is not None:
        entered = writer.enter(node)
        following = node.first_child if entered else None
        while following is None and node is not None:
            if entered:
                writer.leave(node)
            following, node, entered = node.next, node.parent, True
        node = following
    return Decoded(writer.text())


def _is_harmless(source: str) -> bool:
    """Whether the parser gets through it in a moment (see `limits.py`)."""
    small = len(source) <= limits.LONGEST_HTML and source.count("<") <= limits.MOST_TAGS
    return small and not _TOO_MANY_ATTRIBUTES.search(source)


def _without_tags(source: str) -> str:
    """Crude and linear: tags become line ends, the content of unseen elements goes."""
    first, *rest = _UNSEEN_TAG.split(source)
    kept, inside = [first], ""
    for closes, name, text in zip(rest[0::3], rest[1::3], rest[2::3], strict=True):
        if not inside and not closes:
            inside = name.lower()
        elif closes and name.lower() == inside:
            inside = ""
        if not inside:
            kept.append(text)
    text = clean_text(entities.unescape(_TAG.sub("\n", "\n".join(kept))).replace("\xa0", " "))
    return re.sub(r" *\n[ \n]*", "\n", re.sub(r"[ \t]+", " ", text)).strip()


def declared_charset(data: bytes) -> str:
    """What the page itself says it is encoded in, or ""."""
    found = _META_CHARSET.search(data, 0, 2_048)
    return found[1].decode("ascii") if found else ""


@dataclass(slots=True)
class _Page:
    """Lines under construction: those of the whole, or of one table cell."""

    lines: list[str] = field(default_factory=list)
    line: list[str] = field(default_factory=list)
    gap: bool = False

    def write(self, text: str) -> None:
        if not self.line or self.line[-1].endswith(" "):
            text = text.lstrip(" ")
        if text:
            self.line.append(text)

    def end_line(self, prefix: str, *, even_empty: bool = False) -> None:
        content = "".join(self.line).rstrip(" ")
        self.line.clear()
        if content and not content.strip():  # a hard blank alone is how mail software writes an empty line
            self.gap = True
        elif content or even_empty:
            if self.gap and self.lines and self.lines[-1].strip("> "):
                self.lines.append(_shared(prefix, self.lines[-1]))
            self.gap = False
            self.lines.append((prefix + content).rstrip(" "))


class _Writer:
    def __init__(self) -> None:
        self._pages = [_Page()]
        self._rows: list[list[list[str]]] = []
        self._lists: list[int | None] = []
        self._links: list[tuple[str, list[str]]] = []
        self._marker = ""
        self._quoted = 0
        self._verbatim = 0

    def text(self) -> str:
        self._end_line()
        return clean_text("\n".join(self._pages[0].lines).replace("\xa0", " "))

    def enter(self, node: LexborNode) -> bool:
        """Whether the node's children are to be visited (and it is to be left again)."""
        if node.is_text_node:
            self._write(node.text_content or "")
            return False
        tag = node.tag or ""
        if tag in _UNSEEN or tag.startswith("-"):
            return False
        if tag in _BLOCKS:
            self._begin_block(tag)
        elif tag == "br":
            self._end_line(even_empty=True)
        elif tag == "a":
            self._links.append(((node.attributes.get("href") or "").strip(), []))
        elif tag == "img":
            self._write(_picture(node.attributes.get("alt") or ""))
        return True

    def leave(self, node: LexborNode) -> None:
        tag = node.tag or ""
        if tag == "a":
            self._end_link()
        elif tag in _CELLS and self._rows and len(self._pages) > 1:
            self._end_line()
            self._rows[-1].append(self._pages.pop().lines)
        elif tag in _BLOCKS:
            self._end_line()
            self._end_block(tag)

    def _begin_block(self, tag: str) -> None:
        self._end_line()
        page = self._pages[-1]
        page.gap = page.gap or tag in _PARAGRAPHS
        if tag == "blockquote":
            self._quoted += 1
        elif tag == "pre":
            self._verbatim += 1
        elif tag in {"ol", "ul"}:
            self._lists.append(1 if tag == "ol" else None)
        elif tag == "li":
            self._begin_item()
        elif tag == "hr":
            self._write("-" * 10)
        elif tag == "tr":
            self._rows.append([])
        elif tag in _CELLS and self._rows and len(self._pages) <= _DEEPEST:
            self._pages.append(_Page())

    def _end_block(self, tag: str) -> None:
        page = self._pages[-1]
        page.gap = page.gap or tag in _PARAGRAPHS
        if tag == "blockquote":
            self._quoted -= 1
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

    def _write_row(self, cells: list[list[str]]) -> None:
        """Cells of one line each stand side by side, others below each other."""
        filled = [cell for cell in cells if any(line.strip() for line in cell)]
        page = self._pages[-1]
        if all(len(cell) == 1 for cell in filled):
            page.write(" | ".join(cell[0] for cell in filled))
            self._end_line()
            return
        for cell in filled:
            for line in cell:
                page.line.append(line)
                self._end_line(even_empty=True)

    def _write(self, text: str) -> None:
        page = self._pages[-1]
        if self._verbatim:
            first, *others = clean_text(text).split("\n")
            page.line.append(first)
            for line in others:
                self._end_line(even_empty=True)
                page.line.append(line)
            return
        page.write(_SPACES.sub(" ", text))
        if self._links:
            self._links[-1][1].append(text)

    def _end_link(self) -> None:
        if not self._links:
            return
        target, pieces = self._links.pop()
        shown = "".join(pieces).strip()
        plain = re.sub(r"^(?:mailto|tel):|\n", "", clean_text(target), flags=re.IGNORECASE)
        bare = re.sub(r"^https?://(?:www\.)?", "", plain.lower()).rstrip("/")
        if shown and target.lower().startswith(_LINKS) and bare not in shown.lower():
            self._pages[-1].line.append(f" <{plain}>")

    def _end_line(self, *, even_empty: bool = False) -> None:
        page = self._pages[-1]
        if self._marker and (page.line or even_empty):
            page.line.insert(0, self._marker)
            self._marker = ""
        prefix = "> " * min(self._quoted, _DEEPEST) if len(self._pages) == 1 else ""
        page.end_line(prefix, even_empty=even_empty)


def _picture(alt: str) -> str:
    """Emoji come as pictures from some senders, with the emoji itself as the description."""
    text = " ".join(alt.split())
    return text if not text or (not text.isascii() and len(text) <= 8) else f"[{text}]"


def _shared(prefix: str, line: str) -> str:
    """The quote mark of the empty line between two lines: as deep as the shallower of them."""
    return min(prefix, line[: len(line) - len(line.lstrip("> "))] + " ", key=len).rstrip(" ")
