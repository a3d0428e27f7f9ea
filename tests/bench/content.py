"""CPU time and memory of reading one message, beside a bare parse by the standard library.

    python -m tests.bench.content [--samples] [folder of *.jsonl with mails under `raw_b64`]

Ratios are what matters; the absolute numbers are those of the machine. The standard library's parse (compat32) takes
the structure apart and decodes nothing. Messages that are no mail are compared with the parse of the Gmail sample.
"""

from __future__ import annotations

import argparse
import email
import json
import os
import re
import resource
import sys
import time
from base64 import b64decode
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from statistics import median

from chalicelib.channels.protocol import parse_in_process
from chalicelib.content.mime import read_mail
from chalicelib.domain.errors import Unparsable
from tests.channels.payloads import INBOXES, OURS, every_sample, receipt, sample

ROUNDS = 15
ENOUGH_SECONDS = 0.02
SMALL = 100_000
MEGABYTE = 1024 * 1024
HOPS = 6
ROUNDS_OF_A_FOLDER = 5
BOUNDARY = re.compile(rb'boundary="?([^"\s;]{8,})', re.IGNORECASE)


def cpu_seconds(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """The best of several rounds: what other processes add is never negative."""
    work()
    times, best = 1, float("inf")
    for _ in range(rounds):
        begun = time.process_time()
        for _ in range(times):
            work()
        spent = time.process_time() - begun
        best = min(best, spent / times)
        times = max(1, round(ENOUGH_SECONDS / max(best, 1e-7)))
    return best


def bare(raw: bytes) -> float:
    return cpu_seconds(partial(email.message_from_bytes, raw))


def read(raw: bytes, channel: str = "email") -> None:
    with suppress(Unparsable):
        parse_in_process(raw, receipt(channel), INBOXES[channel], OURS)


def of_the_samples() -> list[str]:
    unit = bare(sample("email", "gmail_reply_pl.eml"))
    ratios: dict[str, list[float]] = {}
    lines = [f"{'channel':10}{'sample':38}{'bytes':>8}{'read, us':>10}{'bare, us':>10}{'ratio':>8}"]
    for channel, name in every_sample():
        raw = sample(channel, name)
        spent = cpu_seconds(partial(read, raw, channel))
        base = bare(raw) if name.endswith(".eml") else unit
        ratios.setdefault(channel, []).append(spent / base)
        lines.append(f"{channel:10}{name:38}{len(raw):8}{spent * 1e6:10.0f}{base * 1e6:10.0f}{spent / base:8.2f}")
    return lines + [f"{channel:10}median ratio {median(found):.2f}" for channel, found in ratios.items()]


def as_it_arrives(kilobytes: int) -> bytes:
    """A mail with the header that real ones have by the time they arrive, a text, its HTML and a picture."""
    hop = (
        "Received: from mx{0}.example.net (mx{0}.example.net [203.0.113.{0}])\r\n"
        " by mx.example.com with ESMTPS id x{0}\r\n for <pomoc@hub.example>; Mon, 23 Nov 2026 10:00:0{0} +0100\r\n"
    )
    received = "".join(hop.format(n) for n in range(HOPS))
    signed = (
        "DKIM-Signature: v=1; a=rsa-sha256; d=example.pl; s=x;\r\n b=" + "\r\n ".join(["QUJDREVG" * 8] * 5) + "\r\n"
    )
    more = "".join(f"X-Header-{n}: some value that a filter on the way has written\r\n" for n in range(12))
    sentence = "Dzień dobry, proszę o fakturę za zamówienie z zeszłego tygodnia. "
    paragraphs = kilobytes * 1024 // 4 // len(sentence.encode()) // 2
    text = "\r\n\r\n".join([sentence * 2] * max(1, paragraphs))
    page = "".join(
        f'<div dir="ltr"><p style="margin:0">{sentence * 2}</p></div>\r\n' for _ in range(max(1, paragraphs))
    )
    picture = "\r\n".join(["QUJD" * 19] * (kilobytes * 1024 // 2 // 78))
    return (
        received + signed + more + "From: Anna Nowak <anna@example.pl>\r\nTo: pomoc@hub.example\r\n"
        "Subject: =?utf-8?Q?Prosz=C4=99_o_faktur=C4=99?=\r\nMessage-ID: <1@example.pl>\r\n"
        "Date: Mon, 23 Nov 2026 10:00:00 +0100\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/mixed; boundary=m\r\n\r\n"
        "--m\r\nContent-Type: multipart/alternative; boundary=a\r\n\r\n"
        f"--a\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
        f"--a\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{page}\r\n--a--\r\n"
        f"--m\r\nContent-Type: image/png; name=a.png\r\nContent-Transfer-Encoding: base64\r\n\r\n{picture}\r\n--m--\r\n"
    ).encode()


def of_mails_as_they_arrive() -> list[str]:
    lines = [
        "| as mails arrive: header, text, HTML, picture | µs | bare parse, µs | ratio | structure and text only |",
        "|---|---|---|---|---|",
    ]
    for kilobytes in (4, 10, 20, 40, 90):
        raw = as_it_arrives(kilobytes)
        spent, base, taken = cpu_seconds(partial(read, raw)), bare(raw), cpu_seconds(partial(read_mail, raw))
        cells = (f"{len(raw) / 1024:.0f} KB", f"{spent * 1e6:,.0f}", f"{base * 1e6:,.0f}")
        lines.append(f"| {' | '.join(cells)} | {spent / base:.1f} | {taken / base:.1f} |")
    return lines


def of_a_folder(folder: str) -> list[str]:
    rows = (json.loads(line) for path in sorted(Path(folder).glob("*.jsonl")) for line in path.open(encoding="utf-8"))
    mails = [raw for row in rows if "raw_b64" in row and len(raw := b64decode(row["raw_b64"])) < SMALL]
    lines = []
    for least, most in ((0, 1_000), (1_000, 4_000), (4_000, SMALL)):
        chosen = [raw for raw in mails if least <= len(raw) < most]
        again, new = (
            _total(read, chosen, new_boundaries=new) / _total(email.message_from_bytes, chosen, new_boundaries=new)
            for new in (False, True)
        )
        ratios = f"ratio of the totals {again:.2f} on the same bytes again, {new:.2f} with boundaries never seen"
        lines.append(f"{len(chosen):5} mails of {least} to {most} bytes: {ratios}")
    return lines


def _with_new_boundaries(raw: bytes, number: int) -> bytes:
    """Every mail that arrives has boundaries of its own, and the library compiles a pattern for each; on the same
    bytes a second time the cache of `re` hides what that costs. As long as before.
    """
    for boundary in set(BOUNDARY.findall(raw)):
        raw = raw.replace(boundary, b"%08d" % number + boundary[8:])
        number += 1
    return raw


def _total(work: Callable[[bytes], object], mails: Sequence[bytes], *, new_boundaries: bool) -> float:
    best = [float("inf")] * len(mails)
    for round_ in range(ROUNDS_OF_A_FOLDER):
        for number, mail in enumerate(mails):
            raw = _with_new_boundaries(mail, (round_ * len(mails) + number) * 100) if new_boundaries else mail
            begun = time.process_time()
            work(raw)
            best[number] = min(best[number], time.process_time() - begun)
    return sum(best)


def large(megabytes: int) -> bytes:
    head = b'From: a@b.pl\r\nContent-Type: application/pdf; name="a.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    return head + (b"QUJD" * 18 + b"\r\n") * (megabytes * MEGABYTE // 74)


def of_large_mails() -> list[str]:
    """Memory: how much the peak of a fork of its own rises above what it had with the mail in its hands."""
    lines = [
        "| attached | seconds | bare parse, seconds | ratio | memory above the mail, MB | of the bare parse, MB |",
        "|---|---|---|---|---|---|",
    ]
    for megabytes in (1, 10, 39):
        raw = large(megabytes)
        base = cpu_seconds(partial(email.message_from_bytes, raw), rounds=3)
        spent = cpu_seconds(partial(read, raw), rounds=3)
        risen, bare_risen = _peak(partial(read, raw)), _peak(partial(email.message_from_bytes, raw))
        cells = (f"{megabytes} MB", f"{spent:.2f}", f"{base:.2f}", f"{spent / base:.1f}")
        lines.append(f"| {' | '.join(cells)} | {risen:.0f} | {bare_risen:.0f} |")
    return lines


def _peak(work: Callable[[], object]) -> float:
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        work()
        risen = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        os.write(writer, f"{risen}".encode())
        os._exit(0)
    os.waitpid(child, 0)
    os.close(writer)
    risen = float(os.read(reader, 100))
    os.close(reader)
    return risen


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.content")
    parser.add_argument("--samples", action="store_true", help="every sample of the tests too")
    parser.add_argument("folder", nargs="?", help="of *.jsonl with mails under `raw_b64`")
    options = parser.parse_args()
    blocks = [of_mails_as_they_arrive(), of_large_mails()]
    if options.samples:
        blocks.append(of_the_samples())
    if options.folder:
        blocks.append(of_a_folder(options.folder))
    sys.stdout.write("\n\n".join("\n".join(block) for block in blocks) + "\n")


if __name__ == "__main__":
    main()
