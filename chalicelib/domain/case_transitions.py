"""Every way in which somebody's act moves a case and its clocks: a message, an answer, a decision, a step of the sweep.

Each function takes a case and gives the next one; none asks for the time.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from chalicelib.domain.case_clocks import (
    OF_ANSWERS,
    OF_WAITING,
    looked_at,
    with_clocks,
    with_ended,
    with_legal_clock,
    with_opened_clocks,
    with_renewed,
    with_resolution,
    with_wait_since,
)
from chalicelib.domain.case_promises import promised
from chalicelib.domain.case_tasks import get_open_task, open_tasks, tasked, with_task_settled
from chalicelib.domain.cases import MOST_ANSWERS, Agreements, Case, CaseStatus, heard_by
from chalicelib.domain.clocks import ClockEnd, reckoned_again, started_until
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.contacts import Effect
from chalicelib.domain.errors import AnswerOwed, Conflict, PromiseOwed, TaskOpen
from chalicelib.domain.escalation import DueStep
from chalicelib.domain.identifiers import time_of
from chalicelib.domain.promises import PromiseStatus, broken
from chalicelib.domain.sla import ClockName
from chalicelib.domain.tasks import CHANNELS, TaskState


def with_message(
    case: Case, entry_id: str, at: datetime, agreements: Agreements, channel: Channel | None = None
) -> Case:
    """The customer wrote: a closed case opens again in a new cycle; a clock starts unless they were waiting already.

    One that was overtaken by later ones on its way counts from when it came: the customer has been waiting since then.
    """
    if case.status is CaseStatus.CLOSED:
        case = replace(
            case,
            status=CaseStatus.OPEN,
            closed_at=None,
            reopened_at=at,
            cycle=case.cycle + 1,
            answered=False,
            answered_by=(),
        )
    case = _seen_inbound(heard_by(case, channel, at), entry_id, at)
    if case.awaiting_since is not None and case.awaiting_since <= at:
        return case
    return with_wait_since(case, at, agreements)


def with_contact(
    case: Case,
    effect: Effect,
    entry_id: str,
    at: datetime,
    agreements: Agreements,
    channel: Channel,
    *,
    stays_with_us: bool = False,
) -> Case:
    """Somebody called, wrote a letter or came, or we did, at `at`: often it is told hours later.

    Talking answers what was asked before it. If the customer has written since, they go on waiting, and since their
    oldest message: which of them the talk has answered, nobody knows.
    """
    if effect is Effect.ASKS:
        return with_message(case, entry_id, at, agreements, channel)
    case = heard_by(case, channel, at)
    written_since = case.awaiting_since is not None and time_of(case.last_inbound_id) > at
    if effect is Effect.ASKS_AND_IS_ANSWERED:
        case = replace(_seen_inbound(case, entry_id, at), version=case.version + 1, said_version=case.version + 1)
    else:
        case = _spoke(case, at)
    if effect is Effect.NOTHING or written_since:
        return case
    return _answered(case, at, agreements, channel, stays_with_us=stays_with_us)


def with_answer(
    case: Case, at: datetime, agreements: Agreements, *, channel: Channel | None = None, stays_with_us: bool = False
) -> Case:
    """We answered: nobody waits any more.

    `stays_with_us`: the answer says that more will follow, so we owe the next sign of life; else it is the customer's
    turn, and the time to resolution stands still. `channel`: by which it goes out.
    """
    case = _spoke(heard_by(case, channel, at), at)
    return _answered(case, at, agreements, channel, stays_with_us=stays_with_us)


def with_first_word(case: Case, at: datetime, agreements: Agreements, channel: Channel) -> Case:
    """We wrote first, in a new case: nobody waits, and it is the customer's turn as after any answer of ours."""
    return with_answer(with_opened_clocks(case, at, agreements), at, agreements, channel=channel)


def with_answer_to_be_done(case: Case, at: datetime) -> Case:
    """Our answer is kept and still has to be said or posted: until then the customer goes on waiting."""
    return _spoke(case, at)


def with_task_done(
    case: Case, id_: str, at: datetime, by: str, agreements: Agreements, *, answer_owed: bool = False
) -> Case:
    """The customer was called, or the letter is on its way: that answers them, unless they still wait for more."""
    task = get_open_task(case, id_)
    case = with_task_settled(case, id_, TaskState.DONE, at, by, agreements)
    if answer_owed:
        return case
    case = replace(case, said_version=case.version)
    return _answered(case, at, agreements, CHANNELS[task.kind], stays_with_us=task.stays_with_us)


def with_failed_answer(
    case: Case,
    waiting_since: datetime,
    stopped: ClockName,
    agreements: Agreements,
    *,
    channel: Channel | None = None,
) -> Case:
    """Our answer did not reach the customer: they have been waiting all along, and the clock that it `stopped` knows.

    A new cycle, because colleagues who were told before the answer have to hear of it again. In spam nobody waits,
    unless it turns out to be none. `channel`: by which it went out; the law has not been satisfied by it.
    """
    case = without_answer_by(case, channel)
    if case.status is CaseStatus.SPAM:
        return replace(case, waited_since=min(waiting_since, case.waited_since or waiting_since))
    was_closed = case.status is CaseStatus.CLOSED
    case = replace(
        case,
        status=CaseStatus.OPEN,
        closed_at=None,
        reopened_at=waiting_since if was_closed else case.reopened_at,
        cycle=case.cycle + 1,
        answered=stopped is ClockName.NEXT_RESPONSE,
        clocks=MappingProxyType({name: clock for name, clock in case.clocks.items() if name not in OF_WAITING}),
    )
    since = min(waiting_since, case.awaiting_since or waiting_since)
    case = with_wait_since(replace(case, awaiting_since=since), since, agreements)
    return looked_at(with_opened_clocks(case, since, agreements), agreements) if was_closed else case


def with_answer_sent_again(case: Case, at: datetime, *, lost: Channel | None, channel: Channel) -> Case:
    """The same words go out by another channel, since they did not arrive: who waits, and for what, stays as it is."""
    case = _spoke(heard_by(without_answer_by(case, lost), channel, at), at)
    return replace(case, answered_by=(*case.answered_by, channel)[-MOST_ANSWERS:])


def waiting_again(case: Case, since: datetime | None, agreements: Agreements) -> Case:
    """The case after messages were taken out of it: nobody waits any more (None), or only since a later one.

    Whatever they wait for next is another wait, so it is a new cycle: its steps have not been done.
    """
    if since == case.awaiting_since:
        return case
    left = {name: clock for name, clock in case.clocks.items() if name not in OF_WAITING}
    case = with_clocks(replace(case, awaiting_since=None, cycle=case.cycle + 1), left)
    return with_wait_since(case, since, agreements) if since else looked_at(case, agreements)


def transferred(
    case: Case, team: str, assignee: str, due_at: datetime | None, at: datetime, agreements: Agreements
) -> Case:
    """Another team owns it. Every clock goes on as it was: the customer waits for the company, not for a team.

    `due_at`: by when the new team has to act, a clock of its own until our next answer; None for none.
    """
    case = replace(case, team=team, assignee=assignee, passed_over=(), version=case.version + 1)
    case = with_ended(case, (ClockName.HAND_OVER,), at, ClockEnd.RENEWED, agreements)
    if due_at:
        case = replace(case, cycle=case.cycle + 1)
        clock = started_until(due_at, at, case.cycle, agreements.new(case))
        case = with_clocks(case, {**case.clocks, ClockName.HAND_OVER: clock})
    return looked_at(case, agreements)


def of_kind(case: Case, kind: str, agreements: Agreements) -> Case:
    """It turned out to be about something else: the legal term counts from the original receipt all the same."""
    case = replace(case, kind=kind, version=case.version + 1)
    if case.status is not CaseStatus.OPEN:
        return case
    return looked_at(with_legal_clock(case, case.opened_at, agreements), agreements)


def with_policy_applied_again(case: Case, at: datetime, agreements: Agreements) -> Case:
    """Every running clock counts from its start by what holds now, in a new cycle."""
    case = replace(case, cycle=case.cycle + 1, version=case.version + 1)
    agreement = agreements.new(case)
    clocks = dict(case.clocks)
    for name, clock in case.clocks.items():
        renewed = reckoned_again(name, clock, case.cycle, agreement)
        if renewed is None:
            case = with_ended(case, (name,), at, ClockEnd.RENEWED, agreements)
            del clocks[name]
        else:
            clocks[name] = renewed
    return looked_at(with_clocks(case, clocks), agreements)


def with_legal_term_extended(case: Case, agreements: Agreements) -> Case:
    """The customer was told that it takes longer, as the law allows once. Raises Conflict where it does not."""
    clock, term = case.clocks.get(ClockName.LEGAL), agreements.kind(case).legal
    if clock is None or term is None or not term.extensible:
        raise Conflict("The law gives no longer time for a case of this kind.")
    agreement = agreements.running(case, clock)
    due_at = term.longest_deadline(clock.started_at, agreement.hours.zone)
    if due_at == clock.due_at:
        raise Conflict("The legal term has been extended already.")
    longer = replace(clock, due_at=due_at, level=0, cycle=case.cycle + 1)
    case = replace(case, cycle=case.cycle + 1, version=case.version + 1)
    return looked_at(with_clocks(case, {**case.clocks, ClockName.LEGAL: longer}), agreements)


def require_closable(case: Case, agreements: Agreements) -> None:
    """Raises Conflict while something is owed: a promise, a task, or the answer that the law wants in writing."""
    if any(promise.live for promise in case.promises.values()):
        raise PromiseOwed()
    if open_tasks(case):
        raise TaskOpen()
    legal = agreements.kind(case).legal if ClockName.LEGAL in case.clocks else None
    if legal and legal.durable and not {*legal.durable} & {*case.answered_by}:
        raise AnswerOwed()


def closed(case: Case, at: datetime, agreements: Agreements) -> Case:
    case = with_ended(case, (*case.clocks,), at, ClockEnd.CLOSED, agreements)
    return replace(
        case,
        status=CaseStatus.CLOSED,
        closed_at=at,
        awaiting_since=None,
        next_step_at=None,
        last_activity_at=max(at, case.last_activity_at),
        version=case.version + 1,
    )


def marked_spam(case: Case, at: datetime, agreements: Agreements) -> Case:
    """Nobody has to answer it. What it was before can be told from `closed_at`, `waited_since`, `promises` and
    `tasks`.
    """
    waited_since = case.awaiting_since
    case = with_ended(case, (*case.clocks,), at, ClockEnd.CLOSED, agreements)
    return replace(
        case,
        status=CaseStatus.SPAM,
        awaiting_since=None,
        waited_since=waited_since,
        next_step_at=None,
        last_activity_at=max(at, case.last_activity_at),
        version=case.version + 1,
    )


def unmarked_spam(case: Case, at: datetime, agreements: Agreements) -> Case:
    """It was none: a closed case is closed again, and in an open one the customer has been waiting all along.

    In an open one it is a new cycle, because colleagues who were told before have to hear of it again. A closed one is
    in that of its closing, which its customer was asked about, or has rated.
    """
    since = case.waited_since
    case = replace(
        case,
        status=CaseStatus.CLOSED if case.closed_at else CaseStatus.OPEN,
        waited_since=None,
        cycle=case.cycle if case.closed_at else case.cycle + 1,
        last_activity_at=max(at, case.last_activity_at),
        version=case.version + 1,
    )
    if case.status is CaseStatus.CLOSED:
        return case
    case = with_opened_clocks(case, since or case.opened_at, agreements)
    for id_, promise in case.promises.items():
        if promise.live:
            case = promised(case, id_, promise, at, agreements)
    for task in open_tasks(case):
        case = tasked(case, task, at, agreements)
    return with_wait_since(case, since, agreements) if since else looked_at(case, agreements)


def reopened_by_rating(case: Case, at: datetime, agreements: Agreements) -> Case:
    """Somebody told us after the closing that they are dissatisfied: they wait from now on, in a new cycle."""
    case = replace(
        case,
        status=CaseStatus.OPEN,
        closed_at=None,
        reopened_at=at,
        cycle=case.cycle + 1,
        answered=False,
        answered_by=(),
        last_activity_at=max(at, case.last_activity_at),
        version=case.version + 1,
    )
    return with_wait_since(case, at, agreements)


def with_steps_done(case: Case, steps: tuple[DueStep, ...], now: datetime, agreements: Agreements) -> Case:
    """The steps are done, and a promise whose time has run out is broken."""
    clocks = dict(case.clocks)
    for step in steps:
        clocks[step.clock] = replace(clocks[step.clock], level=step.level)
    promises = {
        id_: broken(promise) if promise.status is PromiseStatus.OPEN and promise.due_at <= now else promise
        for id_, promise in case.promises.items()
    }
    case = replace(case, promises=MappingProxyType(promises))
    return looked_at(with_clocks(case, clocks), agreements)


def without_answer_by(case: Case, channel: Channel | None) -> Case:
    """One of the answers in that channel was none."""
    if channel not in case.answered_by:
        return case
    at = case.answered_by.index(channel)
    return replace(case, answered_by=(*case.answered_by[:at], *case.answered_by[at + 1 :]))


def _spoke(case: Case, at: datetime) -> Case:
    return replace(
        case,
        messages_out=case.messages_out + 1,
        last_activity_at=max(at, case.last_activity_at),
        version=case.version + 1,
        said_version=case.version + 1,
    )


def _answered(
    case: Case, at: datetime, agreements: Agreements, channel: Channel | None, *, stays_with_us: bool = False
) -> Case:
    by = case.answered_by if channel is None else (*case.answered_by, channel)[-MOST_ANSWERS:]
    case = replace(case, awaiting_since=None, answered=True, answered_by=by, passed_over=())
    case = with_ended(case, OF_ANSWERS, at, ClockEnd.ANSWERED, agreements)
    if case.status is not CaseStatus.OPEN:
        return case
    if stays_with_us:
        return looked_at(with_renewed(case, ClockName.UPDATE, at, agreements), agreements)
    return looked_at(with_resolution(case, agreements, pause_at=at), agreements)


def _seen_inbound(case: Case, entry_id: str, at: datetime) -> Case:
    return replace(
        case,
        messages_in=case.messages_in + 1,
        last_inbound_id=max(entry_id, case.last_inbound_id),
        last_activity_at=max(at, case.last_activity_at),
    )
