"""What one recipient of a broadcast gets: a message of ours in their own thread, in a case that is closed already.

Nobody has to do anything in such a case. What the customer answers finds it like any answer and opens it again. Then it
is a case of the inbox's team, with the message that it answers before it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from chalicelib.domain.broadcasts import Broadcast
from chalicelib.domain.cases import Case, CasePointer, CaseStatus
from chalicelib.domain.configuration import Configuration
from chalicelib.domain.contact_policy import NUMBERED
from chalicelib.domain.customers import OPENING_DEPENDS_ON, Customer
from chalicelib.domain.delivery import queued
from chalicelib.domain.identifiers import ulid
from chalicelib.domain.previews import Preview
from chalicelib.domain.reply_address import KeyRing
from chalicelib.domain.threads import Entry, EntryKind
from chalicelib.usecases.answer_contents import inbox_of, preview_of
from chalicelib.usecases.begun_cases import begun_case
from chalicelib.usecases.contact_rulings import Intent
from chalicelib.usecases.going_out import WITH_SUBJECT
from chalicelib.usecases.ports import Change, ConfigurationSource, Create, Now, Randomness, ThreadStore, Update
from chalicelib.usecases.ways_to_reach import Way, way_to_reach


@dataclass(frozen=True, slots=True)
class Letter:
    """`preview`: what would arrive. `changes`: what it takes to send it, with the outcome of its recipient."""

    case: Case
    entry: Entry
    preview: Preview
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class WriteToMany:
    """`reply_keys`: asked for only when somebody is written to."""

    threads: ThreadStore
    configuration: ConfigurationSource
    reply_keys: Callable[[], KeyRing]
    now: Now
    randomness: Randomness

    def __call__(self, broadcast: Broadcast, customer: Customer) -> Letter:
        """Writes nothing. `customer`: who answers for their family. Raises NoWayToReach, and InvalidInput for what
        could not be sent as it is.
        """
        from chalicelib.usecases.canned_answers import text_for_many  # brings the texts with it

        now, configuration = self.now(), self.configuration.current()
        blank = self._blank(broadcast, customer, configuration)
        intent = Intent(now, broadcast.purpose, urgent=bool(broadcast.urgent))
        way = way_to_reach(self.threads, blank, None, configuration, self.reply_keys(), intent)
        case = replace(
            blank,
            channel=way.channel,
            participants=(way.point,),
            answered_by=(way.channel,),
            customer_name=customer.called(way.point),
        )
        wording = text_for_many(self.threads, configuration, case, broadcast.wordings)
        case = replace(case, subject=wording.subject or broadcast.title)
        titled = way.channel in WITH_SUBJECT
        entry = Entry(
            id=ulid(now, self.randomness(10)),
            customer_id=customer.id,
            case_id=case.id,
            at=now,
            kind=EntryKind.OUTBOUND,
            author="hub",
            channel=way.channel,
            subject=case.subject if titled else "",
            text=wording.text,
            delivery=way.delivery and queued(replace(way.delivery, automatic=True), now, not_before=way.not_before),
            facts={**way.facts, "broadcast": broadcast.id, "by": broadcast.by},
        )
        if titled:
            entry = replace(entry, signature=inbox_of(entry, configuration).signature.strip())
        return Letter(case, entry, preview_of(entry, configuration), self._changes(case, entry, customer, way))

    def _blank(self, broadcast: Broadcast, customer: Customer, configuration: Configuration) -> Case:
        now, inbox = self.now(), configuration.get_inbox(broadcast.inbox)
        begun = begun_case(customer, inbox, inbox.channel, broadcast.title, now, self.randomness)
        return replace(begun, closed_at=now, status=CaseStatus.CLOSED, answered=True, messages_out=1)

    def _changes(self, case: Case, entry: Entry, customer: Customer, way: Way) -> tuple[Change, ...]:
        return (
            Create(case),
            Create(CasePointer(case.reference, customer.id, case.id, signed_for=customer.id)),
            Create(entry),
            Update(customer, replace(customer, cases_opened=customer.cases_opened + 1), OPENING_DEPENDS_ON),
            *self._found_by_the_next_text(way, case, customer),
        )

    def _found_by_the_next_text(self, way: Way, case: Case, customer: Customer) -> list[Change]:
        """Unless they and an agent are writing to each other there: then that goes on."""
        owner = self.threads.find_owner(way.point) if way.channel in NUMBERED else None
        if owner is None or owner.last_case_id in customer.open_cases:
            return []
        return [Update(owner, replace(owner, last_case_id=case.id), ("customer_id", "last_case_id"))]
