"""What the hub answers by itself while it takes a message in is put up to be sent.

From the table's stream, so that the way in does not wait for a queue. What is lost on the way the sweep finds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.domain.delivery import DeliveryStatus
from chalicelib.usecases.announce_changes import EntryChange
from chalicelib.usecases.ports import WorkQueues


@dataclass(frozen=True, slots=True)
class AskForDeliveries:
    queues: WorkQueues

    def __call__(self, changes: Sequence[EntryChange]) -> None:
        for change in changes:
            entry = change.after
            new = change.before is None and not entry.moved_from
            if new and entry.is_automatic and entry.delivery and entry.delivery.status is DeliveryStatus.QUEUED:
                self.queues.ask_to_deliver(entry.customer_id, entry.id)
