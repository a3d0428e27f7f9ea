"""Reads a forwarded message out of the lines of a mail: who wrote it, when, about what, and what it says."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from chalicelib.content import limits
from chalicelib.content.mailboxes import Mailbox
from chalicelib.content.plain_text import one_line
from chalicelib.content.text_headers import as_typed, attribution_at, mark_in, text_header_at
from chalicelib.domain.messages import ForwardedMessage

_MOST_LINES_ABOVE_HEADER = 4
_ADDRESS = re.compile(r"(?:mailto:)?([^\s<>()\[\]\"',;:„”“«»]+@[^\s<>()\[\]\"',;:„”“«»]+)")
_BRACKETS = re.compile(r"[<(\[]+[^<>()\[\]]*@[^<>()\[\]]*[>)\]]+|\[mailto:[^\]]*\]?")
_QUOTED_NAME = re.compile(r"[\"„”“«»]\s*([^\"„”“«»<>@]{1,100}?)\s*[\"„”“«»]")
_UP_TO_TIME = re.compile(r".*\d{1,2}[:.h]\d\d(?::\d\d)?(?:\s*[AaPp]\.?[Mm]\.?)?[\s,]*(?=\D)")
_PARTICLES = frozenset("de da di do dos van von der den del la le af av el al bin ten ter zu".split())


def parse_forward(lines: Sequence[str], subject: str = "") -> ForwardedMessage:
    """`lines` begin with the mark, the header or the attribution. What has none of them is all body.

    `subject`: the one that was forwarded, as far as the mail's own subject tells it.
    """
    marked = [line.lstrip(" ").startswith(">") for line in lines if line.strip()]
    if all(marked[1:]) and any(marked):
        lines = [_without_mark(line) for line in lines]
    seen = as_typed(list(lines))
    at = _first_filled(seen, 0)
    after = at + 1 if at < len(lines) and mark_in(seen[at]) else at
    for number in range(after, min(after + _MOST_LINES_ABOVE_HEADER, len(lines))):
        header = text_header_at(seen, number, announced=True) if seen[number].strip() else None
        if header:
            sender = _mailbox(header.fields.get("sender", ""))
            return _message(lines, header.after, sender, {"subject": subject, **header.fields})
    attribution = attribution_at(seen, after) if after < len(lines) else None
    if attribution:
        fields = {"subject": subject, "date": _date_of(attribution.text)}
        return _message(lines, attribution.after, _attributed(attribution.text), fields)
    return _message(lines, after, Mailbox("", ""), {"subject": subject})


def _message(lines: Sequence[str], after: int, sender: Mailbox, fields: Mapping[str, str]) -> ForwardedMessage:
    body = list(lines[after:])
    filled = [line for line in body if line.strip()]
    if filled and all(line.lstrip(" ").startswith(">") for line in (filled[0], filled[-1])):
        body = [_without_mark(line) for line in body]
    return ForwardedMessage(
        sender_name=one_line(sender.name, limits.LONGEST_NAME),
        sender_address=sender.address[: limits.LONGEST_ADDRESS],
        subject=one_line(fields.get("subject", "").strip("*_ "), limits.LONGEST_SUBJECT),
        sent_at=one_line(fields.get("date", "").strip("*_ "), limits.LONGEST_NAME),
        header="\n".join(lines[:after]).strip("\n"),
        body="\n".join(body).strip("\n"),
    )


def _mailbox(value: str) -> Mailbox:
    """`Anna <anna@example.pl>`, `Anna [mailto:anna@example.pl]`, `anna@example.pl`, in whatever decoration."""
    found = _ADDRESS.search(value)
    before = value[: found.start()] if found else value
    name = before if before.strip(" *\"'<([") else _BRACKETS.sub(" ", value)
    if found and found[1] in name:
        name = name.replace(found[1], " ")
    return Mailbox(" ".join(name.strip(" \t*_\"'<>()[],;|").split()), found[1] if found else "")


def _attributed(said: str) -> Mailbox:
    """Whoever is named before the address in `On 23.11.2026 09:12, "Anna Nowak" <anna@example.pl> wrote:`."""
    address = _ADDRESS.search(said)
    before = said[: address.start()].rstrip(" <([\"'") if address else said.rstrip(": ")
    quoted = _QUOTED_NAME.search(said)
    name = quoted[1] if quoted else _UP_TO_TIME.sub("", before, count=1).strip(" ,")
    return Mailbox(name if quoted else _last_capitalised(name), address[1] if address else "")


def _last_capitalised(words: str) -> str:
    """The name at the end of `użytkownik Anna Nowak`; all of it when nothing there is capitalised."""
    found: list[str] = []
    for word in reversed(words.split()):
        if not (word[0].isupper() or not word[0].isalpha() or (found and word in _PARTICLES)):
            break
        found.insert(0, word)
    return " ".join(found) or words


def _date_of(said: str) -> str:
    found = re.search(r"\d.*\d{1,2}[:.h]\d\d(?:\s*[AaPp][Mm])?|\d{1,4}[./-]\d{1,2}[./-]\d{1,4}", said)
    return found[0] if found else ""


def _without_mark(line: str) -> str:
    content = line.lstrip(" ")
    return content[1:].removeprefix(" ") if content.startswith(">") else line


def _first_filled(lines: Sequence[str], start: int) -> int:
    return next((number for number in range(start, len(lines)) if lines[number].strip()), len(lines))
