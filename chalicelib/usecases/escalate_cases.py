"""What is due in some cases is done, each step exactly once, whoever names them and however often.

A case is read consistently, the steps are decided on what was read, and written only if nothing moved in between. So
the names of cases are hints: one that is named twice, or is not due any more, costs a read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from chalicelib.domain.case_clocks import steps_due_of
from chalicelib.domain.case_promises import newly_broken
from chalicelib.domain.case_transitions import with_steps_done
from chalicelib.domain.cases import STEPS_DEPEND_ON, Case, CaseStatus
from chalicelib.domain.configuration import Configuration
from chalicelib.domain.errors import NotFound, NoWayToReach, StorageUnavailable, WriteConflict
from chalicelib.domain.escalation import DueStep
from chalicelib.domain.reachability import Purpose
from chalicelib.domain.reply_address import KeyRing
from chalicelib.domain.sla import StepAction
from chalicelib.domain.threads import Entry
from chalicelib.usecases.agreements import ConfiguredAgreements
from chalicelib.usecases.case_changes import taken_over_events
from chalicelib.usecases.contact_rulings import Intent
from chalicelib.usecases.escalation_entries import NOBODY_KNOWN, People, escalated
from chalicelib.usecases.notice_budget import NoticeBudget
from chalicelib.usecases.ports import Change, ConfigurationSource, Create, Now, ThreadStore, Update, WorkQueues
from chalicelib.usecases.roster import Roster
from chalicelib.usecases.task_changes import row_changes
from chalicelib.usecases.ways_to_reach import Way, way_to_reach

# The functions' time limit is 60 s (.chalice/config.json). A test holds the two together.
WORKS_FOR = timedelta(seconds=40)
ATTEMPTS = 4  # while others count notices to the same colleague; after that the next sweep does it

CaseName = tuple[str, str]
"""Ids of customer and case."""


@dataclass(slots=True)
class StepsTaken:
    """`failed`: what could not be handled, and `left`: how many cases were not looked at for want of time. Both stay
    due, and the next sweep finds them.
    """

    steps: int = 0
    left: int = 0
    failed: list[Exception] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class EscalateCases:
    """`reply_keys` are fetched only when the customer is to hear something."""

    threads: ThreadStore
    configuration: ConfigurationSource
    queues: WorkQueues
    reply_keys: Callable[[], KeyRing]
    now: Now

    def __call__(self, cases: Sequence[CaseName], until: datetime | None = None) -> StepsTaken:
        """`until`: when to stop; None for as long as a worker has. Raises what reading the configuration raises; what
        befalls one case does not stop the others.
        """
        taken = StepsTaken()
        if not cases:
            return taken
        configuration = self.configuration.current()
        until = until or self.now() + WORKS_FOR
        shared = _Shared(
            configuration, NoticeBudget(self.threads, configuration.notice_limit), Roster(self.threads, self.now)
        )
        for at, (customer_id, case_id) in enumerate(cases):
            now = self.now()
            if now >= until:
                taken.left = len(cases) - at
                break
            try:
                taken.steps += self._escalate(customer_id, case_id, shared, now)
            except (WriteConflict, NotFound):
                continue  # somebody else did it, or an answer came: if anything is left, the next sweep sees it
            except Exception as error:  # noqa: BLE001  # whatever it is, no case may stand in the way of all others
                taken.failed.append(error)
        return taken

    def _escalate(self, customer_id: str, case_id: str, shared: _Shared, now: datetime) -> int:
        configuration = shared.configuration
        case = self.threads.get_case(customer_id, case_id)
        if case.status is not CaseStatus.OPEN:
            return 0
        agreements = ConfiguredAgreements(self.configuration, configuration)
        steps = steps_due_of(case, agreements, now)
        after = with_steps_done(case, steps, now, agreements)
        after = replace(after, team=agreements.team(case))
        if not steps and after == case:
            return 0  # it was named too late: the index lagged, or another worker was faster
        people = _people(case, steps, shared.roster)
        way = self._way(case, steps, configuration, now)
        found = escalated(after, newly_broken(case, after), steps, configuration, way, now, people)
        taken_over = people.colleague and found.case.assignee == people.colleague.subject
        giving = shared.roster.giving(people.colleague) if people.colleague and taken_over else None
        changes: list[Change] = [Update(case, found.case, STEPS_DEPEND_ON), *([giving] if giving else [])]
        changes += row_changes((case,), (found.case,))
        try:
            events = taken_over_events(case, after, now)
            entries = self._written(changes, (*events, *found.entries), shared.budget, now)
        except WriteConflict:
            shared.roster.look_again()
            raise
        if giving:
            shared.roster.gave(giving)
        self._ask_to_deliver(entries)
        return len(steps)

    def _written(
        self, changes: Sequence[Change], entries: Sequence[Entry], budget: NoticeBudget, now: datetime
    ) -> Sequence[Entry]:
        """The entries as they were written. Decided again while only the count of somebody's notices has moved, which
        many cases may share.
        """
        attempt = 1
        while True:
            told, counted = budget.spend(entries, now)
            own = [*changes, *map(Create, told)]
            try:
                self.threads.commit([*own, *counted])
            except WriteConflict as conflict:
                if attempt == ATTEMPTS or not conflict.refused or min(conflict.refused) < len(own):
                    raise
                attempt += 1
            else:
                return told

    def _ask_to_deliver(self, entries: Sequence[Entry]) -> None:
        """The queue is a hint: the sweep picks up what nobody claims. What waits for a digest, nobody claims."""
        for entry in entries:
            if entry.delivery and not entry.delivery.digest:
                with suppress(StorageUnavailable):
                    self.queues.ask_to_deliver(entry.customer_id, entry.id, not_before=entry.delivery.not_before)

    def _way(self, case: Case, steps: tuple[DueStep, ...], configuration: Configuration, now: datetime) -> Way | None:
        """Asked for only when the customer is to hear something."""
        if not any(step.step.action is StepAction.HOLD for step in steps):
            return None
        last = self.threads.get_entry(case.customer_id, case.last_inbound_id) if case.last_inbound_id else None
        try:
            return way_to_reach(self.threads, case, last, configuration, self.reply_keys(), Intent(now, Purpose.NOTICE))
        except NoWayToReach:
            return None


@dataclass(frozen=True, slots=True)
class _Shared:
    """What the cases of one run have in common."""

    configuration: Configuration
    budget: NoticeBudget
    roster: Roster


def _people(case: Case, steps: tuple[DueStep, ...], roster: Roster) -> People:
    """Asked for only when a step is for an assignee: they are reminded, or a colleague of theirs takes over."""
    actions = {step.step.action for step in steps}
    if not case.assignee or not actions & {StepAction.REMIND, StepAction.REASSIGN}:
        return NOBODY_KNOWN
    takes_over = any(step.step.action is StepAction.REASSIGN and step.tier == 0 for step in steps)
    passed_over = {case.assignee, *case.passed_over}
    return People(roster.agents, roster.choose_for(case, without=passed_over) if takes_over else None)
