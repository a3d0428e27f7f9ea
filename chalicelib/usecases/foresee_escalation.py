"""What the sweep would do within the next hours if nobody acted: decided in the same way, and nothing is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.cases import CaseStatus
from chalicelib.domain.errors import NotFound
from chalicelib.domain.escalation import steps_left
from chalicelib.domain.sla import StepAction
from chalicelib.usecases.agreements import current_agreements
from chalicelib.usecases.ports import ConfigurationSource, Due, Now, ThreadStore

MOST_FORESEEN = 500


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A step of a case that would happen at `at`, or should have happened then."""

    reference: str
    customer_id: str
    team: str
    assignee: str
    clock: str
    level: int
    action: StepAction
    at: datetime
    kind: str


@dataclass(frozen=True, slots=True)
class ForeseeEscalation:
    threads: ThreadStore
    configuration: ConfigurationSource
    now: Now

    def __call__(self, team: str, within: timedelta) -> tuple[Foreseen, ...]:
        """The first `MOST_FORESEEN` in order of time. Raises NotFound for an unknown team."""
        agreements = current_agreements(self.configuration)
        agreements.configuration.get_team(team)
        until = self.now() + within
        found: list[Foreseen] = []
        for due in self.threads.list_due_cases(team, until):
            found.extend(self._steps(due, until))
            if len(found) >= MOST_FORESEEN:
                break
        return tuple(sorted(found, key=lambda step: (step.at, step.reference, step.clock, step.level))[:MOST_FORESEEN])

    def _steps(self, due: Due, until: datetime) -> Iterator[Foreseen]:
        agreements = current_agreements(self.configuration)
        try:
            case = self.threads.get_case(due.customer_id, due.case_id)
        except NotFound:
            return  # the list lags behind
        if case.status is not CaseStatus.OPEN:
            return
        for name, clock in case.clocks.items():
            for level, at, step in steps_left(name, clock, lambda running: agreements.running(case, running)):
                if at > until:
                    break
                yield Foreseen(
                    *(
                        case.reference,
                        case.customer_id,
                        case.team,
                        case.assignee,
                        name,
                        level,
                        step.action,
                        at,
                        case.kind,
                    )
                )
