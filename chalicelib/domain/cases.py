"""A case: one matter inside a customer's thread, what its changes depend on, and those that move no clock.

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

from chalicelib.domain.automatic_answers import SILENT_FOR, Quick, quick_after, too_quick
from chalicelib.domain.case_kinds import QUESTION, CaseKind
from chalicelib.domain.clocks import Clock, EndedClock
from chalicelib.domain.configuration import Inbox
from chalicelib.domain.contact_points import Channel, ContactPoint
from chalicelib.domain.identifiers import time_of
from chalicelib.domain.promises import Promise
from chalicelib.domain.sla import Agreement
from chalicelib.domain.tasks import Task


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
MOST_PASSED_OVER = 20
_TO_FALLBACK = 2  # the third time that a clock hands a case on
MOST_ANSWERS = 50


@dataclass(frozen=True, slots=True)
class Case:
    """`awaiting_since`: when the oldest unanswered message of the customer came; None when we spoke last.

    `cycle` counts how often a clock began anew: when the case was opened or opened again, when the customer wrote after
    an answer, when an answer failed, when a deadline was set anew. In each of them every step of a clock happens once.
    `answered` says that the next clock to start is the next response; `answered_by`: the channels of the newest
    `MOST_ANSWERS` answers that did not fail, one for each.
    `clocks`: those that run or stand still, by name; `ended_clocks`: the newest `MOST_ENDED_CLOCKS` that have stopped.
    `tasks`: what somebody is to do outside of the hub, oldest first; of the settled ones the newest.
    `next_step_at`: when the sweep has to look again, None when nothing is left to do.
    `customer_name`: what the customer was called when the case was opened; who had no name, by their address.
    `last_channel`: of the newest message in either direction, None in cases from before the hub kept it.
    `last_inbound_id`: the newest entry that the customer wrote. `messages_in` counts what the customer wrote: an agent
    who has seen as many has read all, in whatever order they came. `automatic_in` counts what machines wrote.
    `waited_since`: `awaiting_since` when the case was marked as spam, so that it can be undone.
    `reopened_at`: when it was opened again last; None if it never was closed, and of what was before the hub kept it.
    `tags`: words by which agents sort cases, as `tag_named` writes them.
    `quick`: of messages in quick succession. `silenced_until`: before that the hub writes nothing in it by itself.
    `follows`: the closed case that this one goes on from. `claims`: cases it says it belongs to, unproved.
    `forwarded_for`: whose message a colleague forwarded; a person has to say whether it is theirs.
    `answer_by`: the channel that the customer asked for in this case, None when they did not say.
    `moved_to`: the customer under whom the case goes on, of a case that is MOVED; its pointer says so, too.
    `moved_from`: of the one that goes on, the customer under whom it was opened; reply addresses are signed for them.
    `routed_by`: the routing rule that chose team, kind and `skills` (what an agent has to know) when it was opened, or
    "" when the inbox did.
    `passed_over`: agents from whom the hub took it, or who gave it back, since it was answered last: the hub does not
    give it to them again by itself.
    `incident`: the id of the one that it is linked to, or "".
    `version` grows with every change by an agent; the counters grow with every entry of their kind.
    `said_version`: the version that the newest answer or promise gave it, so that who has read an earlier one is told.
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
    tags: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    routed_by: str = ""
    assignee: str = ""
    passed_over: tuple[str, ...] = ()
    closed_at: datetime | None = None
    reopened_at: datetime | None = None
    awaiting_since: datetime | None = None
    waited_since: datetime | None = None
    answered: bool = False
    answered_by: tuple[Channel, ...] = ()
    cycle: int = 1
    clocks: Mapping[str, Clock] = field(default_factory=lambda: NO_CLOCKS)
    ended_clocks: tuple[EndedClock, ...] = ()
    promises: Mapping[str, Promise] = field(default_factory=lambda: NO_PROMISES)
    tasks: tuple[Task, ...] = ()
    quick: Quick | None = None
    silenced_until: datetime | None = None
    next_step_at: datetime | None = None
    last_inbound_id: str = ""
    messages_in: int = 0
    automatic_in: int = 0
    messages_out: int = 0
    notes: int = 0
    follows: str = ""
    claims: tuple[str, ...] = ()
    forwarded_for: ContactPoint | None = None
    answer_by: Channel | None = None
    moved_to: str = ""
    moved_from: str = ""
    incident: str = ""
    version: int = 0
    said_version: int = 0
    customer_name: str = ""
    last_channel: Channel | None = None

    @property
    def signed_for(self) -> str:
        return self.moved_from or self.customer_id

    def is_silenced(self, now: datetime) -> bool:
        return self.silenced_until is not None and self.silenced_until > now

    @property
    def deadline_at(self) -> datetime | None:
        """The earliest deadline that still runs."""
        return min((clock.due_at for clock in self.clocks.values() if clock.runs), default=None)

    @property
    def next_clock(self) -> str:
        """The name of the clock whose deadline that is, or ""."""
        running = [(clock.due_at, name) for name, clock in self.clocks.items() if clock.runs]
        return min(running)[1] if running else ""


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
    kind: str
    priority: Priority
    customer_name: str
    last_channel: Channel | None
    last_inbound_id: str
    messages_in: int
    next_clock: str


# Every message moves them, and the later instant must stay: the store refuses to take them back, whatever a change says
# that it depends on. Naming them below instead would make all messages that come at once fight each other.
ONLY_GROW = ("last_activity_at", "last_inbound_id")
# A message moves them rarely; when it does, it must have seen what others made of them.
BEGINNING = ("opened_at", "subject", "channel", "inbox", "team", "participants", "answer_by")
# Everything else that a change replaces by what it read: of two writers who did not see each other the second would
# undo the first. Counters need not be here, they are added to.
MESSAGE_DEPENDS_ON = ("status", "awaiting_since", "cycle", "clocks")
AUTOMATIC_MESSAGE_DEPENDS_ON = ("status",)
ANSWER_DEPENDS_ON = ("status", "awaiting_since", "cycle", "messages_in", "clocks", "version")
CONTACT_DEPENDS_ON = (*MESSAGE_DEPENDS_ON, "messages_in", "version")  # it may answer
AGENT_CHANGE_DEPENDS_ON = ("version",)
CLOCKS_CHANGE_DEPENDS_ON = ("version", "status", "cycle", "clocks")
GIVING_CASE_DEPENDS_ON = ("version", "status", "assignee", "team")
CLOSING_DEPENDS_ON = ("version", "status", "messages_in", "clocks")
SPAM_DEPENDS_ON = (*CLOSING_DEPENDS_ON, "awaiting_since", "cycle")
NOTE_DEPENDS_ON = ("status",)  # a case that was moved takes no more notes
SIGHT_DEPENDS_ON = ("kind", "team")  # who may see a case
STEPS_DEPEND_ON = ("status", "cycle", "clocks", "assignee")


class Agreements(Protocol):
    """What the clocks of a case count by, and what its kind says."""

    def new(self, case: Case) -> Agreement:
        """For a clock that starts now: the first policy rule that fits the case."""
        ...

    def running(self, case: Case, clock: Clock) -> Agreement:
        """What a clock started with, in the version of the configuration that held then."""
        ...

    def kind(self, case: Case) -> CaseKind: ...

    def team(self, case: Case) -> str:
        """The name of the team that owns it now: its own, or the one that has taken over from it."""
        ...


def beginning_with(case: Case, at: datetime, subject: str, channel: Channel, inbox: Inbox) -> Case:
    """The case as its earliest message begins it, which is not always the one that was processed first.

    The team stays once an agent has had to do with the case, or where a routing rule chose it.
    """
    if at >= case.opened_at:
        return case
    team = case.team if case.version or case.routed_by else inbox.team
    return replace(case, opened_at=at, subject=subject, channel=channel, inbox=inbox.name, team=team)


def heard_by(case: Case, channel: Channel | None, at: datetime) -> Case:
    """Before a message of that instant is added: whichever is the newest says by which channel they talked last."""
    return case if channel is None or at < case.last_activity_at else replace(case, last_channel=channel)


def with_automatic_message(case: Case, at: datetime, channel: Channel | None = None) -> Case:
    """A machine wrote: counted and shown, but no clock moves and nothing opens again."""
    case = heard_by(case, channel, at)
    return replace(case, automatic_in=case.automatic_in + 1, last_activity_at=max(at, case.last_activity_at))


def with_note(case: Case) -> Case:
    return replace(case, notes=case.notes + 1)


def assigned(case: Case, assignee: str) -> Case:
    """`assignee`: an agent's subject, or "" to give the case back to its team."""
    passed_over = tuple(one for one in case.passed_over if one != assignee)
    if not assignee:
        passed_over = _passed_over_too(case)
    return replace(case, assignee=assignee, passed_over=passed_over, version=case.version + 1)


def linked(case: Case, incident: str) -> Case:
    """`incident`: its id, "" to end the link."""
    return replace(case, incident=incident, version=case.version + 1)


def tagged(case: Case, tags: Iterable[str]) -> Case:
    """With these and no others, each once, in the order of the alphabet."""
    return replace(case, tags=tuple(sorted(set(tags))), version=case.version + 1)


def of_priority(case: Case, priority: Priority) -> Case:
    """Clocks that run keep what they started with, until the policy is applied again."""
    return replace(case, priority=priority, version=case.version + 1)


def listened_to(case: Case, sender: ContactPoint | None, at: datetime) -> Case:
    """Before a message of a person is added: does somebody write so quickly that two machines may be talking?"""
    last_at = time_of(case.last_inbound_id) if case.last_inbound_id else None
    quick = quick_after(case.quick, sender, at - last_at if last_at else None)
    silenced_until = at + SILENT_FOR if too_quick(quick) and not case.is_silenced(at) else case.silenced_until
    return replace(case, quick=quick, silenced_until=silenced_until)


def with_automatic_answer(case: Case) -> Case:
    """The hub wrote to the customer by itself: that is no answer, and every clock goes on."""
    return replace(case, messages_out=case.messages_out + 1)


def with_repeated_answer(case: Case, at: datetime) -> Case:
    """An answer went another way, too: nobody said anything new, and no clock moves."""
    return replace(case, messages_out=case.messages_out + 1, last_activity_at=max(at, case.last_activity_at))


def raised(case: Case) -> Case:
    """The hub's own doing: one step higher, until there is none."""
    ladder = [*Priority]
    return replace(case, priority=ladder[min(ladder.index(case.priority) + 1, len(ladder) - 1)])


def handed_on(case: Case, fallback: str, tier: int = 0, colleague: str = "") -> Case:
    """From an assignee who does not answer to a `colleague` of the team ("" when nobody is there), then (`tier` 1) to
    the team, from the team to its `fallback` ("" for none), and there at the latest the third time: never to nobody.

    The version grows, so that an agent who was just about to change it sees that it moved.
    """
    if tier >= _TO_FALLBACK or not case.assignee:
        if fallback:
            return replace(case, team=fallback, assignee="", passed_over=(), version=case.version + 1)
        if not case.assignee:
            return case
    assignee = colleague if tier == 0 else ""
    return replace(case, assignee=assignee, passed_over=_passed_over_too(case), version=case.version + 1)


def _passed_over_too(case: Case) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*case.passed_over, *([case.assignee] if case.assignee else []))))[-MOST_PASSED_OVER:]
