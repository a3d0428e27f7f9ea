"""What a fax gateway says in the mail that brings a fax: whose wording it is, from which number, how many pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest

from chalicelib.content.addresses import phone_point
from chalicelib.content.fax_gateways import KNOWN_GATEWAYS
from chalicelib.content.fax_patterns import Line, find_in_line, plain_line
from chalicelib.domain.contact_points import ContactPoint, PointKind
from chalicelib.domain.faxes import FaxGateway

_MOST_LINES = 120  # of a gateway's text that are looked at; what gateways write is far shorter
_IN_LOCAL_PART = re.compile(r"fax=(\+?\d{4,20})(?:/[^@]*)?@.*")  # RFC 3965, 3: FAX=number@host; RFC 3191: /T33S=...
_NAMELESS = frozenset({
    "", "unknown", "unavailable", "anonymous", "none", "withheld", "private", "restricted", "blocked", "out-of-area",
    "null", "n/a", "no", "unbekannt", "anonym", "unterdrückt", "inconnu", "anonyme", "masqué", "nieznany",
    "nieznanego", "zastrzeżony", "zastrzeżonego", "anonimowy", "brak", "desconocido", "oculto", "anónimo",
    "sconosciuto", "anonimo", "onbekend", "anoniem", "neznámý", "skryté", "okänd", "ukendt", "ukjent", "tuntematon",
    "ismeretlen", "necunoscut", "bilinmeyen", "неизвестный", "невідомий",
})  # fmt: skip
# 1-613-701-0200: written so nowhere else; in countries with numbers of any length it could be one of theirs.
_NORTH_AMERICAN = re.compile(r"1[-. ]\(?[2-9]\d\d\)?[-. ][2-9]\d\d[-. ]\d{4}")
_FEWEST_DIGITS = 3
_LABELS = FaxGateway(
    name="", subjects=(), lines=tuple(dict.fromkeys(line for one in KNOWN_GATEWAYS for line in one.lines))
)


@dataclass(frozen=True, slots=True)
class FaxNotice:
    """`numbers`: what may be the sender's number, the surest first, each with where it stood.

    `name`: what the sending machine calls itself, "" when that is no name. `is_report`: it is about a fax of ours.
    """

    gateway: str
    numbers: tuple[tuple[str, str], ...] = ()
    name: str = ""
    pages: int | None = None
    is_report: bool = False


def read_fax_notice(own: Iterable[FaxGateway], sender: str, subject: str, text: str) -> FaxNotice | None:
    """`own`: the operator's gateways, asked before the known ones. None when no wording fits.

    A subject of a gateway's fax goes before that of a report: "Fax sent from +48..." names a sender.
    """
    gateways = [gateway for gateway in (*own, *KNOWN_GATEWAYS) if _may_write(gateway, sender)]
    line = plain_line(subject)
    for gateway in gateways:
        values = _best_fit(gateway.subjects, line)
        if values is not None:
            return _notice(gateway, sender, values, text, subject)
    report = next((gateway for gateway in gateways if _first_fit(gateway.reports, line) is not None), None)
    if report:
        return FaxNotice(report.name, is_report=True)
    for told in _numbered_lines(text):
        for gateway in gateways:
            if _first_fit(gateway.announcements, told) is not None:
                return _notice(gateway, sender, {}, text)
    return FaxNotice("t37", _in_local_part(sender)) if _in_local_part(sender) else None


def read_unworded(sender: str, subject: str, text: str) -> FaxNotice:
    """Of a mail that is a fax by its sender, though no wording is known: what can be found by labels."""
    return _notice(_LABELS, sender, {}, f"{subject}\n{text}")


def fax_point(number: str, country: str) -> ContactPoint | None:
    """Some gateways leave out the plus of an international number; a national one has less than eleven digits."""
    if _NORTH_AMERICAN.fullmatch(number):
        return phone_point(f"+{number}", country, PointKind.FAX)
    point = phone_point(number, country, PointKind.FAX)
    if point is None and number[:1] in "123456789" and _digits(number) > 10:
        return phone_point(f"+{number}", country, PointKind.FAX)
    return point


def example_problem(gateway: FaxGateway) -> str:
    """What is wrong with an operator's gateway by its own example, or ""."""
    example = gateway.example
    if example is None:
        return ""
    if not _may_write(gateway, example.sender.lower()):
        return f"the example comes from {example.sender}, which is not among its senders"
    values = _best_fit(gateway.subjects, plain_line(example.subject))
    if values is None:
        return "none of its subjects fits the example's"
    notice = _notice(gateway, example.sender.lower(), values, example.text, example.subject)
    points = (fax_point(number, example.country) for number, _ in notice.numbers)
    found = next((point.value for point in points if point), "")
    if found != example.number:
        return f"the example's number is read as {found or 'withheld'!r}, not {example.number or 'withheld'!r}"
    if notice.pages != example.pages:
        return f"the example's pages are read as {notice.pages}, not {example.pages}"
    return ""


def _notice(gateway: FaxGateway, sender: str, values: Mapping[str, str], text: str, subject: str = "") -> FaxNotice:
    told = _told(gateway, text)
    candidates = (
        (values.get("caller", ""), "caller ID in the subject"),
        *_in_local_part(sender),
        (values.get("number", ""), "subject"),
        (told.get("caller", ""), "caller ID in the text"),
        (told.get("number", ""), "text"),
        (values.get("name", ""), "name of the sending machine"),
    )
    numbers = tuple((number, place) for number, place in candidates if _digits(number) >= _FEWEST_DIGITS)
    names = (values.get("name", ""), values.get("number", ""), told.get("name", ""))
    pages = values.get("pages") or told.get("pages") or _told(_LABELS, subject).get("pages")
    return FaxNotice(
        gateway=gateway.name,
        numbers=tuple(dict.fromkeys(numbers)),
        name=next((name for name in names if _is_name(name)), ""),
        pages=int(pages) if pages and int(pages) else None,
    )


def _told(gateway: FaxGateway, text: str) -> Mapping[str, str]:
    """The first usable value of each kind in the lines of the text: by the gateway's own labels, else by any known."""
    values: dict[str, str] = {}
    for line in _numbered_lines(text) if gateway is _LABELS else map(plain_line, _lines(text)):
        for pattern in gateway.lines:
            for name, value in (find_in_line(pattern, line) or {}).items():
                if name == "name" or any(letter.isdigit() for letter in value):
                    values.setdefault(name, value)
    found_number = bool({"caller", "number"} & values.keys())
    return values if found_number or gateway is _LABELS else {**_told(_LABELS, text), **values}


def _numbered_lines(text: str) -> Iterator[Line]:
    """Only what has a digit can tell a number; most lines have none, and there are hundreds of patterns."""
    return (plain_line(line) for line in _lines(text) if any(letter.isdigit() for letter in line))


def _lines(text: str) -> Iterator[str]:
    """A label at the end of a line is joined with what it labels, on the next."""
    lines = text.splitlines()[:_MOST_LINES]
    for line, following in zip_longest(lines, lines[1:], fillvalue=""):
        yield f"{line} {following}" if line.rstrip().endswith(":") else line


def _best_fit(patterns: Iterable[str], line: Line) -> Mapping[str, str] | None:
    """The first that gives a number, else the first that fits at all: a name may stand where others have the number."""
    fits = [values for pattern in patterns if (values := find_in_line(pattern, line)) is not None]
    return next((values for values in fits if _digits(_number_in(values)) >= _FEWEST_DIGITS), next(iter(fits), None))


def _number_in(values: Mapping[str, str]) -> str:
    return values.get("caller", "") or values.get("number", "")


def _first_fit(patterns: Iterable[str], line: Line) -> Mapping[str, str] | None:
    fits = (find_in_line(pattern, line) for pattern in patterns)
    return next((values for values in fits if values is not None), None)


def _may_write(gateway: FaxGateway, sender: str) -> bool:
    domain = sender.rpartition("@")[2]
    return not gateway.senders or any(
        sender == one if "@" in one else domain == one or domain.endswith(f".{one}") for one in gateway.senders
    )


def _in_local_part(sender: str) -> tuple[tuple[str, str], ...]:
    found = _IN_LOCAL_PART.fullmatch(sender.lower())
    return ((found[1], "local part of the sender"),) if found else ()


def _is_name(name: str) -> bool:
    return any(letter.isalpha() for letter in name) and name.lower() not in _NAMELESS


def _digits(number: str) -> int:
    return sum(letter.isdigit() for letter in number)
