"""Known-bad steps, each put in place of one of the product's: the model must find what each of them breaks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib.channels.protocol import sending_channel_for
from chalicelib.domain.cases import Case
from chalicelib.domain.delivery import DeliveryStatus, claimed, put_back, sent
from chalicelib.domain.errors import SendingRefused, SendingUnknown
from chalicelib.domain.messages import OutgoingMessage
from chalicelib.domain.threads import Entry
from chalicelib.usecases.answer_contents import inbox_of
from chalicelib.usecases.deliver_message import NOT_OURS, DeliverMessage
from chalicelib.usecases.delivery_outcomes import RecordOutcome
from chalicelib.usecases.escalate_cases import EscalateCases
from chalicelib.usecases.escalate_overdue_cases import EscalateOverdueCases, Swept
from chalicelib.usecases.ports import Carrier, Change, Update
from tests.fakes.memory_store import MemoryStore
from tests.faults.model.escalation import Escalation
from tests.faults.model.exploring import Model
from tests.faults.model.outbound import Outbound


class ClaimsWithoutCondition(MemoryStore):
    """Whoever claims an answer has it, whatever became of it in between."""

    def _may(self, change: Change, current: Any) -> bool:
        return (isinstance(change, Update) and isinstance(change.before, Entry)) or super()._may(change, current)


class SendsBeforeItMarks(DeliverMessage):
    """What is queued is sent, and then marked as sent."""

    def __call__(self, customer_id: str, entry_id: str, wait_until: datetime | None = None) -> str:
        entry = self.threads.get_entry(customer_id, entry_id)
        if entry.delivery is None or entry.delivery.status is not DeliveryStatus.QUEUED:
            return NOT_OURS
        attempt = replace(entry, delivery=claimed(entry.delivery, "", self.now()))
        inbox = inbox_of(entry, self.configuration.current())
        message = sending_channel_for(inbox.channel).render_outbound(attempt, inbox)
        provider_id = self._carrier_for(message).send(message)
        return self._recorded(
            RecordOutcome(self.threads, self.configuration, self.reply_keys),
            entry,
            lambda _: sent(attempt.delivery, provider_id),
        )


class LeasesForAMoment(DeliverMessage):
    """A lease of ten seconds for a worker that may live for sixty, and no look at the clock before it sends."""

    def _sent(self, record: RecordOutcome, entry: Entry, mine: Entry, give_away: Callable[..., Any]) -> str:
        soon = self.now() + timedelta(seconds=10)
        mine = replace(mine, delivery=replace(mine.delivery, lease_until=soon, next_step_at=soon))
        record(entry, mine.delivery, self.now())
        return self._recorded(record, mine, give_away(mine.delivery)[0])


class TakesSilenceForARefusal(DeliverMessage):
    """No answer from the carrier: so it did not take the message."""

    temporary = False

    def _carrier_for(self, message: OutgoingMessage) -> Carrier:
        return _Impatient(super()._carrier_for(message), self.temporary)


class AsksAgainAfterSilence(TakesSilenceForARefusal):
    """No answer from the carrier: so it is asked again."""

    temporary = True


class _Impatient:
    def __init__(self, carrier: Carrier, temporary: bool) -> None:  # noqa: FBT001
        self._carrier = carrier
        self._temporary = temporary

    def send(self, message: OutgoingMessage) -> str:
        try:
            return self._carrier.send(message)
        except SendingUnknown:
            raise SendingRefused("no answer", temporary=self._temporary) from None


class PutsBackWhatDidNotComeBack(EscalateOverdueCases):
    """A claim whose lease ran out goes into the queue again."""

    def _pick_up(self, entry: Entry, swept: Swept) -> None:
        now = self.now()
        if entry.delivery and entry.delivery.status is DeliveryStatus.SENDING:
            RecordOutcome(self.threads, self.configuration, self.escalate.reply_keys)(
                entry, put_back(entry.delivery, "lost", now), now
            )


class PicksNothingUp(EscalateOverdueCases):
    """Relies on the queue: what a dead worker has claimed is not looked for."""

    def _pick_up(self, entry: Entry, swept: Swept) -> None:
        """Nothing."""


class StepsWithoutCondition(MemoryStore):
    """A step is written whatever became of the case since the sweep read it."""

    def _may(self, change: Change, current: Any) -> bool:
        return _is_step(change) or super()._may(change, current)


class ActsBeforeItMarks(MemoryStore):
    """The entries of a step are written, then the step is marked as done."""

    def commit(self, changes: Sequence[Change]) -> None:
        marks = [change for change in changes if _is_step(change)]
        if marks:
            super().commit([change for change in changes if change not in marks])
        super().commit(marks or changes)


class MarksWithoutActing(MemoryStore):
    """The step is marked as done, then its entries are written; who dies in between has told nobody."""

    def commit(self, changes: Sequence[Change]) -> None:
        super().commit([change for change in changes if _is_step(change)] or changes)


class GoesByItsList(EscalateCases):
    """Believes the moment at which it began: whatever is due soon is done with it."""

    def _escalate(self, customer_id: str, case_id: str, shared: Any, now: datetime) -> int:
        return super()._escalate(customer_id, case_id, shared, now + timedelta(hours=1))


def _is_step(change: Change) -> bool:
    """A sweep's change of a case: levels of its clocks and nothing else."""
    if not (isinstance(change, Update) and isinstance(change.before, Case)):
        return False
    before, after = change.before, change.after
    same = before.clocks.keys() == after.clocks.keys()
    return same and any(after.clocks[name].level > before.clocks[name].level for name in after.clocks)


MUTANTS: Mapping[str, Callable[[], Model]] = {
    "claims without a condition": lambda: Outbound(store=ClaimsWithoutCondition),
    "sends before it marks": lambda: Outbound(worker=SendsBeforeItMarks),
    "a lease shorter than the worker's life": lambda: Outbound(worker=LeasesForAMoment),
    "takes silence for a refusal": lambda: Outbound(worker=TakesSilenceForARefusal),
    "asks again after silence": lambda: Outbound(worker=AsksAgainAfterSilence),
    "puts back what did not come back": lambda: Outbound(sweep=PutsBackWhatDidNotComeBack),
    "nobody looks for dead workers' claims": lambda: Outbound(sweep=PicksNothingUp),
    "a step without its condition": lambda: Escalation(store=StepsWithoutCondition),
    "a sweep that acts before it marks": lambda: Escalation(store=ActsBeforeItMarks),
    "a sweep that marks and does not act": lambda: Escalation(store=MarksWithoutActing),
    "a sweep that is early": lambda: Escalation(escalate=GoesByItsList),
}
