"""How many parked messages wait for a person, and for how long: what makes the red light go on."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.domain.parking import WaitingCount, counted
from chalicelib.usecases.ports import Now, ThreadStore

MOST_COUNTED = 100


@dataclass(frozen=True, slots=True)
class CountWaiting:
    threads: ThreadStore
    now: Now

    def __call__(self) -> WaitingCount:
        """One read. The oldest come first, so the oldest is always seen; beyond a hundred they are not told apart."""
        page = self.threads.list_waiting(MOST_COUNTED)
        return counted(page.items, self.now(), more=page.next is not None)
