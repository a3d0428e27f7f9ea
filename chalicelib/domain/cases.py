"""A case: one matter inside a customer's thread, and every way in which it may change.

Each function takes a case and gives the next one; none asks for the time. Which fields a change depends on is said
beside it (`*_DEPENDS_ON`): the store writes the change only if those still hold, so inbound messages commute with each
other, and an agent's decision never overrides what it did not see.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from chalicelib.domain.business_hours import BusinessHours
from chalicelib.domain.configuration import Inbox
from chalicelib.domain.contact_points import Channel, ContactPoint
from chalicelib.domain.contacts import Effect
from chalicelib.domain.escalation import DueStep, next_step_at
from chalicelib.domain.identifiers import time_of
from chalicelib.domain.sla import Clock, ClockName, SlaPolicy, start_clock


class CaseStatus(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    SPAM = "spam"  # an agent said so: in no list, no clock runs, nothing is sent; it can be undone
    MOVED = "moved"  # to another customer: what is left only leads there


NO_CLOCKS: Mapping[ClockName, Clock] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Case:
    """`awaiting_since`: when the oldest unanswered message of the customer came; None when we spoke last.

    `cycle` counts how often the waiting began anew: when the case was opened, was opened again, or an answer failed. In
    each of them every step of a clock happens once. `answered` says that the next clock to start is the next response.
    `clocks`: the running ones only. `next_step_at`: when the sweep has to look again, None when nothing is left to do.
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
    kind: str = "question"
    assignee: str = ""
    closed_at: datetime | None = None
    awaiting_since: datetime | None = None
    waited_since: datetime | None = None
    answered: bool = False
    cycle: int = 1
    clocks: Mapping[ClockName, Clock] = field(default_factory=lambda: NO_CLOCKS)
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
        return min((clock.due_at for clock in self.clocks.values()), default=None)


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
CLOSING_DEPENDS_ON = ("version", "status", "messages_in")
SPAM_DEPENDS_ON = (*CLOSING_DEPENDS_ON, "awaiting_since", "cycle", "clocks")
NOTE_DEPENDS_ON = ("status",)  # a case that was moved takes no more notes
STEPS_DEPEND_ON = ("status", "cycle", "clocks")


def with_message(case: Case, entry_id: str, at: datetime, policy: SlaPolicy, hours: BusinessHours) -> Case:
    """The customer wrote: a closed case opens again in a new cycle; a clock starts unless they were waiting already.

    One that was overtaken by later ones on its way counts from when it came: the customer has been waiting since then.
    """
    if case.status is CaseStatus.CLOSED:
        case = replace(
            case, status=CaseStatus.OPEN, closed_at=None, cycle=case.cycle + 1, answered=False, clocks=NO_CLOCKS
        )
    case = _seen_inbound(case, entry_id, at)
    if case.awaiting_since is not None and case.awaiting_since <= at:
        return case
    return _waiting_since(case, at, policy, hours)


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
    case: Case, effect: Effect, entry_id: str, at: datetime, policy: SlaPolicy, hours: BusinessHours
) -> Case:
    """Somebody called, wrote a letter or came, or we did, at `at`: often it is told hours later.

    Talking answers what was asked before it. If the customer has written since, they go on waiting, and since their
    oldest message: which of them the talk has answered, nobody knows.
    """
    if effect is Effect.ASKS:
        return with_message(case, entry_id, at, policy, hours)
    written_since = case.awaiting_since is not None and time_of(case.last_inbound_id) > at
    if effect is Effect.ASKS_AND_IS_ANSWERED:
        case = replace(_seen_inbound(case, entry_id, at), version=case.version + 1)
    else:
        case = replace(
            case,
            messages_out=case.messages_out + 1,
            last_activity_at=max(at, case.last_activity_at),
            version=case.version + 1,
        )
    if effect is Effect.NOTHING or written_since:
        return case
    return replace(case, awaiting_since=None, answered=True, clocks=NO_CLOCKS, next_step_at=None)


def with_answer(case: Case, at: datetime) -> Case:
    """We answered: nobody waits any more."""
    return replace(
        case,
        awaiting_since=None,
        answered=True,
        clocks=NO_CLOCKS,
        next_step_at=None,
        messages_out=case.messages_out + 1,
        last_activity_at=max(at, case.last_activity_at),
        version=case.version + 1,
    )


def with_failed_answer(
    case: Case, waiting_since: datetime, stopped: ClockName, policy: SlaPolicy, hours: BusinessHours
) -> Case:
    """Our answer did not reach the customer: they have been waiting all along, and the clock that it `stopped` knows.

    A new cycle, because colleagues who were told before the answer have to hear of it again. In spam nobody waits,
    unless it turns out to be none.
    """
    if case.status is CaseStatus.SPAM:
        return replace(case, waited_since=min(waiting_since, case.waited_since or waiting_since))
    case = replace(
        case,
        status=CaseStatus.OPEN,
        closed_at=None,
        cycle=case.cycle + 1,
        answered=stopped is ClockName.NEXT_RESPONSE,
        clocks=NO_CLOCKS,
    )
    since = min(waiting_since, case.awaiting_since or waiting_since)
    return _waiting_since(case, since, policy, hours)


def waiting_again(case: Case, since: datetime | None, policy: SlaPolicy, hours: BusinessHours) -> Case:
    """The case after messages were taken out of it: nobody waits any more (None), or only since a later one."""
    if since == case.awaiting_since:
        return case
    case = replace(case, awaiting_since=None, clocks=NO_CLOCKS, next_step_at=None)
    return case if since is None else _waiting_since(case, since, policy, hours)


def with_note(case: Case) -> Case:
    return replace(case, notes=case.notes + 1)


def assigned(case: Case, assignee: str) -> Case:
    """`assignee`: an agent's subject, or "" to give the case back to its team."""
    return replace(case, assignee=assignee, version=case.version + 1)


def closed(case: Case, at: datetime) -> Case:
    return replace(
        case,
        status=CaseStatus.CLOSED,
        closed_at=at,
        awaiting_since=None,
        clocks=NO_CLOCKS,
        next_step_at=None,
        last_activity_at=max(at, case.last_activity_at),
        version=case.version + 1,
    )


def marked_spam(case: Case, at: datetime) -> Case:
    """Nobody has to answer it. What it was before can be told from `closed_at` and `waited_since`."""
    return replace(
        case,
        status=CaseStatus.SPAM,
        awaiting_since=None,
        waited_since=case.awaiting_since,
        clocks=NO_CLOCKS,
        next_step_at=None,
        last_activity_at=max(at, case.last_activity_at),
        version=case.version + 1,
    )


def unmarked_spam(case: Case, at: datetime, policy: SlaPolicy, hours: BusinessHours) -> Case:
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
    return _waiting_since(case, since, policy, hours) if since else case


def with_steps_done(case: Case, steps: tuple[DueStep, ...], policy: SlaPolicy) -> Case:
    clocks = dict(case.clocks)
    for step in steps:
        clocks[step.clock] = replace(clocks[step.clock], level=step.level)
    return _with_clocks(case, clocks, policy)


def _seen_inbound(case: Case, entry_id: str, at: datetime) -> Case:
    return replace(
        case,
        messages_in=case.messages_in + 1,
        last_inbound_id=max(entry_id, case.last_inbound_id),
        last_activity_at=max(at, case.last_activity_at),
    )


def _waiting_since(case: Case, at: datetime, policy: SlaPolicy, hours: BusinessHours) -> Case:
    name = ClockName.NEXT_RESPONSE if case.answered else ClockName.FIRST_RESPONSE
    clock = start_clock(name, at, case.cycle, policy, hours)
    if name in case.clocks:
        clock = replace(clock, level=case.clocks[name].level)  # what was done is not done again
    return _with_clocks(replace(case, awaiting_since=at), {**case.clocks, name: clock}, policy)


def _with_clocks(case: Case, clocks: Mapping[ClockName, Clock], policy: SlaPolicy) -> Case:
    return replace(case, clocks=MappingProxyType(dict(clocks)), next_step_at=next_step_at(clocks, policy))
