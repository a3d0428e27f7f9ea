"""Whatever becomes of a message on its way, it is read or refused with a reason, and no line of it is lost.

2,000 mutations in the ordinary tests; `make fuzz` reads 20,000.
"""

import time
from collections import Counter
from contextlib import suppress
from datetime import datetime
from unicodedata import category

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from chalicelib.channels.protocol import parse_in_process
from chalicelib.content.mime import read_mail
from chalicelib.domain.errors import Unparsable
from chalicelib.domain.messages import InboundMessage, ParkedMessage
from tests.budgets import examples
from tests.channels.mutations import mutated
from tests.channels.payloads import INBOXES, OURS, receipt

EXAMPLES = examples(2_000)
MOST_SECONDS = 2


def written(text):
    """Every character but the marks of quotes and the dashes that part an answer from what stands before it."""
    return Counter("".join(text.split()).replace(">", "").replace("-", ""))


def divided(message):
    forward = message.forward
    parts = (message.visible_text, message.quoted_text, message.signature)
    return "\n".join((*parts, *((forward.header, forward.body) if forward else ())))


def assert_storable(message):
    """Every text can be written as UTF-8, and what is shown on one line is one line."""
    for value in (divided(message), message.message_id, *message.in_reply_to, *message.repairs):
        value.encode()
    for value in (message.subject, message.sender_name, *(file.name for file in message.attachments)):
        value.encode()
        assert not any(category(letter) in {"Cc", "Zl", "Zp"} for letter in value)
    assert message.written_at is None or isinstance(message.written_at, datetime)


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow])
@example(66080900)  # half a character in the number of a call
@given(st.integers(0, 2**63))
def test_every_mutation_is_read_or_refused(number):
    channel, raw = mutated(number)
    begun = time.process_time()
    message = None
    with suppress(Unparsable):
        message = parse_in_process(raw, receipt(channel), INBOXES[channel], OURS)

    assert time.process_time() - begun < MOST_SECONDS
    assert message is None or isinstance(message, InboundMessage | ParkedMessage)
    if isinstance(message, InboundMessage):
        assert_storable(message)
        if channel == "email":
            assert written(divided(message)) == written(read_mail(raw).text)
