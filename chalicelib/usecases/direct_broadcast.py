"""A person starts a broadcast, lets it rest, has it go on, or ends it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.domain.broadcasts import BroadcastStatus, moved
from chalicelib.usecases.customer_changes import change_customers
from chalicelib.usecases.once import Once, remember
from chalicelib.usecases.ports import Change, Now, ThreadStore, Update


@dataclass(frozen=True, slots=True)
class DirectBroadcast:
    threads: ThreadStore
    now: Now

    def __call__(self, broadcast_id: str, status: BroadcastStatus, by: str, *, once: Once | None = None) -> None:
        """It holds from the moment that this returns. Raises NotFound, and Conflict for what cannot be. Saying what is
        so already changes nothing.
        """

        def decide() -> tuple[str, Sequence[Change]]:
            now = self.now()
            known = self.threads.get_broadcast(broadcast_id)
            if known.status is status:
                return "", remember(once, "", now)
            after = moved(known, status, now, by)
            return "", [Update(known, after, ("status", "next_step_at")), *remember(once, "", now)]

        change_customers(self.threads, once, decide)
