"""What stayed in `incoming/` is sent through the normal way again: a lost notification loses no message.

Its cost follows what is left over, not what was ever received.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from chalicelib.usecases.ports import Now, RawStore, WorkQueues

# What is left over is probably among them then, and each of its names that is told would only make the queue longer:
# under load a local stack came to six names for each message, and to no end.
MOST_WAITING = 100


class Reconciled(NamedTuple):
    """How many there are, and how many of them were sent again."""

    found: int
    sent: int


@dataclass(frozen=True, slots=True)
class ReconcileIncoming:
    raw: RawStore
    queues: WorkQueues
    now: Now
    left_over_after: timedelta

    def __call__(self) -> Reconciled:
        """They are sent again, which twice is harmless; behind a long queue only by a later run."""
        is_long = self.queues.messages_waiting() > MOST_WAITING
        found = 0
        for key in self.raw.left_over(before=self.now() - self.left_over_after):
            found += 1
            if not is_long:
                self.queues.ask_to_receive(key)
        return Reconciled(found, sent=0 if is_long else found)
