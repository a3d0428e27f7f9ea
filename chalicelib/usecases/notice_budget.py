"""Which notices of a step go to colleagues one by one, and which wait for their digest.

The count of a window is changed in the step's own transaction, so two workers never take the same place. Once it is
used up nobody writes to it any more: then the steps of a hundred thousand cases have nothing in common.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from chalicelib.domain.delivery import held
from chalicelib.domain.notice_limits import COUNTED_FOR, NoticeLimit, Window, counted_as
from chalicelib.domain.threads import Entry, EntryKind
from chalicelib.domain.verification import ALLOWANCE_DEPENDS_ON, Allowance
from chalicelib.usecases.ports import Change, Create, ThreadStore, Update


@dataclass(slots=True)
class NoticeBudget:
    """For one run of a worker. `_full`: counts that were found used up; a count never goes down."""

    threads: ThreadStore
    limit: NoticeLimit
    _full: set[tuple[str, str]] = field(default_factory=set)

    def spend(self, entries: Sequence[Entry], now: datetime) -> tuple[list[Entry], list[Change]]:
        """The entries of a case's steps as they have to be written, and what counts the single notices among them.

        Each event says with which notice it was told, and in which digest.
        """
        window = self.limit.window_at(now)
        counts: dict[str, _Count] = {}
        told: list[Entry] = []
        for entry in entries:
            if entry.kind is EntryKind.NOTICE and entry.channel and entry.delivery:
                name = counted_as(entry.channel, entry.delivery.recipient)
                count = counts.setdefault(name, self._count(name, window))
                event, entry = _told(told.pop(), entry, window, single=count.take(self.limit.most))  # noqa: PLW2901
                told.append(event)
            told.append(entry)
        return told, [change for count in counts.values() for change in count.changes(now)]

    def single(self, notices: Sequence[Entry], now: datetime) -> tuple[list[Entry], list[Change]]:
        """Those of them that may go out one by one, and what counts them. Of the others nothing is told here."""
        window = self.limit.window_at(now)
        counts: dict[str, _Count] = {}
        told: list[Entry] = []
        for notice in notices:
            if notice.channel and notice.delivery:
                name = counted_as(notice.channel, notice.delivery.recipient)
                if counts.setdefault(name, self._count(name, window)).take(self.limit.most):
                    told.append(notice)
        return told, [change for count in counts.values() for change in count.changes(now)]

    def _count(self, name: str, window: Window) -> _Count:
        if (name, window.name) in self._full:
            return _Count(name, window, None, self.limit.most)
        found = self.threads.find_allowance(name, window.name)
        used = found.used if found else 0
        if used >= self.limit.most:
            self._full.add((name, window.name))
        return _Count(name, window, found, used)


@dataclass(slots=True)
class _Count:
    name: str
    window: Window
    found: Allowance | None
    used: int
    taken: int = 0

    def take(self, most: int) -> bool:
        if self.used + self.taken >= most:
            return False
        self.taken += 1
        return True

    def changes(self, now: datetime) -> list[Change]:
        if not self.taken:
            return []
        if self.found is None:
            expires_at = (now + COUNTED_FOR).replace(microsecond=0)
            return [Create(Allowance(self.name, self.window.name, self.taken, expires_at))]
        return [Update(self.found, replace(self.found, used=self.used + self.taken), ALLOWANCE_DEPENDS_ON)]


def _told(event: Entry, notice: Entry, window: Window, *, single: bool) -> tuple[Entry, Entry]:
    facts = {**event.facts, "notice": notice.id}
    if single or notice.channel is None or notice.delivery is None:
        return replace(event, facts=facts), notice
    digest = window.digest_for(notice.channel, notice.delivery.recipient)
    waiting = held(notice.delivery, digest, window.ends_at)
    return replace(event, facts={**facts, "digest": digest}), replace(notice, delivery=waiting, facts=event.facts)
