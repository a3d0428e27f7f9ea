"""The mails that two products are given: conversations of customers, each with one sentence that nobody else writes.

A mail belongs to one matter of one customer. What has to become of it is not a matter of taste: its sentence is to be
read somewhere, letter by letter; it is kept with the other mails of its matter, and with nobody else's; and when it is
delivered a second time nothing is added.
"""

from __future__ import annotations

import base64
import quopri
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

# Each has letters that a wrong charset turns into others. The number makes it somebody's own.
SENTENCES = (
    "Zażółć gęślą jaźń, przesyłka {0} nie dotarła",
    "Proszę o fakturę za zamówienie {0}, ślę uściski z Łodzi",
    "Der Kühlschrank {0} läuft nicht, schöne Grüße",
    "La référence {0} a été reçue abîmée",
    "My order {0} came without the café table",
)
POLISH = SENTENCES[0]
TO = "pomoc@hub.example"


@dataclass(frozen=True)
class Mail:
    """`shape` says what is particular about it; `matter` whose it is and which."""

    shape: str
    matter: str
    sender: str
    raw: bytes
    sentence: str
    answers: bool = False


def conversations(seed: int, rounds: int) -> list[Mail]:
    """In the order in which they arrive: first every opening, then every answer."""
    chance = random.Random(seed)
    openings: list[Mail] = []
    answers: list[Mail] = []
    for number in range(rounds):
        for shape in OPENINGS:
            opening = _opening(shape, f"{shape.__name__}{number}", chance)
            openings.append(opening)
            answers += [make(opening, chance) for make in chance.sample(ANSWERS, 2)]
    return openings + answers


def _header(sender: str, subject: str, message_id: str, *more: str) -> bytes:
    lines = (
        f"From: Klient {sender.partition('@')[0]} <{sender}>",
        f"To: {TO}",
        f"Subject: {subject}",
        f"Message-ID: <{message_id}>",
        "Date: Mon, 23 Nov 2026 10:00:00 +0100",
        "MIME-Version: 1.0",
        *more,
    )
    return "\r\n".join(lines).encode() + b"\r\n"


def _opening(shape: Callable[[str], tuple[str, bytes]], matter: str, chance: random.Random) -> Mail:
    sender = f"{matter.lower()}@klient.example"
    written, rest = shape(f"{chance.randrange(10**9):09}")
    # Half of the customers of this world write the same subject.
    subject = "Reklamacja" if chance.random() < 0.5 else f"Sprawa {matter}"
    return Mail(shape.__name__, matter, sender, _header(sender, subject, f"{matter}@klient.example") + rest, written)


def plain_utf8(number: str) -> tuple[str, bytes]:
    written = POLISH.format(number)
    return written, _part("text/plain; charset=utf-8", "8bit", written.encode())


def quoted_printable(number: str) -> tuple[str, bytes]:
    written = SENTENCES[1].format(number)
    return written, _part("text/plain; charset=utf-8", "quoted-printable", quopri.encodestring(written.encode()))


def latin_2(number: str) -> tuple[str, bytes]:
    written = POLISH.format(number)
    return written, _part("text/plain; charset=iso-8859-2", "8bit", written.encode("iso-8859-2"))


def windows_1250_base64(number: str) -> tuple[str, bytes]:
    written = SENTENCES[1].format(number)
    encoded = base64.encodebytes(written.encode("cp1250"))
    return written, _part('text/plain; charset="windows-1250"', "base64", encoded)


def windows_1250_called_latin_1(number: str) -> tuple[str, bytes]:
    """As some web mailers still do it: the label is wrong, and the letters tell."""
    written = POLISH.format(number)
    return written, _part("text/plain; charset=iso-8859-1", "8bit", written.encode("cp1250"))


def undeclared_utf8(number: str) -> tuple[str, bytes]:
    written = SENTENCES[2].format(number)
    return written, b"\r\n" + written.encode() + b"\r\n"


def html_only(number: str) -> tuple[str, bytes]:
    written = SENTENCES[3].format(number)
    page = f'<html><head><meta charset="utf-8"></head><body><p>{written}</p></body></html>'
    return written, _part("text/html; charset=utf-8", "8bit", page.encode())


def text_and_html(number: str) -> tuple[str, bytes]:
    written = SENTENCES[4].format(number)
    parts = (
        _part("text/plain; charset=utf-8", "8bit", written.encode()),
        _part("text/html; charset=utf-8", "8bit", f"<div>{written}</div>".encode()),
    )
    return written, _multipart("alternative", *parts)


def with_a_file(number: str) -> tuple[str, bytes]:
    written = POLISH.format(number)
    file = b"Content-Type: application/pdf; name=umowa.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    file += base64.encodebytes(b"%PDF-1.4 " + number.encode())
    return written, _multipart("mixed", _part("text/plain; charset=utf-8", "8bit", written.encode()), file)


def unknown_charset(number: str) -> tuple[str, bytes]:
    written = SENTENCES[1].format(number)
    return written, _part("text/plain; charset=utf8mb4", "8bit", written.encode())


OPENINGS = (
    plain_utf8,
    quoted_printable,
    latin_2,
    windows_1250_base64,
    windows_1250_called_latin_1,
    undeclared_utf8,
    html_only,
    text_and_html,
    with_a_file,
    unknown_charset,
)


def _part(content_type: str, encoding: str, body: bytes) -> bytes:
    head = f"Content-Type: {content_type}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    return head.encode() + body + b"\r\n"


def _multipart(kind: str, *parts: bytes) -> bytes:
    inner = b"".join(b"--grenze\r\n" + part for part in parts)
    return f"Content-Type: multipart/{kind}; boundary=grenze\r\n\r\n".encode() + inner + b"--grenze--\r\n"


def _answer(opening: Mail, shape: str, chance: random.Random, text: str, *more: str, subject: str = "") -> Mail:
    number = f"{chance.randrange(10**9):09}"
    written = SENTENCES[1].format(number)
    header = _header(
        opening.sender, subject or f"Re: Sprawa {opening.matter}", f"{number}.{opening.matter}@klient.example", *more
    )
    body = _part("text/plain; charset=utf-8", "8bit", text.format(written).encode())
    return Mail(shape, opening.matter, opening.sender, header + body, written, answers=True)


def answer_above_the_quote(opening: Mail, chance: random.Random) -> Mail:
    text = "{0}\r\n\r\nOn Mon, Nov 23, 2026 at 10:00 AM Klient <" + opening.sender + "> wrote:\r\n> dawne słowa\r\n"
    return _answer(opening, "answer_above_the_quote", chance, text, f"In-Reply-To: <{opening.matter}@klient.example>")


def answer_in_polish_outlook(opening: Mail, chance: random.Random) -> Mail:
    text = (
        "{0}\r\n\r\n________________________________\r\nOd: Pomoc <pomoc@hub.example>\r\n"
        "Wysłane: poniedziałek, 23 listopada 2026 10:00\r\nDo: Klient\r\nTemat: Sprawa\r\n\r\ndawne słowa\r\n"
    )
    return _answer(
        opening,
        "answer_in_polish_outlook",
        chance,
        text,
        f"In-Reply-To: <{opening.matter}@klient.example>",
        f"References: <{opening.matter}@klient.example>",
    )


def answer_below_the_quote(opening: Mail, chance: random.Random) -> Mail:
    text = "Dnia 23.11.2026 o 10:00 Pomoc napisał(a):\r\n> Dzień dobry,\r\n> jaki to numer?\r\n\r\n{0}\r\n"
    return _answer(opening, "answer_below_the_quote", chance, text, f"In-Reply-To: <{opening.matter}@klient.example>")


def answer_told_by_references(opening: Mail, chance: random.Random) -> Mail:
    """Some programs put the id of what they answer last of many, and leave In-Reply-To away."""
    return _answer(
        opening,
        "answer_told_by_references",
        chance,
        "{0}\r\n",
        f"References: <older@elsewhere.example> <{opening.matter}@klient.example>",
    )


def stranger_with_the_id(opening: Mail, chance: random.Random) -> Mail:
    """Somebody else, to whom the mail was passed on, writes on a matter of his own by answering it."""
    answered = _answer(
        opening, "stranger_with_the_id", chance, "{0}\r\n", f"In-Reply-To: <{opening.matter}@klient.example>"
    )
    sender = f"obcy.{opening.sender}"
    raw = answered.raw.replace(f"<{opening.sender}>".encode(), f"<{sender}>".encode(), 1)
    return Mail(answered.shape, f"obcy.{opening.matter}", sender, raw, answered.sentence)


ANSWERS = (
    answer_above_the_quote,
    answer_in_polish_outlook,
    answer_below_the_quote,
    answer_told_by_references,
    stranger_with_the_id,
)


def broken(mutated: Callable[[int], tuple[str, bytes]], count: int) -> Iterator[bytes]:
    """Damaged mails, as many as asked for, of those that the fuzzing makes."""
    number = 0
    while count:
        channel, raw = mutated(number)
        number += 1
        if channel == "email":
            count -= 1
            yield raw
