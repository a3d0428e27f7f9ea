"""Connections over which a client hears that its feed has grown, and the tickets with which they are opened.

A browser cannot send an access token when it opens a WebSocket but in the address, which ends up in logs. So a client
first asks, with its token, for a ticket: it opens one connection, within a minute.
"""

from __future__ import annotations

import base64
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

PROTOCOL = "splot.v1"  # the WebSocket subprotocol; the ticket is offered as a second one
TICKET_HOLDS_FOR = timedelta(minutes=1)
# https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
LONGEST_CONNECTION = timedelta(hours=2)
MOST_TOLD = 1_000  # connections of one feed
_MAC_BYTES = 16


@dataclass(frozen=True, slots=True)
class Ticket:
    """`feeds`: those that the connection hears of. `use_before`: when it must have been used. `ends_at`: when the
    connection ends at the latest, with the access token that the ticket was asked for with.
    """

    id: str
    principal_id: str
    feeds: tuple[str, ...]
    use_before: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Connection:
    """`id`: the gateway's. `principal_id`: whose it is."""

    feed: str
    id: str
    principal_id: str
    opened_at: datetime
    expires_at: datetime


def end_of_connection(token_expires_at: datetime | None, now: datetime) -> datetime:
    longest = now.replace(microsecond=0) + LONGEST_CONNECTION
    return min(longest, token_expires_at) if token_expires_at else longest


def seal_ticket(key: bytes, ticket: Ticket) -> str:
    """Letters, digits, `-` and `_` only: it travels as the name of a subprotocol (RFC 6455, 4.1)."""
    seconds = [int(at.timestamp()) for at in (ticket.use_before, ticket.ends_at)]
    content = json.dumps([ticket.id, ticket.principal_id, ticket.feeds, *seconds], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_mac(key, content) + content).decode().rstrip("=")


def open_ticket(key: bytes, sealed: str, now: datetime) -> Ticket | None:
    """None for anything but what `seal_ticket` gave, not long ago."""
    try:
        opened = base64.b64decode(sealed + "=" * (-len(sealed) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return None
    mac, content = opened[:_MAC_BYTES], opened[_MAC_BYTES:]
    if not hmac.compare_digest(mac, _mac(key, content)):
        return None
    id_, principal_id, feeds, use_before, ends_at = json.loads(content)
    instants = (datetime.fromtimestamp(seconds, UTC) for seconds in (use_before, ends_at))
    ticket = Ticket(id_, principal_id, tuple(feeds), *instants)
    return ticket if now < min(ticket.use_before, ticket.ends_at) else None


def _mac(key: bytes, content: bytes) -> bytes:
    return hmac.digest(key, b"splot-ticket-1" + content, "sha256")[:_MAC_BYTES]
