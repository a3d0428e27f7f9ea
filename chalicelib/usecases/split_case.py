"""Messages of a case are another matter, or another customer's: they become a case of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.case_tasks import with_tasks_taken_in, without_tasks_of
from chalicelib.domain.case_transitions import waiting_again
from chalicelib.domain.cases import Case, CasePointer
from chalicelib.domain.customers import Customer
from chalicelib.domain.identifiers import REFERENCE_RANDOM_BYTES, case_reference, ulid
from chalicelib.domain.matching import anchor_key
from chalicelib.domain.moving import (
    CASE_MOVE_DEPENDS_ON,
    ENTRY_MOVE_DEPENDS_ON,
    case_of,
    chosen,
    copied,
    still_taking_part,
    still_waiting,
    without_entries,
)
from chalicelib.domain.threads import Entry, event_entry
from chalicelib.usecases.agreements import current_agreements
from chalicelib.usecases.case_changes import NOTHING_SAID, Seen, change_case
from chalicelib.usecases.find_customer import surviving_customer
from chalicelib.usecases.move_changes import copy_files, entry_changes, taking_in
from chalicelib.usecases.once import Once, remember
from chalicelib.usecases.ports import (
    AttachmentStore,
    Change,
    ConfigurationSource,
    Create,
    Now,
    Randomness,
    ThreadStore,
    Update,
)
from chalicelib.usecases.read_case_entries import read_case_entries
from chalicelib.usecases.task_changes import row_changes


@dataclass(frozen=True, slots=True)
class SplitCase:
    threads: ThreadStore
    attachments: AttachmentStore
    configuration: ConfigurationSource
    now: Now
    randomness: Randomness

    def __call__(
        self,
        reference: str,
        agent: str,
        entry_ids: Sequence[str],
        why: str,
        *,
        customer_id: str = "",
        seen: Seen = NOTHING_SAID,
        once: Once | None = None,
    ) -> str:
        """`customer_id`: whose they are; "" for the same customer's. Gives the reference of the new, open case.

        Raises NotFound, InvalidInput, Conflict, TooLarge.
        """

        def decide(case: Case) -> tuple[str, Sequence[Change]]:
            now = self.now()
            target = surviving_customer(self.threads, customer_id) if customer_id else None
            if target is None or case.customer_id in target.family:
                target = self.threads.get_customer(case.customer_id)
            new, changes = self._split(case, entry_ids, target, f"agent:{agent}", why, now)
            return new.reference, [*changes, *remember(once, new.reference, now)]

        return change_case(self.threads, reference, seen, once, decide)[0]

    def _split(
        self, case: Case, entry_ids: Sequence[str], target: Customer, by: str, why: str, now: datetime
    ) -> tuple[Case, list[Change]]:
        agreements = current_agreements(self.configuration)
        entries = read_case_entries(self.threads, case)
        gone = chosen(entries, entry_ids)
        left = [entry for entry in entries if entry not in gone]
        blank = self._blank(case, gone, target, now)
        away = target.id != case.customer_id
        moved = [copied(one, target.id, blank.id, now) if away else replace(one, case_id=blank.id) for one in gone]
        new = waiting_again(case_of(blank, moved, agreements), still_waiting(case, gone), agreements)
        old = without_entries(case, gone, left, agreements)
        old, tasks = without_tasks_of(old, {one.id: two.id for one, two in zip(gone, moved, strict=True)}, agreements)
        new = with_tasks_taken_in(new, tasks, now, agreements)
        if away:
            old = replace(old, participants=still_taking_part(case, gone, left))
        facts = {"from": case.reference, "to": new.reference, "messages": str(len(gone)), "why": why}
        changes: list[Change] = [
            Update(case, old, CASE_MOVE_DEPENDS_ON),
            Create(new),
            *row_changes((case,), (old, new)),
            Create(CasePointer(new.reference, target.id, new.id, signed_for=target.id)),
            taking_in(target, new),
            *(Create(self._event(one, by, facts, now)) for one in (case, new)),
        ]
        if away:
            copy_files(self.attachments, gone, target.id)
            changes += entry_changes(gone, moved)
        else:
            changes += [Update(one, two, ENTRY_MOVE_DEPENDS_ON) for one, two in zip(gone, moved, strict=True)]
        return new, [*changes, *self._anchors(case, new, gone, moved)]

    def _blank(self, case: Case, gone: Sequence[Entry], customer: Customer, now: datetime) -> Case:
        points = dict.fromkeys(one.arrival.point for one in gone if one.arrival and one.arrival.point)
        stays = customer.id == case.customer_id  # else the points need not be theirs
        return Case(
            id=ulid(now, self.randomness(10)),
            customer_id=customer.id,
            reference=case_reference(self.randomness(REFERENCE_RANDOM_BYTES)),
            team=case.team,
            inbox=case.inbox,
            channel=next((one.channel for one in gone if one.channel), case.channel),
            subject=next((one.subject for one in gone if one.subject), case.subject),
            opened_at=gone[0].at,
            last_activity_at=gone[0].at,
            participants=tuple(points),
            kind=case.kind,
            priority=case.priority,
            language=case.language,
            segment=case.segment,
            skills=case.skills,
            answer_by=case.answer_by if stays else None,
            customer_name=customer.called(next(iter(points), None) if stays else None),
        )

    def _anchors(self, case: Case, new: Case, gone: Sequence[Entry], moved: Sequence[Entry]) -> Iterator[Change]:
        """An answer to a message that was split off belongs where the message is now."""
        copies = {one.id: two.id for one, two in zip(gone, moved, strict=True)}
        anchors = self.threads.find_anchors(sorted({anchor_key(id_) for entry in gone for id_ in _ids_of(entry)}))
        for _, anchor in sorted(anchors.items()):
            if anchor.case_id == case.id:
                entry_id = copies.get(anchor.entry_id, anchor.entry_id)
                there = replace(anchor, customer_id=new.customer_id, case_id=new.id, entry_id=entry_id)
                yield Update(anchor, there, ("customer_id", "case_id"))

    def _event(self, case: Case, by: str, facts: dict[str, str], now: datetime) -> Entry:
        return event_entry(ulid(now, self.randomness(10)), case, now, by, "case.split", facts)


def _ids_of(entry: Entry) -> Iterator[str]:
    if entry.arrival and entry.arrival.message_id:
        yield entry.arrival.message_id
    if entry.delivery and entry.delivery.provider_id:
        yield f"{entry.delivery.provider_id}@amazonses.com"
