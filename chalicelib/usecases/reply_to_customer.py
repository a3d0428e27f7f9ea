"""An agent answers a case: the answer is kept as queued, in one transaction with the case, and then sent.

Nobody waits any more from the moment the answer is kept; should it fail on its way, the clock goes back.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from chalicelib.domain.cases import ANSWER_DEPENDS_ON, Case, CaseStatus, with_answer
from chalicelib.domain.configuration import Configuration
from chalicelib.domain.contact_points import Channel, ContactPoint, PointKind
from chalicelib.domain.delivery import Delivery, DeliveryStatus, queued
from chalicelib.domain.errors import Conflict, NoWayToReach, StorageUnavailable
from chalicelib.domain.identifiers import ulid
from chalicelib.domain.reply_address import KeyRing, reply_address_for
from chalicelib.domain.threads import Entry, EntryKind
from chalicelib.usecases.case_changes import NOTHING_SAID, Seen, change_case
from chalicelib.usecases.find_customer import points_of, surviving_customer
from chalicelib.usecases.once import Once, remember
from chalicelib.usecases.ports import (
    Change,
    ConfigurationSource,
    Create,
    Now,
    Randomness,
    ThreadStore,
    Update,
    WorkQueues,
)

# In which channels an answer may go out, best first, by the channel in which the customer wrote last.
ANSWERED_BY = {
    Channel.EMAIL: (Channel.EMAIL,),
    Channel.SMS: (Channel.SMS,),
    Channel.WEB_FORM: (Channel.EMAIL, Channel.SMS),
    Channel.APP: (Channel.APP,),
    Channel.FAX: (Channel.EMAIL, Channel.SMS),
}
_REACHED_AT = {Channel.EMAIL: PointKind.EMAIL, Channel.SMS: PointKind.PHONE, Channel.APP: PointKind.APP}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the agent wrote. `channel` None: as the customer wrote last. `subject` "": the case's."""

    text: str
    channel: Channel | None = None
    subject: str = ""


@dataclass(frozen=True, slots=True)
class ReplyToCustomer:
    threads: ThreadStore
    configuration: ConfigurationSource
    queues: WorkQueues
    reply_keys: KeyRing
    now: Now
    randomness: Randomness

    def __call__(
        self, reference: str, agent: str, answer: Answer, *, seen: Seen = NOTHING_SAID, once: Once | None = None
    ) -> str:
        """Gives the id of the answer's entry. Raises NotFound, Conflict, NewerMessage, NoWayToReach."""
        kept: list[Entry] = []

        def decide(case: Case) -> tuple[str, Sequence[Change]]:
            if case.status is CaseStatus.SPAM:
                raise Conflict("The case is marked as spam. Undo that first.")
            entry, changes = self._answered(case, agent, answer)
            kept.append(entry)
            return entry.id, [*changes, *remember(once, entry.id, entry.at)]

        entry_id, wrote = change_case(self.threads, reference, seen, once, decide)
        if wrote and kept[-1].delivery:
            with suppress(StorageUnavailable):  # the queue is a hint: the sweep picks up what nobody claims
                self.queues.ask_to_deliver(kept[-1].customer_id, entry_id)
        return entry_id

    def _answered(self, case: Case, agent: str, answer: Answer) -> tuple[Entry, list[Change]]:
        now = self.now()
        configuration = self.configuration.current()
        last = self.threads.get_entry(case.customer_id, case.last_inbound_id) if case.last_inbound_id else None
        channel, point = self._way_for(case, last, answer.channel)
        entry = Entry(
            id=ulid(now, self.randomness(10)),
            customer_id=case.customer_id,
            case_id=case.id,
            at=now,
            kind=EntryKind.OUTBOUND,
            author=f"agent:{agent}",
            channel=channel,
            subject=_subject(case, answer) if channel is Channel.EMAIL else "",
            text=answer.text,
            delivery=self._delivery(case, last, channel, point, configuration),
        )
        if entry.delivery:
            entry = replace(entry, delivery=queued(entry.delivery, now))
        changes: list[Change] = [Create(entry), Update(case, with_answer(case, now), ANSWER_DEPENDS_ON)]
        owner = self.threads.find_owner(point) if channel is Channel.SMS else None
        if owner and owner.last_case_id != case.id:
            changes.append(Update(owner, replace(owner, last_case_id=case.id), ("customer_id",)))
        return entry, changes

    def _way_for(self, case: Case, last: Entry | None, wanted: Channel | None) -> tuple[Channel, ContactPoint]:
        """The address that the customer wrote from last, else the first one known that fits the channel.

        Of those that stand with the case; the rest of the family is asked only when that is not enough.
        """
        wrote_from = last.arrival.point if last and last.arrival else None
        wrote_by = last.channel if last and last.channel else case.channel
        channels = (wanted,) if wanted else ANSWERED_BY.get(wrote_by, (Channel.EMAIL, Channel.SMS))
        known = self.threads.list_points(case.customer_id)
        way = _find_way(channels, (wrote_from, *known)) if wrote_from in known else None
        if way is None:
            family = points_of(self.threads, surviving_customer(self.threads, case.customer_id))
            is_theirs = wrote_from in family or not family
            way = _find_way(channels, (wrote_from, *family) if is_theirs else family)
        if way is None:
            raise NoWayToReach()
        return way

    def _delivery(
        self, case: Case, last: Entry | None, channel: Channel, point: ContactPoint, configuration: Configuration
    ) -> Delivery | None:
        """None for the app: it reads the thread itself, nothing has to be carried."""
        if channel is Channel.APP:
            return None
        inbox = configuration.inbox_writing(channel, case.inbox, case.team)
        delivery = Delivery(
            status=DeliveryStatus.QUEUED,
            recipient=_spelled(point, last),
            sender=inbox.address,
            point=point,
            answers_since=case.awaiting_since,
            stopped_clock=next(iter(case.clocks), None),
        )
        if channel is not Channel.EMAIL:
            return delivery
        answered = last.arrival.message_id if last and last.arrival else ""
        return replace(
            delivery,
            reply_to=reply_address_for(
                case.reference, case.signed_for, inbox.address.rpartition("@")[2], self.reply_keys
            ),
            in_reply_to=answered,
            references=(answered,) if answered else (),
        )


def _find_way(
    channels: Sequence[Channel], points: Sequence[ContactPoint | None]
) -> tuple[Channel, ContactPoint] | None:
    for channel in channels:
        for point in points:
            if point and point.kind is _REACHED_AT.get(channel):
                return channel, point
    return None


def _spelled(point: ContactPoint, last: Entry | None) -> str:
    """Their own server may care for capitals in the mailbox, so what they wrote is what we write to."""
    wrote_from = last.arrival if last and last.arrival and last.arrival.point == point else None
    return wrote_from.address if wrote_from and wrote_from.address else point.value


def _subject(case: Case, answer: Answer) -> str:
    subject = answer.subject or case.subject
    return subject if subject.lower().startswith("re:") else f"Re: {subject}"
