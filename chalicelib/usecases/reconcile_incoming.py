"""What stayed in `incoming/` is sent through the normal way again: a lost notification loses no message.

Its cost follows what is left over, not what was ever received.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from chalicelib.usecases.ports import Now, RawStore, WorkQueues


@dataclass(frozen=True, slots=True)
class ReconcileIncoming:
    raw: RawStore
    queues: WorkQueues
    now: Now
    left_over_after: timedelta

    def __call__(self) -> int:
        """How many were sent again. Sending one twice is harmless: the ledger knows it."""
        sent = 0
        for key in self.raw.left_over(before=self.now() - self.left_over_after):
            self.queues.ask_to_receive(key)
            sent += 1
        return sent
