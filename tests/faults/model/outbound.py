"""The way of one answer: an agent who asks until told that it is kept, two workers, the sweep, the carrier.

The customer waits from the beginning. Every call of the four may meet a fault, and each may start at any instant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.case_transitions import with_message
from chalicelib.domain.cases import Case, CasePointer
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.customers import Customer, PointLink, PointOwner, with_case_opened
from chalicelib.domain.delivery import DeliveryStatus
from chalicelib.domain.threads import Arrival, Entry, EntryKind
from chalicelib.domain.trust import Trust
from chalicelib.usecases.deliver_message import LAST_MOMENT, DeliverMessage
from chalicelib.usecases.escalate_cases import EscalateCases
from chalicelib.usecases.escalate_overdue_cases import EscalateOverdueCases
from chalicelib.usecases.gather_digests import GatherDigests
from chalicelib.usecases.once import Once
from chalicelib.usecases.reply_to_customer import Answer, ReplyToCustomer
from chalicelib.usecases.send_unread_elsewhere import SendUnreadElsewhere
from chalicelib.usecases.sending_turns import MailQuota, SendingTurns
from tests.domain.making import ANNA, MONDAY_TEN, POLICY, Agreed, case, configuration, reply_keys
from tests.fakes.memory_store import MemoryStore
from tests.fakes.ports import MemoryAttachmentStore
from tests.faults.model.exploring import Model
from tests.faults.model.replaying import Ports
from tests.faults.model.working import REFUSED, TAKEN, Asked, Slot

REFERENCE = "K7Q2M-9DXM3-Q"
UNPACED = SendingTurns(1, MailQuota, lambda: MONDAY_TEN, lambda seconds: None)  # noqa: ARG005  # nobody waits
MESSAGE_ID = "01KAR0000000000000000000M1"
TIME_LIMIT = timedelta(seconds=60)
API_TIME_LIMIT = timedelta(seconds=29)

_FORWARD = {
    (DeliveryStatus.QUEUED, DeliveryStatus.SENDING),
    (DeliveryStatus.QUEUED, DeliveryStatus.FAILED),
    (DeliveryStatus.SENDING, DeliveryStatus.SENT),
    (DeliveryStatus.SENDING, DeliveryStatus.QUEUED),  # certainly refused, for now
    (DeliveryStatus.SENDING, DeliveryStatus.FAILED),
    (DeliveryStatus.SENDING, DeliveryStatus.UNKNOWN),
    (DeliveryStatus.UNKNOWN, DeliveryStatus.SENT),  # who was given up came back, and knows
}


def anna_waits() -> list[Any]:
    """What the table holds when Anna has written and nobody has answered."""
    waiting = with_message(case(reference=REFERENCE), MESSAGE_ID, MONDAY_TEN, Agreed())
    message = Entry(
        id=MESSAGE_ID,
        customer_id=waiting.customer_id,
        case_id=waiting.id,
        at=MONDAY_TEN,
        kind=EntryKind.INBOUND,
        author="customer",
        channel=Channel.EMAIL,
        arrival=Arrival(ANNA, Trust.AUTHENTICATED, "new_case", "", "raw/2026/11/23/email-1"),
    )
    return [
        with_case_opened(Customer(waiting.customer_id, MONDAY_TEN), waiting),
        waiting,
        CasePointer(REFERENCE, waiting.customer_id, waiting.id, waiting.customer_id),
        PointOwner(ANNA, waiting.customer_id, MONDAY_TEN),
        PointLink(waiting.customer_id, ANNA),
        message,
    ]


def reply(ports: Ports) -> str:
    """An agent's call of the API, with its idempotency key."""
    use_case = ReplyToCustomer(
        ports.threads,
        MemoryAttachmentStore(),
        ports.configuration,
        ports.queues,
        reply_keys,
        ports.now,
        ports.randomness,
    )
    return use_case(REFERENCE, "ewa", Answer("Tak."), once=Once("ewa", "key-1", "00" * 32))


def deliver_by(kind: type[DeliverMessage]) -> Callable[..., str]:
    def deliver(ports: Ports, customer_id: str, entry_id: str) -> str:
        use_case = kind(
            threads=ports.threads,
            attachments=MemoryAttachmentStore(),
            configuration=ports.configuration,
            mail=ports.carrier,
            sms=ports.carrier,
            push=ports.carrier,
            fax=ports.carrier,
            code_key=bytes,
            reply_keys=reply_keys,
            now=ports.now,
            randomness=ports.randomness,
            turns=UNPACED,
        )
        return use_case(customer_id, entry_id)

    return deliver


def sweep_by(
    kind: type[EscalateOverdueCases] = EscalateOverdueCases, escalate: type[EscalateCases] = EscalateCases
) -> Callable[..., None]:
    def sweep(ports: Ports) -> None:
        steps = escalate(ports.threads, ports.configuration, ports.queues, reply_keys, ports.now)
        digests = GatherDigests(ports.threads, ports.configuration, ports.queues, ports.now)
        unread = SendUnreadElsewhere(ports.threads, ports.configuration, ports.queues, reply_keys, ports.now)
        kind(ports.threads, ports.configuration, ports.queues, steps, digests, unread, own_share=100, now=ports.now)()

    return sweep


def entries(table: MemoryStore, kind: EntryKind) -> list[Entry]:
    return [entry for entry in table.records(Entry) if entry.kind is kind]


class Outbound(Model):
    def __init__(
        self,
        *,
        worker: type[DeliverMessage] = DeliverMessage,
        sweep: type[EscalateOverdueCases] = EscalateOverdueCases,
        store: type[MemoryStore] = MemoryStore,
        zombies: bool = False,
    ) -> None:
        deliver = deliver_by(worker)
        slots = [
            Slot("agent", reply, API_TIME_LIMIT, always, once=True),
            Slot("worker 1", deliver, TIME_LIMIT, messages_of_the_queue),
            Slot("worker 2", deliver, TIME_LIMIT, messages_of_the_queue),
            Slot("sweep", sweep_by(sweep), TIME_LIMIT, _whatever_is_due),
        ]
        without_steps = configuration(policies={"standard": replace(POLICY, steps=())})
        super().__init__(slots, without_steps, anna_waits(), MONDAY_TEN, store=store, zombies=zombies)

    def instants(self, table: MemoryStore) -> Iterator[datetime]:
        return instants_of_delivery(table)

    def check_write(self, before: MemoryStore, after: MemoryStore, at: datetime) -> Iterator[str]:
        """I10, as far as the hub knows: a status only moves forward."""
        was = {entry.id: entry.delivery for entry in entries(before, EntryKind.OUTBOUND)}
        for entry in entries(after, EntryKind.OUTBOUND):
            old, new = was.get(entry.id), entry.delivery
            if old and new and old.status is not new.status and (old.status, new.status) not in _FORWARD:
                yield f"the answer went from {old.status} to {new.status}"

    def check(self, table: MemoryStore, asked: Sequence[Asked]) -> Iterator[str]:
        """I8, I9: asked again only after a certain refusal; what was accepted is never failed."""
        answers = entries(table, EntryKind.OUTBOUND)
        if len(answers) > 1:
            yield "the agent's answer stands in the thread twice"
        for entry in answers:
            mine = [one for one in asked if one.entry_id == entry.id]
            yield from self._check_asked(mine)
            yield from self._check_status(entry, mine, table)

    def _check_asked(self, mine: Sequence[Asked]) -> Iterator[str]:
        if any(one.how != REFUSED for one in mine[:-1]):
            yield f"the carrier was asked {len(mine)} times: {[one.how for one in mine]}"
        if not self.zombies:
            for one in mine:
                if one.status != DeliveryStatus.SENDING:
                    yield f"{one.by} sent the answer while it was {one.status}"

    def _check_status(self, entry: Entry, mine: Sequence[Asked], table: MemoryStore) -> Iterator[str]:
        delivery, taken = entry.delivery, [f"carrier-{one.tag}" for one in mine if one.how == TAKEN]
        assert delivery
        if delivery.status is DeliveryStatus.SENT and taken != [delivery.provider_id]:
            yield f"the answer is sent as {delivery.provider_id}; the carrier took {taken}"
        if delivery.status is not DeliveryStatus.FAILED:
            return
        if taken or not mine:
            yield f"the answer is failed; the carrier took {taken} of {len(mine)}"
        (waiting,) = table.records(Case)
        if waiting.awaiting_since != delivery.answers_since or not waiting.clocks:
            yield "the answer is failed, and nobody knows that the customer waits"

    def check_end(self, table: MemoryStore, asked: Sequence[Asked]) -> Iterator[str]:
        """Everything ends where somebody sees it: sent, or with an event in the thread that says what happened."""
        told = {(event.event, event.facts.get("entry")) for event in entries(table, EntryKind.EVENT)}
        for entry in entries(table, EntryKind.OUTBOUND):
            assert entry.delivery
            status = entry.delivery.status
            seen = status is DeliveryStatus.SENT or (f"delivery.{status}", entry.id) in told
            if not seen:
                yield f"the answer is {status} for ever, and nobody is told"
        if not entries(table, EntryKind.OUTBOUND):
            yield "the agent was never told that the answer is kept"


def instants_of_delivery(table: MemoryStore) -> Iterator[datetime]:
    for entry in entries(table, EntryKind.OUTBOUND):
        if entry.delivery and entry.delivery.next_step_at:
            yield entry.delivery.next_step_at
        if entry.delivery and entry.delivery.lease_until:
            yield entry.delivery.lease_until - LAST_MOMENT


def always(_table: MemoryStore, _at: datetime) -> Sequence[tuple[Any, ...]]:
    return [()]


def messages_of_the_queue(table: MemoryStore, _at: datetime) -> Sequence[tuple[Any, ...]]:
    return [(entry.customer_id, entry.id) for entry in entries(table, EntryKind.OUTBOUND)]


def _whatever_is_due(table: MemoryStore, at: datetime) -> Sequence[tuple[Any, ...]]:
    """Of the answer: that the notice of its failure is picked up, too, changes nothing."""
    answers = {entry.id for entry in entries(table, EntryKind.OUTBOUND)}
    return [()] if any(due.entry_id in answers for due in table.list_due_deliveries(at)) else []
