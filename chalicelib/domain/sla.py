"""Clocks of a case: how long the customer may wait, counted in business time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.domain.business_hours import BusinessHours


class ClockName(StrEnum):
    FIRST_RESPONSE = "first_response"  # from the first message of a cycle to our first answer
    NEXT_RESPONSE = "next_response"  # from the oldest unanswered message after that


class StepAction(StrEnum):
    REMIND = "remind"  # tell the assignee, or the team when nobody is assigned
    ESCALATE = "escalate"  # tell the supervisor


@dataclass(frozen=True, slots=True)
class EscalationStep:
    """`after` the deadline, in wall time; negative is before it. Steps are ordered by it; levels count from 1."""

    action: StepAction
    after: timedelta


@dataclass(frozen=True, slots=True)
class SlaPolicy:
    """`first_response_within` and `next_response_within` are business time."""

    name: str
    first_response_within: timedelta
    next_response_within: timedelta
    steps: tuple[EscalationStep, ...]

    def within(self, clock: ClockName) -> timedelta:
        return self.first_response_within if clock is ClockName.FIRST_RESPONSE else self.next_response_within


@dataclass(frozen=True, slots=True)
class Clock:
    """A running clock. `cycle` is the case's when it started; `level` is how many steps are done."""

    started_at: datetime
    due_at: datetime
    cycle: int
    policy: str
    level: int = 0


def start_clock(name: ClockName, at: datetime, cycle: int, policy: SlaPolicy, hours: BusinessHours) -> Clock:
    return Clock(started_at=at, due_at=hours.add(at, policy.within(name)), cycle=cycle, policy=policy.name)
