"""An agent writes to a customer first: a case that begins with our message, or goes on from one that is closed.

Case, pointer, entry and the customer's list are one transaction. What the customer answers joins it like any answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chalicelib.domain.case_transitions import with_first_word
from chalicelib.domain.cases import Case, CasePointer, CaseStatus
from chalicelib.domain.configuration import Configuration, Inbox
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.customers import OPENING_DEPENDS_ON, Customer, with_case_opened
from chalicelib.domain.errors import Conflict, NotFound
from chalicelib.domain.identifiers import ulid
from chalicelib.domain.threads import Entry, EntryKind
from chalicelib.usecases.agreements import ConfiguredAgreements
from chalicelib.usecases.begun_cases import begun_case
from chalicelib.usecases.contact_rulings import Intent
from chalicelib.usecases.customer_changes import change_customers
from chalicelib.usecases.find_case import get_case_by_reference
from chalicelib.usecases.find_customer import surviving_customer
from chalicelib.usecases.going_out import WITH_SUBJECT, ask_to_send, found_by_the_next_from_there, waiting_to_leave
from chalicelib.usecases.once import Once, remember
from chalicelib.usecases.ports import (
    Change,
    ConfigurationSource,
    Create,
    Now,
    Randomness,
    ReplyKeys,
    ThreadStore,
    Update,
    WorkQueues,
)
from chalicelib.usecases.ways_to_reach import way_to_reach


@dataclass(frozen=True, slots=True)
class FirstWord:
    """What the agent writes, who has the case then. `inbox`: from which, "" for the first one of the channel; its team
    owns the case. `follows`: the reference of a closed case that this goes on from, or "".
    """

    channel: Channel
    subject: str
    text: str
    inbox: str = ""
    follows: str = ""


@dataclass(frozen=True, slots=True)
class WriteFirst:
    threads: ThreadStore
    configuration: ConfigurationSource
    queues: WorkQueues
    reply_keys: ReplyKeys
    now: Now
    randomness: Randomness

    def __call__(self, customer_id: str, agent: str, word: FirstWord, *, once: Once | None = None) -> str:
        """Gives the reference of the new case. Raises NotFound, NoWayToReach; Conflict for one that is not
        closed; InvalidInput for what could not be sent as it is.
        """
        kept: list[tuple[str, Entry]] = []

        def decide() -> tuple[str, Sequence[Change]]:
            customer = surviving_customer(self.threads, customer_id)
            case, entry, changes = self._opened(customer, agent, word)
            kept.append((case.reference, entry))
            return case.reference, [*changes, *remember(once, case.reference, entry.at)]

        reference = change_customers(self.threads, once, decide)
        for mine, entry in kept[-1:]:
            if mine == reference:  # else another call with the same key was faster, and asked
                ask_to_send(self.queues, entry)
        return reference

    def _opened(self, customer: Customer, agent: str, word: FirstWord) -> tuple[Case, Entry, list[Change]]:
        now, configuration = self.now(), self.configuration.current()
        inbox = _inbox(configuration, word)
        blank = replace(
            begun_case(customer, inbox, word.channel, word.subject, now, self.randomness),
            assignee=agent,
            follows=self._followed(customer, word.follows),
        )
        intent = Intent(now, by_person=True)
        way = way_to_reach(self.threads, blank, None, configuration, self.reply_keys(), intent, word.channel)
        agreements = ConfiguredAgreements(self.configuration, configuration)
        called = customer.called(way.point)
        blank = replace(blank, participants=(way.point,), customer_name=called)
        case = with_first_word(blank, now, agreements, way.channel)
        entry = Entry(
            id=ulid(now, self.randomness(10)),
            customer_id=customer.id,
            case_id=case.id,
            at=now,
            kind=EntryKind.OUTBOUND,
            author=f"agent:{agent}",
            channel=way.channel,
            subject=word.subject if way.channel in WITH_SUBJECT else "",
            text=word.text,
            facts=way.facts,
            delivery=way.delivery and waiting_to_leave(way.delivery, configuration, now, way.not_before),
        )
        from chalicelib.usecases.answer_contents import preview_of  # brings the channels with it

        preview_of(entry, configuration)
        return (
            case,
            entry,
            [
                Create(case),
                Create(CasePointer(case.reference, customer.id, case.id, signed_for=customer.id)),
                Create(entry),
                Update(customer, with_case_opened(customer, case), OPENING_DEPENDS_ON),
                *found_by_the_next_from_there(self.threads, way, case.id),
            ],
        )

    def _followed(self, customer: Customer, reference: str) -> str:
        if not reference:
            return ""
        case = get_case_by_reference(self.threads, reference)
        if case.customer_id not in customer.family:
            raise NotFound("This customer has no such case.", field="follows")
        if case.status is not CaseStatus.CLOSED:
            raise Conflict("That case is not closed. Answer in it.", field="follows")
        return case.reference


def _inbox(configuration: Configuration, word: FirstWord) -> Inbox:
    """Raises NotFound when there is none of that channel, or not of that name."""
    for inbox in configuration.inboxes:
        if inbox.channel is word.channel and word.inbox in ("", inbox.name):
            return inbox
    raise NotFound("There is no such inbox of that channel.", field="inbox")
