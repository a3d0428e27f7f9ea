"""One decision about many parked messages that wait for one reason: a few at a time, so that a call comes to an end.

Each is decided for itself, like one alone. The caller goes on with the mark that the call gives, until there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.errors import HubError, StorageUnavailable
from chalicelib.usecases.ports import Now, ThreadStore

MOST_LOOKED_AT = 100
OUT_OF_TIME = "out_of_time"
Start = Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class BulkResult:
    """`done`: the decided ones. `left`: those that stayed, with the code of why. `next`: where the list goes on."""

    done: tuple[str, ...]
    left: Mapping[str, str]
    next: Start


@dataclass(frozen=True, slots=True)
class DecideParkedInBulk:
    threads: ThreadStore
    now: Now

    def __call__(
        self, reason: str, limit: int, start: Start, decide: Callable[[str], object], until: datetime
    ) -> BulkResult:
        """`decide` is called with the id of at most `limit` messages, oldest first, and with none after `until`: those
        are `left`. Raises StorageUnavailable.
        """
        page = self.threads.list_waiting(min(limit, MOST_LOOKED_AT), start)
        done: list[str] = []
        left: dict[str, str] = {}
        for found in page.items:
            if found.reason != reason:
                continue
            if self.now() >= until:
                left[found.id] = OUT_OF_TIME
                continue
            try:
                decide(found.id)
            except StorageUnavailable:
                raise
            except HubError as error:  # one that cannot be decided does not stop the others
                left[found.id] = error.code
            else:
                done.append(found.id)
        return BulkResult(tuple(done), left, page.next)
