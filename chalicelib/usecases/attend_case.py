"""An agent says that they read a case, or write an answer in it, and hears who else does."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace

from chalicelib.domain.case_presence import HOLDS_FOR, CasePresence, Doing, presence_said, present
from chalicelib.domain.cases import CasePointer
from chalicelib.domain.errors import NotFound, StorageUnavailable, WriteConflict
from chalicelib.domain.feed import FeedKind, FeedRow
from chalicelib.domain.identifiers import parse_case_reference
from chalicelib.domain.principals import Principal
from chalicelib.usecases.ports import Change, Create, Now, ThreadStore, Update
from chalicelib.usecases.write_feed import WriteFeed


@dataclass(frozen=True, slots=True)
class AttendCase:
    """The feed hears of it when somebody begins to write or ends it; who only reads is heard of by asking."""

    threads: ThreadStore
    feed: WriteFeed
    now: Now

    def __call__(self, reference: str, caller: Principal, doing: Doing) -> tuple[CasePresence, ...]:
        """Who else is there: two round trips, and a write where it is news or was last said a while ago. Raises
        NotFound.
        """
        pointer, now = self._pointer(reference), self.now()
        there = present(self.threads.list_present(pointer.reference), now)
        known = next((one for one in there if one.subject == caller.subject), None)
        expires_at = (now + HOLDS_FOR).replace(microsecond=0)
        said = CasePresence(pointer.reference, caller.subject, caller.name, doing, now, now, expires_at)
        after = presence_said(known, said)
        if after is not known:
            self._keep(Update(known, after, ()) if known else Create(after))
        if _writes(known) is not _writes(after):
            self._tell(pointer)
        return tuple(one for one in there if one.subject != caller.subject)

    def listed(self, reference: str) -> tuple[CasePresence, ...]:
        """Everybody who is there. Raises NotFound."""
        return present(self.threads.list_present(self._pointer(reference).reference), self.now())

    def leave(self, reference: str, caller: Principal) -> None:
        """Who is not there changes nothing. Raises NotFound."""
        pointer = self._pointer(reference)
        there = present(self.threads.list_present(pointer.reference), self.now())
        known = next((one for one in there if one.subject == caller.subject), None)
        if known:
            self._keep(Update(known, replace(known, expires_at=self.now()), ()))
            if _writes(known):
                self._tell(pointer)

    def _pointer(self, reference: str) -> CasePointer:
        canonical = parse_case_reference(reference)
        pointer = self.threads.find_pointer(canonical) if canonical else None
        if pointer is None:
            raise NotFound("There is no such case.")
        return pointer

    def _keep(self, change: Change) -> None:
        """Who is faster is the same agent in another window, and says it again in a moment."""
        with suppress(WriteConflict):
            self.threads.commit([change])

    def _tell(self, pointer: CasePointer) -> None:
        """Whoever follows the feed looks sooner. It is a hint: who misses it hears of it when they say their own."""
        with suppress(StorageUnavailable):
            self.feed.tell(
                FeedRow(FeedKind.PRESENCE, pointer.customer_id, pointer.case_id, reference=pointer.reference)
            )


def _writes(presence: CasePresence | None) -> bool:
    return presence is not None and presence.doing is Doing.WRITING
