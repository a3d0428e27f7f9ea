"""Whatever becomes of a message on its way, it is read or refused with a reason, and no line of it is lost."""

import time
from collections import Counter
from contextlib import suppress
from datetime import datetime
from unicodedata import category

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.channels.protocol import parse_in_process
from chalicelib.content.mime import read_mail
from chalicelib.domain.errors import Unparsable
from chalicelib.domain.messages import InboundMessage, ParkedMessage
from tests.channels.payloads import INBOXES, OURS, every_sample, receipt, sample

SAMPLES = every_sample()
SPLICES = st.sampled_from(
    [
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
    ]
)


@st.composite
def mutations(draw):
    channel, name = draw(st.sampled_from(SAMPLES))
    data = bytearray(sample(channel, name))
    for _ in range(draw(st.integers(1, 6))):
        at, length = draw(st.integers(0, len(data))), draw(st.integers(0, 40))
        change = draw(st.sampled_from(["drop", "splice", "double", "flip", "cut"]))
        if change == "drop":
            del data[at : at + length]
        elif change == "splice":
            data[at:at] = draw(SPLICES)
        elif change == "double":
            data[at:at] = data[at : at + 20 * length]
        elif change == "flip" and at < len(data):
            data[at] ^= 1 << draw(st.integers(0, 7))
        elif change == "cut":
            del data[max(at, 1) :]
    return channel, bytes(data)


def written(text):
    """Every character but the marks of quotes and the dashes that part an answer from what stands before it."""
    return Counter("".join(text.split()).replace(">", "").replace("-", ""))


def divided(message):
    forward = message.forward
    parts = (message.visible_text, message.quoted_text, message.signature)
    return "\n".join((*parts, *((forward.header, forward.body) if forward else ())))


def assert_storable(message):
    """Every text can be written as UTF-8, and what is shown on one line is one line."""
    for value in (message.visible_text, message.quoted_text, message.message_id, *message.in_reply_to):
        value.encode()
    for value in (message.subject, message.sender_name, *(file.name for file in message.attachments)):
        value.encode()
        assert not any(category(letter) in {"Cc", "Zl", "Zp"} for letter in value)
    assert message.written_at is None or isinstance(message.written_at, datetime)


@settings(max_examples=500, deadline=None)
@given(mutations())
def test_every_mutation_is_read_or_refused(mutated):
    channel, raw = mutated
    begun = time.process_time()
    message = None
    with suppress(Unparsable):
        message = parse_in_process(raw, receipt(channel), INBOXES[channel], OURS)

    assert time.process_time() - begun < 2
    assert message is None or isinstance(message, InboundMessage | ParkedMessage)
    if isinstance(message, InboundMessage):
        assert_storable(message)
        if channel == "email":
            assert written(divided(message)) == written(read_mail(raw).text)


def nested(levels):
    return b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(levels))


def attached(kind, data):
    return b"Content-Type: %s\r\nContent-Transfer-Encoding: base64\r\n\r\n%s" % (kind, data)


# name -> begin, piece, how often, end: put together in the test, so that they are not all in memory at once
HOSTILE = {
    "300 nested multiparts": (nested(300), b"", 0, b""),
    "2,000 nested messages": (b"", b"Content-Type: message/rfc822\r\n\r\n", 2_000, b""),
    "1 MB of encoded words": (b"Subject: ", b"=?utf-8?Q?=C4=85?= ", 55_000, b"\r\n\r\nx"),
    "a header full of encoded words": (b"Subject: ", b"=?utf-8?Q?=C4=85?= ", 13_000, b"\r\n\r\nx"),
    "20,000 recipients": (b"To: ", b"a@b.pl, ", 20_000, b"\r\n\r\nx"),
    "5,000 nested comments": (b"To: ", b"(", 5_000, b"\r\n\r\nx"),
    "16 KB of quotes in From": (b"From: ", b'"', 16_000, b"\r\n\r\nx"),
    "50 KB of quotes in From": (b"From: ", b'"\\', 25_000, b"\r\n\r\nx"),
    "20,000 parts": (b"Content-Type: multipart/mixed; boundary=b\r\n\r\n", b"--b\r\n\r\na\r\n", 20_000, b""),
    "8,000 parameters": (b"Content-Type: text/plain", b";a=b", 8_000, b"\r\n\r\nx"),
    "2,000 parameters": (b"Content-Type: text/plain", b";a=b", 2_000, b"\r\n\r\nx"),
    "a million headers": (b"", b"X: y\r\n", 1_000_000, b""),
    "a header line of 20 MB": (b"X: ", b"y", 20_000_000, b""),
    "20 MB attached": (attached(b"application/pdf", b""), b"QUJD", 5_000_000, b""),
    "20 MB of line ends": (b"Subject: x\r\n\r\n", b"\n", 20_000_000, b""),
    "20 MB of marks": (b"Subject: x\r\n\r\n", b"> ", 10_000_000, b""),
    "20 MB of HTML in one line": (b"Content-Type: text/html\r\n\r\n", b"word ", 4_000_000, b""),
    "100,000 quoted lines": (b"Subject: x\r\n\r\n", b"> a\r\n", 100_000, b""),
    "3,000 lines that begin with On": (b"Subject: x\r\n\r\n", b"On\r\n", 3_000, b""),
    "references without end": (b"References: ", b"<a@b> ", 40_000, b"\r\n\r\nx"),
}


@pytest.mark.parametrize(("begin", "piece", "times", "end"), HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_mail_takes_less_than_two_seconds(begin, piece, times, end):
    raw = begin + piece * times + end
    begun = time.process_time()
    with suppress(Unparsable):
        parse_in_process(raw, receipt(), INBOXES["email"], OURS)

    assert time.process_time() - begun < 2
