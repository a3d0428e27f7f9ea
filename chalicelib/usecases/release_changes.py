"""Which records change when a parked message is released: those of any inbound message, and its own two. Pure."""

from __future__ import annotations

from chalicelib.domain.identifiers import ulid_for
from chalicelib.domain.messages import LedgerRow
from chalicelib.domain.parking import ROW_DEPENDS_ON, STATE_DEPENDS_ON, Releasing, released
from chalicelib.domain.threads import event_entry
from chalicelib.usecases.inbound_changes import Kept
from chalicelib.usecases.once import Once, remember
from chalicelib.usecases.ports import Change, Create, Update

RELEASED = "message.released"


def changes_of_release(kept: Kept, releasing: Releasing, once: Once | None) -> tuple[Change, ...]:
    """The ledger row exists already and moves from `parked` to `stored`, if nobody has moved it; so does the record.

    Both in the transaction that writes the entry: a crash leaves it parked or stored, and never both.
    """
    release, record = releasing.release, releasing.record
    reference, entry_id = kept.case.reference, kept.entry.id
    facts = {
        "entry": entry_id,
        "parked": record.id,
        "reason": record.reason,
        "overrides": release.in_words,
        "why": release.why,
    }
    if release.sender:
        facts["sender"] = str(release.sender)  # their word, and not what the message says
    event_id = ulid_for(releasing.at, RELEASED, record.id)
    return (
        *(_row_moved(change, releasing.row) for change in kept.changes),
        Update(record, released(record, release, releasing.at, reference, entry_id), STATE_DEPENDS_ON),
        Create(event_entry(event_id, kept.case, releasing.at, f"agent:{release.by}", RELEASED, facts)),
        *remember(once, f"{reference} {entry_id}", releasing.at),
    )


def _row_moved(change: Change, row: LedgerRow) -> Change:
    if isinstance(change, Create) and isinstance(change.record, LedgerRow):
        return Update(row, change.record, ROW_DEPENDS_ON)
    return change
