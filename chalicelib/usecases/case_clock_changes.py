"""An agent's change to the clocks of a case: one transition of the domain, and an event that tells of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.cases import CLOCKS_CHANGE_DEPENDS_ON, Agreements, Case, CaseStatus
from chalicelib.domain.errors import Conflict
from chalicelib.domain.identifiers import ulid
from chalicelib.domain.threads import NO_FACTS, event_entry
from chalicelib.usecases.agreements import current_agreements
from chalicelib.usecases.case_changes import FORCED, Seen, change_case, is_overtaken
from chalicelib.usecases.once import Once, remember
from chalicelib.usecases.ports import (
    Change,
    ConfigurationSource,
    Create,
    Now,
    Randomness,
    ThreadStore,
    Update,
)
from chalicelib.usecases.task_changes import row_changes

Transition = Callable[[Case, datetime, Agreements], Case]
Facts = Callable[[Case, Case], Mapping[str, str]]
"""What the event tells, from the case before and after the change."""


@dataclass(frozen=True, slots=True)
class ChangeClocks:
    threads: ThreadStore
    configuration: ConfigurationSource
    now: Now
    randomness: Randomness

    def __call__(
        self,
        reference: str,
        agent: str,
        event: str,
        transition: Transition,
        facts: Facts,
        *,
        answer: str = "",
        depends_on: tuple[str, ...] = CLOCKS_CHANGE_DEPENDS_ON,
        seen: Seen,
        once: Once | None,
        speaks: bool = False,
    ) -> str:
        """Gives `answer`, or what the first use of the key was answered. Raises NotFound, Conflict, and what
        `transition` raises. A case that is closed or marked as spam has no clocks to change: Conflict.
        """
        agreements = current_agreements(self.configuration)

        def decide(case: Case) -> tuple[str, Sequence[Change]]:
            if case.status is CaseStatus.SPAM:
                raise Conflict("The case is marked as spam. Undo that first.")
            if case.status is not CaseStatus.OPEN:
                raise Conflict("The case is closed. Answer the customer or wait until they write again.")
            now = self.now()
            after = transition(case, now, agreements)
            id_ = ulid(now, self.randomness(10))
            forced = FORCED if speaks and seen.forced and is_overtaken(case, seen) else NO_FACTS
            told = event_entry(
                id_, after, now, f"agent:{agent}", event, {"reference": case.reference, **facts(case, after), **forced}
            )
            changes = [Update(case, after, depends_on), Create(told), *row_changes((case,), (after,))]
            return answer, [*changes, *remember(once, answer, now)]

        return change_case(self.threads, reference, seen, once, decide, speaks=speaks)[0]
