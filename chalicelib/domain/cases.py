"""A case: one matter inside a customer's thread, and every way in which it may change.

Each function takes a case and gives the next one; none asks for the time. Which fields a change depends on is said
beside it (`*_DEPENDS_ON`): the store writes the change only if those still hold, so inbound messages commute with each
other, and an agent's decision never overrides what it did not see.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

from chalicelib.domain.case_kinds import QUESTION, CaseKind
from chalicelib.domain.clocks import (
    Clock,
    ClockEnd,
    EndedClock,
    PauseRule,
    as_if_never_paused,
    ended,
    paused,
    reckoned_again,
    resumed,
    started,
    started_until,
)
from chalicelib.domain.configuration import Inbox
from chalicelib.domain.contact_points import Channel, ContactPoint
from chalicelib.domain.contacts import Effect
from chalicelib.domain.errors import AnswerOwed, Conflict, NotFound, PromiseOwed
from chalicelib.domain.escalation import DueStep, next_step_at, steps_due
from chalicelib.domain.identifiers import time_of
from chalicelib.domain.promises import (
    MOST_PROMISES,
    Promise,
    PromiseStatus,
    broken,
    clock_of,
    kept,
    renegotiated,
    withdrawn,
)
from chalicelib.domain.sla import RESPONSE_CLOCKS, Agreement, ClockName


class CaseStatus(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    SPAM = "spam"  # an agent said so: in no list, no clock runs, nothing is sent; it can be undone
    MOVED = "moved"  # to another customer: what is left only leads there


class Priority(StrEnum):
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


NO_CLOCKS: Mapping[str, Clock] = MappingProxyType({})
NO_PROMISES: Mapping[str, Promise] = MappingProxyType({})
MOST_ENDED_CLOCKS = 40


@dataclass(frozen=True, slots=True)
class Case:
    """`awaiting_since`: when the oldest unanswered message of the customer came; None when we spoke last.

    `cycle` counts how often a clock began anew: when the case was opened or opened again, when the customer wrote after
    an answer, when an answer failed, when a deadline was set anew. In each of them every step of a clock happens once.
    `answered` says that the next clock to start is the next response; `answered_by` names the channels of the answers.
    `clocks`: those that run or stand still, by name; `ended_clocks`: the newest `MOST_ENDED_CLOCKS` that have stopped.
    `next_step_at`: when the sweep has to look again, None when nothing is left to do.
    `last_inbound_id`: the newest entry that the customer wrote. `messages_in` counts what the customer wrote: an agent
    who has seen as many has read all, in whatever order they came. `automatic_in` counts what machines wrote.
    `waited_since`: `awaiting_since` when the case was marked as spam, so that it can be undone.
    `follows`: the closed case that this one goes on from. `claims`: cases it says it belongs to, unproved.
    `forwarded_for`: whose message a colleague forwarded; a person has to say whether it is theirs.
    `moved_to`: the customer under whom the case goes on, of a case that is MOVED; its pointer says so, too.
    `moved_from`: of the one that goes on, the customer under whom it was opened; reply addresses are signed for them.
    `version` grows with every change by an agent; the counters grow with every entry of their kind.
    """

    id: str
    customer_id: str
    reference: str
    team: str
    inbox: str
    channel: Channel
    subject: str
    opened_at: datetime
    last_activity_at: datetime
    participants: tuple[ContactPoint, ...] = ()
    status: CaseStatus = CaseStatus.OPEN
    kind: str = QUESTION
    priority: Priority = Priority.NORMAL
    segment: str = ""
    language: str = ""
    assignee: str = ""
    closed_at: datetime | None = None
    awaiting_since: datetime | None = None
    waited_since: datetime | None = None
    answered: bool = False
    answered_by: tuple[Channel, ...] = ()
    cycle: int = 1
    clocks: Mapping[str, Clock] = field(default_factory=lambda: NO_CLOCKS)
    ended_clocks: tuple[EndedClock, ...] = ()
    promises: Mapping[str, Promise] = field(default_factory=lambda: NO_PROMISES)
    next_step_at: datetime | None = None
    last_inbound_id: str = ""
    messages_in: int = 0
    automatic_in: int = 0
    messages_out: int = 0
    notes: int = 0
    follows: str = ""
    claims: tuple[str, ...] = ()
    forwarded_for: ContactPoint | None = None
    moved_to: str = ""
    moved_from: str = ""
    version: int = 0

    @property
    def signed_for(self) -> str:
        return self.moved_from or self.customer_id

    @property
    def deadline_at(self) -> datetime | None:
        """The earliest deadline that still runs."""
        return min((clock.due_at for clock in self.clocks.values() if clock.runs), default=None)


@dataclass(frozen=True, slots=True)
class CasePointer:
    """Reference -> case. `signed_for` is the customer for whom reply addresses of the case were and are signed."""

    reference: str
    customer_id: str
    case_id: str
    signed_for: str


@dataclass(frozen=True, slots=True)
class CaseSummary:
    """A case as a list shows it: what the indexes carry. May lag behind the case by moments."""

    id: str
    customer_id: str
    reference: str
    status: CaseStatus
    team: str
    channel: Channel
    subject: str
    assignee: str
    last_activity_at: datetime
    deadline_at: datetime | None
    awaiting_since: datetime | None


# Every message moves them, and the later instant must stay: the store refuses to take them back, whatever a change says
# that it depends on. Naming them below instead would make all messages that come at once fight each other.
ONLY_GROW = ("last_activity_at", "last_inbound_id")
# A message moves them rarely; when it does, it must have seen what others made of them.
BEGINNING = ("opened_at", "subject", "channel", "inbox", "team", "participants")
# Everything else that a change replaces by what it read: of two writers who did not see each other the second would
# undo the first. Counters need not be here, they are added to.
MESSAGE_DEPENDS_ON = ("status", "awaiting_since", "cycle", "clocks")
AUTOMATIC_MESSAGE_DEPENDS_ON = ("status",)
ANSWER_DEPENDS_ON = ("status", "awaiting_since", "cycle", "messages_in", "clocks", "version")
CONTACT_DEPENDS_ON = (*MESSAGE_DEPENDS_ON, "messages_in", "version")  # it may answer
AGENT_CHANGE_DEPENDS_ON = ("version",)
CLOCKS_CHANGE_DEPENDS_ON = ("version", "status", "cycle", "clocks")
CLOSING_DEPENDS_ON = ("version", "status", "messages_in", "clocks")
SPAM_DEPENDS_ON = (*CLOSING_DEPENDS_ON, "awaiting_since", "cycle")
NOTE_DEPENDS_ON = ("status",)  # a case that was moved takes no more notes
STEPS_DEPEND_ON = ("status", "cycle", "clocks")


class Agreements(Protocol):
    """What the clocks of a case count by, and what its kind says."""

    def new(self, case: Case) -> Agreement:
        """For a clock that starts now: the first policy rule that fits the case."""
        ...

    def running(self, case: Case, clock: Clock) -> Agreement:
        """What a clock started with, in the version of the configuration that held then."""
        ...

    def kind(self, case: Case) -> CaseKind: ...


def with_message(case: Case, entry_id: str, at: datetime, agreements: Agreements) -> Case:
    """The customer wrote: a closed case opens again in a new cycle; a clock starts unless they were waiting already.

    One that was overtaken by later ones on its way counts from when it came: the customer has been waiting since then.
    """
    if case.status is CaseStatus.CLOSED:
        case = replace(
            case, status=CaseStatus.OPEN, closed_at=None, cycle=case.cycle + 1, answered=False, answered_by=()
        )
    case = _seen_inbound(case, entry_id, at)
    if case.awaiting_since is not None and case.awaiting_since <= at:
        return case
    return _waiting_since(case, at, agreements)


def beginning_with(case: Case, at: datetime, subject: str, channel: Channel, inbox: Inbox) -> Case:
    """The case as its earliest message begins it, which is not always the one that was processed first.

    The team stays once an agent has had to do with the case.
    """
    if at >= case.opened_at:
        return case
    team = case.team if case.version else inbox.team
    return replace(case, opened_at=at, subject=subject, channel=channel, inbox=inbox.name, team=team)


def with_automatic_message(case: Case, at: datetime) -> Case:
    """A machine wrote: counted and shown, but no clock moves and nothing opens again."""
    return replace(case, automatic_in=case.automatic_in + 1, last_activity_at=max(at, case.last_activity_at))


def with_contact(
    case: Case, effect: Effect, entry_id: str, at: datetime, agreements: Agreements, channel: Channel
) -> Case:
    """Somebody called, wrote a letter or came, or we did, at `at`: often it is told hours later.

    Talking answers what was asked before it. If the customer has written since, they go on waiting, and since their
    oldest message: which of them the talk has answered, nobody knows.
    """
    if effect is Effect.ASKS:
        return with_message(case, entry_id, at, agreements)
    written_since = case.awaiting_since is not None and time_of(case.last_inbound_id) > at
    if effect is Effect.ASKS_AND_IS_ANSWERED:
        case = replace(_seen_inbound(case, entry_id, at), version=case.version + 1)
    else:
        case = _spoke(case, at)
    if effect is Effect.NOTHING or written_since:
        return case
    return _answered(case, at, agreements, channel)


def with_answer(
    case: Case, at: datetime, agreements: Agreements, *, channel: Channel | None = None, stays_with_us: bool = False
) -> Case:
    """We answered: nobody waits any more.

    `stays_with_us`: the answer says that more will follow, so we owe the next sign of life; else it is the customer's
    turn, and the time to resolution stands still. `channel`: by which it goes out.
    """
    return _answered(_spoke(case, at), at, agreements, channel, stays_with_us=stays_with_us)


def with_failed_answer(case: Case, waiting_since: datetime, stopped: ClockName, agreements: Agreements) -> Case:
    """Our answer did not reach the customer: they have been waiting all along, and the clock that it `stopped` knows.

    A new cycle, because colleagues who were told before the answer have to hear of it again. In spam nobody waits,
    unless it turns out to be none.
    """
    if case.status is CaseStatus.SPAM:
        return replace(case, waited_since=min(waiting_since, case.waited_since or waiting_since))
    was_closed = case.status is CaseStatus.CLOSED
    case = replace(
        case,
        status=CaseStatus.OPEN,
        closed_at=None,
        cycle=case.cycle + 1,
        answered=stopped is ClockName.NEXT_RESPONSE,
        clocks=MappingProxyType({name: clock for name, clock in case.clocks.items() if name not in _OF_WAITING}),
    )
    since = min(waiting_since, case.awaiting_since or waiting_since)
    case = _waiting_since(replace(case, awaiting_since=since), since, agreements)
    return _looked_at(_opened_clocks(case, since, agreements), agreements) if was_closed else case


def waiting_again(case: Case, since: datetime | None, agreements: Agreements) -> Case:
    """The case after messages were taken out of it: nobody waits any more (None), or only since a later one.

    That is another wait, so it is a new cycle: its steps have not been done.
    """
    if since == case.awaiting_since:
        return case
    left = {name: clock for name, clock in case.clocks.items() if name not in _OF_WAITING}
    case = _with_clocks(replace(case, awaiting_since=None), left)
    if since is None:
        return _looked_at(case, agreements)
    return _waiting_since(replace(case, cycle=case.cycle + 1), since, agreements)


def with_note(case: Case) -> Case:
    return replace(case, notes=case.notes + 1)


def assigned(case: Case, assignee: str) -> Case:
    """`assignee`: an agent's subject, or "" to give the case back to its team."""
    return replace(case, assignee=assignee, version=case.version + 1)


def transferred(
    case: Case, team: str, assignee: str, due_at: datetime | None, at: datetime, agreements: Agreements
) -> Case:
    """Another team owns it. Every clock goes on as it was: the customer waits for the company, not for a team.

    `due_at`: by when the new team has to act, a clock of its own until our next answer; None for none.
    """
    case = replace(case, team=team, assignee=assignee, version=case.version + 1)
    case = _ended(case, (ClockName.HAND_OVER,), at, ClockEnd.RENEWED, agreements)
    if due_at:
        case = replace(case, cycle=case.cycle + 1)
        clock = started_until(due_at, at, case.cycle, agreements.new(case))
        case = _with_clocks(case, {**case.clocks, ClockName.HAND_OVER: clock})
    return _looked_at(case, agreements)


def of_kind(case: Case, kind: str, agreements: Agreements) -> Case:
    """It turned out to be about something else: the legal term counts from the original receipt all the same."""
    case = replace(case, kind=kind, version=case.version + 1)
    if case.status is CaseStatus.CLOSED:
        return case
    return _looked_at(_with_legal_clock(case, case.opened_at, agreements), agreements)


def of_priority(case: Case, priority: Priority) -> Case:
    """Clocks that run keep what they started with, until the policy is applied again."""
    return replace(case, priority=priority, version=case.version + 1)


def with_holding_message(case: Case) -> Case:
    """The hub told the customer that it takes longer: that is no answer, and every clock goes on."""
    return replace(case, messages_out=case.messages_out + 1)


def raised(case: Case) -> Case:
    """The hub's own doing: one step higher, until there is none."""
    ladder = [*Priority]
    return replace(case, priority=ladder[min(ladder.index(case.priority) + 1, len(ladder) - 1)])


def handed_on(case: Case, fallback: str) -> Case:
    """From an assignee who does not answer to the team, from the team to its `fallback` ("" for none): never to nobody.

    The version grows, so that an agent who was just about to change it sees that it moved.
    """
    if case.assignee:
        return replace(case, assignee="", version=case.version + 1)
    return replace(case, team=fallback or case.team, version=case.version + bool(fallback))


def with_policy_applied_again(case: Case, at: datetime, agreements: Agreements) -> Case:
    """Every running clock counts from its start by what holds now, in a new cycle."""
    case = replace(case, cycle=case.cycle + 1, version=case.version + 1)
    agreement = agreements.new(case)
    clocks = dict(case.clocks)
    for name, clock in case.clocks.items():
        renewed = reckoned_again(name, clock, case.cycle, agreement)
        if renewed is None:
            case = _ended(case, (name,), at, ClockEnd.RENEWED, agreements)
            del clocks[name]
        else:
            clocks[name] = renewed
    return _looked_at(_with_clocks(case, clocks), agreements)


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
    return _looked_at(_with_clocks(case, {**case.clocks, ClockName.LEGAL: longer}), agreements)


def with_promise(case: Case, id_: str, promise: Promise, agreements: Agreements) -> Case:
    """Raises Conflict when the case has too many that are still owed."""
    if sum(known.live for known in case.promises.values()) >= MOST_PROMISES:
        raise Conflict("There are too many promises in this case that are still owed. Keep or withdraw some first.")
    case = replace(case, version=case.version + 1)
    return _promised(case, id_, promise, promise.made_at, agreements)


def with_promise_renegotiated(case: Case, id_: str, due_at: datetime, at: datetime, agreements: Agreements) -> Case:
    promise = renegotiated(get_live_promise(case, id_), due_at)
    case = replace(case, cycle=case.cycle + 1, version=case.version + 1)
    case = _ended(case, (clock_of(id_),), at, ClockEnd.RENEWED, agreements)
    return _promised(case, id_, promise, at, agreements)


def with_promise_kept(case: Case, id_: str, at: datetime, agreements: Agreements) -> Case:
    return _settled(case, id_, kept(get_live_promise(case, id_), at), at, ClockEnd.KEPT, agreements)


def with_promise_withdrawn(case: Case, id_: str, at: datetime, agreements: Agreements) -> Case:
    return _settled(case, id_, withdrawn(get_live_promise(case, id_), at), at, ClockEnd.WITHDRAWN, agreements)


def get_live_promise(case: Case, id_: str) -> Promise:
    """Raises NotFound when there is none, Conflict when it is settled."""
    promise = case.promises.get(id_)
    if promise is None:
        raise NotFound("This case has no such promise.")
    if not promise.live:
        raise Conflict("This promise has been settled already.")
    return promise


def require_closable(case: Case, agreements: Agreements) -> None:
    """Raises Conflict while something is owed: a promise, or the answer that the law wants in writing."""
    if any(promise.live for promise in case.promises.values()):
        raise PromiseOwed()
    legal = agreements.kind(case).legal if ClockName.LEGAL in case.clocks else None
    if legal and legal.durable and not {*legal.durable} & {*case.answered_by}:
        raise AnswerOwed()


def closed(case: Case, at: datetime, agreements: Agreements) -> Case:
    case = _ended(case, (*case.clocks,), at, ClockEnd.CLOSED, agreements)
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
    """Nobody has to answer it. What it was before can be told from `closed_at`, `waited_since` and `promises`."""
    waited_since = case.awaiting_since
    case = _ended(case, (*case.clocks,), at, ClockEnd.CLOSED, agreements)
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

    A new cycle, because colleagues who were told before have to hear of it again.
    """
    since = case.waited_since
    case = replace(
        case,
        status=CaseStatus.CLOSED if case.closed_at else CaseStatus.OPEN,
        waited_since=None,
        cycle=case.cycle + 1,
        last_activity_at=max(at, case.last_activity_at),
        version=case.version + 1,
    )
    if case.status is CaseStatus.CLOSED:
        return case
    case = _opened_clocks(case, since or case.opened_at, agreements)
    for id_, promise in case.promises.items():
        if promise.live:
            case = _promised(case, id_, promise, at, agreements)
    return _waiting_since(case, since, agreements) if since else _looked_at(case, agreements)


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
    return _looked_at(_with_clocks(case, clocks), agreements)


def newly_broken(before: Case, after: Case) -> tuple[str, ...]:
    return tuple(
        id_
        for id_, promise in sorted(after.promises.items())
        if promise.status is PromiseStatus.BROKEN and before.promises[id_].status is PromiseStatus.OPEN
    )


def steps_due_of(case: Case, agreements: Agreements, now: datetime) -> tuple[DueStep, ...]:
    return steps_due(case.clocks, lambda clock: agreements.running(case, clock), now)


def _spoke(case: Case, at: datetime) -> Case:
    return replace(
        case,
        messages_out=case.messages_out + 1,
        last_activity_at=max(at, case.last_activity_at),
        version=case.version + 1,
    )


def _answered(
    case: Case, at: datetime, agreements: Agreements, channel: Channel | None, *, stays_with_us: bool = False
) -> Case:
    by = case.answered_by if channel is None else tuple(dict.fromkeys((*case.answered_by, channel)))
    case = replace(case, awaiting_since=None, answered=True, answered_by=by)
    case = _ended(case, _OF_ANSWERS, at, ClockEnd.ANSWERED, agreements)
    if case.status is not CaseStatus.OPEN:
        return case
    if stays_with_us:
        return _looked_at(_renewed(case, ClockName.UPDATE, at, agreements), agreements)
    return _looked_at(_resolution(case, agreements, pause_at=at), agreements)


_OF_WAITING = (*RESPONSE_CLOCKS, ClockName.UPDATE)
_OF_ANSWERS = (*RESPONSE_CLOCKS, ClockName.UPDATE, ClockName.HAND_OVER)


def _seen_inbound(case: Case, entry_id: str, at: datetime) -> Case:
    return replace(
        case,
        messages_in=case.messages_in + 1,
        last_inbound_id=max(entry_id, case.last_inbound_id),
        last_activity_at=max(at, case.last_activity_at),
    )


def _waiting_since(case: Case, at: datetime, agreements: Agreements) -> Case:
    """A clock of the wait starts at `at`; if it runs already, from later on, it starts over and repeats no step."""
    name = ClockName.NEXT_RESPONSE if case.answered else ClockName.FIRST_RESPONSE
    if name not in case.clocks and case.awaiting_since is None and case.answered:
        case = replace(case, cycle=case.cycle + 1)
    case = _ended(case, (ClockName.UPDATE,), at, ClockEnd.WRITTEN_AGAIN, agreements)
    case = _with_started(replace(case, awaiting_since=at), name, at, agreements)
    if not case.answered:
        case = _opened_clocks(case, at, agreements)
    return _looked_at(_resolution(case, agreements, resume_at=at), agreements)


def _with_started(case: Case, name: ClockName, at: datetime, agreements: Agreements) -> Case:
    running = case.clocks.get(name)
    if running and running.started_at <= at:
        return case
    agreement = agreements.running(case, running) if running else agreements.new(case)
    clock = started(name, at, running.cycle if running else case.cycle, agreement)
    if clock is None:
        return case
    return _with_clocks(case, {**case.clocks, name: replace(clock, level=running.level if running else 0)})


def _opened_clocks(case: Case, at: datetime, agreements: Agreements) -> Case:
    """Those that run for as long as the case is open."""
    return _with_legal_clock(_with_started(case, ClockName.RESOLUTION, at, agreements), at, agreements)


def _renewed(case: Case, name: ClockName, at: datetime, agreements: Agreements) -> Case:
    case = replace(case, cycle=case.cycle + 1)
    clock = started(name, at, case.cycle, agreements.new(case))
    return _with_clocks(case, {**case.clocks, name: clock}) if clock else case


def _with_legal_clock(case: Case, received_at: datetime, agreements: Agreements) -> Case:
    """One that runs already begins anew, in a new cycle, if its deadline is another now."""
    running = case.clocks.get(ClockName.LEGAL)
    clocks = {name: clock for name, clock in case.clocks.items() if name != ClockName.LEGAL}
    term = agreements.kind(case).legal
    if term:
        agreement = agreements.new(case)
        received_at = min(received_at, running.started_at) if running else received_at
        due_at = term.deadline(received_at, agreement.hours.zone)
        if running and running.due_at == due_at:
            return case
        case = replace(case, cycle=case.cycle + 1) if running else case
        clocks[ClockName.LEGAL] = started_until(due_at, received_at, case.cycle, agreement)
    return _with_clocks(case, clocks)


def _resolution(
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
    return _with_clocks(case, {**case.clocks, ClockName.RESOLUTION: clock})


def _promised(case: Case, id_: str, promise: Promise, at: datetime, agreements: Agreements) -> Case:
    promises = MappingProxyType({**case.promises, id_: promise})
    clock = started_until(promise.due_at, at, case.cycle, agreements.new(case))
    case = replace(case, promises=promises)
    return _looked_at(_with_clocks(case, {**case.clocks, clock_of(id_): clock}), agreements)


def _settled(case: Case, id_: str, promise: Promise, at: datetime, how: ClockEnd, agreements: Agreements) -> Case:
    case = replace(case, promises=MappingProxyType({**case.promises, id_: promise}), version=case.version + 1)
    return _looked_at(_ended(case, (clock_of(id_),), at, how, agreements), agreements)


def _ended(case: Case, names: Iterable[str], at: datetime, how: ClockEnd, agreements: Agreements) -> Case:
    """Those of the clocks that there are stop, and are remembered."""
    over = [
        ended(name, case.clocks[name], at, how, agreements.running(case, case.clocks[name]).hours)
        for name in names
        if name in case.clocks
    ]
    if not over:
        return case
    left = {name: clock for name, clock in case.clocks.items() if name not in {gone.name for gone in over}}
    return replace(_with_clocks(case, left), ended_clocks=(*case.ended_clocks, *over)[-MOST_ENDED_CLOCKS:])


def _with_clocks(case: Case, clocks: Mapping[str, Clock]) -> Case:
    return replace(case, clocks=MappingProxyType(dict(clocks)))


def _looked_at(case: Case, agreements: Agreements) -> Case:
    """With the instant at which the sweep has to look at it again."""
    step_at = next_step_at(case.clocks, lambda clock: agreements.running(case, clock))
    owed = [promise.due_at for promise in case.promises.values() if promise.status is PromiseStatus.OPEN]
    return replace(case, next_step_at=min([*owed, *([step_at] if step_at else [])], default=None))
