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
from chalicelib.domain.reply_address import KeyRing
from chalicelib.domain.sla import StepAction
from chalicelib.usecases.agreements import ConfiguredAgreements
from chalicelib.usecases.delivery_outcomes import RecordOutcome
from chalicelib.usecases.escalation_entries import escalated
from chalicelib.usecases.ports import Change, ConfigurationSource, Create, Due, Now, ThreadStore, Update, WorkQueues
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
        for team in configuration.teams:
            for due in self.threads.list_due_cases(team, now):
                self._each(swept, due, now, lambda found: self._escalate(found, configuration, swept))
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

    def _escalate(self, due: Due, configuration: Configuration, swept: Swept) -> None:
        now = self.now()
        case = self.threads.get_case(due.customer_id, due.case_id)
        if case.status is not CaseStatus.OPEN:
            return
        agreements = ConfiguredAgreements(self.configuration, configuration)
        steps = steps_due_of(case, agreements, now)
        after = with_steps_done(case, steps, now, agreements)
        if not steps and after == case:
            return  # the index lagged behind the case
        found = escalated(
            after, newly_broken(case, after), steps, configuration, self._way(case, steps, configuration), now
        )
        entries = found.entries
        changes: list[Change] = [Update(case, found.case, STEPS_DEPEND_ON), *map(Create, entries)]
        self.threads.commit(changes)
        swept.steps += len(steps)
        for entry in entries:
            if entry.delivery:
                with suppress(StorageUnavailable):
                    self.queues.ask_to_deliver(entry.customer_id, entry.id)

    def _way(self, case: Case, steps: tuple[DueStep, ...], configuration: Configuration) -> Way | None:
        """Asked for only when the customer is to hear something."""
        if not any(step.step.action is StepAction.HOLD for step in steps):
            return None
        last = self.threads.get_entry(case.customer_id, case.last_inbound_id) if case.last_inbound_id else None
        try:
            return way_to_reach(self.threads, case, last, configuration, self.reply_keys())
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
