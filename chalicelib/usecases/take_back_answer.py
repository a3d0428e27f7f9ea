"""An agent takes an answer back before it leaves: its entry stays visible as withdrawn, and its case is as before it.

The worker that sends it claims it by the same field, so exactly one of the two comes first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chalicelib.domain.case_undoing import with_answer_taken_back, with_promises_taken_back
from chalicelib.domain.cases import ANSWER_DEPENDS_ON, Case
from chalicelib.domain.delivery import Delivery, DeliveryStatus, withdrawn
from chalicelib.domain.errors import Conflict, NotFound
from chalicelib.domain.identifiers import ulid
from chalicelib.domain.threads import Entry, EntryKind, event_entry
from chalicelib.usecases.agreements import current_agreements
from chalicelib.usecases.case_changes import Seen, change_case, listed_again
from chalicelib.usecases.later_answers import later_answers
from chalicelib.usecases.once import Once, remember
from chalicelib.usecases.ports import Change, ConfigurationSource, Create, Now, Randomness, ThreadStore, Update

_IN_FLIGHT = (DeliveryStatus.QUEUED, DeliveryStatus.SENDING)


@dataclass(frozen=True, slots=True)
class TakeBackAnswer:
    threads: ThreadStore
    configuration: ConfigurationSource
    now: Now
    randomness: Randomness

    def __call__(self, reference: str, entry_id: str, agent: str, *, once: Once | None = None) -> None:
        """Taking back what was taken back changes nothing. Raises NotFound, and Conflict when it is on its way already
        or when a later answer is still on its own.
        """
        agreements = current_agreements(self.configuration)

        def decide(case: Case) -> tuple[str, Sequence[Change]]:
            answer, delivery = self._get_answer(case, entry_id)
            if delivery.status is DeliveryStatus.WITHDRAWN:
                return "", []
            taken_back, now = replace(answer, delivery=withdrawn(delivery)), self.now()
            later = self._later_answers(answer)
            after = (with_promises_taken_back if later else with_answer_taken_back)(case, answer, delivery, agreements)
            told = event_entry(
                ulid(now, self.randomness(10)),
                after,
                now,
                f"agent:{agent}",
                "delivery.withdrawn",
                {"entry": answer.id, "reference": case.reference},
            )
            return "", [
                Update(answer, taken_back, ("delivery",)),
                Update(case, after, ANSWER_DEPENDS_ON),
                *listed_again(self.threads, case, after),
                *_standing_in(later[0] if later else None, delivery),
                Create(told),
                *remember(once, "", now),
            ]

        # Whoever writes or answers meanwhile gives one more reason to take it back.
        change_case(self.threads, reference, Seen(forced=True), once, decide)

    def _get_answer(self, case: Case, entry_id: str) -> tuple[Entry, Delivery]:
        entry = self.threads.get_entry(case.customer_id, entry_id)
        if entry.case_id != case.id or entry.kind is not EntryKind.OUTBOUND or entry.contact or entry.author == "hub":
            raise NotFound("This case has no such answer.")
        if entry.task:
            raise Conflict("Somebody is to say or post this answer: withdraw that task.")
        if entry.repeats:
            raise Conflict("It repeats an answer that the customer can read in the app already.")
        if entry.delivery is None:
            raise Conflict("The customer can read it already.")
        return entry, entry.delivery

    def _later_answers(self, answer: Entry) -> list[Entry]:
        """Those that stand in the case since, the newest first. Raises Conflict while one is on its way."""
        later = later_answers(self.threads, answer)[::-1]
        if any(entry.delivery and entry.delivery.status in _IN_FLIGHT for entry in later):
            raise Conflict("A later answer of this case is on its way. Take that back first.")
        return later


def _standing_in(later: Entry | None, delivery: Delivery) -> list[Change]:
    """Should the later answer turn out not to have arrived, the customer has been waiting since before this one."""
    if later is None or later.delivery is None or later.delivery.answers_since or delivery.answers_since is None:
        return []
    inherited = replace(later.delivery, answers_since=delivery.answers_since, stopped_clock=delivery.stopped_clock)
    return [Update(later, replace(later, delivery=inherited), ("delivery",))]
