"""What the steps of an escalation change in the case and leave in its thread: an event that says why, and a notice to
a colleague or a holding message to the customer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from chalicelib.content.texts.notices import holding_message_for, notice_for
from chalicelib.domain.agents import Agent
from chalicelib.domain.cases import Case, handed_on, raised, with_automatic_answer
from chalicelib.domain.configuration import Configuration, Team
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.delivery import Delivery, DeliveryStatus, queued
from chalicelib.domain.escalation import DueStep
from chalicelib.domain.identifiers import ulid_for
from chalicelib.domain.sla import TELLS_NOBODY, StepAction
from chalicelib.domain.threads import Entry, EntryKind, event_entry
from chalicelib.usecases.ways_to_reach import Way

_TO_ASSIGNEE = (StepAction.REMIND, StepAction.REASSIGN)
_EVENTS = {
    StepAction.REMIND: "case.reminded",
    StepAction.TELL_TEAM: "case.team_told",
    StepAction.ESCALATE: "case.escalated",
    StepAction.RAISE_PRIORITY: "case.priority_raised",
    StepAction.REASSIGN: "case.handed_on",
    StepAction.HOLD: "case.customer_held",
}


@dataclass(frozen=True, slots=True)
class People:
    """Whom the steps can concern: `agents` by subject, and the `colleague` who takes over from an assignee, or None."""

    agents: Mapping[str, Agent] = field(default_factory=lambda: MappingProxyType({}))
    colleague: Agent | None = None


NOBODY_KNOWN = People()


@dataclass(frozen=True, slots=True)
class Escalated:
    """`case` as after the steps, and the new entries."""

    case: Case
    entries: tuple[Entry, ...]


def escalated(
    case: Case,
    newly_broken: Iterable[str],
    steps: tuple[DueStep, ...],
    configuration: Configuration,
    way: Way | None,
    now: datetime,
    people: People = NOBODY_KNOWN,
) -> Escalated:
    """`newly_broken`: the promises whose time has run out. `way`: how the customer can be reached, None when no step
    needs it or there is none.

    The entries are a millisecond apart, so that several missed steps stand in the thread in their order.
    """
    entries: list[Entry] = [_broken(case, id_, now + timedelta(milliseconds=at)) for at, id_ in enumerate(newly_broken)]
    for step in steps:
        step = _told_somehow(step, configuration.get_team(case.team), configuration)  # noqa: PLW2901
        case = _changed(case, step, configuration, way, people)
        for entry in _entries(case, step, configuration, way, people, now):
            at = now + timedelta(milliseconds=len(entries))
            names = (case.id, step.clock, str(step.cycle), str(step.level))
            entry_ = replace(entry, id=ulid_for(at, entry.kind, *names), at=at)
            entries.append(replace(entry_, delivery=entry_.delivery and _queued(entry_.delivery, at)))
    return Escalated(case, tuple(entries))


def _broken(case: Case, promise_id: str, at: datetime) -> Entry:
    promise = case.promises[promise_id]
    facts = {"reference": case.reference, "promise": promise_id, "due_at": promise.due_at.isoformat()}
    id_ = ulid_for(at, "broken", case.id, promise_id, promise.due_at.isoformat())
    return event_entry(id_, case, at, "hub", "promise.broken", facts)


def _changed(case: Case, step: DueStep, configuration: Configuration, way: Way | None, people: People) -> Case:
    action = step.step.action
    if action is StepAction.RAISE_PRIORITY:
        return raised(case)
    if action is StepAction.REASSIGN:
        colleague = people.colleague.subject if people.colleague else ""
        return handed_on(case, configuration.get_team(case.team).fallback, step.tier, colleague)
    if action is StepAction.HOLD and way:
        return with_automatic_answer(case)
    return case


def _entries(
    case: Case, step: DueStep, configuration: Configuration, way: Way | None, people: People, now: datetime
) -> Iterator[Entry]:
    """Without their ids and instants."""
    action = step.step.action
    held = action is not StepAction.HOLD or way is not None
    facts = _facts(case, step)
    if not held:
        facts["not_done"] = "the customer cannot be reached"
    elif action not in TELLS_NOBODY and not configuration.writes_by(step.step.by):
        facts["not_done"] = f"no inbox of ours writes by {step.step.by}"
    assignee = _told_themselves(case, step, configuration, people, now)
    if action in _TO_ASSIGNEE:
        facts["told"] = "assignee" if assignee else "team"
    yield event_entry("", case, step.due_at, "hub", _EVENTS[action], facts)
    if action is StepAction.HOLD and way:
        yield _holding_message(case, way, configuration)
    elif action not in TELLS_NOBODY and configuration.writes_by(step.step.by):
        yield _notice(case, step, configuration, assignee)


def _told_somehow(step: DueStep, team: Team, configuration: Configuration) -> DueStep:
    """A policy that tells by mail in a hub that has none tells by SMS, where it can. Such a document is not saved any
    more, but one that was must not stop an escalation.
    """
    number = team.supervisor_phone if step.step.action is StepAction.ESCALATE else team.phone
    if configuration.writes_by(step.step.by) or not number or not configuration.writes_by(Channel.SMS):
        return step
    return replace(step, step=replace(step.step, by=Channel.SMS))


def _told_themselves(
    case: Case, step: DueStep, configuration: Configuration, people: People, now: datetime
) -> Agent | None:
    """The assignee, if the step is for them, their address is known, and they are not away for long."""
    agent = people.agents.get(case.assignee) if step.step.action in _TO_ASSIGNEE else None
    if agent is None or agent.is_away(now, configuration.get_team(case.team).away_after):
        return None
    return agent if agent.address(step.step.by) else None


def _facts(case: Case, step: DueStep) -> dict[str, str]:
    facts = {
        "reference": case.reference,
        "clock": step.clock,
        "cycle": str(step.cycle),
        "level": str(step.level),
        "deadline_at": step.deadline_at.isoformat(),
        "step_due_at": step.due_at.isoformat(),
        "team": case.team,
        "assignee": case.assignee,
        "priority": case.priority,
    }
    if step.step.action is StepAction.REASSIGN and case.passed_over:
        facts["from"] = case.passed_over[-1]
    if step.late_by > timedelta(0):
        facts["late_by_seconds"] = str(int(step.late_by.total_seconds()))
    return facts


def _notice(case: Case, step: DueStep, configuration: Configuration, assignee: Agent | None) -> Entry:
    """`assignee`: the agent whom it goes to, None for the team or its supervisor."""
    team = configuration.get_team(case.team)
    by_sms = step.step.by is Channel.SMS
    if assignee:
        recipient = assignee.address(step.step.by)
    elif step.step.action is StepAction.ESCALATE:
        recipient = team.supervisor_phone if by_sms else team.supervisor_email
    else:
        recipient = team.phone if by_sms else team.email
    inbox = configuration.inbox_writing(step.step.by, case.inbox, case.team)
    notice = notice_for(inbox.language, case, step, configuration)
    delivery = Delivery(DeliveryStatus.QUEUED, recipient=recipient, sender=inbox.address, automatic=True)
    return Entry(
        id="",
        customer_id=case.customer_id,
        case_id=case.id,
        at=step.due_at,
        kind=EntryKind.NOTICE,
        author="hub",
        channel=step.step.by,
        subject="" if by_sms else notice.subject,
        text=notice.subject if by_sms else notice.text,
        delivery=delivery,
    )


def _holding_message(case: Case, way: Way, configuration: Configuration) -> Entry:
    inbox = configuration.inbox_writing(way.channel, case.inbox, case.team)
    message = holding_message_for([way.language or case.language or inbox.language], case, configuration)
    return Entry(
        id="",
        customer_id=case.customer_id,
        case_id=case.id,
        at=case.last_activity_at,
        kind=EntryKind.OUTBOUND,
        author="hub",
        channel=way.channel,
        subject=message.subject if way.channel is Channel.EMAIL else "",
        text=message.text,
        delivery=replace(way.delivery, automatic=True, not_before=way.not_before) if way.delivery else None,
    )


def _queued(delivery: Delivery, at: datetime) -> Delivery:
    return queued(delivery, at, not_before=delivery.not_before)
