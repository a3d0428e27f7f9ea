"""What the steps of an escalation leave in the thread: an event that says why, and a notice to a colleague."""

from __future__ import annotations

from datetime import datetime, timedelta

from chalicelib.content.texts.notices import notice_for
from chalicelib.domain.cases import Case
from chalicelib.domain.configuration import Configuration
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.delivery import Delivery, DeliveryStatus, queued
from chalicelib.domain.escalation import DueStep
from chalicelib.domain.identifiers import ulid_for
from chalicelib.domain.sla import StepAction
from chalicelib.domain.threads import Entry, EntryKind, event_entry

_EVENTS = {StepAction.REMIND: "case.reminded", StepAction.ESCALATE: "case.escalated"}


def entries_for(case: Case, steps: tuple[DueStep, ...], configuration: Configuration, now: datetime) -> list[Entry]:
    """Two per step, a millisecond apart, so that several missed steps stand in the thread in their order."""
    entries: list[Entry] = []
    for step in steps:
        names = (case.id, step.clock, str(step.cycle), str(step.level))
        at = now + timedelta(milliseconds=len(entries))
        event = _EVENTS[step.step.action]
        entries.append(event_entry(ulid_for(at, "step", *names), case, at, "hub", event, _facts(case, step)))
        at += timedelta(milliseconds=1)
        entries.append(_notice(ulid_for(at, "notice", *names), case, step, configuration, at))
    return entries


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
    }
    if step.late_by > timedelta(0):
        facts["late_by_seconds"] = str(int(step.late_by.total_seconds()))
    return facts


def _notice(id_: str, case: Case, step: DueStep, configuration: Configuration, now: datetime) -> Entry:
    team = configuration.get_team(case.team)
    inbox = configuration.inbox_writing(Channel.EMAIL, case.inbox, case.team)
    recipient = team.supervisor_email if step.step.action is StepAction.ESCALATE else team.email
    zone = configuration.hours_for(case.team).zone
    notice = notice_for(inbox.language, step.step.action, case, step, zone)
    delivery = Delivery(DeliveryStatus.QUEUED, recipient=recipient, sender=inbox.address, automatic=True)
    return Entry(
        id=id_,
        customer_id=case.customer_id,
        case_id=case.id,
        at=now,
        kind=EntryKind.NOTICE,
        author="hub",
        channel=Channel.EMAIL,
        subject=notice.subject,
        text=notice.text,
        delivery=queued(delivery, now),
    )
