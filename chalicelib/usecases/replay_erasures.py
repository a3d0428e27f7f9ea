"""A table that was restored from a backup knows people again who were erased since: each tombstone is carried out anew.

Tombstones lie beside the raw messages, outside of the table. Safe to repeat: where nothing came back, nothing happens.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from chalicelib.domain.erasure import COUNTING_DEPENDS_ON, Erasure, ErasureStatus, Ground, Requester, asked_again
from chalicelib.domain.errors import NotFound, StorageUnavailable, WriteConflict
from chalicelib.usecases.case_changes import MOST_RACES
from chalicelib.usecases.ports import Change, Create, Now, RawStore, ThreadStore, Update, WorkQueues

MOST_AT_ONCE = 50


class Became(StrEnum):
    GONE = "gone"  # nothing of them is there
    QUEUED = "queued"  # they had come back
    RUNNING = "running"  # their erasure is at work


@dataclass(frozen=True, slots=True)
class Line:
    erasure: str
    became: Became


@dataclass(frozen=True, slots=True)
class Replayed:
    """`next`: the id behind which to go on; "" at the end."""

    lines: tuple[Line, ...]
    next: str


@dataclass(frozen=True, slots=True)
class ReplayErasures:
    threads: ThreadStore
    raw: RawStore
    queues: WorkQueues
    now: Now

    def __call__(self, after: str = "") -> Replayed:
        """At most `MOST_AT_ONCE` tombstones behind that one, the earliest first. Raises StorageUnavailable."""
        names = self.raw.list_tombstones(MOST_AT_ONCE, after)
        lines = tuple(Line(name, self._one(name)) for name in names)
        return Replayed(lines, names[-1] if len(names) == MOST_AT_ONCE else "")

    def _one(self, name: str) -> Became:
        stone = json.loads(self.raw.get_tombstone(name))
        for _ in range(MOST_RACES):
            known = self._known(name)
            if known and known.status is not ErasureStatus.DONE:
                became, changes = Became.RUNNING, []
            elif not any(self.threads.list_records(id_, 1).items for id_ in stone["customers"]):
                return Became.GONE
            else:
                became, changes = Became.QUEUED, [self._asked_again(known, stone)]
            try:
                self.threads.commit(changes)
            except WriteConflict:
                continue
            with suppress(StorageUnavailable):  # the sweep names what is due
                self.queues.ask_to_erase(name)
            return became
        raise StorageUnavailable()

    def _known(self, name: str) -> Erasure | None:
        try:
            return self.threads.get_erasure(name)
        except NotFound:
            return None

    def _asked_again(self, known: Erasure | None, stone: dict[str, Any]) -> Change:
        if known:
            return Update(known, asked_again(known, self.now()), COUNTING_DEPENDS_ON)
        return Create(asked_again(_erasure_in(stone), self.now()))


def _erasure_in(stone: dict[str, Any]) -> Erasure:
    return Erasure(
        id=stone["erasure"],
        customers=tuple(stone["customers"]),
        requested_at=datetime.fromisoformat(stone["requested_at"]),
        by=stone["by"],
        ground=Ground(stone["ground"]),
        requester=Requester(stone["requester"]),
        basis=stone["basis"],
        case=stone["case"],
        started_at=datetime.fromisoformat(stone["started_at"]) if stone["started_at"] else None,
        marks=tuple(stone["marks"]),
    )
