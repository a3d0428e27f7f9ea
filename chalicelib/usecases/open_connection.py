"""A client opens a connection over which it hears that its feed has grown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chalicelib.domain.connections import (
    TICKET_HOLDS_FOR,
    Connection,
    Ticket,
    end_of_connection,
    open_ticket,
    seal_ticket,
)
from chalicelib.domain.errors import Unauthenticated, WriteConflict
from chalicelib.domain.messages import SeenKey
from chalicelib.domain.principals import Principal
from chalicelib.usecases.ports import Create, Now, Randomness, ThreadStore

_ID_BYTES = 12


@dataclass(frozen=True, slots=True)
class OpenConnection:
    """`key`: with which tickets are sealed."""

    threads: ThreadStore
    key: Callable[[], bytes]
    now: Now
    randomness: Randomness

    def ticket_for(self, principal: Principal, feeds: Sequence[str]) -> tuple[str, Ticket]:
        """Nothing is kept of it."""
        now = self.now().replace(microsecond=0)
        ends_at = end_of_connection(principal.expires_at, now)
        id_ = self.randomness(_ID_BYTES).hex()
        ticket = Ticket(id_, principal.id, tuple(feeds), now + TICKET_HOLDS_FOR, ends_at)
        return seal_ticket(self.key(), ticket), ticket

    def __call__(self, connection_id: str, sealed: str) -> None:
        """Raises Unauthenticated for a ticket that is not ours, too old, or used already."""
        now = self.now()
        ticket = open_ticket(self.key(), sealed, now)
        if ticket is None:
            raise Unauthenticated()
        used = SeenKey(ticket.principal_id, f"ticket {ticket.id}", "", "", ticket.use_before)
        rows = [Connection(feed, connection_id, ticket.principal_id, now, ticket.ends_at) for feed in ticket.feeds]
        try:
            self.threads.commit([Create(used), *map(Create, rows)])
        except WriteConflict as error:
            raise Unauthenticated() from error
