"""A clock of a case: when it has to have stopped, how far its steps are, and when it ran.

It counts by the agreement that held when it started, whatever the configuration says by now. It stands still only by a
named rule. Its log adds up: the open time in all its intervals is the time that it has used.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.domain.business_hours import BusinessHours
from chalicelib.domain.sla import Agreement, ClockName, kind_of

LONGEST_LOG = 30
_OF_A_GIVEN_TIME = (
    ClockName.PROMISE,
    ClockName.LEGAL,
    ClockName.HAND_OVER,
    ClockName.CALL_BACK,
    ClockName.LETTER,
)


class PauseRule(StrEnum):
    WAITING_FOR_CUSTOMER = "waiting_for_customer"


class ClockEnd(StrEnum):
    ANSWERED = "answered"
    CLOSED = "closed"
    WRITTEN_AGAIN = "written_again"  # the customer wrote, so another clock took over
    RENEWED = "renewed"  # it began anew, with another deadline
    KEPT = "kept"
    WITHDRAWN = "withdrawn"
    DONE = "done"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class Interval:
    """In which a clock ran: from `start` to before `end`."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Clock:
    """`cycle`: the case's when it started. `level`: how many steps are done.

    `policy`, `calendar` and `version` (of the configuration) name the agreement that it counts by. `running_since` is
    None while it stands still, and `paused_by` says why it does. `log`: its earlier intervals, oldest first; the open
    time of those that are too many to be kept is in `used_before`.
    """

    started_at: datetime
    due_at: datetime
    cycle: int
    policy: str
    level: int = 0
    calendar: str = ""
    version: str = ""
    running_since: datetime | None = None
    paused_by: str = ""
    log: tuple[Interval, ...] = ()
    used_before: timedelta = timedelta(0)

    @property
    def runs(self) -> bool:
        return self.paused_by == ""


@dataclass(frozen=True, slots=True)
class EndedClock:
    """A clock that has stopped. `used`: open time from its start to its end, without what it stood still."""

    name: str
    cycle: int
    started_at: datetime
    due_at: datetime
    ended_at: datetime
    how: ClockEnd
    policy: str
    calendar: str
    version: str
    level: int
    used: timedelta

    @property
    def late(self) -> bool:
        return self.ended_at > self.due_at


def started(name: ClockName, at: datetime, cycle: int, agreement: Agreement) -> Clock | None:
    """None when the policy has no such clock."""
    within = agreement.policy.within(name)
    if within is None:
        return None
    return started_until(agreement.hours.add(at, within), at, cycle, agreement)


def started_until(due_at: datetime, at: datetime, cycle: int, agreement: Agreement) -> Clock:
    """A clock whose deadline comes from elsewhere: a promise, a law."""
    return Clock(
        started_at=at,
        due_at=due_at,
        cycle=cycle,
        policy=agreement.policy.name,
        calendar=agreement.calendar,
        version=agreement.version,
        running_since=at,
    )


def paused(clock: Clock, at: datetime, rule: PauseRule, hours: BusinessHours) -> Clock:
    """Its deadline is kept as it was: how much is left of it is told by the log."""
    if not clock.runs:
        return clock
    log = (*clock.log, Interval(_since(clock), max(at, _since(clock))))
    folded = log[: max(0, len(log) - LONGEST_LOG)]
    return replace(
        clock,
        running_since=None,
        paused_by=rule,
        log=log[len(folded) :],
        used_before=clock.used_before + sum((hours.between(part.start, part.end) for part in folded), timedelta(0)),
    )


def resumed(clock: Clock, at: datetime, hours: BusinessHours) -> Clock:
    """What was left when it stopped is left now. A deadline that had passed by then stays passed."""
    if clock.runs:
        return clock
    stood_since = clock.log[-1].end
    left = hours.between(stood_since, clock.due_at)
    due_at = hours.add(at, left) if clock.due_at > stood_since else clock.due_at
    return replace(clock, running_since=at, paused_by="", due_at=due_at)


def as_if_never_paused(clock: Clock) -> Clock:
    """The reason to stand still turned out to be none: an answer that never arrived."""
    if clock.runs:
        return clock
    return replace(clock, running_since=clock.log[-1].start, paused_by="", log=clock.log[:-1])


def without_pause(clock: Clock, paused_at: datetime, hours: BusinessHours) -> Clock:
    """As if it had not been paused at that instant, also where it runs again by now."""
    if not clock.log or clock.log[-1].end != paused_at:
        return clock
    since = clock.running_since
    clock = replace(clock, running_since=clock.log[-1].start, paused_by="", log=clock.log[:-1])
    if since is None or clock.due_at <= since:
        return clock
    return replace(clock, due_at=hours.add(paused_at, hours.between(since, clock.due_at)))


def going_on(ended: EndedClock) -> Clock:
    """What stopped it never happened. For clocks that never stand still: all but the resolution's."""
    return Clock(
        started_at=ended.started_at,
        due_at=ended.due_at,
        cycle=ended.cycle,
        policy=ended.policy,
        level=ended.level,
        calendar=ended.calendar,
        version=ended.version,
        running_since=ended.started_at,
    )


def reckoned_again(name: str, clock: Clock, cycle: int, agreement: Agreement) -> Clock | None:
    """What it would be had it always counted by this agreement; None when that has no such clock.

    The deadlines of promises, laws and tasks stay: they come from elsewhere, or were told to somebody.
    """
    clock = replace(
        clock,
        cycle=cycle,
        level=0,
        policy=agreement.policy.name,
        calendar=agreement.calendar,
        version=agreement.version,
    )
    if kind_of(name) in _OF_A_GIVEN_TIME:
        return clock
    within = agreement.policy.within(kind_of(name))
    if within is None:
        return None
    hours = agreement.hours
    gone = sum((hours.between(part.start, part.end) for part in clock.log), clock.used_before)
    since = clock.log[-1].end if clock.log and not clock.runs else _since(clock)
    left = within - gone
    return replace(clock, due_at=hours.add(since, left) if left > timedelta(0) else min(clock.due_at, since))


def used(clock: Clock, at: datetime, hours: BusinessHours) -> timedelta:
    """Open time in which it has run by `at`."""
    total = clock.used_before + sum((hours.between(part.start, part.end) for part in clock.log), timedelta(0))
    return total + hours.between(_since(clock), at) if clock.runs else total


def ended(name: str, clock: Clock, at: datetime, how: ClockEnd, hours: BusinessHours) -> EndedClock:
    return EndedClock(
        name=name,
        cycle=clock.cycle,
        started_at=clock.started_at,
        due_at=clock.due_at,
        ended_at=at,
        how=how,
        policy=clock.policy,
        calendar=clock.calendar,
        version=clock.version,
        level=clock.level,
        used=used(clock, at, hours),
    )


def _since(clock: Clock) -> datetime:
    """Clocks of earlier versions of the hub have no `running_since`: they never stood still."""
    return clock.running_since or clock.started_at
