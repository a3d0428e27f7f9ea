"""Tells what a person newly wrote from what their mail software quoted below, above or between it.

Works on lines, each looked at a fixed number of times, and only ever divides: visible and quoted lines together are
all lines. When in doubt a line stays visible; when nothing would stay visible nothing is folded. Forwarded text is
what the person wanted us to read, and stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

# The words of mail software in Polish, English, German and French; a further language is further words here.
_FORWARD_SUBJECT = re.compile(r"\s*(?:fwd?|pd|przek|podaj dalej|wg|tr)\s*:", re.IGNORECASE)
_FORWARD_MARK = re.compile(
    r"\s*(?:-{2,}\s*(?:forwarded message|wiadomość przekazana|przekazana wiadomość|treść przekazanej wiadomości"
    r"|przekazywana wiadomość|wiadomość przesłana dalej|weitergeleitete nachricht|message transféré)[^\n]{0,80}-{2,}"
    r"|begin forwarded message:|początek przekazanej wiadomości:|treść przekazanej wiadomości:"
    r"|anfang der weitergeleiteten nachricht:|début du message transféré\s?:)\s*",
    re.IGNORECASE,
)
_ORIGINAL_MARK = re.compile(
    r"\s*-{2,}\s*(?:original (?:message|appointment)|oryginalna wiadomość|wiadomość oryginalna|wiadomość pierwotna"
    r"|reply message|odpowiedź|original e-?mail|ursprüngliche nachricht|message d'origine|message original"
    r"|[^\n]{1,100}\b(?:wrote|napisał\(a\)|napisała?|pisze))\s*-{2,}\s*",
    re.IGNORECASE,
)
_RULE = re.compile(r"\s*[_=-]{10,}\s*")
_LABEL = re.compile(r"[\s*]*(?P<name>[^\s:*][^:*\n]{0,20}?)[\s*]*:[\s*]*(?P<value>.*)")
_LABELS = {
    "from": "from", "od": "from", "nadawca": "from", "von": "from", "de": "from",
    "date": "date", "sent": "date", "data": "date", "wysłano": "date", "wysłane": "date", "data wysłania": "date",
    "datum": "date", "gesendet": "date", "envoyé": "date",
    "to": "to", "do": "to", "adresat": "to", "odbiorca": "to", "an": "to", "à": "to",
    "subject": "subject", "temat": "subject", "betreff": "subject", "objet": "subject",
}  # fmt: skip
_STARTS_ATTRIBUTION = re.compile(
    r"\s*(?:on\s|w dniu\s|dnia\s|dn\.\s|wiadomość napisana przez\s|użytkownik\s|am\s|le\s|\d{1,4}[.\-/ ]"
    r"|(?:mon|tue|wed|thu|fri|sat|sun|pon|pn|wt|śr|sr|czw|cz|pt|pią|sob|so|niedz|nd|nie)[a-zęąś]{0,10}\.?,?\s)",
    re.IGNORECASE,
)
_WROTE = re.compile(
    r"\b(?:wrote|writes|napisała?|napisali|napisana|pisze|pisała?|odpisała?|schrieb|a écrit)\b", re.IGNORECASE
)
_DATED_NAME = re.compile(r"\s*(?:\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{4})\b[^<>]*<[^<>]*@[^<>]*>:")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_TIME = re.compile(r"\b\d{1,2}[:.]\d\d\b")
_QUOTED = re.compile(r"\s{0,3}>(?!>*[^<>]*<+\s*$)")  # not `>>> Offer of the day <<<`
_MOST_ATTRIBUTION_LINES = 4
_MOST_BLOCK_LINES = 12
_LONGEST_LINE = 400  # nothing that mail software writes above a quote is longer


@dataclass(frozen=True, slots=True)
class Folded:
    visible: str
    quoted: str


@dataclass(frozen=True, slots=True)
class _Run:
    """Quoted lines from `start` to before `end`, the line that introduces them included if there is one."""

    start: int
    end: int
    introduced: bool


def fold(text: str, subject: str = "") -> Folded:
    r"""`text` with `\n` line ends. Every line that is not blank stands in one of the two results, unchanged."""
    if _FORWARD_SUBJECT.match(subject):
        return Folded(text.strip("\n"), "")
    lines = text.split("\n")
    end, rest_is_quoted = _end_of_own_part(lines)
    quoted = set(range(end, len(lines))) if rest_is_quoted else set()
    for run in _foldable(_runs(lines, end), lines, end):
        quoted.update(range(run.start, run.end))
    visible = [line for number, line in enumerate(lines) if number not in quoted]
    if not any(line.strip() for line in visible):
        return Folded(text.strip("\n"), "")
    folded = [lines[number] for number in sorted(quoted)]
    return Folded("\n".join(visible).strip("\n"), "\n".join(folded).strip("\n"))


def _end_of_own_part(lines: list[str]) -> tuple[int, bool]:
    """Where the person's part ends, and whether what follows is a quote (else a forwarded message, or nothing)."""
    for number, line in enumerate(lines):
        if len(line) > _LONGEST_LINE:
            continue
        if _FORWARD_MARK.fullmatch(line):
            return number, False
        if _ORIGINAL_MARK.fullmatch(line) or _is_block_of_labels(lines, number):
            rule = _rule_above(lines, number)
            return number if rule is None else rule, True
        after = _after_attribution(lines, number)
        if after and not _QUOTED.match(_next_filled(lines, after)) and _is_certain(lines[number:after]):
            return number, True
    return len(lines), False


def _is_block_of_labels(lines: list[str], number: int) -> bool:
    """Outlook's `From: / Sent: / To: / Subject:`, or the same in another order below a rule. Without a subject it may
    be the person's own list (a journey).
    """
    first = _label(lines[number])
    if not first or (first != "from" and _rule_above(lines, number) is None):
        return False
    labels = {_label(line) for line in lines[number : number + _MOST_BLOCK_LINES]}
    return {"from", "subject"} <= labels and bool(labels & {"date", "to"})


def _rule_above(lines: list[str], number: int) -> int | None:
    """Where the line across the page right above is, blank lines apart."""
    for above in range(number - 1, max(-1, number - 4), -1):
        if lines[above].strip():
            return above if _RULE.fullmatch(lines[above][:_LONGEST_LINE]) else None
    return None


def _label(line: str) -> str:
    found = _LABEL.fullmatch(line[:_LONGEST_LINE])
    return _LABELS.get(found["name"].lower(), "") if found else ""


def _after_attribution(lines: list[str], number: int) -> int:
    """Where a line such as `On Monday, Anna <anna@example.pl> wrote:`, wrapped or not, ends; 0 when none begins."""
    if not _STARTS_ATTRIBUTION.match(lines[number]):
        return 0
    said = ""
    for after, line in enumerate(lines[number : number + _MOST_ATTRIBUTION_LINES], number + 1):
        said = f"{said} {line.strip()}".strip()
        if not line.strip() or len(said) > _LONGEST_LINE:
            return 0
        if said.endswith(":") and re.search(r"\d", said) and (_WROTE.search(said) or _DATED_NAME.fullmatch(said)):
            return after
    return 0


def _is_certain(attribution: list[str]) -> bool:
    """Nothing marks the quote, so it takes more than a person's own `On 5 May your colleague wrote:`."""
    said = " ".join(attribution)
    return "@" in said or bool(_YEAR.search(said) and _TIME.search(said))


def _next_filled(lines: list[str], number: int) -> str:
    return next((line for line in lines[number : number + 4] if line.strip()), "")


def _runs(lines: list[str], end: int) -> list[_Run]:
    """The quotes marked with `>` before `end`; those with nothing but blank lines between them are one."""
    runs: list[_Run] = []
    number = 0
    while number < end:
        after = _after_attribution(lines, number)
        introduced = bool(after) and _QUOTED.match(_next_filled(lines, after)) is not None
        if not introduced and not _QUOTED.match(lines[number]):
            number += 1
            continue
        last = _last_quoted(lines, after if introduced else number, end)
        if runs and not any(line.strip() for line in lines[runs[-1].end : number]):
            runs[-1] = _Run(runs[-1].start, last, runs[-1].introduced)
        else:
            runs.append(_Run(number, last, introduced))
        number = last
    return runs


def _last_quoted(lines: list[str], number: int, end: int) -> int:
    """One past the last quoted line of the run that begins at `number`, possibly after blank lines."""
    last = number
    for position in range(number, end):
        if _QUOTED.match(lines[position]):
            last = position + 1
        elif lines[position].strip():
            break
    return last


def _foldable(runs: list[_Run], lines: list[str], end: int) -> Iterator[_Run]:
    """The last quote if no answer follows it; else, when there is but one, the quote above an answer.

    With answers between several quotes each answer needs the quote before it, so those stay.
    """
    if not runs:
        return
    last = runs[-1]
    unanswered = not any(line.strip() for line in lines[last.end : end])
    answered_below = last.introduced or not any(line.strip() for line in lines[: last.start])
    if unanswered or (len(runs) == 1 and answered_below):
        yield last
