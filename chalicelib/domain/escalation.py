"""What happens when a clock runs out: which steps are due, and when the next one is. Pure; nothing is changed here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.clocks import Clock
from chalicelib.domain.sla import Agreement, EscalationStep, StepAction, kind_of

LATE_AFTER = timedelta(minutes=5)

AgreementOf = Callable[[Clock], Agreement]
"""The agreement that a clock counts by."""


@dataclass(frozen=True, slots=True)
class DueStep:
    """Step `level` (from 1) of a clock, due at `due_at`; `late_by` is zero unless the sweep came too late for it.

    `tier`: how many steps before it hand the case on.
    """

    clock: str
    cycle: int
    level: int
    step: EscalationStep
    due_at: datetime
    deadline_at: datetime
    late_by: timedelta
    tier: int = 0


def steps_due(clocks: Mapping[str, Clock], agreement_of: AgreementOf, now: datetime) -> tuple[DueStep, ...]:
    """Every step that should have happened by `now` and has not, in order: after an outage all of them at once."""
    due = []
    for name, clock in sorted(clocks.items()):
        for level, at, step in steps_left(name, clock, agreement_of):
            if at > now:
                break
            late_by = now - at if now - at >= LATE_AFTER else timedelta(0)
            tier = _handed_on_before(agreement_of(clock).policy.steps_of(kind_of(name)), level)
            due.append(DueStep(name, clock.cycle, level, step, at, clock.due_at, late_by, tier))
    return tuple(due)


def next_step_at(clocks: Mapping[str, Clock], agreement_of: AgreementOf) -> datetime | None:
    """When the sweep has to look at these clocks again; None when every step is done."""
    firsts = (next(steps_left(name, clock, agreement_of), None) for name, clock in clocks.items())
    return min((first[1] for first in firsts if first), default=None)


def steps_left(name: str, clock: Clock, agreement_of: AgreementOf) -> Iterator[tuple[int, datetime, EscalationStep]]:
    """Level, instant and step of what is left to do, in order. A clock that stands still has nothing to do."""
    if not clock.runs:
        return
    agreement = agreement_of(clock)
    steps = agreement.policy.steps_of(kind_of(name))[clock.level :]
    for level, step in enumerate(steps, start=clock.level + 1):
        yield level, step.at(clock.due_at, agreement.hours), step


def _handed_on_before(steps: tuple[EscalationStep, ...], level: int) -> int:
    return sum(step.action is StepAction.REASSIGN for step in steps[: level - 1])
