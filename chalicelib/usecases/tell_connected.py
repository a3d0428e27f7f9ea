"""Whoever is connected hears that their feed has grown: to ask for what is new from the place that they know.

That is all it says. What was missed is lost to nobody, and what may be seen is decided where it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from chalicelib.domain.case_presence import CasePresence, present
from chalicelib.domain.connections import MOST_TOLD, Connection
from chalicelib.domain.errors import StorageUnavailable, WriteConflict
from chalicelib.domain.feed import AGENTS
from chalicelib.domain.principals import subject_in
from chalicelib.usecases.ports import Connected, Delete, Now, ThreadStore

MOST_FORGOTTEN = 100  # at once: a transaction's


@dataclass(frozen=True, slots=True)
class TellConnected:
    """`connected`: None where the stage has no connections; then nothing is read."""

    threads: ThreadStore
    connected: Connected | None
    now: Now

    def __call__(self, feeds: Iterable[str]) -> int:
        """How many were told. A connection that is gone is forgotten, one whose token has ended is closed.

        It is a hint: what does not work is left out, and nobody tries again.
        """
        if self.connected is None:
            return 0
        told = 0
        for feed in feeds:
            with suppress(StorageUnavailable, WriteConflict):
                told += self._tell(self.connected, self.threads.list_connections(feed, MOST_TOLD))
        return told

    def at_cases(self, references: Sequence[str]) -> int:
        """Those agents alone who have one of the cases open: somebody began to write in it, or ended it. As above."""
        if self.connected is None or not references:
            return 0
        with suppress(StorageUnavailable, WriteConflict):
            there = {one.subject for reference in references for one in self._present(reference)}
            rows = self.threads.list_connections(AGENTS, MOST_TOLD) if there else ()
            return self._tell(self.connected, [row for row in rows if subject_in(row.principal_id) in there])
        return 0

    def _present(self, reference: str) -> Sequence[CasePresence]:
        return present(self.threads.list_present(reference), self.now())

    def _tell(self, connected: Connected, rows: Sequence[Connection]) -> int:
        now = self.now()
        living = {row.id: row for row in rows if row.expires_at > now}
        ended = [row for row in rows if row.expires_at <= now]
        gone = connected.tell([*living])
        connected.close([row.id for row in ended])
        forgotten = [*ended, *(living[id_] for id_ in sorted(gone))]
        for start in range(0, len(forgotten), MOST_FORGOTTEN):
            self.threads.commit([Delete(row, if_there=True) for row in forgotten[start : start + MOST_FORGOTTEN]])
        return len(living) - len(gone)
