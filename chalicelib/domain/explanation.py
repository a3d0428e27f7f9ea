"""How the deadlines of a case came to be, in facts that a person can check: what was counted when, what comes next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from chalicelib.domain.business_hours import BusinessHours
from chalicelib.domain.cases import Agreements, Case
from chalicelib.domain.clocks import Clock, PauseRule, used
from chalicelib.domain.escalation import LATE_AFTER, steps_left
from chalicelib.domain.sla import StepAction, kind_of

MOST_STRETCHES = 100
CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Stretch:
    """From `start` to `end` the clock counted everything, or nothing for a `reason`: `closed` (nobody works;
    `closed_days` are the holidays among it), or the name of the rule by which it stood still.
    """

    start: datetime
    end: datetime
    reason: str = ""
    closed_days: tuple[date, ...] = ()

    @property
    def counted(self) -> timedelta:
        return timedelta(0) if self.reason else self.end - self.start


@dataclass(frozen=True, slots=True)
class StepToCome:
    level: int
    action: StepAction
    at: datetime
    late: bool


@dataclass(frozen=True, slots=True)
class ClockExplained:
    """`within`: how much time the policy gives, None where the deadline comes from a promise or a law.

    `stretches` lead from the start to the deadline, or to now while it stands still; the oldest are left out beyond
    `MOST_STRETCHES`.
    """

    name: str
    started_at: datetime
    due_at: datetime
    policy: str
    calendar: str
    version: str
    cycle: int
    within: timedelta | None
    used: timedelta
    paused_by: str
    stretches: tuple[Stretch, ...]
    steps_done: int
    next_steps: tuple[StepToCome, ...]


def explain(case: Case, agreements: Agreements, now: datetime) -> tuple[ClockExplained, ...]:
    """The running clocks first to last by deadline."""
    clocks = sorted(case.clocks.items(), key=lambda item: (item[1].due_at, item[0]))
    return tuple(_explained(case, name, clock, agreements, now) for name, clock in clocks)


def _explained(case: Case, name: str, clock: Clock, agreements: Agreements, now: datetime) -> ClockExplained:
    agreement = agreements.running(case, clock)
    hours, within = agreement.hours, agreement.policy.within(kind_of(name))
    steps = steps_left(name, clock, lambda running: agreements.running(case, running))
    return ClockExplained(
        name=name,
        started_at=clock.started_at,
        due_at=clock.due_at,
        policy=clock.policy,
        calendar=clock.calendar,
        version=clock.version,
        cycle=clock.cycle,
        within=within,
        used=used(clock, now, hours),
        paused_by=clock.paused_by,
        stretches=_in_plain_time(clock) if within is None else tuple(_stretches(clock, hours, now))[-MOST_STRETCHES:],
        steps_done=clock.level,
        next_steps=tuple(StepToCome(level, step.action, at, now - at >= LATE_AFTER) for level, at, step in steps),
    )


def _in_plain_time(clock: Clock) -> tuple[Stretch, ...]:
    return (Stretch(clock.started_at, clock.due_at),)


def _stretches(clock: Clock, hours: BusinessHours, now: datetime) -> Iterator[Stretch]:
    """The log's intervals, the pauses between them, and the current one up to the deadline."""
    before: datetime | None = None
    for interval in clock.log:
        if before:
            yield Stretch(before, interval.start, PauseRule.WAITING_FOR_CUSTOMER)
        yield from _counted(interval.start, interval.end, hours)
        before = interval.end
    since = clock.running_since if clock.runs else now
    if before and since and before < since:
        yield Stretch(before, since, clock.paused_by or PauseRule.WAITING_FOR_CUSTOMER)
    if clock.runs:
        yield from _counted(clock.running_since or clock.started_at, clock.due_at, hours)


def _counted(start: datetime, end: datetime, hours: BusinessHours) -> Iterator[Stretch]:
    at = start
    for opens, closes in hours.spans_between(start, end):
        if at < opens:
            yield Stretch(at, opens, CLOSED, hours.closed_days_between(at, opens))
        yield Stretch(opens, closes)
        at = closes
    if at < end:
        yield Stretch(at, end, CLOSED, hours.closed_days_between(at, end))
