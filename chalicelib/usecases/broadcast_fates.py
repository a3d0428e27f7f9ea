"""How the messages of a broadcast end is counted with it, in the transaction that says so of the message.

That holds only if the message is as it was read, so each is counted once however often its end is told. The numbers are
added to, so nobody waits for anybody, and what a worker does on its way to the carrier counts nothing.
"""

from __future__ import annotations

from chalicelib.domain.broadcasts import FATES, with_fate
from chalicelib.domain.delivery import Delivery
from chalicelib.domain.threads import Entry
from chalicelib.usecases.ports import Change, ThreadStore, Update


def counted_for_many(threads: ThreadStore, entry: Entry, after: Delivery) -> list[Change]:
    """`entry` as it was read. Nothing for a message to one."""
    before, broadcast_id = entry.delivery, entry.facts.get("broadcast", "")
    if not broadcast_id or before is None or before.status is after.status:
        return []
    if before.status not in FATES and after.status not in FATES:
        return []
    known = threads.get_broadcast(broadcast_id)
    return [Update(known, with_fate(known, before.status, after.status), ())]
