"""Known-bad designs of the hub, put in by composing other objects: a suite that lets one of them pass proves nothing.

Each is how a sensible person could have built it. `docs/testing.md` says after how many seeds each is found out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib import wiring
from chalicelib.channels.protocol import sending_channel_for
from chalicelib.domain.cases import Case, CasePointer
from chalicelib.domain.customers import Customer
from chalicelib.domain.delivery import Delivery, DeliveryStatus, Report, claimed, lease_ran_out, may_be_claimed, sent
from chalicelib.domain.delivery_reports import reported
from chalicelib.domain.errors import StorageUnavailable, WriteConflict
from chalicelib.domain.identifiers import ulid_for
from chalicelib.domain.merging import Merge
from chalicelib.domain.messages import LedgerRow, ParkedMessage
from chalicelib.domain.reachability import Reachability
from chalicelib.domain.reply_address import parse_reply_address, reply_address_for
from chalicelib.domain.threads import Entry, EntryKind
from chalicelib.usecases.answer_contents import inbox_of
from chalicelib.usecases.deliver_message import NOT_OURS, DeliverMessage
from chalicelib.usecases.delivery_outcomes import RecordOutcome
from chalicelib.usecases.escalate_overdue_cases import EscalateOverdueCases, Swept
from chalicelib.usecases.ports import Change, Create, Incoming, Update
from chalicelib.usecases.read_fax import DONE_BEFORE, ReadFax
from chalicelib.usecases.receive_message import ReceiveMessage
from chalicelib.usecases.record_delivery_receipt import RecordDeliveryReceipt, Recorded
from chalicelib.usecases.record_report import RecordReport
from tests.domain.making import RING
from tests.faults.ports import WorldPorts
from tests.faults.queues import Queue
from tests.faults.simulation import Simulation
from tests.faults.store import WorldStore
from tests.faults.world import Ending, World

Design = Callable[[World], Simulation]


def with_use_cases(**kinds: type) -> Design:
    """The hub with some use cases built otherwise, each by a subclass of the product's."""

    def built(name: str, kind: type) -> property:
        def use_case(self: wiring.Hub) -> Any:
            product = getattr(super(type(self), self), name)
            return kind(*(getattr(product, field.name) for field in fields(product)))

        return property(use_case)

    hub = type("OtherHub", (wiring.Hub,), {name: built(name, kind) for name, kind in kinds.items()})
    return lambda world: Simulation(world, hub=hub)


def with_store(kind: type[WorldStore]) -> Design:
    class OtherPorts(WorldPorts):
        def __init__(self, world: World, queues: Mapping[str, Queue]) -> None:
            super().__init__(world, queues)
            self.threads = kind(world)
            self.mail.threads = self.sms.threads = self.threads

    return lambda world: Simulation(world, ports=OtherPorts)


class SendsAndThenMarks(DeliverMessage):
    """Naive: what is queued is sent, then marked as sent."""

    def __call__(self, customer_id: str, entry_id: str, wait_until: datetime | None = None) -> str:
        entry = self.threads.get_entry(customer_id, entry_id)
        if entry.delivery is None or entry.delivery.status is not DeliveryStatus.QUEUED:
            return NOT_OURS
        attempt = claimed(entry.delivery, "", self.now())
        provider_id = send(self, replace(entry, delivery=attempt))
        return self._recorded(
            RecordOutcome(self.threads, self.configuration, self.reply_keys),
            entry,
            lambda _: sent(attempt, provider_id),
        )


class LocksOnly(DeliverMessage):
    """As idempotency libraries do it: a lock with an expiry around the work; whoever finds it expired works again."""

    def __call__(self, customer_id: str, entry_id: str, wait_until: datetime | None = None) -> str:
        entry = self.threads.get_entry(customer_id, entry_id)
        if entry.delivery is None or not (
            may_be_claimed(entry.delivery, self.now()) or lease_ran_out(entry.delivery, self.now())
        ):
            return NOT_OURS
        lock = claimed(entry.delivery, self.randomness(16).hex(), self.now() + timedelta(seconds=120))
        record = RecordOutcome(self.threads, self.configuration, self.reply_keys)
        record(entry, lock, self.now())
        mine = replace(entry, delivery=lock)
        provider_id = send(self, mine)
        return self._recorded(record, mine, lambda known: sent(known, provider_id))


class LeavesLocksAlone(EscalateOverdueCases):
    """Belongs to `LocksOnly`: what is locked for too long is brought to a worker again."""

    def _pick_up(self, entry: Entry, swept: Swept) -> None:
        self.queues.ask_to_deliver(entry.customer_id, entry.id)
        swept.deliveries += 1


class ClaimsForAMoment(DeliverMessage):
    """A lease of ten seconds for a worker that may live for sixty."""

    def _sent(self, record: RecordOutcome, entry: Entry, mine: Entry, give_away: Callable[..., Any]) -> str:
        soon = self.now() + timedelta(seconds=10)
        mine = replace(mine, delivery=replace(mine.delivery, lease_until=soon, next_step_at=soon))
        try:
            record(entry, mine.delivery, self.now())
        except WriteConflict:
            return NOT_OURS
        return self._recorded(record, mine, give_away(mine.delivery)[0])


class AsksThePolicyOnce(DeliverMessage):
    """What was allowed when the answer was kept is allowed when it is sent."""

    def _held_back(self, mine: Entry) -> None:
        """Nothing."""


class _OtherReceipts(RecordDeliveryReceipt):
    """With another way of recording what is reported: `recording` makes it of the product's."""

    recording: Callable[[RecordReport], RecordReport]

    def __call__(self, body: str, *, last_try: bool) -> Recorded:
        report = type(self).recording(self.report)
        record = RecordDeliveryReceipt(self.threads, self.raw, report, self.receive, self.configuration, self.now)
        return record(body, last_try=last_try)


class BelievesTheLatestReport(RecordReport):
    """What is told last is what is true."""

    def __call__(
        self, customer_id: str, entry_id: str, report: Report, provider_id: str, now: datetime, sender: str = ""
    ) -> str:
        entry = self._entry(customer_id, entry_id)
        after = reported(entry.delivery, report, provider_id)
        after = replace(after, status=report.status, failure=report.failure, lease_until=None, next_step_at=None)
        self.record(entry, after, now)
        return after.status


class LatestReportWins(_OtherReceipts):
    recording = staticmethod(lambda product: BelievesTheLatestReport(product.threads, product.record))


class CountsEveryReport(RecordReport):
    """Each bounce is a bounce: the agent is told of it."""

    def __call__(
        self, customer_id: str, entry_id: str, report: Report, provider_id: str, now: datetime, sender: str = ""
    ) -> str:
        entry = self._entry(customer_id, entry_id)
        if entry.delivery.status is report.status is DeliveryStatus.BOUNCED:
            facts = {"entry": entry.id, "reason": report.said}
            told = Entry(
                id=ulid_for(now, "again", entry.id),
                customer_id=entry.customer_id,
                case_id=entry.case_id,
                at=now,
                kind=EntryKind.EVENT,
                author="hub",
                event="delivery.bounced",
                facts=facts,
            )
            self.threads.commit([Create(told)])
        return super().__call__(customer_id, entry_id, report, provider_id, now, sender)


class EveryReportCounts(_OtherReceipts):
    recording = staticmethod(lambda product: CountsEveryReport(product.threads, product.record))


class TellsOfTheLossOnly(RecordOutcome):
    """The thread says that the answer was lost, and the case goes on as answered."""

    def _told(
        self, entry: Entry, before: Delivery, after: Delivery, until: datetime | None, now: datetime
    ) -> list[Any]:
        told = super()._told(entry, before, after, until, now)
        return [change for change in told if isinstance(change, Create)]


class NoClockAfterALoss(_OtherReceipts):
    recording = staticmethod(
        lambda product: RecordReport(
            product.threads,
            TellsOfTheLossOnly(product.threads, product.record.configuration, product.record.reply_keys),
        )
    )


class SaysUnreadable(ReceiveMessage):
    """Takes every trouble for a trouble of the message: it is parked and the queue is empty again."""

    def __call__(self, incoming: Incoming, receipt: Any, parse: Any) -> Any:
        try:
            return super().__call__(incoming, receipt, parse)
        except StorageUnavailable:
            return self.park(incoming, receipt, ParkedMessage("unreadable"))


class ClearsAwayFirst(ReceiveMessage):
    """Takes the message out of `incoming/` and then works on it."""

    def __call__(self, incoming: Incoming, receipt: Any, parse: Any) -> Any:
        self.raw.forget_incoming(incoming.key)
        return super().__call__(incoming, receipt, parse)


class NobodySweeps(EscalateOverdueCases):
    """Relies on the queue: what is lost there is not looked for."""

    def _pick_up(self, entry: Entry, swept: Swept) -> None:
        """Nothing."""


class TakesCollisionsForOthersWork(ReadFax):
    """A write that is refused means that somebody else has done it."""

    def __call__(self, customer_id: str, entry_id: str, *, last_try: bool) -> str:
        try:
            return super().__call__(customer_id, entry_id, last_try=last_try)
        except WriteConflict:
            return DONE_BEFORE


class WritesWithoutConditions(WorldStore):
    """The last one to write is right."""

    def _may(self, change: Change, current: Any) -> bool:
        return True


class MarksAsSeenFirst(WorldStore):
    """The ledger row is written when the work begins, the rest when it is done."""

    def commit(self, changes: Sequence[Change]) -> None:
        seen = [change for change in changes if isinstance(change, Create) and isinstance(change.record, LedgerRow)]
        super().commit(seen)
        super().commit([change for change in changes if change not in seen])


class ActsBeforeItMarks(WorldStore):
    """The entries of a step are written, then the step is marked as done."""

    def commit(self, changes: Sequence[Change]) -> None:
        marks = [change for change in changes if isinstance(change, Update) and isinstance(change.before, Case)]
        steps = any(
            isinstance(change, Create) and change.record.author == "hub" for change in changes if is_entry(change)
        )
        if not (marks and steps):
            super().commit(changes)
            return
        super().commit([change for change in changes if change not in marks])
        super().commit(marks)


class MergesInTwoSteps(WorldStore):
    """First the customers know each other, then the addresses follow."""

    def commit(self, changes: Sequence[Change]) -> None:
        customers = [change for change in changes if isinstance(getattr(change, "before", None), Customer)]
        if any(isinstance(change, Create) and isinstance(change.record, Merge) for change in changes):
            super().commit(customers)
            super().commit([change for change in changes if change not in customers])
            return
        super().commit(changes)


class ForgetsWhomItAnswered(WorldStore):
    """Looks whether an address was answered lately, and writes it down afterwards, when it gets to it: never."""

    def commit(self, changes: Sequence[Change]) -> None:
        super().commit([change for change in changes if not _remembers_an_answer(change)])


def _remembers_an_answer(change: Change) -> bool:
    after = change.record if isinstance(change, Create) else change.after
    return isinstance(after, Reachability) and after.acknowledged_at is not None


class BelievesEveryAddress(WorldPorts):
    """Reads the case out of a reply address and never looks at the signature."""

    def __init__(self, world: World, queues: Mapping[str, Queue]) -> None:
        super().__init__(world, queues)
        self.parse, self.parse_in_child = self._believing(self.parse), self._believing(self.parse_in_child)

    def _believing(self, careful: Callable[..., Any]) -> Callable[..., Any]:
        def parse(*said: Any) -> Any:
            message = careful(*said)
            addresses = getattr(message, "addressed_to", ())
            return replace(message, addressed_to=tuple(map(self._signed, addresses))) if addresses else message

        return parse

    def _signed(self, address: str) -> str:
        said = parse_reply_address(address)
        for pointer in self.threads.records(CasePointer):
            if said and pointer.reference == said.reference:
                return reply_address_for(said.reference, pointer.signed_for, address.partition("@")[2], RING)
        return address


class StraightToTheFunction(Simulation):
    """SNS invokes the function itself: Lambda tries three times within three minutes and forgets the event.

    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
    """

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.receive.send = self._invoke

    def _invoke(self, body: Mapping[str, Any], tries: int = 3) -> None:
        message = {
            "messageId": "1",
            "body": json.dumps(body),
            "attributes": {"ApproximateReceiveCount": str(4 - tries)},
        }

        def ended(ending: Ending) -> None:
            if not ending.good and tries > 1:
                self.world.later(timedelta(minutes=4 - tries), lambda: self._invoke(body, tries - 1))

        self.invoke("receive_message", {"Records": [message]}, ended)


def send(worker: DeliverMessage, entry: Entry) -> str:
    inbox = inbox_of(entry, worker.configuration.current())
    message = sending_channel_for(inbox.channel).render_outbound(entry, inbox)
    return worker._carrier_for(message).send(message)


def is_entry(change: Change) -> bool:
    return isinstance(change, Create) and isinstance(change.record, Entry)


MUTANTS: Mapping[str, Design] = {
    "sends and then marks": with_use_cases(deliver_message=SendsAndThenMarks),
    "locks with an expiry and nothing else": with_use_cases(
        deliver_message=LocksOnly, escalate_overdue_cases=LeavesLocksAlone
    ),
    "a lease shorter than the worker": with_use_cases(deliver_message=ClaimsForAMoment),
    "the contact policy is asked only when an answer is kept": with_use_cases(deliver_message=AsksThePolicyOnce),
    "the latest report overwrites": with_use_cases(record_delivery_receipt=LatestReportWins),
    "a bounce counts each time it is told": with_use_cases(record_delivery_receipt=EveryReportCounts),
    "a lost answer starts no clock": with_use_cases(record_delivery_receipt=NoClockAfterALoss),
    "no condition on the write": with_store(WritesWithoutConditions),
    "marks as seen first": with_store(MarksAsSeenFirst),
    "a sweep that acts before it marks": with_store(ActsBeforeItMarks),
    "forgets whom it answered": with_store(ForgetsWhomItAnswered),
    "a merge in two steps": with_store(MergesInTwoSteps),
    "unsigned reply addresses are believed": lambda world: Simulation(world, ports=BelievesEveryAddress),
    "the safe path on a storage error": with_use_cases(receive_message=SaysUnreadable),
    "SNS straight to the function": StraightToTheFunction,
    "clears away before it keeps": with_use_cases(receive_message=ClearsAwayFirst),
    "takes a collision for somebody else's work": with_use_cases(read_fax=TakesCollisionsForOthersWork),
    "nobody sweeps what was lost in the queue": with_use_cases(escalate_overdue_cases=NobodySweeps),
}
