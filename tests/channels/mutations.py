"""Mails as they look after an accident: structure-aware mutations of real ones, each told by its number."""

from __future__ import annotations

import json
import os
import random
import re
from base64 import b64decode, b64encode
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from pathlib import Path

from tests.channels.hostile_messages import GROWING
from tests.channels.payloads import every_sample, sample

CORPORA = "FUZZ_CORPORA"  # a folder of *.jsonl with mails under `raw_b64`
TOKENS = (
    b"\x00",
    b"\xff\xfe",
    b"\r",
    b"\n\n",
    b'"',
    b"<",
    b"(",
    b"=?utf-8?B?",
    b"=?klingon?Q?=FF?=",
    b"\r\n--",
    b"\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n",
    b"\r\nContent-Type: message/rfc822\r\n\r\n",
    b"\r\nContent-Transfer-Encoding: base64\r\n",
    b"\r\nFrom: x@y.pl\r\n",
    b"charset=utf-16",
    b"; filename*0*=a'b'%ff; filename*1=",
    b"Date: Mon, 1 Jan 99999 10:00 +9999",
    b"\xed\xa0\x80",
    b"<div><blockquote><table><tr><td>",
    b"\\ud800",
    b"{[",
    b"begin 644 a\r\n",
    b"\x1b$B",
    b"\x78\x9f\x3e\x22\x01\x00",
    b"{\\rtf1\\fromhtml1 ",
    b"(This file must be converted with BinHex 4.0)\r\n:",
    b"\r\n-- \r\n",
    b"\r\n> ",
    b"\r\nOn Mon, Nov 23, 2026 Anna <a@b.pl> wrote:\r\n",
    b"\r\n---------- Forwarded message ---------\r\nFrom: a@b.pl\r\nSubject: x\r\n\r\n",
)
LABELS = (
    b"utf-8",
    b"iso-8859-2",
    b"utf-16",
    b"utf-7",
    b"gb2312",
    b"iso-2022-jp",
    b"hz",
    b"klingon",
    b"",
    b'"',
    b"big5",
)
ENCODINGS = (b"base64", b"quoted-printable", b"8bit", b"x-uuencode", b"x-binhex", b"odd", b"")
KINDS = (
    b"text/plain",
    b"text/html",
    b"text/plain; format=flowed; delsp=yes",
    b"multipart/mixed",
    b"multipart/alternative; boundary=b1",
    b"multipart/related; boundary=none",
    b"multipart/digest",
    b"multipart/report; report-type=delivery-status",
    b"message/rfc822",
    b"message/delivery-status",
    b"message/partial; number=1; total=2",
    b"application/ms-tnef",
    b"application/mac-binhex40",
    b"application/pdf",
    b"text/calendar; method=REQUEST",
    b"/",
)
_FIELD = re.compile(rb"^[A-Za-z-]+:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n", re.MULTILINE)
_DELIMITER = re.compile(rb"^--[^\r\n]+\r?\n", re.MULTILINE)
_CHARSET = re.compile(rb"charset=\"?[\w-]*\"?", re.IGNORECASE)
_ENCODING = re.compile(rb"(?i)(?<=transfer-encoding: )[^\r\n]*")
_KIND = re.compile(rb"(?i)(?<=content-type: )[^;\r\n]*")
_BOUNDARY = re.compile(rb"(?i)boundary=[^;\r\n]*")

Chance = random.Random


@cache
def originals() -> tuple[tuple[str, bytes], ...]:
    """Channel and message: our samples, small forms of the hostile ones, and corpora where there are some."""
    mails = [(channel, sample(channel, name)) for channel, name in every_sample()]
    mails += [("email", build(3)) for build in GROWING.values()]
    folder = os.environ.get(CORPORA, "")
    corpora = sorted(Path(folder).glob("*.jsonl")) if folder else []
    if folder and not corpora:
        raise FileNotFoundError(f"{CORPORA}={folder}: there is no *.jsonl in that folder.")
    for path in corpora:
        rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
        mails += [("email", b64decode(row["raw_b64"])) for row in rows if "raw_b64" in row]
    return tuple(mails)


def mutated(number: int) -> tuple[str, bytes]:
    """Channel and message; the same number always gives the same while the originals are the same."""
    chance = random.Random(number)
    channel, raw = chance.choice(originals())
    for _ in range(chance.randint(1, 5)):
        raw = chance.choice(MUTATIONS)(chance, raw)
    return channel, raw[:200_000]


def _span(chance: Chance, pattern: re.Pattern[bytes], raw: bytes) -> tuple[int, int]:
    found = [match.span() for match in pattern.finditer(raw)]
    return chance.choice(found) if found else (chance.randint(0, len(raw)),) * 2


def _replace(pattern: re.Pattern[bytes], choices: tuple[bytes, ...]) -> Callable[[Chance, bytes], bytes]:
    def change(chance: Chance, raw: bytes) -> bytes:
        start, end = _span(chance, pattern, raw)
        return raw[:start] + chance.choice(choices) + raw[end:]

    return change


def _drop(pattern: re.Pattern[bytes]) -> Callable[[Chance, bytes], bytes]:
    def change(chance: Chance, raw: bytes) -> bytes:
        start, end = _span(chance, pattern, raw)
        return raw[:start] + raw[end:]

    return change


def _repeat(pattern: re.Pattern[bytes]) -> Callable[[Chance, bytes], bytes]:
    def change(chance: Chance, raw: bytes) -> bytes:
        start, end = _span(chance, pattern, raw)
        at = _span(chance, pattern, raw)[0]
        return raw[:at] + raw[start:end] * chance.randint(1, 3) + raw[at:]

    return change


def _move_part(chance: Chance, raw: bytes) -> bytes:
    """A part to another place, once more or away: parts end where the next delimiter begins."""
    cuts = [0, *(match.start() for match in _DELIMITER.finditer(raw)), len(raw)]
    pieces = [raw[start:end] for start, end in pairwise(cuts)]
    piece = chance.choice(pieces)
    if chance.random() < 0.5:
        pieces.remove(piece)
    pieces.insert(chance.randint(0, len(pieces)), piece)
    return b"".join(pieces)


def _unfold(chance: Chance, raw: bytes) -> bytes:
    start, end = _span(chance, _FIELD, raw)
    return raw[:start] + re.sub(rb"\n[ \t]+", b"\n", raw[start:end]) + raw[end:]


def _line_ends(chance: Chance, raw: bytes) -> bytes:
    return re.sub(rb"\r?\n", lambda _: chance.choice((b"\r\n", b"\n", b"\r", b"\r\r\n")), raw)


def _one_line_end(chance: Chance, raw: bytes) -> bytes:
    return raw.replace(b"\r\n", chance.choice((b"\n", b"\r", b"\n\r")))


def _wrap(chance: Chance, raw: bytes) -> bytes:
    kind = chance.choice(KINDS)
    return (
        b"Content-Type: " + kind + chance.choice((b"", b"; boundary=w")) + b"\r\n\r\n--w\r\n" + raw + b"\r\n--w--\r\n"
    )


def _encode_body(chance: Chance, raw: bytes) -> bytes:
    head, blank, body = raw.partition(b"\r\n\r\n")
    return head + b"\r\nContent-Transfer-Encoding: " + chance.choice(ENCODINGS) + blank + b64encode(body)


def _splice(chance: Chance, raw: bytes) -> bytes:
    at = chance.randint(0, len(raw))
    return raw[:at] + chance.choice(TOKENS) * chance.choice((1, 1, 1, 7)) + raw[at:]


def _cut(chance: Chance, raw: bytes) -> bytes:
    at = chance.randint(0, len(raw))
    return raw[:at] if chance.random() < 0.5 else raw[:at] + raw[at + chance.randint(0, 60) :]


def _double(chance: Chance, raw: bytes) -> bytes:
    at = chance.randint(0, len(raw))
    return raw[:at] + raw[at : at + chance.randint(1, 800)] + raw[at:]


def _flip(chance: Chance, raw: bytes) -> bytes:
    changed = bytearray(raw)
    for _ in range(chance.randint(1, 20) if changed else 0):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _store(chance: Chance, raw: bytes) -> bytes:
    first = (b"From a@b.pl Mon Nov 23 10:00:00 2026\n", b"BANNER\n\n", b"\r\n\r\n", b"\xef\xbb\xbf", b">From x\r\n")
    return chance.choice(first) + raw


MUTATIONS: tuple[Callable[[Chance, bytes], bytes], ...] = (
    _replace(_CHARSET, tuple(b"charset=" + label for label in LABELS)),
    _replace(_ENCODING, ENCODINGS),
    _replace(_KIND, KINDS),
    _replace(_BOUNDARY, (b"boundary=x", b'boundary="', b"", b"boundary=b1")),
    _replace(_DELIMITER, (b"", b"--b1--\r\n", b"--x\r\n", b"text --b1\r\n")),
    _drop(_FIELD),
    _drop(_DELIMITER),
    _repeat(_FIELD),
    _repeat(_DELIMITER),
    _move_part,
    _unfold,
    _line_ends,
    _one_line_end,
    _wrap,
    _encode_body,
    _splice,
    _splice,
    _cut,
    _double,
    _flip,
    _store,
)
