"""Nobody knew whether an answer was sent: a person says that it was, or has it sent again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from chalicelib.domain.cases import Case
from chalicelib.domain.delivery import DeliveryStatus, sent_again, settled_as_sent
from chalicelib.domain.errors import Conflict, NotFound
from chalicelib.domain.identifiers import ulid
from chalicelib.domain.threads import Entry, EntryKind, event_entry
from chalicelib.usecases.case_changes import Seen, change_case
from chalicelib.usecases.going_out import ask_to_send
from chalicelib.usecases.once import Once, remember
from chalicelib.usecases.ports import Change, Create, Now, Randomness, ThreadStore, Update, WorkQueues


class Settlement(StrEnum):
    SENT = "sent"  # somebody has found out that it was
    SEND_AGAIN = "send_again"  # it may arrive twice; its entry says so


@dataclass(frozen=True, slots=True)
class SettleDelivery:
    threads: ThreadStore
    queues: WorkQueues
    now: Now
    randomness: Randomness

    def __call__(
        self, reference: str, entry_id: str, agent: str, settlement: Settlement, *, once: Once | None = None
    ) -> None:
        """Raises NotFound, and Conflict for what nobody is in doubt about: a carrier's report may have come."""
        asked: list[Entry] = []

        def decide(case: Case) -> tuple[str, Sequence[Change]]:
            entry, now = self._get_message(case, entry_id), self.now()
            delivery = entry.delivery
            if delivery is None or delivery.status is not DeliveryStatus.UNKNOWN:
                raise Conflict("It is known what became of this message. Look at it again.")
            after = settled_as_sent(delivery) if settlement is Settlement.SENT else sent_again(delivery, now)
            asked.append(entry)
            facts = {"entry": entry.id, "reference": case.reference, "settlement": str(settlement)}
            told = event_entry(ulid(now, self.randomness(10)), case, now, f"agent:{agent}", "delivery.settled", facts)
            return "", [
                Update(entry, replace(entry, delivery=after), ("delivery",)),
                Create(told),
                *remember(once, "", now),
            ]

        # What else was said in the case meanwhile has no bearing on whether this was sent.
        _, wrote = change_case(self.threads, reference, Seen(forced=True), once, decide)
        if wrote and settlement is Settlement.SEND_AGAIN:
            ask_to_send(self.queues, asked[-1])

    def _get_message(self, case: Case, entry_id: str) -> Entry:
        entry = self.threads.get_entry(case.customer_id, entry_id)
        if entry.case_id != case.id or entry.kind is not EntryKind.OUTBOUND:
            raise NotFound("This case has no such message of ours.")
        return entry
