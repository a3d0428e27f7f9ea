"""A person decides that a parked message needs nobody: it stays as it is and waits no more."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.domain.errors import Conflict, WriteConflict
from chalicelib.domain.messages import ReleaseState
from chalicelib.domain.parking import STATE_DEPENDS_ON, discarded
from chalicelib.usecases.once import Once, answer_given_before, remember
from chalicelib.usecases.ports import Now, ThreadStore, Update


@dataclass(frozen=True, slots=True)
class DiscardParked:
    threads: ThreadStore
    now: Now

    def __call__(self, parked_id: str, agent: str, why: str, *, once: Once | None = None) -> None:
        """Discarding what is discarded changes nothing. Raises NotFound, Conflict when it was released, KeyReused."""
        if answer_given_before(self.threads, once) is not None:
            return
        record = self.threads.get_parked(parked_id)
        if record.release_state is ReleaseState.RELEASED:
            raise Conflict(f"It was released before, into case {record.released_to}.")
        if record.release_state is ReleaseState.DISCARDED:
            return
        now = self.now()
        after = discarded(record, agent, why, now)
        try:
            self.threads.commit([Update(record, after, STATE_DEPENDS_ON), *remember(once, "", now)])
        except WriteConflict:
            if answer_given_before(self.threads, once) is None:
                raise Conflict("Somebody else has decided about it in the meantime.") from None
