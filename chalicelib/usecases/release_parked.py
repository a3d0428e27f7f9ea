"""A person lets a parked message through: it goes the normal way again, with what they answer for.

The decision stands on the record (who, when, why, what was overridden) and in the thread. What somebody else has
decided in the meantime is not decided again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from chalicelib.channels.connect_calls import is_told_by
from chalicelib.domain.errors import Conflict, NotFound
from chalicelib.domain.inboxes import CONNECT
from chalicelib.domain.messages import ParkedMessage, ParkedRecord
from chalicelib.domain.parking import Release, Releasing, require_releasable, what_is_needed
from chalicelib.usecases.accept_event import UNREADABLE
from chalicelib.usecases.once import Once, answer_given_before
from chalicelib.usecases.ports import Incoming, Now, Parse, RawStore, ThreadStore
from chalicelib.usecases.receive_message import Parked, ReceiveMessage, Stored


@dataclass(frozen=True, slots=True)
class ReleasedTo:
    """Where a released message is."""

    reference: str
    entry_id: str


@dataclass(frozen=True, slots=True)
class ReleaseParked:
    """`parse`: with walls around it, because what is parked may be what kills its reader."""

    receive: ReceiveMessage
    raw: RawStore
    threads: ThreadStore
    parse: Parse
    now: Now
    connect_instance: str = ""

    def __call__(self, parked_id: str, release: Release, *, once: Once | None = None) -> ReleasedTo:
        """Raises NotFound, Conflict when it was released before or still may not pass, KeyReused."""
        answer = answer_given_before(self.threads, once)
        if answer is not None:
            return ReleasedTo(*answer.split(" "))
        record = self.threads.get_parked(parked_id)
        row = self.threads.find_ledger_row(record.transport, record.fingerprint)
        kept = self._get_kept(record)
        is_believed = record.transport != CONNECT or is_told_by(kept.body, self.connect_instance)
        require_releasable(record, release, is_believed=is_believed)
        if row is None or kept.receipt is None:
            raise NotFound("What was kept of this message is not complete.")
        receipt = replace(kept.receipt, transport=record.transport, fingerprint=record.fingerprint)
        parse = _unread if record.transport == UNREADABLE else self.parse
        outcome = self.receive.release(kept, receipt, parse, Releasing(release, record, row, self.now()), once)
        if isinstance(outcome, Stored):
            return ReleasedTo(outcome.reference, outcome.entry_id)
        if isinstance(outcome, Parked):
            raise Conflict(what_is_needed(outcome.reason))
        raise Conflict(f"It was released before, into case {outcome.row.target}.")

    def _get_kept(self, record: ParkedRecord) -> Incoming:
        """Nothing, where there never was anything."""
        return self.raw.get_kept(record.raw_key) if record.raw_key else Incoming("", b"", None, record.at)


def _unread(*_: object) -> ParkedMessage:
    """Of something that no carrier says there is nothing to read."""
    return ParkedMessage("unreadable_event")
