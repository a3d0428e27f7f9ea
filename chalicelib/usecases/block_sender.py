"""An agent blocks a contact point, or lets it through again: what comes from a blocked one is parked, unread."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.domain.contact_points import ContactPoint
from chalicelib.domain.customers import Block
from chalicelib.domain.errors import StorageUnavailable, WriteConflict
from chalicelib.domain.identifiers import ulid
from chalicelib.domain.threads import Entry, EntryKind
from chalicelib.usecases.once import Once, answer_given_before, remember
from chalicelib.usecases.ports import Change, Create, Now, Randomness, ThreadStore, Update

BLOCK_DEPENDS_ON = ("blocked", "at")
MOST_RACES = 8


@dataclass(frozen=True, slots=True)
class BlockSender:
    threads: ThreadStore
    now: Now
    randomness: Randomness

    def __call__(self, point: ContactPoint, agent: str, why: str, *, blocked: bool, once: Once | None = None) -> None:
        """Saying what is so already changes nothing. The block says who and why; so does the owner's thread."""
        for _ in range(MOST_RACES):
            if answer_given_before(self.threads, once) is not None:
                return
            before = self.threads.find_block(point)
            if (before is not None and before.blocked) is blocked:
                return
            now = self.now()
            after = Block(point, blocked, agent, now, why)
            change: Change = Update(before, after, BLOCK_DEPENDS_ON) if before else Create(after)
            try:
                self.threads.commit([change, *self._told(after), *remember(once, "", now)])
            except WriteConflict:
                continue
            return
        raise StorageUnavailable()

    def _told(self, block: Block) -> list[Change]:
        """A contact point that nobody owns has no thread."""
        owner = self.threads.find_owner(block.point)
        if owner is None:
            return []
        event = Entry(
            id=ulid(block.at, self.randomness(10)),
            customer_id=owner.customer_id,
            case_id="",
            at=block.at,
            kind=EntryKind.EVENT,
            author=f"agent:{block.by}",
            text=block.why,
            event="customer.sender_blocked" if block.blocked else "customer.sender_unblocked",
            facts={"point": str(block.point)},
        )
        return [Create(event)]
