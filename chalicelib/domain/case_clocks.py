"""The clocks of a case: how each is started, paused, ended, and when the sweep has to look at them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from chalicelib.domain.cases import MOST_ENDED_CLOCKS, Agreements, Case, CaseStatus
from chalicelib.domain.clocks import (
    Clock,
    ClockEnd,
    PauseRule,
    as_if_never_paused,
    ended,
    paused,
    resumed,
    started,
    started_until,
)
from chalicelib.domain.escalation import DueStep, next_step_at, steps_due
from chalicelib.domain.promises import PromiseStatus
from chalicelib.domain.sla import RESPONSE_CLOCKS, ClockName

OF_WAITING = (*RESPONSE_CLOCKS, ClockName.UPDATE)
OF_ANSWERS = (*RESPONSE_CLOCKS, ClockName.UPDATE, ClockName.HAND_OVER)


def our_next_word_at(case: Case) -> datetime | None:
    """When the customer can expect to hear from us, in business time; None while nothing of ours is due."""
    due = [clock.due_at for name, clock in case.clocks.items() if name in OF_WAITING and clock.runs]
    return min(due, default=None) if case.status is CaseStatus.OPEN else None


def steps_due_of(case: Case, agreements: Agreements, now: datetime) -> tuple[DueStep, ...]:
    return steps_due(case.clocks, lambda clock: agreements.running(case, clock), now)


def with_wait_since(case: Case, at: datetime, agreements: Agreements) -> Case:
    """A clock of the wait starts at `at`; if it runs already, from later on, it starts over and repeats no step.

    Whoever waits has a team that is there, whichever it was when the case was closed.
    """
    case = replace(case, team=agreements.team(case))
    name = ClockName.NEXT_RESPONSE if case.answered else ClockName.FIRST_RESPONSE
    if name not in case.clocks and case.awaiting_since is None and case.answered:
        case = replace(case, cycle=case.cycle + 1)
    case = with_ended(case, (ClockName.UPDATE,), at, ClockEnd.WRITTEN_AGAIN, agreements)
    case = with_started(replace(case, awaiting_since=at), name, at, agreements)
    if not case.answered:
        case = with_opened_clocks(case, at, agreements)
    return looked_at(with_resolution(case, agreements, resume_at=at), agreements)


def with_started(case: Case, name: ClockName, at: datetime, agreements: Agreements) -> Case:
    running = case.clocks.get(name)
    if running and running.started_at <= at:
        return case
    agreement = agreements.running(case, running) if running else agreements.new(case)
    clock = started(name, at, running.cycle if running else case.cycle, agreement)
    if clock is None:
        return case
    return with_clocks(case, {**case.clocks, name: replace(clock, level=running.level if running else 0)})


def with_opened_clocks(case: Case, at: datetime, agreements: Agreements) -> Case:
    """Those that run for as long as the case is open."""
    return with_legal_clock(with_started(case, ClockName.RESOLUTION, at, agreements), at, agreements)


def with_renewed(case: Case, name: ClockName, at: datetime, agreements: Agreements) -> Case:
    case = replace(case, cycle=case.cycle + 1)
    clock = started(name, at, case.cycle, agreements.new(case))
    return with_clocks(case, {**case.clocks, name: clock}) if clock else case


def with_legal_clock(case: Case, received_at: datetime, agreements: Agreements) -> Case:
    """One that runs already begins anew, in a new cycle, if its deadline is another now. An extension stays."""
    running = case.clocks.get(ClockName.LEGAL)
    clocks = {name: clock for name, clock in case.clocks.items() if name != ClockName.LEGAL}
    term = agreements.kind(case).legal
    if term:
        agreement = agreements.new(case)
        received_at = min(received_at, running.started_at) if running else received_at
        zone = agreement.hours.zone
        due_at = term.deadline(received_at, zone)
        extended_to = term.longest_deadline(received_at, zone) if term.extensible else due_at
        if running and running.due_at in (due_at, extended_to):
            return case
        case = replace(case, cycle=case.cycle + 1) if running else case
        clocks[ClockName.LEGAL] = started_until(due_at, received_at, case.cycle, agreement)
    return with_clocks(case, clocks)


def with_resolution(
    case: Case, agreements: Agreements, *, pause_at: datetime | None = None, resume_at: datetime | None = None
) -> Case:
    clock = case.clocks.get(ClockName.RESOLUTION)
    if clock is None:
        return case
    hours = agreements.running(case, clock).hours
    if pause_at:
        clock = paused(clock, pause_at, PauseRule.WAITING_FOR_CUSTOMER, hours)
    elif resume_at and not clock.runs:
        # A wait that began before the pause is one whose answer never arrived: there was nothing to wait for.
        clock = resumed(clock, resume_at, hours) if resume_at >= clock.log[-1].end else as_if_never_paused(clock)
    return with_clocks(case, {**case.clocks, ClockName.RESOLUTION: clock})


def with_ended(case: Case, names: Iterable[str], at: datetime, how: ClockEnd, agreements: Agreements) -> Case:
    """Those of the clocks that there are stop, and are remembered."""
    over = [
        ended(name, case.clocks[name], at, how, agreements.running(case, case.clocks[name]).hours)
        for name in names
        if name in case.clocks
    ]
    if not over:
        return case
    left = {name: clock for name, clock in case.clocks.items() if name not in {gone.name for gone in over}}
    return replace(with_clocks(case, left), ended_clocks=(*case.ended_clocks, *over)[-MOST_ENDED_CLOCKS:])


def with_clocks(case: Case, clocks: Mapping[str, Clock]) -> Case:
    return replace(case, clocks=MappingProxyType(dict(clocks)))


def looked_at(case: Case, agreements: Agreements) -> Case:
    """With the instant at which the sweep has to look at it again."""
    step_at = next_step_at(case.clocks, lambda clock: agreements.running(case, clock))
    owed = [promise.due_at for promise in case.promises.values() if promise.status is PromiseStatus.OPEN]
    return replace(case, next_step_at=min([*owed, *([step_at] if step_at else [])], default=None))
