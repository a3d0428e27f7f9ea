"""What the table's stream tells of cases and entries goes into the feed that agents' tools follow.

A repeated batch is told again, under new numbers: a change that is told twice makes somebody look twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.domain.errors import StorageUnavailable, WriteConflict
from chalicelib.domain.feed import AGENTS, HEAD_DEPENDS_ON, FeedHead, FeedKind, FeedRow, numbered
from chalicelib.usecases.announce_changes import EntryChange, announcements_for
from chalicelib.usecases.case_changes import MOST_RACES
from chalicelib.usecases.ports import Create, Now, ThreadStore, Update

MOST_AT_ONCE = 99  # beside the head, in the 100 changes of one transaction


@dataclass(frozen=True, slots=True)
class CaseChange:
    """A case as a change left it."""

    customer_id: str
    case_id: str
    reference: str
    team: str
    assignee: str
    status: str


@dataclass(frozen=True, slots=True)
class WriteFeed:
    threads: ThreadStore
    now: Now

    def __call__(self, cases: Sequence[CaseChange], entries: Sequence[EntryChange]) -> int:
        """How many rows were written: of several changes of one case the last is told, and so of one entry."""
        rows = _rows_of(cases, entries)
        for start in range(0, len(rows), MOST_AT_ONCE):
            self._append(rows[start : start + MOST_AT_ONCE])
        return len(rows)

    def _append(self, rows: list[FeedRow]) -> None:
        """Two who append at once meet at the head, and one of them looks again."""
        for _ in range(MOST_RACES):
            found = self.threads.find_feed_head(AGENTS)
            head, placed = numbered(rows, found or FeedHead(AGENTS), self.now())
            moved = Update(found, head, HEAD_DEPENDS_ON) if found else Create(head)
            try:
                self.threads.commit([moved, *(Create(row) for row in placed)])
            except WriteConflict:
                continue
            return
        raise StorageUnavailable()


def _rows_of(cases: Sequence[CaseChange], entries: Sequence[EntryChange]) -> list[FeedRow]:
    rows = {(FeedKind.CASE, case.case_id, ""): _row_of_case(case) for case in cases}
    for change in entries:
        entry, told = change.after, announcements_for([change])
        event = told[0].name if told else ""
        row = FeedRow(FeedKind.ENTRY, entry.customer_id, entry.case_id, entry_id=entry.id, event=event)
        rows[FeedKind.ENTRY, entry.id, event] = row
    return [*rows.values()]


def _row_of_case(case: CaseChange) -> FeedRow:
    return FeedRow(
        kind=FeedKind.CASE,
        customer_id=case.customer_id,
        case_id=case.case_id,
        reference=case.reference,
        team=case.team,
        assignee=case.assignee,
        status=case.status,
    )
