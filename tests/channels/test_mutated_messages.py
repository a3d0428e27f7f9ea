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
