"""The waiting of one case: two sweeps at once, an agent who answers, the worker that carries the answer, and a second
message of the customer, which may be processed long after it came.

An answer that the carrier refuses starts the waiting again. Notices to colleagues are kept and not carried here: how
something is carried is the matter of `outbound.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.cases import Case, CaseStatus
from chalicelib.domain.messages import Receipt
from chalicelib.domain.threads import Entry, EntryKind
from chalicelib.usecases.deliver_message import DeliverMessage
from chalicelib.usecases.escalate_cases import EscalateCases
from chalicelib.usecases.ports import Due, Incoming
from chalicelib.usecases.receive_message import ReceiveMessage
from tests.domain.making import MONDAY_TEN, POLICY, configuration, message, reply_keys
from tests.fakes.memory_store import MemoryStore
from tests.faults.model.exploring import Model
from tests.faults.model.outbound import (
    API_TIME_LIMIT,
    TIME_LIMIT,
    always,
    anna_waits,
    deliver_by,
    entries,
    messages_of_the_queue,
    reply,
    sweep_by,
)
from tests.faults.model.replaying import Ports
from tests.faults.model.working import Asked, Slot

SECOND_MESSAGE_AT = MONDAY_TEN + timedelta(hours=1)
_STEPS = ("case.reminded", "case.escalated")


def receive(ports: Ports) -> str:
    """The second mail of Anna, brought by the queue however often and however late."""
    receipt = Receipt("email", "ses-2", SECOND_MESSAGE_AT, ("pomoc@hub.example",))
    incoming = Incoming("incoming/email/ses-2", b"mail", receipt, SECOND_MESSAGE_AT)
    use_case = ReceiveMessage(
        ports.threads, ports.raw, None, ports.configuration, reply_keys, ports.randomness, ports.now
    )
    outcome = use_case(incoming, receipt, lambda *_said: message(message_id="2@example.pl"))
    return outcome.name


class Escalation(Model):
    def __init__(
        self,
        *,
        escalate: type[EscalateCases] = EscalateCases,
        store: type[MemoryStore] = MemoryStore,
    ) -> None:
        sweeps = sweep_by(escalate=escalate)
        slots = [
            Slot("sweep 1", sweeps, TIME_LIMIT, _whatever_is_due),
            Slot("sweep 2", sweeps, TIME_LIMIT, _whatever_is_due),
            Slot("agent", reply, API_TIME_LIMIT, always, once=True),
            Slot("worker", deliver_by(DeliverMessage), TIME_LIMIT, messages_of_the_queue, whole=True),
            Slot("receiver", receive, TIME_LIMIT, _second_message, once=True, whole=True),
        ]
        without_deliveries = type("WithoutDeliveries", (_WithoutDeliveries, store), {})
        super().__init__(slots, configuration(), anna_waits(), MONDAY_TEN, store=without_deliveries)

    def instants(self, table: MemoryStore) -> Iterator[datetime]:
        yield SECOND_MESSAGE_AT
        (case,) = table.records(Case)
        if case.next_step_at:
            yield case.next_step_at

    def check_write(self, before: MemoryStore, after: MemoryStore, at: datetime) -> Iterator[str]:
        """I7: while the customer waits, and not before it is due."""
        known = {entry.id for entry in before.records(Entry)}
        (case,) = before.records(Case)
        for step in steps(after):
            if step.id in known:
                continue
            if case.awaiting_since is None or case.status is not CaseStatus.OPEN:
                yield f"{described(step)} at {at:%d %H:%M}, and nobody waits"
            if datetime.fromisoformat(step.facts["step_due_at"]) > at:
                yield f"{described(step)} at {at:%d %H:%M}, which is too early"
            if step.facts["deadline_at"] not in {c.due_at.isoformat() for c in case.clocks.values()}:
                yield f"{described(step)}: no such clock runs"

    def check(self, table: MemoryStore, asked: Sequence[Asked]) -> Iterator[str]:
        """I7: at most once for each waiting, and the case knows what was done."""
        done = Counter(map(described, steps(table)))
        yield from (f"{step}: {times} times" for step, times in done.items() if times > 1)
        (case,) = table.records(Case)
        for name, clock in case.clocks.items():
            told = [step for step in steps(table) if step.facts["deadline_at"] == clock.due_at.isoformat()]
            told = [step for step in told if (step.facts["clock"], step.facts["cycle"]) == (name, str(clock.cycle))]
            if len(told) != clock.level:
                yield f"{name} is at level {clock.level}, and {len(told)} steps are told"
        lost = [event for event in entries(table, EntryKind.EVENT) if event.event == "delivery.failed"]
        if len(entries(table, EntryKind.NOTICE)) != len(steps(table)) + len(lost):
            yield "a step without its notice"
        if bool(case.clocks) != (case.awaiting_since is not None):
            yield f"the customer waits since {case.awaiting_since}, and the clocks are {dict(case.clocks)}"

    def check_end(self, table: MemoryStore, asked: Sequence[Asked]) -> Iterator[str]:
        """Whoever still waits has been escalated to the last step; whoever was answered does not wait."""
        (case,) = table.records(Case)
        for name, clock in case.clocks.items():
            if clock.level < len(POLICY.steps):
                yield f"{name} stops at level {clock.level}"


def steps(table: MemoryStore) -> list[Entry]:
    return [entry for entry in entries(table, EntryKind.EVENT) if entry.event in _STEPS]


def described(step: Entry) -> str:
    return "{clock} of cycle {cycle}, due {deadline_at}, level {level}".format_map(step.facts)


class _WithoutDeliveries(MemoryStore):
    def list_due_deliveries(self, until: datetime) -> Iterator[Due]:
        return iter(())


def _second_message(_table: MemoryStore, at: datetime) -> Sequence[tuple[Any, ...]]:
    return [()] if at >= SECOND_MESSAGE_AT else []


def _whatever_is_due(table: MemoryStore, at: datetime) -> Sequence[tuple[Any, ...]]:
    return [()] if list(table.list_due_cases("care", at)) else []
