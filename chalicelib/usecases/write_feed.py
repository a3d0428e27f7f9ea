"""What the table's stream tells of cases and entries goes into the feed that agents' tools follow, and into that of a
customer whose app follows it.

A repeated batch is told again, under new numbers: a change that is told twice makes somebody look twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.domain.errors import StorageUnavailable, WriteConflict
from chalicelib.domain.feed import AGENTS, HEAD_DEPENDS_ON, FeedHead, FeedKind, FeedRow, is_followed, numbered
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

    def __call__(self, cases: Sequence[CaseChange], entries: Sequence[EntryChange]) -> tuple[str, ...]:
        """Which feeds have grown. Of several changes of one case the last is told, and so of one entry.

        A feed that no app follows costs the read of its head, which is not there.
        """
        rows = _rows_of(cases, entries)
        if not rows:
            return ()
        customers = dict.fromkeys(row.customer_id for row in rows)
        heads = self.threads.find_feed_heads((AGENTS, *customers))
        self._write(AGENTS, rows, heads.get(AGENTS))
        followed = [one for one in customers if one in heads and is_followed(heads[one], self.now())]
        for customer_id in followed:
            self._write(customer_id, [row for row in rows if row.customer_id == customer_id], heads[customer_id])
        return (AGENTS, *followed)

    def tell(self, row: FeedRow) -> None:
        """To the agents alone, what the stream knows nothing of."""
        self._append(AGENTS, [row], self.threads.find_feed_head(AGENTS))

    def _write(self, feed: str, rows: list[FeedRow], head: FeedHead | None) -> None:
        for start in range(0, len(rows), MOST_AT_ONCE):
            head = self._append(feed, rows[start : start + MOST_AT_ONCE], head)

    def _append(self, feed: str, rows: list[FeedRow], found: FeedHead | None) -> FeedHead:
        """Two who append at once meet at the head, and one of them looks again."""
        for _ in range(MOST_RACES):
            head, placed = numbered(rows, found or FeedHead(feed), self.now())
            moved = Update(found, head, HEAD_DEPENDS_ON) if found else Create(head)
            try:
                self.threads.commit([moved, *(Create(row) for row in placed)])
            except WriteConflict:
                found = self.threads.find_feed_head(feed)
                continue
            return head
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
