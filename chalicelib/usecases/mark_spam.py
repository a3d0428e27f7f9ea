"""An agent says that a case is spam, or that it is none after all.

Marked, it is in no list, no clock runs, it counts for nothing and nobody can answer it; its entries stay. It is not
marked over a message that came a moment ago.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chalicelib.domain.case_transitions import marked_spam, unmarked_spam
from chalicelib.domain.cases import SPAM_DEPENDS_ON, Case, CaseStatus
from chalicelib.domain.customers import REOPENING_DEPENDS_ON, with_case_closed, with_case_reopened
from chalicelib.domain.identifiers import ulid
from chalicelib.domain.threads import event_entry
from chalicelib.usecases.agreements import current_agreements
from chalicelib.usecases.case_changes import NOTHING_SAID, Seen, change_case
from chalicelib.usecases.once import Once, remember
from chalicelib.usecases.ports import Change, ConfigurationSource, Create, Now, Randomness, ThreadStore, Update
from chalicelib.usecases.task_changes import row_changes


@dataclass(frozen=True, slots=True)
class MarkSpam:
    threads: ThreadStore
    configuration: ConfigurationSource
    now: Now
    randomness: Randomness

    def __call__(
        self,
        reference: str,
        agent: str,
        why: str,
        *,
        is_spam: bool,
        seen: Seen = NOTHING_SAID,
        once: Once | None = None,
    ) -> None:
        """Saying what is so already changes nothing. Raises NotFound, Conflict, NewerMessage."""

        def decide(case: Case) -> tuple[str, Sequence[Change]]:
            now = self.now()
            if (case.status is CaseStatus.SPAM) is is_spam:
                return "", remember(once, "", now)
            after = (marked_spam if is_spam else unmarked_spam)(case, now, current_agreements(self.configuration))
            name = "case.marked_spam" if is_spam else "case.unmarked_spam"
            # The agent's words are no fact of the event: facts are told to other systems.
            event = event_entry(ulid(now, self.randomness(10)), case, now, f"agent:{agent}", name, {})
            return "", [
                Update(case, after, SPAM_DEPENDS_ON),
                *row_changes((case,), (after,)),
                *self._change_of_customer(case, after),
                Create(replace(event, text=why)),
                *remember(once, "", now),
            ]

        change_case(self.threads, reference, seen, once, decide)

    def _change_of_customer(self, before: Case, after: Case) -> list[Change]:
        """The customer counts and lists what is open."""
        if CaseStatus.OPEN not in (before.status, after.status):
            return []
        customer = self.threads.get_customer_page(before.customer_id).customer
        if after.status is CaseStatus.OPEN:
            return [Update(customer, with_case_reopened(customer, before), REOPENING_DEPENDS_ON)]
        return [Update(customer, with_case_closed(customer, before), ())]
