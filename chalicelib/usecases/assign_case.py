"""A case gets an assignee, or goes back to its team."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.domain.cases import AGENT_CHANGE_DEPENDS_ON, Case, assigned
from chalicelib.domain.identifiers import ulid
from chalicelib.domain.threads import event_entry
from chalicelib.usecases.case_changes import NOTHING_SAID, Seen, change_case
from chalicelib.usecases.once import Once, remember
from chalicelib.usecases.ports import Change, Create, Now, Randomness, ThreadStore, Update


@dataclass(frozen=True, slots=True)
class AssignCase:
    threads: ThreadStore
    now: Now
    randomness: Randomness

    def __call__(
        self, reference: str, agent: str, assignee: str, *, seen: Seen = NOTHING_SAID, once: Once | None = None
    ) -> None:
        """`assignee`: an agent's id, "" for the team."""

        def decide(case: Case) -> tuple[str, Sequence[Change]]:
            now = self.now()
            event = event_entry(
                ulid(now, self.randomness(10)), case, now, f"agent:{agent}", "case.assigned", {"assignee": assignee}
            )
            change = Update(case, assigned(case, assignee), AGENT_CHANGE_DEPENDS_ON)
            return "", [change, Create(event), *remember(once, "", now)]

        change_case(self.threads, reference, seen, once, decide)
