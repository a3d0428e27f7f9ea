"""An answer that is taken back before it left: its case is as if it had never been given."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from chalicelib.domain.case_clocks import OF_WAITING, looked_at, with_clocks, with_opened_clocks, with_started
from chalicelib.domain.case_transitions import with_failed_answer, without_answer_by
from chalicelib.domain.cases import Agreements, Case, CaseStatus
from chalicelib.domain.clocks import EndedClock, going_on, without_pause
from chalicelib.domain.delivery import Delivery
from chalicelib.domain.promises import clock_of, owed_again
from chalicelib.domain.sla import RESPONSE_CLOCKS, ClockName
from chalicelib.domain.threads import Entry


def with_answer_taken_back(case: Case, answer: Entry, delivery: Delivery, agreements: Agreements) -> Case:
    """No later answer stands in the case. `delivery` is the answer's, as it was while it waited.

    Clocks go on from where it had stopped them, in their own cycles and with the steps that are done. Only where the
    case was closed meanwhile it opens again in a new cycle, if anybody waits or is owed anything. What the customer
    wrote since stays as it is.
    """
    case = without_answer_by(replace(case, version=case.version + 1), answer.channel)
    since = delivery.answers_since
    if case.status is CaseStatus.SPAM:
        case = _with_promises_owed(case, delivery.keeps)
        case = replace(case, answered=delivery.was_answered)
        return replace(case, waited_since=min(since, case.waited_since or since)) if since else case
    if case.status is CaseStatus.CLOSED:
        return _opened_again(case, answer.at, delivery, agreements)
    case = _with_promises_owed(case, delivery.keeps)
    case = _waiting_as_before(case, answer.at, delivery, agreements)
    return looked_at(_with_resolution_running(case, answer.at, agreements), agreements)


def with_promises_taken_back(case: Case, answer: Entry, delivery: Delivery, agreements: Agreements) -> Case:
    """A later answer stands, so nobody waits for this one; what it had kept is owed all the same."""
    case = without_answer_by(replace(case, version=case.version + 1), answer.channel)
    case = _with_promises_owed(case, delivery.keeps)
    if case.status is not CaseStatus.OPEN:
        return case
    return looked_at(_with_clocks_of(case, answer.at, {clock_of(id_) for id_ in delivery.keeps}), agreements)


def _waiting_as_before(case: Case, at: datetime, delivery: Delivery, agreements: Agreements) -> Case:
    since, written_at = delivery.answers_since, case.awaiting_since
    case = replace(case, answered=delivery.was_answered)
    name = ClockName.NEXT_RESPONSE if delivery.was_answered else ClockName.FIRST_RESPONSE
    is_its_own = {one for one, clock in case.clocks.items() if one == ClockName.UPDATE and clock.started_at == at}
    gone = {*OF_WAITING} if since else is_its_own | ({*RESPONSE_CLOCKS} - {name})
    case = with_clocks(case, {one: clock for one, clock in case.clocks.items() if one not in gone})
    back = {clock_of(id_) for id_ in delivery.keeps} | {ClockName.HAND_OVER}
    if since:
        case = replace(case, awaiting_since=min(since, written_at or since))
        back.add(delivery.stopped_clock or name)
    elif written_at is None:
        back.add(ClockName.UPDATE)
    case = _with_clocks_of(case, at, back)
    waits_since = case.awaiting_since
    return with_started(case, name, waits_since, agreements) if waits_since else case


def _opened_again(case: Case, at: datetime, delivery: Delivery, agreements: Agreements) -> Case:
    if delivery.answers_since:
        stopped = delivery.stopped_clock or ClockName.FIRST_RESPONSE
        case = with_failed_answer(case, delivery.answers_since, stopped, agreements)
    elif delivery.keeps:
        case = replace(case, status=CaseStatus.OPEN, closed_at=None, reopened_at=at, cycle=case.cycle + 1)
        case = with_opened_clocks(case, at, agreements)
    case = _with_promises_owed(case, delivery.keeps)
    return looked_at(_with_clocks_of(case, at, {clock_of(id_) for id_ in delivery.keeps}), agreements)


def _with_promises_owed(case: Case, ids: tuple[str, ...]) -> Case:
    owed = {id_: owed_again(promise) if id_ in ids else promise for id_, promise in case.promises.items()}
    return replace(case, promises=MappingProxyType(owed))


def _with_clocks_of(case: Case, stopped_at: datetime, names: set[str]) -> Case:
    """Those that were stopped at that instant go on, unless one of the same name runs by now."""

    def goes_on(clock: EndedClock) -> bool:
        return clock.name in names and clock.ended_at == stopped_at and clock.name not in case.clocks

    back = {clock.name: going_on(clock) for clock in case.ended_clocks if goes_on(clock)}
    left = tuple(clock for clock in case.ended_clocks if not goes_on(clock))
    return replace(with_clocks(case, {**case.clocks, **back}), ended_clocks=left)


def _with_resolution_running(case: Case, paused_at: datetime, agreements: Agreements) -> Case:
    clock = case.clocks.get(ClockName.RESOLUTION)
    if clock is None:
        return case
    clock = without_pause(clock, paused_at, agreements.running(case, clock).hours)
    return with_clocks(case, {**case.clocks, ClockName.RESOLUTION: clock})
