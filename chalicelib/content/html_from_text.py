"""A page made of plain text, for whoever reads mail as HTML. Nothing in it runs, or is loaded from anywhere."""

from __future__ import annotations

import html
import re

from chalicelib.content.plain_text import deceives

_LINK = re.compile(r"""https?://[^\s<>"]{1,2000}""")
_NO_PART_OF_A_LINK = ".,;:!?'”’»*_"
_PAIRS = {")": "(", "]": "[", "}": "{"}
_BETWEEN_PARAGRAPHS = re.compile(r"\n[ \t]*\n\s*")
_BODY_STYLE = "overflow-wrap: anywhere; word-break: break-word"  # a signed link is wider than a phone
_QUOTE_STYLE = "margin: 0 0 0 .8em; padding-left: .8em; border-left: 2px solid #bbb"


def html_from_text(text: str, signature: str = "", quoted_text: str = "") -> str:
    """`quoted_text`: lines with `> ` before them, and above them one that says whose they are. Each paragraph finds its
    own direction (https://html.spec.whatwg.org/multipage/dom.html#the-dir-attribute), so that Hebrew beside Polish is
    read from the right.
    """
    blocks = [_paragraphs(text)]
    if signature:
        blocks.append(_paragraph(f"-- \n{signature}"))
    if quoted_text:
        lines = quoted_text.split("\n")
        said = "\n".join(line for line in lines if not line.startswith(">"))
        quote = "\n".join(line[1:].removeprefix(" ") for line in lines if line.startswith(">"))
        blocks.append(
            f'{_paragraph(said)}<blockquote type="cite" style="{_QUOTE_STYLE}">\n{_paragraphs(quote)}</blockquote>\n'
        )
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    page = f'<html><head>{head}</head><body style="{_BODY_STYLE}">\n{"".join(blocks)}</body></html>'
    return f"<!DOCTYPE html>\n{page}\n"


def links_in(text: str) -> list[str]:
    """Web addresses that a reader could follow, without the punctuation behind them."""
    found = (_trimmed(match[0]) for match in _LINK.finditer(text))
    return [link for link in found if _leads_somewhere(link)]


def _paragraphs(text: str) -> str:
    return "".join(_paragraph(paragraph) for paragraph in _BETWEEN_PARAGRAPHS.split(text.strip("\n")))


def _paragraph(text: str) -> str:
    parts, at = [], 0
    for match in _LINK.finditer(text):
        link = _trimmed(match[0])
        if not _leads_somewhere(link):
            continue
        target = html.escape(link)
        parts.append(f'{html.escape(text[at : match.start()])}<a href="{target}">{target}</a>')
        at = match.start() + len(link)
    parts.append(html.escape(text[at:]))
    return f'<p dir="auto">{"".join(parts)}</p>\n'.replace("\n", "<br>\n").removesuffix("<br>\n") + "\n"


def _leads_somewhere(link: str) -> bool:
    return not link.endswith("://") and not deceives(link)


def _trimmed(link: str) -> str:
    """`(see https://example.pl/a_(b)).` ends in a bracket that is the link's own, and in one that is not."""
    while (last := link[-1]) in _NO_PART_OF_A_LINK or link.count(last) > link.count(_PAIRS.get(last, last)):
        link = link[:-1]
    return link
