from __future__ import annotations

import base64
from datetime import timedelta

import pytest

from chalicelib.domain.connections import (
    LONGEST_CONNECTION,
    TICKET_HOLDS_FOR,
    Ticket,
    end_of_connection,
    open_ticket,
    seal_ticket,
)
from tests.domain.making import MONDAY_TEN

KEY = b"k" * 32
TICKET = Ticket(
    "a1", "https://i.example|ewa", ("agents",), MONDAY_TEN + TICKET_HOLDS_FOR, MONDAY_TEN + timedelta(hours=1)
)


def test_a_ticket_is_opened_as_it_was_sealed_and_can_be_the_name_of_a_subprotocol():
    sealed = seal_ticket(KEY, TICKET)
    assert open_ticket(KEY, sealed, MONDAY_TEN) == TICKET
    assert sealed.replace("-", "").replace("_", "").isalnum()


@pytest.mark.parametrize("sealed", ["", "a", "not a ticket", "ą", "=" * 9, "A" * 400])
def test_what_is_no_ticket_opens_nothing(sealed):
    assert open_ticket(KEY, sealed, MONDAY_TEN) is None


def test_a_ticket_that_was_changed_or_sealed_by_somebody_else_opens_nothing():
    sealed = seal_ticket(KEY, TICKET)
    assert open_ticket(b"x" * 32, sealed, MONDAY_TEN) is None
    content = base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4)).replace(b"ewa", b"jan")
    assert open_ticket(KEY, base64.urlsafe_b64encode(content).decode().rstrip("="), MONDAY_TEN) is None


def test_a_ticket_holds_for_a_minute_and_never_longer_than_the_token():
    sealed = seal_ticket(KEY, TICKET)
    assert open_ticket(KEY, sealed, MONDAY_TEN + TICKET_HOLDS_FOR - timedelta(seconds=1))
    assert open_ticket(KEY, sealed, MONDAY_TEN + TICKET_HOLDS_FOR) is None
    short = Ticket("a1", "x", ("agents",), MONDAY_TEN + TICKET_HOLDS_FOR, MONDAY_TEN + timedelta(seconds=5))
    assert open_ticket(KEY, seal_ticket(KEY, short), MONDAY_TEN + timedelta(seconds=5)) is None


def test_a_connection_ends_with_its_token_or_when_the_gateway_ends_it():
    soon = MONDAY_TEN + timedelta(minutes=20)
    assert end_of_connection(soon, MONDAY_TEN) == soon
    assert end_of_connection(MONDAY_TEN + timedelta(days=1), MONDAY_TEN) == MONDAY_TEN + LONGEST_CONNECTION
    assert end_of_connection(None, MONDAY_TEN) == MONDAY_TEN + LONGEST_CONNECTION
