"""A merge was wrong: everybody gets back what was theirs, and what cannot be told apart is put before an agent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from chalicelib.domain.customers import Customer
from chalicelib.domain.errors import Conflict, NotFound
from chalicelib.domain.identifiers import first_ulid_at, ulid_for
from chalicelib.domain.merging import (
    FOLLOWING_DEPENDS_ON,
    MERGE_DEPENDS_ON,
    MOVED_POINT_DEPENDS_ON,
    SUGGESTION_DEPENDS_ON,
    UNDOING_DEPENDS_ON,
    Merge,
    SuggestionStatus,
    decided,
    following,
    moved_point,
    standing_again,
    suggestion_id,
    without_predecessor,
)
from chalicelib.domain.threads import Entry, EntryKind, customer_event
from chalicelib.usecases.customer_changes import change_customers
from chalicelib.usecases.once import Once, remember
from chalicelib.usecases.ports import Change, Create, Now, ThreadStore, Update

MOST_AMBIGUOUS_LISTED = 100
MOST_FLAGGED = 9
_PAGE = 100


@dataclass(frozen=True, slots=True)
class UndoMerge:
    threads: ThreadStore
    now: Now

    def __call__(self, customer_id: str, merge_id: str, agent: str, *, once: Once | None = None) -> Merge:
        """Gives the journal as it is then. Raises NotFound, and Conflict when it was undone before, or when the
        survivor was merged into somebody else since: that merge has to be undone first.

        Nothing moves but owner rows: every message is kept where its contact point is at home. `ambiguous` are those
        that joined a case of the other side while the two were one.
        """

        def decide() -> tuple[str, Sequence[Change]]:
            merge = self.threads.get_merge(customer_id, merge_id)
            return merge.id, [*self._changes(merge, agent), *remember(once, merge.id, self.now())]

        change_customers(self.threads, once, decide)
        return self.threads.get_merge(customer_id, merge_id)

    def _changes(self, merge: Merge, agent: str) -> list[Change]:
        survivor, merged = (self.threads.get_customer(id_) for id_ in (merge.customer_id, merge.merged_id))
        _require_undoable(merge, survivor, merged)
        now, by = self.now(), f"agent:{agent}"
        ambiguous = list(self._ambiguous(merge, survivor))
        undone = replace(merge, undone_at=now, undone_by=by, ambiguous=_names(ambiguous)[:MOST_AMBIGUOUS_LISTED])
        # Also what was learnt since of an address or an id that is at home with one of them.
        listed = [point for member in sorted(merge.side) for point in self.threads.list_points(member)]
        owners = self.threads.find_owners(listed)
        followers = [self.threads.get_customer(id_) for id_ in merge.predecessors]
        return [
            Update(merge, undone, UNDOING_DEPENDS_ON),
            Update(survivor, without_predecessor(survivor, merge), MERGE_DEPENDS_ON),
            Update(merged, standing_again(merged), MERGE_DEPENDS_ON),
            *(Update(one, following(one, merged.id), FOLLOWING_DEPENDS_ON) for one in followers),
            *(
                Update(owner, moved_point(owner, merged.id), MOVED_POINT_DEPENDS_ON)
                for _, owner in sorted(owners.items())
                if owner.customer_id == survivor.id
            ),
            *self._suggestion_dismissed(merge, by),
            *(Create(entry) for entry in _told(undone, ambiguous)),
        ]

    def _suggestion_dismissed(self, merge: Merge, by: str) -> list[Change]:
        """Whoever undoes what was suggested says that the two are two."""
        suggestion = self.threads.find_suggestion(suggestion_id(merge.customer_id, merge.merged_id))
        if suggestion is None or suggestion.merge_id != merge.id:
            return []
        dismissed = decided(suggestion, SuggestionStatus.DISMISSED, by, self.now(), merge.id)
        return [Update(suggestion, dismissed, SUGGESTION_DEPENDS_ON)]

    def _ambiguous(self, merge: Merge, survivor: Customer) -> Iterator[Entry]:
        """What came after the merge into a case of one side from a contact point that is at home on the other."""
        came = [entry for member in survivor.family for entry in self._inbound_since(merge, member)]
        points = {entry.arrival.point for entry in came if entry.arrival and entry.arrival.point}
        homes = {
            point: owner.kept_under
            for point, owner in self.threads.find_owners(sorted(points)).items()
            if owner.customer_id == survivor.id
        }
        for entry in sorted(came, key=lambda one: one.id):
            home = homes.get(entry.arrival.point) if entry.arrival and entry.arrival.point else None
            if home and (home in merge.side) != (entry.customer_id in merge.side):
                yield entry

    def _inbound_since(self, merge: Merge, customer_id: str) -> Iterator[Entry]:
        first = first_ulid_at(merge.at)
        start = None
        while True:
            page = self.threads.list_thread(customer_id, _PAGE, start)
            for entry in page.items:
                if entry.id < first:
                    return
                if entry.kind is EntryKind.INBOUND and not entry.moved_to:
                    yield entry
            if page.next is None:
                return
            start = page.next


def _require_undoable(merge: Merge, survivor: Customer, merged: Customer) -> None:
    if merge.undone_at:
        raise Conflict("This merge was undone before.")
    if survivor.merged_into:
        raise Conflict(f"Customer {survivor.id} was merged into {survivor.merged_into} since. Undo that first.")
    if merged.merged_into != survivor.id:
        raise NotFound()


def _names(entries: Sequence[Entry]) -> tuple[str, ...]:
    return tuple(f"{entry.customer_id}/{entry.id}" for entry in entries)


def _told(merge: Merge, ambiguous: Sequence[Entry]) -> Iterator[Entry]:
    """Both threads say what happened, and each case with messages of both sides says so itself."""
    at, by = merge.undone_at or merge.at, merge.undone_by
    facts = {"merge": merge.id, "merged": merge.merged_id, "ambiguous": str(len(ambiguous))}
    for customer_id in (merge.customer_id, merge.merged_id):
        yield customer_event(
            ulid_for(at, "undone", merge.id, customer_id), customer_id, at, by, "customer.merge_undone", facts
        )
    by_case: dict[tuple[str, str], int] = defaultdict(int)
    for entry in ambiguous:
        by_case[entry.customer_id, entry.case_id] += 1
    for (customer_id, case_id), messages in sorted(by_case.items())[:MOST_FLAGGED]:
        flag = customer_event(
            ulid_for(at, "ambiguous", merge.id, case_id),
            customer_id,
            at,
            by,
            "case.ambiguous",
            {"merge": merge.id, "messages": str(messages)},
        )
        yield replace(flag, case_id=case_id)
