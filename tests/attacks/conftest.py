"""A hub in memory that reads real bytes, and the scene that every attack starts from."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

import pytest

from chalicelib.channels.protocol import parse_in_process
from chalicelib.domain.customers import Customer
from chalicelib.domain.messages import Receipt
from chalicelib.domain.reply_address import reply_address_for
from chalicelib.domain.trust import Verdicts
from chalicelib.usecases.reply_to_customer import Answer
from tests.domain.making import ANNA, RING
from tests.usecases.conftest import MemoryHub

INBOX = "pomoc@hub.example"
ANNAS_FIRST = "first@example.pl"


@dataclass(frozen=True)
class Scene:
    """Anna wrote with Bartek in copy, an agent answered. `answer_id`: the Message-ID that SES gave the answer."""

    case_id: str
    customer_id: str
    reference: str
    address: str
    answer_id: str


class HubOnTheWire(MemoryHub):
    """`deliver_mail` and `deliver_text` are what SES and the SMS service do with what anybody sends."""

    def deliver_mail(self, *fields, body="Dzień dobry", to=(INBOX,), source="", **verdicts):
        raw = "\r\n".join([*fields, "", body]).encode()
        return self._arrives(raw, "email", to, source or None, Verdicts(**verdicts))

    def deliver_text(self, number, words="Halo?"):
        payload = {"originationNumber": number, "messageBody": words, "inboundMessageId": f"sms-{self.written}"}
        return self._arrives(json.dumps(payload).encode(), "sms", ("+48700100200",), None, Verdicts())

    def _arrives(self, raw, transport, to, source, verdicts):
        self.written += 1
        receipt = Receipt(transport, f"f{self.written}", self.now(), tuple(to), source, verdicts)
        return self.receive(self.raw.put_incoming(receipt, raw), receipt, parse_in_process)

    def customer(self, customer_id) -> Customer:
        return self.threads.get_customer_page(customer_id).customer


@pytest.fixture
def hub() -> HubOnTheWire:
    return HubOnTheWire()


@pytest.fixture
def scene(hub) -> Scene:
    first = hub.deliver_mail(
        "From: Anna <anna@example.pl>",
        f"To: {INBOX}",
        "Cc: bartek@example.pl",
        f"Message-ID: <{ANNAS_FIRST}>",
        "Subject: Faktura",
        dmarc="PASS",
    )
    hub.reply(first.reference, "ewa", Answer("Wysłaliśmy ją w piątek."))
    hub.deliver_all()
    address = reply_address_for(first.reference, first.customer_id, "hub.example", RING)
    assert hub.threads.find_owner(ANNA).customer_id == first.customer_id
    return Scene(first.case_id, first.customer_id, first.reference, address, "carrier-1@eu-central-1.amazonses.com")


@pytest.fixture
def revoked(hub):
    """The key that signed everything so far is taken out, and another one signs."""
    ring = replace(RING, current="b", keys={"b": b"another secret of thirty-two bytes"})
    hub.receive = replace(hub.receive, reply_keys=lambda _named=(): ring)
    return hub
