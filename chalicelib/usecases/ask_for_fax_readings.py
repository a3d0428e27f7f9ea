"""A fax that was just stored is put up to be read.

From the table's stream, not from where the message is stored: the way in must not wait for it, and the stream repeats
what failed, so no fax is forgotten between the two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.domain.faxes import WAITING
from chalicelib.usecases.announce_changes import EntryChange
from chalicelib.usecases.ports import WorkQueues


@dataclass(frozen=True, slots=True)
class AskForFaxReadings:
    queues: WorkQueues

    def __call__(self, changes: Sequence[EntryChange]) -> None:
        for change in changes:
            if change.before is None and change.after.reading == WAITING:
                self.queues.ask_to_read_fax(change.after.customer_id, change.after.id)
