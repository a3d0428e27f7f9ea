"""Messages made to hurt whoever reads them, and a process that reads each of them between walls.

    python -m tests.channels.hostile_messages

prints one line of JSON per message: its name, what became of it, seconds of CPU, megabytes of memory. Each is made and
read in a fork of its own, with the address space that the product's own parsing process has.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
import zlib
from base64 import b64encode
from collections.abc import Callable

from chalicelib.channels.protocol import parse_in_process
from chalicelib.domain.errors import Unparsable
from chalicelib.domain.messages import ParkedMessage
from chalicelib.gateways.parsing_process import ADDRESS_SPACE
from tests.channels.payloads import INBOXES, OURS, receipt

MEGABYTE = 1024 * 1024
PLAIN = b"From: a@b.pl\r\nSubject: x\r\n\r\n"
PAGE = b"From: a@b.pl\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
MIXED = b"From: a@b.pl\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
CODED = b"From: a@b.pl\r\nContent-Type: %s\r\nContent-Transfer-Encoding: %s\r\n\r\n"


def nested(levels: int) -> bytes:
    return b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(levels))


def field(name: bytes, value: bytes) -> bytes:
    return b"From: a@b.pl\r\n" + name + b": " + value + b"\r\n\r\nx"


def filled(head: bytes, piece: bytes, size: int) -> bytes:
    return head + piece * (size // len(piece))


def every_way_of_lying_about_parts(count: int) -> bytes:
    part = b"--b\r\nContent-Type: multipart/mixed\r\nContent-Type: text/plain; charset=utf-16\r\n\r\n--b--\r\n"
    return MIXED + part * count


def pdf_of_nothing(size: int) -> bytes:
    return b"%PDF-1.4\n1 0 obj<</Filter/FlateDecode>>stream\n" + zlib.compress(bytes(size)) + b"\nendstream endobj"


# Grow with their number, which is a count or a size; so they also show whether time grows with size.
GROWING: dict[str, Callable[[int], bytes]] = {
    "lines": lambda n: PLAIN + b"Dzien dobry, prosze o fakture.\r\n" * n,
    "empty lines": lambda n: PLAIN + b"\r\n" * n,
    "blanks in one line": lambda n: PLAIN + b"a" + b" " * n + b"b",
    "one long line": lambda n: PLAIN + b"word " * n,
    "quoted lines": lambda n: PLAIN + b"> a\r\n" * n,
    "deep quotes": lambda n: PLAIN + b">" * n,
    "marks with blanks": lambda n: PLAIN + b"> " * n,
    "lines that begin with On": lambda n: PLAIN + b"On\r\n" * n,
    "lines that begin with From:": lambda n: PLAIN + b"From: a\r\n" * n,
    "attributions": lambda n: PLAIN + b"On Mon, Nov 23, 2026 at 9:12 AM Anna <a@b.pl> wrote:\r\n" * n,
    "attributions and quotes": lambda n: PLAIN + b"On Mon, Nov 23, 2026 Anna <a@b.pl> wrote:\r\n> x\r\n\r\n" * n,
    "header blocks": lambda n: PLAIN + b"From: a@b.pl\r\nSent: x\r\nTo: c@d.pl\r\nSubject: y\r\n\r\n" * n,
    "signature marks": lambda n: PLAIN + b"-- \r\nAnna\r\n" * n,
    "lines of dashes": lambda n: PLAIN + b"-----\r\n" * n,
    "rules across the page": lambda n: PLAIN + b"________________________________\r\n" * n,
    "forward marks": lambda n: PLAIN + b"---------- Forwarded message ---------\r\n" * n,
    "glued headers": lambda n: PLAIN + b"From: a@b.plTo: c@d.plSubject: x" * n,
    "a line of encoded bytes below the text": lambda n: PLAIN + b"Hello\r\n\r\n" + b"RnJvbTog" * n + b"=",
    "initials": lambda n: PLAIN + b"Hello\r\n\r\n" + b"A. " * n + b"=",
    "colons": lambda n: PLAIN + b":" * n,
    "addresses in the text": lambda n: PLAIN + b"a@b.pl " * n,
    "links": lambda n: PAGE + b"<a href='https://a.pl/'>a</a>" * n,
    "flowed lines": lambda n: b"Content-Type: text/plain; format=flowed\r\n\r\n" + b"> a \r\n" * n,
    "uuencoded files": lambda n: PLAIN + b"begin 644 a\r\n#0V%T\r\n`\r\nend\r\n" * n,
    "beginnings of uuencoded files": lambda n: PLAIN + b"begin 644 a\r\n#0V%T\r\n" * n,
    "raw letters": lambda n: PLAIN + "Proszę o fakturę. ".encode("cp1250") * n,
    "broken UTF-8": lambda n: PLAIN + b"\xc4" * n,
    "NULs": lambda n: PLAIN + b"\0" * n,
    "Japanese switches": lambda n: PLAIN + b"\x1b$B\x1b(B" * n,
    "invisible letters": lambda n: PLAIN + "\u200b\u202e".encode() * n,
    "elements": lambda n: PAGE + b"<p>a</p>" * n,
    "elements in elements": lambda n: PAGE + b"<div>" * n,
    "quotes in quotes": lambda n: PAGE + b"<blockquote>" * n,
    "tables in tables": lambda n: PAGE + b"<table><tr><td>" * n,
    "cells": lambda n: PAGE + b"<table><tr>" + b"<td>a</td>" * n,
    "attributes": lambda n: PAGE + b"<p " + b"a=b " * n + b">x</p>",
    "less-than signs": lambda n: PAGE + b"<" * n,
    "entities": lambda n: PAGE + b"&amp;" * n,
    "unfinished entities": lambda n: PAGE + b"&#" * n,
    "comments": lambda n: PAGE + b"<!--" * n,
    "styles": lambda n: PAGE + b"<style>" * n,
    "signatures of Gmail": lambda n: PAGE + b"<div class='gmail_signature'>" * n,
    "lists": lambda n: PAGE + b"<ul><li>a" * n,
    "pictures": lambda n: PAGE + b"<img src='https://a.pl/b'>" * n,
    "references to one part": lambda n: PAGE + b"<img src='cid:a'>" * n,
    "nearly delimiters": lambda n: MIXED + b"--b\r\n\r\n" + b"--bx\r\n" * n,
    "base64": lambda n: CODED % (b"application/pdf", b"base64") + b"QUJD" * n,
    "base64 in pieces": lambda n: CODED % (b"application/pdf", b"base64") + b"QQ==" * n,
    "broken base64": lambda n: CODED % (b"application/pdf", b"base64") + b"Q!" * n,
    "quoted-printable": lambda n: CODED % (b"text/plain", b"quoted-printable") + b"=C5=BC" * n,
    "soft line breaks": lambda n: CODED % (b"text/plain", b"quoted-printable") + b"=  " * n,
    "uuencoding": lambda n: CODED % (b"image/png", b"x-uuencode") + b"begin 644 a\n" + b"#0V%T\n" * n,
    "calendar": lambda n: CODED % (b"text/calendar", b"8bit") + b"BEGIN:VEVENT\r\n" * n,
    "encoded words": lambda n: field(b"Subject", b"=?utf-8?Q?=C4=85?= " * n),
    "beginnings of encoded words": lambda n: field(b"Subject", b"=?utf-8?Q?" * n),
    "question marks": lambda n: field(b"Subject", b"=?a?q?" + b"?" * n),
    "recipients": lambda n: field(b"To", b"a@b.pl, " * n),
    "comments in comments": lambda n: field(b"To", b"(" * n),
    "quotes in From": lambda n: b"From: " + b'"' * n + b"\r\n\r\nx",
    "backslashes in From": lambda n: b"From: " + b'"\\' * n + b"\r\n\r\nx",
    "angles in From": lambda n: b"From: " + b"<" * n + b"\r\n\r\nx",
    "groups": lambda n: field(b"To", b"a:" * n),
    "references": lambda n: field(b"References", b"<a@b> " * n),
    "parameters": lambda n: field(b"Content-Type", b"text/plain" + b";a=b" * n),
    "quotes in parameters": lambda n: field(b"Content-Type", b"text/plain; a=" + b'"' * n),
    "continuations": lambda n: field(b"Content-Disposition", b"attachment" + b"; filename*1*=%" * n),
    "folds": lambda n: b"Subject: a\r\n" + b" b\r\n" * n + b"\r\nx",
    "stray lines": lambda n: b"From: a@b.pl\r\n" + b"stray\r\n" * n + b"Subject: x\r\n\r\nx",
    "fields": lambda n: b"X: y\r\n" * n + b"\r\nx",
    "blank lines before all": lambda n: b"\r\n" * n + PLAIN,
}

# Built of the largest things that still come in, or of things that do not grow.
FIXED: dict[str, Callable[[], bytes]] = {
    "300 nested multiparts": lambda: nested(300),
    "3,000 nested multiparts": lambda: nested(3_000),
    "30 nested multiparts around 10 MB": lambda: filled(nested(30) + b"\r\n", b"--b\r\n", 10 * MEGABYTE),
    "2,000 nested messages": lambda: b"Content-Type: message/rfc822\r\n\r\n" * 2_000,
    "2,000 nested messages in base64": lambda: CODED % (b"message/rfc822", b"base64") * 2_000,
    "20,000 parts": lambda: filled(MIXED, b"--b\r\n\r\na\r\n", 200_000),
    "100,000 parts": lambda: filled(MIXED, b"--b\r\n\r\n", 700_000),
    "499 parts of 80 KB": lambda: filled(MIXED, b"--b\r\n\r\n" + b"word " * 16_000 + b"\r\n", 499 * 80_010),
    "499 pages of 70 KB": lambda: filled(
        MIXED, b"--b\r\nContent-Type: text/html\r\n\r\n" + b"<p>a</p>" * 9_000 + b"\r\n", 499 * 72_040
    ),
    "499 multiparts that lie about their boundary": lambda: filled(
        MIXED, b"--b\r\nContent-Type: multipart/mixed; boundary=none\r\n\r\n" + b"word " * 16_000, 498 * 80_060
    ),
    "contradictions": lambda: every_way_of_lying_about_parts(200),
    "a million fields": lambda: b"X: y\r\n" * 1_000_000,
    "a header line of 20 MB": lambda: b"X: " + b"y" * (20 * MEGABYTE),
    "a header line of 20 MB of encoded words": lambda: filled(b"Subject: ", b"=?utf-8?Q?=C4=85?= ", 20 * MEGABYTE),
    "a header of 256 KB of encoded words": lambda: field(b"Subject", b"=?utf-8?B?xIU=?= " * 14_500),
    "a header of 256 KB of names": lambda: field(b"To", b'"Anna, \\"N\\"" <a@b.pl>, ' * 490),
    "8 KB of every parameter": lambda: field(b"Content-Type", b"text/plain" + b"; a*0*=''%41; b=\"\\\"" * 380),
    "39 MB attached": lambda: filled(CODED % (b"application/pdf", b"base64"), b"QUJD" * 18 + b"\r\n", 39 * MEGABYTE),
    "39 MB attached in one line": lambda: filled(CODED % (b"application/pdf", b"base64"), b"QUJD", 39 * MEGABYTE),
    "39 MB of broken base64": lambda: filled(CODED % (b"application/pdf", b"base64"), b"QUJ!D", 39 * MEGABYTE),
    "39 MB of ends of base64": lambda: filled(CODED % (b"application/pdf", b"base64"), b"=", 39 * MEGABYTE),
    "39 MB of quoted-printable": lambda: filled(CODED % (b"text/plain", b"quoted-printable"), b"=41", 39 * MEGABYTE),
    "39 MB of uuencoding": lambda: filled(CODED % (b"a/b", b"x-uue"), b"#0V%T\n", 39 * MEGABYTE),
    "39 MB of line ends": lambda: filled(PLAIN, b"\n", 39 * MEGABYTE),
    "39 MB of bare carriage returns": lambda: filled(PLAIN, b"\r", 39 * MEGABYTE),
    "39 MB of NULs": lambda: bytes(39 * MEGABYTE),
    "39 MB of marks": lambda: filled(PLAIN, b"> ", 39 * MEGABYTE),
    "39 MB of raw letters": lambda: filled(PLAIN, "ąć".encode("cp1250"), 39 * MEGABYTE),
    "39 MB of HTML in one line": lambda: filled(PAGE, b"<b>word</b> ", 39 * MEGABYTE),
    "39 MB of HTML entities": lambda: filled(PAGE, b"&lt;", 39 * MEGABYTE),
    "1 MB of HTML elements": lambda: filled(PAGE, b"<i>a</i>", MEGABYTE - 2_000),
    "1 MB of text without a line end": lambda: filled(PLAIN, b"a", MEGABYTE),
    "50,000 nested elements": lambda: PAGE + b"<div>" * 50_000,
    "499 nested elements with quotes": lambda: PAGE + b"<blockquote>a" * 240 + b"</blockquote>b" * 240,
    "300 attributes, 3,000 times": lambda: PAGE + (b"<p " + b"a=b " * 80 + b">") * 3_000,
    "5,000 links": lambda: PAGE + b"<a href='https://a.example/b?c=d'>https://a.example/b?c=d</a><br>" * 5_000,
    "a message larger than all": lambda: bytes(41 * MEGABYTE),
    "a charset that is a codec": lambda: CODED % (b"text/plain; charset=unicode_escape", b"8bit") + b"\\x41" * 50_000,
    "a charset with a NUL": lambda: CODED % (b'text/plain; charset="a\0b"', b"8bit") + b"\xff" * 50_000,
    "a name of 7 KB": lambda: field(b"Content-Disposition", b'attachment; filename="' + "../ż".encode() * 1_400 + b'"'),
    "a date that is none": lambda: field(b"Date", b"Mon, 1 Jan 99999 10:00:00 +9999999999"),
    "a bomb in a ZIP": lambda: CODED % (b"application/zip", b"base64") + b64encode(zlib.compress(bytes(50 * MEGABYTE))),
    "a bomb in a PDF": lambda: CODED % (b"application/pdf", b"base64") + b64encode(pdf_of_nothing(50 * MEGABYTE)),
    "a bomb in BinHex": lambda: (
        CODED % (b"application/mac-binhex40", b"7bit")
        + b"(converted with BinHex 4.0)\r\n:"
        + b"B`r-" * 5_000_000
        + b":"
    ),
    "a bomb in winmail.dat": lambda: (
        CODED % (b"application/ms-tnef; name=winmail.dat", b"binary")
        + b"\x78\x9f\x3e\x22\x01\x00"
        + b"\x01\x03\x90\x06\x00\xff\xff\xff\x7f"
        + b"\x02\x01\x13\x10\x01\x00\x00\x00" * 500_000
    ),
    "a winmail.dat of attributes": lambda: (
        CODED % (b"application/ms-tnef; name=winmail.dat", b"binary")
        + b"\x78\x9f\x3e\x22\x01\x00"
        + b"\x02\x02\x90\x06\x00\x00\x00\x00\x00\x00\x00" * 1_000_000
    ),
}

MOST = {
    "fields": 1_000,
    "folds": 50_000,
    "recipients": 500,
    "elements in elements": 480,
    "quotes in quotes": 80,
    "tables in tables": 150,
    "attributes": 280,
    "parameters": 1_900,
    "quotes in parameters": 7_900,
    "continuations": 500,
}
DEFAULT_MOST = 20_000


def every_message() -> dict[str, Callable[[], bytes]]:
    """The growing ones at ten times the number at which their growth is measured."""

    def large(name: str, build: Callable[[int], bytes]) -> Callable[[], bytes]:
        return lambda: build(10 * MOST.get(name, DEFAULT_MOST))

    return {name: large(name, build) for name, build in GROWING.items()} | FIXED


def read(raw: bytes) -> str:
    """What became of it."""
    try:
        message = parse_in_process(raw, receipt(), INBOXES["email"], OURS)
    except Unparsable:
        return "kept unread"
    return "parked" if isinstance(message, ParkedMessage) else "read"


def _measure(name: str, build: Callable[[], bytes]) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
    raw = build()
    begun = time.process_time()
    try:
        became = read(raw)
    except BaseException as error:  # noqa: BLE001 (this is what is measured)
        became = f"raised {type(error).__name__}"
    seconds = time.process_time() - begun
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    line = {"name": name, "became": became, "bytes": len(raw), "seconds": seconds, "megabytes": megabytes}
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def main() -> None:
    read(PLAIN + b"warm")
    read(PAGE + b"warm")
    for name, build in every_message().items():
        child = os.fork()
        if not child:
            _measure(name, build)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status:
            sys.stdout.write(
                json.dumps({"name": name, "became": f"died ({status})", "seconds": 99, "megabytes": 0}) + "\n"
            )
            sys.stdout.flush()


if __name__ == "__main__":
    main()
