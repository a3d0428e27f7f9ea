"""What comes as JSON or as a sealed text, damaged anywhere, is read or refused by its own error, and nothing else.

Mails and messages have `tests/channels/test_mutated_messages.py`, calls of the API `tests/schema_fuzz/`.
"""

from __future__ import annotations

import json
import random
from base64 import urlsafe_b64encode
from contextlib import suppress
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.api.cursors import open_cursor, seal_cursor
from chalicelib.channels.carrier_events import parse_carrier_event
from chalicelib.channels.delivery_events import parse_delivery_event
from chalicelib.channels.posted_fax_reports import find_posted_report
from chalicelib.domain.errors import InvalidInput, WrongConfiguration
from chalicelib.gateways.tokens import Refused
from chalicelib.storage.configuration_document import parse_configuration
from infra.local.configuration import local_configuration
from tests.budgets import examples
from tests.channels.payloads import sample
from tests.gateways.test_tokens import GOOD, bearer, verifier

EXAMPLES = examples(300)
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
KEY, SCOPE = b"0123456789abcdef0123456789abcdef", ("issuer|agent-1", "thread", "01ANNA")
CURSOR = seal_cursor(KEY, SCOPE, {"pk": "CUST#01ANNA", "sk": "T#01M1"}, NOW)
STRANGE: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    10**400,
    1e308,
    float("nan"),
    "",
    "x" * 10_000,
    "\ud800",
    "\0",
    "ą\u202e",
    "9999-12-31T23:59:60Z",
    [],
    [[]],
    {},
    {"": {}},
)

Chance = random.Random


def places(node: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Ways to everything in the document, the document itself first."""
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [at, *(way for name, child in children for way in places(child, (*at, name)))]


def changed(chance: Chance, document: Any) -> Any:
    """One place of it lost, doubled, renamed, or with something strange in it."""
    *way, last = chance.choice(places(document)[1:] or [()]) or (None,)
    if last is None:
        return deepcopy(chance.choice(STRANGE))
    holder = document
    for name in way:
        holder = holder[name]
    act = chance.randrange(4)
    if act == 0:
        del holder[last]
    elif act == 1 and isinstance(holder, dict):
        holder[chance.choice(["", "x", f"{last} ", str(last).upper()])] = holder.pop(last)
    elif act == 1:
        holder.append(deepcopy(holder[last]))
    else:
        holder[last] = deepcopy(chance.choice(STRANGE))
    return document


def damaged(chance: Chance, document: Any) -> str:
    """Some places of it, and sometimes its text as well."""
    document = json.loads(json.dumps(document))
    for _ in range(chance.randint(1, 4)):
        if isinstance(document, dict | list) and document:
            document = changed(chance, document)
    text = json.dumps(document)
    return cut(chance, text) if chance.random() < 0.3 else text


def cut(chance: Chance, text: str) -> str:
    start = chance.randrange(len(text) + 1)
    end = min(len(text), start + chance.choice([0, 1, 1, 2, 40]))
    return text[:start] + chance.choice(["", "A", "=", ".", "\n", "{", '"', "é", "\ud800"]) + text[end:]


MAIL_STORED = {
    "notificationType": "Received",
    "mail": {"messageId": "ses-1", "source": "anna@example.pl", "timestamp": "2026-11-23T08:59:58.000Z"},
    "receipt": {
        "timestamp": "2026-11-23T08:59:59.500Z",
        "recipients": ["pomoc@hub.example"],
        "dmarcVerdict": {"status": "PASS"},
        "action": {"type": "S3", "bucketName": "raw", "objectKey": "incoming/email/ses-1"},
    },
}
MAIL_EVENT = {
    "eventType": "Bounce",
    "mail": {
        "messageId": "ses-2",
        "timestamp": "2026-11-23T08:59:58.000Z",
        "destination": ["anna@example.pl"],
        "tags": {"entry": ["01M1-1"], "customer": ["01ANNA"]},
    },
    "bounce": {
        "bounceType": "Permanent",
        "bounceSubType": "General",
        "timestamp": "2026-11-23T09:00:00.000Z",
        "bouncedRecipients": [{"emailAddress": "anna@example.pl", "diagnosticCode": "smtp; 550 5.1.1"}],
    },
}
SMS_EVENT = {
    "eventType": "TEXT_DELIVERED",
    "messageId": "sms-9",
    "messageStatus": "DELIVERED",
    "eventTimestamp": 1795424400000,
    "context": {"entry": "01M1-1", "customer": "01ANNA"},
}


def in_envelope(message: str) -> str:
    return json.dumps({"Type": "Notification", "Message": message, "Timestamp": "2026-11-23T09:00:00.000Z"})


@settings(max_examples=EXAMPLES)
@given(st.integers(0, 2**63))
def test_whatever_a_carrier_tells_is_understood_or_kept_as_it_came(number):
    chance = random.Random(number)
    connect = json.loads(sample("connect", chance.choice(["event_answered.json", "record_missed.json"])))
    told = chance.choice([MAIL_STORED, MAIL_EVENT, SMS_EVENT, json.loads(sample("sms", "two_way.json")), connect])
    body = damaged(chance, told)
    for text in (body, in_envelope(body), damaged(chance, {"Type": "Notification", "Message": body})):
        parse_carrier_event(text, NOW)
        parse_delivery_event(text)
        find_posted_report(text)


@settings(max_examples=EXAMPLES)
@given(st.integers(0, 2**63))
def test_a_damaged_configuration_is_refused_by_its_own_error_or_means_something(number):
    chance = random.Random(number)
    document = damaged(chance, local_configuration()).encode(errors="replace")
    with suppress(WrongConfiguration):
        assert parse_configuration(document, "1").version == "1"


@settings(max_examples=EXAMPLES)
@given(st.integers(0, 2**63))
def test_a_damaged_cursor_does_not_open(number):
    chance = random.Random(number)
    text = cut(chance, CURSOR) if chance.random() < 0.5 else urlsafe_b64encode(chance.randbytes(80)).decode()
    if text.rstrip("=") != CURSOR:
        with pytest.raises(InvalidInput):
            open_cursor(KEY, SCOPE, text, NOW)


@settings(max_examples=EXAMPLES)
@given(st.integers(0, 2**63))
def test_a_damaged_token_is_refused(number):
    chance = random.Random(number)
    text = cut(chance, GOOD)
    if text != GOOD:
        assert isinstance(verifier().verify(bearer(text)), Refused)
