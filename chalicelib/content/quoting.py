"""The message that an answer answers, quoted below it, so short and so marked that `content/quotes.py` takes it off."""

from __future__ import annotations

import textwrap
from datetime import datetime
from zoneinfo import ZoneInfo

from chalicelib.content import limits
from chalicelib.content.plain_text import clean_text
from chalicelib.content.texts.wordings import texts_of

_WIDTH = 72
_CUT = "[…]"


def quoted(text: str, attribution: str) -> str:
    """`attribution`: one line that says who wrote it and when. "" when there is nothing to quote."""
    lines: list[str] = []
    for line in clean_text(text[: limits.MOST_QUOTED_TEXT]).strip().split("\n"):
        lines += textwrap.wrap(line, _WIDTH) or [""]
    if not any(lines):
        return ""
    if len(lines) > limits.MOST_QUOTED_LINES or len(text) > limits.MOST_QUOTED_TEXT:
        lines = [*lines[: limits.MOST_QUOTED_LINES], _CUT]
    return "\n".join([attribution, *(f"> {line}".rstrip() for line in lines)])


def attribution(language: str, name: str, at: datetime, zone: ZoneInfo) -> str:
    """The line above a quote, as mail programs word it. `name`: of who wrote it, or their address."""
    texts = next(texts_of([language]))
    wording: str = texts.ATTRIBUTION
    local = at.astimezone(zone)
    return wording.format(date=f"{local:{texts.ATTRIBUTION_DATE}}", name=name)
