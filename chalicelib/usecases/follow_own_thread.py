"""A customer's app follows the own thread: what is new or another than before behind a place, and nothing internal.

The feed is the customer's own, and is written from when the app first asks until some weeks after it last did. Whoever
is one with the customer has a feed each; a place has a number in every one of them, and a mark of who that is.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.access import case_is_gone, entry_is_gone
from chalicelib.domain.errors import StorageUnavailable, WriteConflict
from chalicelib.domain.feed import KEPT_FOR, FeedHead, FeedKind, FeedRow, followed, place_of
from chalicelib.domain.identifiers import digest
from chalicelib.usecases.case_changes import MOST_RACES
from chalicelib.usecases.ports import Create, Update
from chalicelib.usecases.read_own_thread import Oneself, OwnCase, OwnEntry, ReadOwnThread

_WHO = "who"
_NOBODY = Oneself((), frozenset())

Place = Mapping[str, str]
"""By customer the number of the row that was read last, and under `who` the mark of whom the feed is about."""


class OwnChangeKind(StrEnum):
    ENTRY = "entry"
    CASE = "case"
    THREAD = "thread"


@dataclass(frozen=True, slots=True)
class OwnChange:
    """An entry or a case as it is now; of a thread, that all of it has to be read anew."""

    kind: OwnChangeKind
    at: datetime
    entry: OwnEntry | None = None
    case: OwnCase | None = None


@dataclass(frozen=True, slots=True)
class OwnChanges:
    """`good_until`: as long as what follows the place is kept. `more`: something follows it already."""

    changes: tuple[OwnChange, ...]
    place: Place
    good_until: datetime
    more: bool = False


@dataclass(frozen=True, slots=True)
class FollowOwnThread:
    own: ReadOwnThread

    def begin(self, principal_id: str) -> OwnChanges:
        """Where the feed stands now. What is read after that, or told behind it, is everything."""
        oneself = self.own.find_oneself(principal_id) or _NOBODY
        return self._at_its_end((), oneself, self._numbers_of(oneself))

    def since(self, principal_id: str, place: Place, limit: int) -> OwnChanges:
        """At most `limit`, in the order in which they were told.

        Who was made one with somebody, or parted, or proved a contact point, has another thread than before: then
        there is a single change that says so.
        """
        oneself = self.own.find_oneself(principal_id) or _NOBODY
        numbers = self._numbers_of(oneself)
        if place[_WHO] != _mark_of(oneself) or any(number < int(place[feed]) for feed, number in numbers.items()):
            anew = OwnChange(OwnChangeKind.THREAD, self.own.now())
            return self._at_its_end((anew,), oneself, numbers)
        behind = [feed for feed, number in numbers.items() if number > int(place[feed])]
        pages = [self.own.threads.list_feed(feed, place_of(int(place[feed])), limit) for feed in behind]
        told = [*heapq.merge(*(page.items for page in pages), key=lambda row: row.at)]
        rows = told[:limit]
        changes = self._changes(oneself, rows)
        read = {row.feed: int(row.place) for row in rows}
        if len(told) > limit or any(page.next for page in pages):
            after = {**place, **{feed: str(number) for feed, number in read.items()}}
            return OwnChanges(changes, after, rows[-1].at + KEPT_FOR, more=True)
        # What was written since the heads were looked at has been read as well.
        return self._at_its_end(changes, oneself, {**numbers, **read})

    def _at_its_end(self, changes: tuple[OwnChange, ...], oneself: Oneself, numbers: Mapping[str, int]) -> OwnChanges:
        place = {_WHO: _mark_of(oneself), **{feed: str(number) for feed, number in numbers.items()}}
        return OwnChanges(changes, place, self.own.now() + KEPT_FOR)

    def _numbers_of(self, oneself: Oneself) -> Mapping[str, int]:
        """Of the newest row of everybody in the family, whose feeds are followed for long enough from now on."""
        threads, now = self.own.threads, self.own.now()
        if not oneself.family:
            return {}
        for _ in range(MOST_RACES):
            found = threads.find_feed_heads(oneself.family)
            heads = {feed: followed(found.get(feed) or FeedHead(feed), now) for feed in oneself.family}
            moved = [
                Update(found[feed], head, ()) if feed in found else Create(head)
                for feed, head in heads.items()
                if head != found.get(feed)
            ]
            with suppress(WriteConflict):
                threads.commit(moved)
                return {feed: head.number for feed, head in heads.items()}
        raise StorageUnavailable()

    def _changes(self, oneself: Oneself, rows: Sequence[FeedRow]) -> tuple[OwnChange, ...]:
        """Each entry and each case once, as it is now: what it was between is nobody's business any more."""
        threads, now = self.own.threads, self.own.now()
        of_entries = {(row.customer_id, row.entry_id): row for row in rows if row.kind is FeedKind.ENTRY}
        of_cases = {(row.customer_id, row.case_id): row for row in rows if row.kind is FeedKind.CASE}
        entries = threads.find_entries(of_entries) if of_entries else ()
        cases = threads.find_cases(of_cases) if of_cases else ()
        changes = [
            OwnChange(OwnChangeKind.ENTRY, of_entries[shown.entry.customer_id, shown.entry.id].at, entry=shown)
            for shown in self.own.shown(oneself, tuple(entries))
        ]
        changes += [
            OwnChange(OwnChangeKind.CASE, of_cases[shown.case.customer_id, shown.case.id].at, case=shown)
            for shown in self.own.own_cases(cases, oneself)
        ]
        changes.sort(key=lambda change: (change.at, _id_of(change)))
        if any(entry_is_gone(entry, oneself.proved, now) for entry in entries) or any(
            case_is_gone(case, oneself.proved) for case in cases
        ):
            changes.append(OwnChange(OwnChangeKind.THREAD, now))
        return tuple(changes)


def _id_of(change: OwnChange) -> str:
    if change.entry:
        return change.entry.entry.id
    return change.case.case.id if change.case else ""


def _mark_of(oneself: Oneself) -> str:
    points = sorted(f"{point.kind}#{point.value}" for point in oneself.proved)
    return digest("own-feed-1", *sorted(oneself.family), "", *points).hex()[:16]
