"""Recognises, line by line, what mail software writes above a message that it quotes or forwards.

Three kinds: a mark (`----- Original Message -----`), an attribution (`On Monday, Anna <anna@example.pl> wrote:`) and a
header in the text (`From: ... Sent: ... Subject: ...`). The words are those of `languages/`; what no table knows is
still recognised by its shape where that is plain enough (an address and a time before a colon).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from chalicelib.content.languages.language import plain
from chalicelib.content.languages.words import BEGINS, FORWARDED, LABELS, ORIGINAL, SENDER_LABELS, WROTE

FORWARD_MARK = "forwarded"
ORIGINAL_MARK = "original"

LONGEST_LINE = 400  # nothing that mail software writes above a quote is longer
_MOST_ATTRIBUTION_LINES = 4
_MOST_HEADER_LINES = 24
_LONGEST_LABEL = 30
_FEWEST_FIELDS = 3
_FIELD = re.compile(r"[\s*]{0,4}[^\W\d_][^\d:：@]{0,29}[:：].{1,400}$")

_DECORATION = " \t\xa0>*-_=‐–—━#|"
_DECORATED = re.compile(r"[\s>*]*(?:-{2,}|_{3,}|={3,}|#{2,}|[‐–—━]{2,})[\s\xa0]*[^\s\xa0]")
# What is written but not seen (direction of text, width of blanks), and Evolution's colon in times, which is a ratio.
_AS_TYPED = str.maketrans(
    "\u2236\u2009\u202f", ":  ", "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
)
_NOT_TYPED = tuple(map(chr, _AS_TYPED))
_SHORTEST_WRAPPED = 60
_DIGIT = re.compile(r"\d")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|\d[./-]\d{1,2}[./-]\d\d(?!\d)")
_TIME = re.compile(r"(?<![\d.])\d{1,2}[:.hH]\d\d(?!\d|\.\d)")  # and not the beginning of 23.11.2026
_BRACKETED_ADDRESS = re.compile(r"[<(\[][^<>()\[\]]*[^\s<>()\[\]]@[^\s<>()\[\]]+[^<>()\[\]]*[>)\]]")
_ADDRESS = re.compile(r"[^\s<>()\[\]\"',;:]@[^\s<>()\[\]\"',;:]+\.\w")
_AFTER_ADDRESS = re.compile(r"[>)\]]+\s*(?:[^\s<>@]+\s*){0,3}$")
_GMAIL_OF_OLD = re.compile(r"\d{4}[/-]\d{1,2}[/-]\d{1,2} [^<>@]{1,100}<[^<>\s]+@[^<>\s]+>")
_WROTE_INSIDE = ("写道", "寫道", "のメール")  # in languages that put no blanks between words
_WORD = re.compile(r"[^\W\d_][\w'’()/-]*")


@dataclass(frozen=True, slots=True)
class Attribution:
    """Ends before line `after`. `certain`: the text below is a quote even if nothing marks it as one."""

    after: int
    certain: bool
    text: str


@dataclass(frozen=True, slots=True)
class TextHeader:
    """Ends before line `after`. `fields` by the names of `Language`; `languages` are those that use the sender's label.

    `complete`: sender, recipient and a date or subject; that is a message, and not somebody's own list.
    """

    after: int
    fields: Mapping[str, str]
    languages: frozenset[str]

    @property
    def complete(self) -> bool:
        return {"sender", "to"} <= self.fields.keys() and bool({"date", "subject"} & self.fields.keys())


def as_typed(lines: list[str]) -> list[str]:
    """For looking at only: without what is not seen. The same lines when there is nothing of the kind."""
    if all(map(str.isascii, lines)):
        return lines
    text = "\n".join(lines)  # `translate` looks every letter up, and hardly any text has one of these
    return [line.translate(_AS_TYPED) for line in lines] if any(letter in text for letter in _NOT_TYPED) else lines


def mark_in(line: str) -> str:
    """FORWARD_MARK, ORIGINAL_MARK or ""."""
    if is_groupwise_mark(line):
        return ORIGINAL_MARK
    decorated = _DECORATED.match(line) is not None
    if not decorated and not line.rstrip(" \t\xa0*").endswith((":", "：")):
        return ""
    phrase = plain(line.strip(_DECORATION))
    # Notes and Horde add who did: `----- Forwarded by Anna/Warsaw on 23.11.2026 -----`
    words = phrase.split(" ")
    if phrase in FORWARDED or (decorated and any(" ".join(words[:length]) in FORWARDED for length in (2, 3))):
        return FORWARD_MARK
    if not decorated:
        return ""
    wrote = line.rstrip().endswith("-") and not WROTE.keys().isdisjoint(words)
    return ORIGINAL_MARK if phrase in ORIGINAL or wrote else ""


def is_groupwise_mark(line: str) -> bool:
    """`>>> Anna Nowak <anna@example.pl> 23.11.2026 09:12 >>>`; the text below it has no marks."""
    said = line.strip()
    if not (said.startswith(">>> ") and said.endswith(" >>>") and len(said) <= LONGEST_LINE):
        return False
    return _YEAR.search(said) is not None and _TIME.search(said) is not None


def is_decorated(line: str) -> bool:
    """Words between lines of dashes, in whatever language."""
    return _DECORATED.match(line) is not None and line.rstrip().endswith(("--", "__", "=="))


def attribution_at(lines: Sequence[str], number: int) -> Attribution | None:
    """The attribution that begins with this line and may be wrapped over several."""
    said = _bare(lines[number])
    begins = bool(said) and _could_begin(said)
    if not said or not (begins or _is_first_of_wrapped(lines, number)):
        return None
    for after in range(number + 1, min(number + _MOST_ATTRIBUTION_LINES, len(lines)) + 1):
        if len(said) > LONGEST_LINE:
            break
        if said.endswith((":", "：")):
            found = _strength(said)
            told = found if begins else found == 2 and not _begins_later(lines, number + 1, after)
            return Attribution(after, certain=found == 2, text=said) if told else None
        if _GMAIL_OF_OLD.fullmatch(said) or _ends_with_wrote(said):
            return Attribution(after, certain=False, text=said)
        following = _bare(lines[after]) if after < len(lines) else ""
        if not following:
            break
        said = f"{said} {following}"
    return None


def _bare(line: str) -> str:
    return line.lstrip(_DECORATION).rstrip(_DECORATION.replace(">", ""))


def _could_begin(said: str) -> bool:
    if said.endswith((":", "：")):
        return True
    if "@" in said:
        return True
    if not _DIGIT.search(said):
        return False
    first = plain((said[:30].split(None, 1) or [""])[0])
    return first in BEGINS or first[:1].isdigit()


def _is_first_of_wrapped(lines: Sequence[str], number: int) -> bool:
    """Where the writer's name comes first, it may fill a line before anything tells what follows."""
    if number and lines[number - 1].strip(" \t\xa0>"):
        return False
    line = lines[number].rstrip()
    following = lines[number + 1].strip() if number + 1 < len(lines) else ""
    if not following or line.endswith((".", "!", "?", ",", ":")):
        return False
    return len(line) + 1 + len(following.split(None, 1)[0]) > _SHORTEST_WRAPPED


def _ends_with_wrote(said: str) -> bool:
    """Without the colon, as Roundcube's Slovene has it: `2026-11-23 09:12, je Anna napisal`."""
    return (
        said[:1].isdigit()
        and plain(said.rsplit(None, 1)[-1]) in WROTE
        and bool(_YEAR.search(said) and _TIME.search(said))
    )


def _begins_later(lines: Sequence[str], start: int, after: int) -> bool:
    """Whether a later line begins an attribution that is whole without those above it."""
    for number in range(start, after):
        said = _bare(lines[number])
        if said and plain(said[:30].split(None, 1)[0]) in BEGINS:
            return _strength(" ".join(map(_bare, lines[number:after]))) == 2
    return False


def _strength(said: str) -> int:
    """0: no attribution. 1: one if a marked quote follows. 2: one in any case.

    A person's own `On 5 May your colleague wrote:` must not take the words below it away, so certainty takes what
    people do not write: an address in brackets, or the year together with the time.
    """
    said = said.rstrip(":： *_")
    words = {word.strip("()").casefold() for word in _WORD.findall(said)}
    writers = {code for word in words & WROTE.keys() for code in WROTE[word]}
    wrote = bool(writers) or any(word in said for word in _WROTE_INSIDE)
    address = _BRACKETED_ADDRESS.search(said)
    year, time = _YEAR.search(said), _TIME.search(said)
    first = plain((said[:30].split(None, 1) or [""])[0])
    begins = first in BEGINS or first[:1].isdigit()
    alike = begins and (first[:1].isdigit() or not writers or not writers.isdisjoint(BEGINS[first]))
    if wrote and (address or (alike and year and time)):
        return 2
    if address and (year or time) and _AFTER_ADDRESS.search(said):
        return 2
    if wrote and (begins or _ADDRESS.search(said)) and _DIGIT.search(said):
        return 2 if _ADDRESS.search(said) and (year or time) else 1
    if first[:1].isdigit() and year and time and len(said) < 100:  # Thunderbird: `23.11.2026 09:12, Anna Nowak:`
        return 1
    if address and _AFTER_ADDRESS.search(said):  # Horde: `Quoting Anna <anna@example.pl>:`
        return 1
    short = len(words) <= 6 and (said[:1].isupper() or first in WROTE)
    return 1 if wrote and (year or time or short) else 0


def label_in(line: str) -> tuple[str, str]:
    """The field that the line gives a value to, and the value; ("", "") when it begins with no label."""
    head, colon, value = line.partition(":")
    if not colon:
        head, colon, value = line.partition("：")
    if not colon or len(head) > _LONGEST_LABEL:
        return "", ""
    field = _field_of(head)
    return (field, value.strip(" \t\xa0*|")) if field else ("", "")


@lru_cache(maxsize=2_048)
def _field_of(label: str) -> str:
    return LABELS.get(plain(label), "")


def text_header_at(lines: Sequence[str], number: int, *, announced: bool) -> TextHeader | None:
    """`announced`: a rule, a mark or the mail's HTML says that a message begins here, so less evidence is enough."""
    first, _ = label_in(lines[number])
    if not first or (first in {"cc", "others"} and not announced):
        return None
    fields: dict[str, str] = {}
    after = last = number
    while after < min(number + _MOST_HEADER_LINES, len(lines)):
        line = lines[after].lstrip(" \t\xa0>").rstrip()
        field, value = label_in(line)
        if field and field not in fields:
            fields[field] = value
            last, after = after, after + 1
        elif field in {"others", "cc"} and last == after - 1:
            last, after = after, after + 1
        elif _goes_on(lines, after, last, fields):
            if line:
                fields[list(fields)[-1]] += f" {line}"
            after += 1
        else:
            break
    points = _evidence(fields)
    if points < (3 if announced else 4 if first == "sender" else 6):
        return None
    sender = plain(lines[number].partition(":")[0]) if first == "sender" else ""
    return TextHeader(last + 1, fields, SENDER_LABELS.get(sender, frozenset()))


def is_like_header(lines: Sequence[str], number: int) -> bool:
    """Whether three lines have the shape of a header, in whatever language, one with an address, one with a date."""
    block = lines[number : number + _FEWEST_FIELDS]
    if len(block) < _FEWEST_FIELDS or not all(_FIELD.match(line) for line in block):
        return False
    return any(map(_ADDRESS.search, block)) and any(_YEAR.search(line) and _TIME.search(line) for line in block)


def _goes_on(lines: Sequence[str], number: int, last: int, fields: Mapping[str, str]) -> bool:
    """Whether a line without a label stands inside the header: a wrapped value, or a blank line. A label follows it."""
    if number - last > 2:
        return False
    return any(
        (found := label_in(one.strip(" \t\xa0>"))[0]) and found not in fields for one in lines[number + 1 : number + 3]
    )


def _evidence(fields: Mapping[str, str]) -> int:
    """0 for what people write themselves: `From: Warsaw, To: Berlin, Date: 5 May 2026, 10:00` is a journey."""
    address = any(_ADDRESS.search(fields.get(field, "")) for field in ("sender", "to"))
    if not (address or "subject" in fields) or not {"date", "subject"} & fields.keys():
        return 0
    if "sender" not in fields and not {"date", "to"} <= fields.keys():
        return 0
    points = len({"sender", "date", "to", "cc"} & fields.keys()) + 2 * ("subject" in fields)
    points += 2 * sum(bool(_ADDRESS.search(fields.get(field, ""))) for field in ("sender", "to"))
    date = fields.get("date", "")
    return points + bool(_YEAR.search(date)) + bool(_TIME.search(date))
