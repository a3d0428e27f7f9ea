"""The patterns in which the wording of a fax gateway is written, by us and by operators.

    eFax message from "{name}" - {pages} page(s), Caller-ID: {caller}

Words match themselves in any letter case, blanks any blanks, quotation marks any others. In braces:

    {caller}  the number as the telephone network gave it, or a word such as `unknown`
    {number}  the same, as the sending machine or the gateway gives it
    {name}    what the sending machine calls itself: the words up to what follows in the pattern
    {pages}   how many pages
    {*}       any words up to what follows in the pattern

Not regular expressions, on purpose: nobody can write one here that takes a second on a long line. No choice is ever
taken back (words in braces end at the first place where what follows fits), so the work is at most the length of the
line times that of the pattern.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from chalicelib.domain.errors import WrongConfiguration

LONGEST_LINE = 1_000  # characters of a line that are looked at
LONGEST_PATTERN = 300
LONGEST_WORDS = 100  # that {name} and {*} may stand for

_PART = re.compile(r"\{(caller|number|name|pages|\*)\}")
_ALIKE = str.maketrans({**dict.fromkeys("“”„‟«»‘’‚'`", '"'), "|": " "})  # the stroke stands between cells of a table
# A number with its punctuation, or one word in its place (unknown, UNAVAILABLE, anonymous). Brackets stand around an
# area code only: what follows in brackets is something else.
_NUMBER = re.compile(
    r"(?:\+?\d{0,4}[ .\-/]?\(\+?\d{1,6}\)[ .\-/]{0,2})?\+?[\d*#](?:[ .\-/]{0,2}[\d*#]){0,38}|[^\W\d_][\w-]{0,30}"
)
_PAGES = re.compile(r"\d{1,4}")
_OPENING = '"<['  # numbers are often put between such
_PAGES_BEFORE = re.compile(r"(?<![\d.,/-])(\d{1,4}) ?$")
_TAKES = {"caller": _NUMBER, "number": _NUMBER, "pages": _PAGES}


@dataclass(frozen=True, slots=True)
class Line:
    """A line as patterns are compared with it; made by `plain_line`."""

    words: str
    lowered: str


def plain_line(text: str) -> Line:
    """Blanks evened out, quotation marks alike."""
    words = _plain(text[:LONGEST_LINE])
    return Line(words, words.lower())


@dataclass(frozen=True, slots=True)
class _Literal:
    words: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _Slot:
    name: str


def find_in_line(pattern: str, line: Line) -> Mapping[str, str] | None:
    """What stands in place of each name in braces, or None where the pattern does not fit anywhere in the line."""
    parts, telling = _parsed(pattern)
    if telling not in line.lowered:
        return None  # most patterns fit no line, and this finds it out soonest
    first = parts[0]
    if isinstance(first, _Slot):
        return _fit(parts, line.words, 0) or _fit_pages_first(parts, line.words)
    found = (_fit(parts, line.words, place.start()) for place in first.words.finditer(line.words))
    return next((values for values in found if values is not None), None)


def check_pattern(pattern: str) -> None:
    """Raises WrongConfiguration with what is wrong with it."""
    if not pattern.strip() or len(pattern) > LONGEST_PATTERN:
        raise WrongConfiguration(f"A pattern has 1 to {LONGEST_PATTERN} characters.")
    known = _PART.sub("", pattern)
    if "{" in known or "}" in known:
        raise WrongConfiguration("In braces stand caller, number, name, pages or * only.")
    parts, _ = _parsed(pattern)
    if not any(isinstance(part, _Literal) for part in parts):
        raise WrongConfiguration("A pattern needs some words outside of the braces.")
    if any(isinstance(part, _Slot) and isinstance(after, _Slot) for part, after in pairwise(parts)):
        raise WrongConfiguration("Between two braces there must be words.")


@lru_cache(maxsize=8192)  # all that are known, and an operator's
def _parsed(pattern: str) -> tuple[tuple[_Literal | _Slot, ...], str]:
    """Its parts, and the longest of its words in lower case: where those are missing, nothing fits."""
    pieces = _PART.split(_plain(pattern))
    parts: list[_Literal | _Slot] = []
    for at, piece in enumerate(pieces):
        if at % 2:
            parts.append(_Slot(piece))
        elif piece.strip():
            parts.append(_Literal(re.compile(re.escape(piece.strip()), re.IGNORECASE)))
    return tuple(parts), max((piece.strip().lower() for piece in pieces[::2]), key=len)


def _plain(text: str) -> str:
    return " ".join(text.translate(_ALIKE).split()).replace(" :", ":")  # French has a blank before it


def _fit_pages_first(parts: tuple[_Literal | _Slot, ...], words: str) -> Mapping[str, str] | None:
    """`{pages} pages` anywhere in a line: found by the words behind the number."""
    first, *_ = parts
    following = parts[1] if len(parts) > 1 else None
    if not isinstance(first, _Slot) or first.name != "pages" or not isinstance(following, _Literal):
        return None
    for place in following.words.finditer(words):
        pages = _PAGES_BEFORE.search(words, max(0, place.start() - 6), place.start())
        rest = _fit(parts[1:], words, place.start()) if pages else None
        if pages and rest is not None:
            return {"pages": pages[1], **rest}
    return None


def _fit(parts: tuple[_Literal | _Slot, ...], words: str, start: int) -> Mapping[str, str] | None:
    at = start
    values: dict[str, str] = {}
    for position, part in enumerate(parts):
        at = _after_blanks(words, at)
        if isinstance(part, _Literal):
            found = part.words.match(words, at)
            if found is None:
                return None
            at = found.end()
        else:
            at = _after_blanks(words, at, _OPENING if part.name in _TAKES else "")
            taken = _taken(part.name, parts[position + 1 :], words, at)
            if taken is None:
                return None
            values.setdefault(part.name, taken.strip(' "'))
            at += len(taken)
    return values


def _taken(name: str, after: tuple[_Literal | _Slot, ...], words: str, at: int) -> str | None:
    following = after[0] if after else None
    if name in _TAKES:
        found = _TAKES[name].match(words, at)
        if found is None or not isinstance(following, _Literal):
            return found[0] if found else None
        ends = [end.start() for end in following.words.finditer(words, at + 1, found.end())]
        return words[at : ends[-1]] if ends else found[0]  # a bracket behind a number looks like a part of it
    if not isinstance(following, _Literal):
        return words[at : at + LONGEST_WORDS]
    end = following.words.search(words, at, at + LONGEST_WORDS)
    return words[at : end.start()] if end else None


def _after_blanks(words: str, at: int, opening: str = "") -> int:
    """`opening`: further characters that may stand before what is looked for."""
    while at < len(words) and (words[at] == " " or words[at] in opening):
        at += 1
    return at
