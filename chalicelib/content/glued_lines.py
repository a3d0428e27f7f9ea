"""Parts what stands on one line and belongs on several: Yahoo's forwarded header, an answer with an attribution behind.

What a line says does not change, only where it ends.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from chalicelib.content.html_marks import Marks
from chalicelib.content.languages.language import plain
from chalicelib.content.languages.words import BEGINS, LABELS
from chalicelib.content.text_headers import LONGEST_LINE, attribution_at, label_in, mark_in

_LONGEST_GLUED = 2_000
_MARK_AND_MORE = re.compile(r"([\s>]*-{3,}[^-:]{3,80}-{3,})[\s\xa0]+(\S.*)")
_CAPITAL = re.compile(r"[^\W\d_a-z]")
_WORD = re.compile(r"(?<=[\s-])[^\W\d_a-z][^\W\d_]*")
_DIGIT = re.compile(r"\d")
_LONGEST_LABEL = 30
_FIELDS = frozenset({"date", "to", "cc", "subject"})


def unglued(lines: list[str], marks: Marks) -> tuple[list[str], Marks]:
    """The lines, with the marks that belong to them."""
    parted = {
        number: pieces
        for number, line in enumerate(lines)
        if ":" in line and len(pieces := _pieces(lines, number, line)) > 1
    }
    if not parted:
        return lines, marks
    result: list[str] = []
    moved: dict[int, int] = {}
    for number, line in enumerate(lines):
        moved[number] = len(result)
        result.extend(parted.get(number, [line]))
    return result, marks.moved(moved)


def _pieces(lines: Sequence[str], number: int, line: str) -> list[str]:
    """Of a line with a colon."""
    if len(line) > _LONGEST_GLUED:
        return [line]
    if "---" in line:
        found = _MARK_AND_MORE.fullmatch(line)
        if found and mark_in(found[1]) and label_in(found[2])[0]:
            return [found[1], *_header_lines(found[2])]
    if "@" in line and line.count(":") > 1 and label_in(line)[0] == "sender":
        return _header_lines(line)
    if len(line) <= LONGEST_LINE and line.rstrip().endswith(":") and not line.lstrip().startswith(">"):
        return _answer_and_attribution(lines, number, line)
    return [line]


def _header_lines(line: str) -> list[str]:
    """`From: a@b.plTo: c@d.plSubject: x` in three: before every label whose field has no value yet."""
    starts, seen = [0], {"sender"}
    for colon in re.finditer(r"[:：]", line):
        before = line[max(starts[-1] + 1, colon.start() - _LONGEST_LABEL) : colon.start()]
        for capital in _CAPITAL.finditer(before):
            field = LABELS.get(plain(before[capital.start() :]))
            if field in _FIELDS and field not in seen:
                starts.append(colon.start() - len(before) + capital.start())
                seen.add(field)
                break
    return [line[start:end].rstrip() for start, end in pairwise([*starts, len(line)])]


def _answer_and_attribution(lines: Sequence[str], number: int, line: str) -> list[str]:
    """`Thanks. On Monday, Anna <anna@example.pl> wrote:` in two, when a marked quote follows."""
    below = lines[number + 1] if number + 1 < len(lines) else ""
    if not below.lstrip().startswith(">"):
        return [line]
    first = plain(line.split(None, 1)[0]) if line.strip() else ""
    if first in BEGINS or first[:1].isdigit():
        return [line]
    for found in _WORD.finditer(line, 1, line.find("@") if "@" in line else len(line)):
        if plain(found[0]) in BEGINS and _DIGIT.search(line, found.end(), found.end() + 30):
            attribution = attribution_at([line[found.start() :]], 0)
            if attribution and attribution.certain:
                return [line[: found.start()].rstrip(" -"), line[found.start() :]]
    return [line]
