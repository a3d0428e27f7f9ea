"""A logged-in customer has read the answers up to one: they say so, and colleagues see it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from chalicelib.domain.contact_points import Channel
from chalicelib.domain.delivery import read
from chalicelib.domain.errors import WriteConflict
from chalicelib.domain.threads import Entry
from chalicelib.usecases.broadcast_fates import counted_for_many
from chalicelib.usecases.ports import Update
from chalicelib.usecases.read_own_thread import ReadOwnThread

_PAGE = 50
_MOST_PAGES = 4


@dataclass(frozen=True, slots=True)
class MarkRead:
    own: ReadOwnThread

    def __call__(self, principal_id: str, up_to: str) -> None:
        """Repeating it changes nothing. Raises NotFound for an entry that the customer may not read."""
        self.own.get_entry(principal_id, up_to)
        start: Mapping[str, str] | None = None
        for _ in range(_MOST_PAGES):
            page = self.own.newest(principal_id, _PAGE, start)
            answers = [one.entry for one in page.items if one.entry.id <= up_to and _is_bell(one.entry)]
            for entry in answers:
                self._mark(entry)
            if page.next is None or any(entry.delivery and entry.delivery.read_at for entry in answers):
                return
            start = page.next

    def _mark(self, entry: Entry) -> None:
        """Of two who say it at once the first has said it; what went another way meanwhile has been read as well."""
        for _ in range(3):
            after = entry.delivery and read(entry.delivery, self.own.now())
            if after is None or after == entry.delivery:
                return
            counted = counted_for_many(self.own.threads, entry, after)
            with suppress(WriteConflict):
                self.own.threads.commit([Update(entry, replace(entry, delivery=after), ("delivery",)), *counted])
                return
            entry = self.own.threads.get_entry(entry.customer_id, entry.id)


def _is_bell(entry: Entry) -> bool:
    return entry.channel is Channel.APP and entry.delivery is not None
