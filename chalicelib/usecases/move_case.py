"""A case stands with the wrong customer: it goes on, whole, with the right one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chalicelib.domain.case_tasks import with_entries_renamed
from chalicelib.domain.cases import Case, CaseStatus
from chalicelib.domain.customers import REOPENING_DEPENDS_ON, Customer, with_case_closed, with_case_reopened
from chalicelib.domain.errors import InvalidInput, NotFound
from chalicelib.domain.identifiers import ulid
from chalicelib.domain.moving import (
    CASE_MOVE_DEPENDS_ON,
    case_left_behind,
    copied,
    counts_for_waiting,
    moved_case,
    require_at_rest,
    require_few,
)
from chalicelib.domain.threads import Entry, event_entry
from chalicelib.usecases.case_changes import NOTHING_SAID, Seen, change_case
from chalicelib.usecases.find_customer import surviving_customer
from chalicelib.usecases.move_changes import copy_files, entry_changes, taking_in
from chalicelib.usecases.once import Once, remember
from chalicelib.usecases.ports import AttachmentStore, Change, Create, Now, Randomness, ThreadStore, Update
from chalicelib.usecases.read_case_entries import read_case_entries
from chalicelib.usecases.task_changes import row_changes


@dataclass(frozen=True, slots=True)
class MoveCase:
    threads: ThreadStore
    attachments: AttachmentStore
    now: Now
    randomness: Randomness

    def __call__(
        self,
        reference: str,
        agent: str,
        customer_id: str,
        why: str,
        *,
        seen: Seen = NOTHING_SAID,
        once: Once | None = None,
    ) -> str:
        """Gives the reference, which stays. Raises NotFound, InvalidInput, Conflict, TooLarge."""

        def decide(case: Case) -> tuple[str, Sequence[Change]]:
            changes = self._moved(case, surviving_customer(self.threads, customer_id), f"agent:{agent}", why)
            return case.reference, [*changes, *remember(once, case.reference, self.now())]

        return change_case(self.threads, reference, seen, once, decide)[0]

    def _moved(self, case: Case, target: Customer, by: str, why: str) -> list[Change]:
        source = self.threads.get_customer(case.customer_id)
        if case.customer_id in target.family:
            raise InvalidInput("The case is this customer's already.", field="customer")
        entries = read_case_entries(self.threads, case)
        require_few(entries)
        require_at_rest(entries)
        copy_files(self.attachments, entries, target.id)
        now = self.now()
        copies = [copied(entry, target.id, case.id, now) for entry in entries]
        goes_on = with_entries_renamed(
            moved_case(case, target, max((c.id for c in copies if counts_for_waiting(c)), default="")),
            {one.id: two.id for one, two in zip(entries, copies, strict=True)},
        )
        pointer = self.threads.find_pointer(case.reference)
        if pointer is None:
            raise NotFound()
        left = case_left_behind(case, target.id)
        facts = {"reference": case.reference, "from": source.id, "to": target.id}
        return [
            Update(case, left, CASE_MOVE_DEPENDS_ON),
            *self._arrived(goes_on, target),
            Update(pointer, replace(pointer, customer_id=target.id), ("customer_id", "case_id")),
            *([Update(source, with_case_closed(source, case), ())] if case.status is CaseStatus.OPEN else []),
            *entry_changes(entries, copies),
            *row_changes((case,), (goes_on,)),
            *(Create(self._event(one, by, facts | {"why": why})) for one in (left, goes_on)),
        ]

    def _arrived(self, case: Case, target: Customer) -> list[Change]:
        """What it left behind when it was moved away from here becomes the case again."""
        try:
            left = self.threads.get_case(target.id, case.id)
        except NotFound:
            return [Create(case), taking_in(target, case)]
        counted = with_case_reopened(target, case) if case.status is CaseStatus.OPEN else target
        return [
            Update(left, case, ("status", "version", "last_inbound_id", "last_activity_at")),
            Update(target, counted, (*REOPENING_DEPENDS_ON, "merged_into")),
        ]

    def _event(self, case: Case, by: str, facts: dict[str, str]) -> Entry:
        now = self.now()
        return event_entry(ulid(now, self.randomness(10)), case, now, by, "case.moved", facts)
