"""What happens when a clock runs out: which steps are due, and when the next one is. Pure; nothing is changed here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.sla import Clock, ClockName, EscalationStep, SlaPolicy

LATE_AFTER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class DueStep:
    """Step `level` (from 1) of a clock, due at `due_at`; `late_by` is zero unless the sweep came too late for it."""

    clock: ClockName
    cycle: int
    level: int
    step: EscalationStep
    due_at: datetime
    deadline_at: datetime
    late_by: timedelta


def steps_due(clocks: Mapping[ClockName, Clock], policy: SlaPolicy, now: datetime) -> tuple[DueStep, ...]:
    """Every step that should have happened by `now` and has not, in order: after an outage all of them at once."""
    due = []
    for name, clock in sorted(clocks.items()):
        for level, step in enumerate(policy.steps[clock.level :], start=clock.level + 1):
            at = clock.due_at + step.after
            if at > now:
                break
            late_by = now - at if now - at >= LATE_AFTER else timedelta(0)
            due.append(DueStep(name, clock.cycle, level, step, at, clock.due_at, late_by))
    return tuple(due)


def next_step_at(clocks: Mapping[ClockName, Clock], policy: SlaPolicy) -> datetime | None:
    """When the sweep has to look at these clocks again; None when every step is done."""
    times = [
        clock.due_at + policy.steps[clock.level].after for clock in clocks.values() if clock.level < len(policy.steps)
    ]
    return min(times, default=None)
