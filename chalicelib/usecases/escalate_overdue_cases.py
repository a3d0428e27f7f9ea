"""The sweep: what is due gets its next steps, exactly once; what is stuck on its way out is picked up.

It reads only what is due, decides on a consistent read, and acts by a write that holds only if nothing moved. Two
sweeps at once, or one that died half way, change nothing about that. After an outage everything missed happens at
once, marked late.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chalicelib.domain.case_clocks import steps_due_of
from chalicelib.domain.case_promises import newly_broken
from chalicelib.domain.case_transitions import with_steps_done
from chalicelib.domain.cases import STEPS_DEPEND_ON, Case, CaseStatus
from chalicelib.domain.configuration import Configuration
from chalicelib.domain.delivery import DeliveryStatus, lease_ran_out, unknown
from chalicelib.domain.errors import HubError, NotFound, NoWayToReach, StorageUnavailable, WriteConflict
from chalicelib.domain.escalation import DueStep
from chalicelib.domain.reachability import Purpose
from chalicelib.domain.reply_address import KeyRing
from chalicelib.domain.sla import StepAction
from chalicelib.usecases.agreements import ConfiguredAgreements
from chalicelib.usecases.contact_rulings import Intent
from chalicelib.usecases.delivery_outcomes import RecordOutcome
from chalicelib.usecases.escalation_entries import NOBODY_KNOWN, People, escalated
from chalicelib.usecases.ports import Change, ConfigurationSource, Create, Due, Now, ThreadStore, Update, WorkQueues
from chalicelib.usecases.roster import Roster
from chalicelib.usecases.ways_to_reach import Way, way_to_reach


@dataclass(slots=True)
class Swept:
    """What a sweep did. `oldest_age`: how late the latest was; `failed`: what could not be handled and stays due."""

    steps: int = 0
    deliveries: int = 0
    unknown: int = 0
    oldest_age: timedelta = timedelta(0)
    failed: list[Exception] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class EscalateOverdueCases:
    """`reply_keys` are fetched only when the customer is to hear something."""

    threads: ThreadStore
    configuration: ConfigurationSource
    queues: WorkQueues
    reply_keys: Callable[[], KeyRing]
    now: Now

    def __call__(self) -> Swept:
        swept = Swept()
        now = self.now()
        configuration = self.configuration.current()
        roster = Roster(self.threads, self.now)
        for team in configuration.teams:
            for due in self.threads.list_due_cases(team, now):
                self._each(swept, due, now, lambda found: self._escalate(found, configuration, swept, roster))
        for due in self.threads.list_due_deliveries(now):
            self._each(swept, due, now, lambda found: self._pick_up(found, swept))
        return swept

    def _each(self, swept: Swept, due: Due, now: datetime, handle: Callable[[Due], None]) -> None:
        """One that cannot be handled does not stop the others."""
        swept.oldest_age = max(swept.oldest_age, now - due.at)
        try:
            handle(due)
        except (WriteConflict, NotFound):
            return  # another sweep did it, or an answer came: if anything is left, the next sweep sees it
        except HubError as error:
            swept.failed.append(error)

    def _escalate(self, due: Due, configuration: Configuration, swept: Swept, roster: Roster) -> None:
        now = self.now()
        case = self.threads.get_case(due.customer_id, due.case_id)
        if case.status is not CaseStatus.OPEN:
            return
        agreements = ConfiguredAgreements(self.configuration, configuration)
        steps = steps_due_of(case, agreements, now)
        after = with_steps_done(case, steps, now, agreements)
        if not steps and after == case:
            return  # the index lagged behind the case
        people = _people(case, steps, roster)
        way = self._way(case, steps, configuration)
        found = escalated(after, newly_broken(case, after), steps, configuration, way, now, people)
        entries = found.entries
        changes: list[Change] = [Update(case, found.case, STEPS_DEPEND_ON), *map(Create, entries)]
        taken_over = people.colleague and found.case.assignee == people.colleague.subject
        giving = roster.giving(people.colleague) if people.colleague and taken_over else None
        try:
            self.threads.commit([*changes, giving] if giving else changes)
        except WriteConflict:
            roster.look_again()
            raise
        if giving:
            roster.gave(giving)
        swept.steps += len(steps)
        for entry in entries:
            if entry.delivery:
                with suppress(StorageUnavailable):
                    self.queues.ask_to_deliver(entry.customer_id, entry.id, not_before=entry.delivery.not_before)

    def _way(self, case: Case, steps: tuple[DueStep, ...], configuration: Configuration) -> Way | None:
        """Asked for only when the customer is to hear something."""
        if not any(step.step.action is StepAction.HOLD for step in steps):
            return None
        last = self.threads.get_entry(case.customer_id, case.last_inbound_id) if case.last_inbound_id else None
        intent = Intent(self.now(), Purpose.NOTICE)
        try:
            return way_to_reach(self.threads, case, last, configuration, self.reply_keys(), intent)
        except NoWayToReach:
            return None

    def _pick_up(self, due: Due, swept: Swept) -> None:
        now = self.now()
        entry = self.threads.get_entry(due.customer_id, due.entry_id)
        delivery = entry.delivery
        if delivery is None:
            return
        if lease_ran_out(delivery, now):
            lost = unknown(delivery, "the worker that was sending it did not come back")
            RecordOutcome(self.threads, self.configuration)(entry, lost, now)
            swept.unknown += 1
        elif delivery.status is DeliveryStatus.QUEUED and delivery.next_step_at and delivery.next_step_at <= now:
            self.queues.ask_to_deliver(entry.customer_id, entry.id)
            swept.deliveries += 1


def _people(case: Case, steps: tuple[DueStep, ...], roster: Roster) -> People:
    """Asked for only when a step is for an assignee: they are reminded, or a colleague of theirs takes over."""
    actions = {step.step.action for step in steps}
    if not case.assignee or not actions & {StepAction.REMIND, StepAction.REASSIGN}:
        return NOBODY_KNOWN
    takes_over = any(step.step.action is StepAction.REASSIGN and step.tier == 0 for step in steps)
    passed_over = {case.assignee, *case.passed_over}
    return People(roster.agents, roster.choose_for(case, without=passed_over) if takes_over else None)
