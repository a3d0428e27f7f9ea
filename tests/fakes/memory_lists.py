"""The three lists of the store in memory: sparse, sorted as the table's indexes are, and behind when a test says so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from operator import itemgetter
from typing import Any

from chalicelib.domain.broadcasts import Broadcast
from chalicelib.domain.cases import Case, CaseSummary
from chalicelib.domain.disposal import Disposal
from chalicelib.domain.erasure import Erasure
from chalicelib.domain.exporting import Export
from chalicelib.domain.merging import Suggestion
from chalicelib.domain.messages import ParkedRecord
from chalicelib.domain.parking import Waiting
from chalicelib.domain.tasks import ListedTask
from chalicelib.domain.threads import Entry
from chalicelib.storage.indexes import DUE, INDEXES, WAITING, Index, places_of
from chalicelib.storage.instants import parse_instant, render_instant
from chalicelib.storage.keys import Key
from chalicelib.usecases.ports import Due, Page, Record

Place = tuple[str, str, str]
"""Where a row stands in its list: its sort key, then the key of its record."""


class MemoryLists:
    def __init__(self, shards: int) -> None:
        self._shards = shards
        self._lists: dict[tuple[str, str], dict[Key, tuple[str, Record]]] = {}
        self._held_back: list[tuple[Key, Record | None, Record | None]] | None = None

    def move(self, key: Key, before: Record | None, after: Record | None) -> None:
        if self._held_back is not None:
            self._held_back.append((key, before, after))
            return
        for list_, _ in self._rows_of(before):
            del self._lists[list_][key]
        for list_, sort in self._rows_of(after):
            self._lists.setdefault(list_, {})[key] = (sort, after)

    def hold_back(self) -> None:
        self._held_back = self._held_back or []

    def catch_up(self) -> None:
        held_back, self._held_back = self._held_back or [], None
        for key, before, after in held_back:
            self.move(key, before, after)

    def page(
        self, index: Index, partition: str, limit: int, start: Mapping[str, str] | None, *, newest_first: bool = False
    ) -> Page[Any]:
        """Cases as lists show them; other records as they are."""
        page = self._page(index, partition, limit, start, newest_first=newest_first)
        return Page(tuple(_summary(row) if isinstance(row, Case) else row for row in page.items), page.next)

    def waiting(self, limit: int, start: Mapping[str, str] | None) -> Page[Waiting]:
        page = self._page(DUE, WAITING, limit, start)
        return Page(tuple(Waiting(found.id, found.at, found.reason) for found in page.items), page.next)

    def _page(
        self, index: Index, partition: str, limit: int, start: Mapping[str, str] | None, *, newest_first: bool = False
    ) -> Page[Any]:
        rows = self._rows(index, partition)[:: -1 if newest_first else 1]
        if start:
            last = (start["sort"], start["pk"], start["sk"])
            rows = [row for row in rows if (row[0] < last if newest_first else row[0] > last)]
        shown = tuple(record for _, record in rows[:limit])
        if len(rows) <= limit:
            return Page(shown)
        return Page(shown, dict(zip(("sort", "pk", "sk"), rows[limit - 1][0], strict=True)))

    def due(self, partitions: list[str], until: datetime) -> list[Due]:
        rows = [row for partition in partitions for row in self._rows(DUE, partition)]
        return [
            Due(record.customer_id, record.case_id, record.id, parse_instant(sort))
            if isinstance(record, Entry)
            else Due(record.customer_id, record.id, "", parse_instant(sort))
            for (sort, _, _), record in sorted(rows, key=itemgetter(0))
            if sort <= render_instant(until)
        ]

    def due_in(self, partition: str, until: datetime) -> tuple[str, ...]:
        rows = self._rows(DUE, partition)
        return tuple(record.id for (sort, _, _), record in rows if sort <= render_instant(until))

    def _rows(self, index: Index, partition: str) -> list[tuple[Place, Any]]:
        rows = self._lists.get((index.name, partition), {})
        return sorted((((sort, *key), record) for key, (sort, record) in rows.items()), key=itemgetter(0))

    def _rows_of(self, record: Record | None) -> list[tuple[tuple[str, str], str]]:
        """(index, partition) and sort key; none where either is missing, as in a sparse index."""
        if not isinstance(
            record, Case | Entry | ParkedRecord | Suggestion | ListedTask | Broadcast | Erasure | Export | Disposal
        ):
            return []
        attributes = places_of(record, self._shards)
        if isinstance(record, Broadcast | Erasure | Export | Disposal):
            attributes["next_step_at"] = render_instant(record.next_step_at) if record.next_step_at else ""
        if isinstance(record, Case):
            attributes["last_activity_at"] = render_instant(record.last_activity_at)
            attributes["next_step_at"] = render_instant(record.next_step_at) if record.next_step_at else ""
        keys = [(index.name, attributes.get(index.partition), attributes.get(index.sort)) for index in INDEXES]
        return [((name, partition), sort) for name, partition, sort in keys if partition and sort]


def _summary(case: Case) -> CaseSummary:
    return CaseSummary(
        id=case.id,
        customer_id=case.customer_id,
        reference=case.reference,
        status=case.status,
        team=case.team,
        channel=case.channel,
        subject=case.subject,
        assignee=case.assignee,
        last_activity_at=case.last_activity_at,
        deadline_at=case.deadline_at,
        awaiting_since=case.awaiting_since,
        kind=case.kind,
        priority=case.priority,
        customer_name=case.customer_name,
        last_channel=case.last_channel,
        last_inbound_id=case.last_inbound_id,
        messages_in=case.messages_in,
        next_clock=case.next_clock,
    )
