"""Divides the text of a mail: what the person newly wrote, what is quoted, the signature, a message that is forwarded.

Works on lines, each looked at a fixed number of times, and only ever divides: every line that is not blank stands in
exactly one of the four. When in doubt a line stays visible; when nothing would stay visible nothing is taken away.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from chalicelib.content.forwards import parse_forward
from chalicelib.content.glued_lines import unglued
from chalicelib.content.html_marks import NO_MARKS, Marks
from chalicelib.content.signatures import signature_start
from chalicelib.content.subject_prefixes import forwarded_subject, is_forward_subject, subject_says
from chalicelib.content.text_headers import (
    FORWARD_MARK,
    LONGEST_LINE,
    Attribution,
    TextHeader,
    as_typed,
    attribution_at,
    is_decorated,
    is_groupwise_mark,
    is_like_header,
    mark_in,
    text_header_at,
)
from chalicelib.domain.messages import ForwardedMessage

_ADDRESS = re.compile(r"([^\s<>()\[\]\"',;:+]+)(?:\+[^\s<>@]*)?@([^\s<>()\[\]\"',;:]+)")
_RULE = re.compile(r"[\s>]*(?:[_=*—–-]\s?){10,}\s*")
_QUOTED = re.compile(r"\s{0,3}>(?!>*[^<>]*<+\s*$)")  # not `>>> Offer of the day <<<`
_DEEPEST_MARK = 4  # characters in which the first mark of such a line stands
_RESIDUE = re.compile(r"\s*[(<\[]?https?://\S*\W*|\s*[^\s]*[=&/?_%#][^\s]*\s*|\s*[(<].*[)>]\s*>?\s*")
_LONGEST_WRAPPED_REST = 40
_SHORTEST_FULL_LINE = 65
_MOST_LINES_TO_HEADER = 4
_SOME_TEXT = "text"
_NO_LANGUAGES: frozenset[str] = frozenset()
_BEGINNINGS_OF_MARKS = "-_=—–‐━#*>"
_MOST_LINES_OF_MARK = 3


@dataclass(frozen=True, slots=True)
class Divided:
    visible: str
    quoted: str = ""
    signature: str = ""
    forward: ForwardedMessage | None = None


@dataclass(frozen=True, slots=True)
class _Run:
    """Quoted lines from `start` to before `end`, the line that introduces them included if there is one."""

    start: int
    end: int
    introduced: bool
    by_html: bool


@dataclass(frozen=True, slots=True)
class _Boundary:
    """The first line of what is not the person's own, down to the end of the text, and why.

    `kind`: "forward" for a mark of one, "header" with `header` below, "attribution" or "original".
    """

    start: int
    kind: str
    header: TextHeader | None = None


def divide(
    text: str,
    subject: str = "",
    *,
    answers: bool = False,
    ours: frozenset[str] = frozenset(),
    marks: Marks = NO_MARKS,
) -> Divided:
    r"""`text` with `\n` line ends. `answers`: the mail names the one that it answers (In-Reply-To or References).

    `ours`: our own addresses, in lower case; what came from there is not forwarded but answered. `marks`: what the
    mail's HTML says about lines of `text`.
    """
    lines, marks = unglued(text.split("\n"), marks)
    scan = _Scan(as_typed(lines), marks)
    boundary = scan.boundary()
    end = boundary.start if boundary else len(lines)
    runs = scan.runs(end)
    forwarded = range(0)
    if not _is_from(ours, boundary):
        forwarded = scan.forwarded(boundary, runs, subject, answers=answers)
    quoted: set[int] = set()
    if not forwarded:
        quoted.update(range(end, len(lines)))
        for run in _foldable(runs, scan, end):
            quoted.update(range(run.start, run.end))
    taken = quoted | set(forwarded)
    own = [number for number in range(len(lines)) if number not in taken]
    if not forwarded and not any(lines[number].strip() for number in own):
        quoted, own = set(), list(range(len(lines)))
    signature = scan.signature(own, may_take_all=bool(forwarded))
    return Divided(
        visible=_joined(lines, (number for number in own if number not in signature)),
        quoted=_joined(lines, sorted(quoted)),
        signature=_joined(lines, sorted(signature)),
        forward=parse_forward(lines[forwarded.start : forwarded.stop], forwarded_subject(subject))
        if forwarded
        else None,
    )


def _joined(lines: Sequence[str], numbers: Iterator[int] | Sequence[int]) -> str:
    return "\n".join([lines[number] for number in numbers]).strip("\n")


class _Scan:
    def __init__(self, lines: list[str], marks: Marks) -> None:
        self.lines = lines
        self.marks = marks

    def is_quoted(self, number: int) -> bool:
        line = self.lines[number]
        return number in self.marks.quoted or (
            ">" in line[:_DEEPEST_MARK]
            and _QUOTED.match(line, 0, LONGEST_LINE) is not None
            and not is_groupwise_mark(line)
        )

    def boundary(self) -> _Boundary | None:
        """Where the person's own part ends because something begins that nothing marks as quoted line by line."""
        for number, line in enumerate(self.lines):
            if not line or (
                ":" not in line
                and "：" not in line
                and line.lstrip()[:1] not in _BEGINNINGS_OF_MARKS
                and number not in self.marks.heads
            ):
                continue
            if len(line) > LONGEST_LINE or self.is_quoted(number):
                continue
            found = self._boundary_at(number)
            if found:
                return found
        return None

    def _boundary_at(self, number: int) -> _Boundary | None:
        lines = self.lines
        mark = mark_in(lines[number]) or self._wrapped_mark(number)
        if mark == FORWARD_MARK:
            return _Boundary(number, "forward")
        above = self._rule_above(number)
        head = number in self.marks.heads
        start = number if above is None else above
        header = text_header_at(lines, number, announced=head or above is not None)
        if header:
            return _Boundary(start, "header", header)
        following = self._header_below(number) if mark or is_decorated(lines[number]) else None
        if following:
            return _Boundary(number, "header", following)
        if mark or (head and is_like_header(lines, number)):
            return _Boundary(start, "original")
        attribution = self._attribution_at(number)
        if attribution and not self._is_quoted_below(attribution.after) and (attribution.certain or head):
            return _Boundary(start, "attribution")
        return None

    def _attribution_at(self, number: int) -> Attribution | None:
        """Also one in a language that no table knows, where an element says that an earlier message begins."""
        found = attribution_at(self.lines, number)
        line = self.lines[number].rstrip()
        if found or number not in self.marks.heads or not line.endswith((":", "：")) or not any(map(str.isdigit, line)):
            return found
        return Attribution(number + 1, certain=False, text=line)

    def _wrapped_mark(self, number: int) -> str:
        """Zoho's `---- On Monday, Anna <anna@example.pl> wrote ----` over several lines."""
        joined = self.lines[number].strip()
        if not joined.startswith("--") or joined.endswith("-"):
            return ""
        for line in self.lines[number + 1 : number + _MOST_LINES_OF_MARK]:
            joined = f"{joined} {line.strip()}"
            if not line.strip() or len(joined) > LONGEST_LINE:
                return ""
            if joined.endswith("--"):
                return mark_in(joined)
        return ""

    def _header_below(self, number: int) -> TextHeader | None:
        for below in range(number + 1, min(number + _MOST_LINES_TO_HEADER, len(self.lines))):
            if self.lines[below].strip():
                return text_header_at(self.lines, below, announced=True)
        return None

    def _rule_above(self, number: int) -> int | None:
        """Where the line across the page right above is, blank lines apart."""
        for above in range(number - 1, max(-1, number - 4), -1):
            if self.lines[above].strip():
                return above if _RULE.fullmatch(self.lines[above][:LONGEST_LINE]) else None
        return None

    def _is_quoted_below(self, number: int) -> bool:
        for below in range(number, min(number + 4, len(self.lines))):
            if self.lines[below].strip():
                return self.is_quoted(below)
        return False

    def runs(self, end: int) -> list[_Run]:
        """The quotes marked line by line before `end`; those with nothing but blank lines between them are one."""
        runs: list[_Run] = []
        if not self.marks.quoted and not any(">" in line for line in self.lines):
            return runs
        number = 0
        while number < end:
            start, introduced = number, False
            if not self.is_quoted(number):
                attribution = self._attribution_at(number) if self.lines[number] else None
                introduced = attribution is not None and self._is_quoted_below(attribution.after)
                if attribution is None or not introduced:
                    number += 1
                    continue
                number = attribution.after
            last = self._last_quoted(number, end)
            before = runs[-1] if runs and not any(line.strip() for line in self.lines[runs[-1].end : start]) else None
            if before and (before.introduced or not introduced):
                runs[-1] = replace(before, end=last)
            else:
                runs.append(_Run(start, last, introduced, start in self.marks.quoted))
            number = last
        return runs

    def _last_quoted(self, number: int, end: int) -> int:
        """One past the last quoted line of the run that begins at `number`, possibly after blank lines."""
        last = number
        for position in range(number, end):
            if self.is_quoted(position) or self._is_wrapping_damage(position, last, end):
                last = position + 1
            elif self.lines[position].strip():
                break
        return last

    def _is_wrapping_damage(self, number: int, last: int, end: int) -> bool:
        """The rest of a quoted line that was wrapped without a mark: a piece of a link, words below a full line."""
        if number != last or not number or number + 1 >= end or not self.is_quoted(number + 1):
            return False
        line = self.lines[number]
        if not line.strip() or not self.is_quoted(number - 1):
            return False
        full = len(self.lines[number - 1]) >= _SHORTEST_FULL_LINE
        rest = len(line) < _LONGEST_WRAPPED_REST and line.strip()[:1].islower()
        return bool(full and rest) or _RESIDUE.fullmatch(line[:LONGEST_LINE]) is not None

    def forwarded(self, boundary: _Boundary | None, runs: Sequence[_Run], subject: str, *, answers: bool) -> range:
        """The lines of the forwarded message; an empty range when there is none."""
        by_subject = subject_says(subject)
        if boundary:
            header = boundary.header
            is_forward = boundary.kind == "forward" or is_forward_subject(
                subject, header.languages if header else _NO_LANGUAGES
            )
            if header and by_subject != "reply" and not answers and not runs:
                own = any(line.strip() for line in self.lines[: boundary.start])
                is_forward = is_forward or header.complete or own
            if is_forward and not any(run.introduced for run in runs):
                return range(boundary.start, self._end_of_forward(boundary.start, runs))
        for run in runs:
            first = next((number for number in range(run.start, run.end) if self.lines[number].strip()), None)
            if first is None:
                continue  # only empty lines are left of it
            mark = mark_in(self.lines[first])
            header = text_header_at(self.lines, first, announced=False)
            complete = header is not None and by_subject != "reply" and not answers and header.complete
            if (
                mark == FORWARD_MARK
                or complete
                or (is_forward_subject(subject, header.languages if header else _NO_LANGUAGES) and (header or mark))
            ):
                return range(run.start, run.end)
            if (
                is_forward_subject(subject, header.languages if header else _NO_LANGUAGES)
                and run.introduced
                and len(runs) == 1
            ):
                return range(run.start, run.end)
            below = self._header_below(first) if mark else None
            if below and below.complete and by_subject != "reply" and not answers:
                return range(run.start, run.end)
        return range(0)

    def _end_of_forward(self, start: int, runs: Sequence[_Run]) -> int:
        """The end of the text, unless the message is marked line by line and the person goes on writing below it."""
        del runs
        lines = self.lines
        first = next((number for number in range(start + 1, len(lines)) if lines[number].strip()), len(lines))
        if first == len(lines) or not self.is_quoted(first):
            return len(lines)
        return max((number for number in range(first, len(lines)) if self.is_quoted(number)), default=first) + 1

    def signature(self, own: Sequence[int], *, may_take_all: bool) -> set[int]:
        """Of the person's own lines; never all of them unless there is a forwarded message to read."""
        marked = {number for number in own if number in self.marks.signature}
        rest = [number for number in own if number not in marked]
        found = set(marked)
        for number, segment in enumerate(_segments(rest)):
            # Below a quote all that is left may be the signature; the quote counts as the text above it.
            texts = [*([_SOME_TEXT] if number else []), *(self.lines[line] for line in segment)]
            start = signature_start(texts, from_html=self.marks.from_html)
            found.update(segment[max(0, start - bool(number)) :])
        if may_take_all or any(self.lines[number].strip() for number in own if number not in found):
            return found
        return set()


def _is_from(ours: frozenset[str], boundary: _Boundary | None) -> bool:
    """Tags behind a plus do not count: they are ours to read."""
    sender = boundary.header.fields.get("sender", "") if boundary and boundary.header else ""
    found = _ADDRESS.search(sender.lower())
    return found is not None and (found[0] in ours or f"{found[1]}@{found[2]}" in ours)


def _segments(numbers: Sequence[int]) -> list[list[int]]:
    """Consecutive lines: what stands above, between and below quotes."""
    if numbers and numbers[-1] - numbers[0] == len(numbers) - 1:
        return [list(numbers)]  # nothing was taken out of the middle of most mails
    segments: list[list[int]] = []
    for number in numbers:
        if segments and segments[-1][-1] == number - 1:
            segments[-1].append(number)
        else:
            segments.append([number])
    return segments


def _foldable(runs: Sequence[_Run], scan: _Scan, end: int) -> Iterator[_Run]:
    """The last quote if no answer follows it; else, when there is but one, the quote above an answer.

    With answers between several quotes each answer needs the quote before it, so those stay. A signature is no answer.
    """
    if not runs:
        return
    lines = scan.lines
    last = runs[-1]
    below = lines[last.end : end]
    unanswered = not any(line.strip() for line in below)
    if not unanswered:
        unanswered = signature_start([_SOME_TEXT, *below], from_html=False) == 1 + _leading_blanks(below)
    answered_below = last.introduced or last.by_html or not any(line.strip() for line in lines[: last.start])
    if unanswered or (len(runs) == 1 and answered_below):
        yield last


def _leading_blanks(lines: Sequence[str]) -> int:
    return next((number for number, line in enumerate(lines) if line.strip()), len(lines))
