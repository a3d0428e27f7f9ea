"""The table of the simulated world: the store in memory, with what only shows when others write at the same time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from chalicelib.domain.cases import CasePointer
from chalicelib.domain.contact_points import ContactPoint
from chalicelib.domain.customers import Block, Customer, CustomerPage, PointOwner
from chalicelib.domain.incidents import InboxNotices
from chalicelib.domain.messages import Anchor, LedgerRow
from chalicelib.domain.verification import Allowance
from chalicelib.storage.indexes import DUE, UNSETTLED, WAITING
from chalicelib.storage.instants import parse_instant
from chalicelib.storage.keys import Key, key_for
from chalicelib.usecases.ports import Change, Create, Delete, Found, Record
from tests.fakes.memory_store import NEWEST_CASES, Call, MemoryStore, Moment
from tests.faults.faults import COMMITTING, READING, Fault
from tests.faults.world import World

TOKENS_LIVE_FOR = timedelta(minutes=10)
ASKED_AGAIN_AFTER = timedelta(seconds=3)


class IdempotentParameterMismatch(AssertionError):
    """The same token came with another write: DynamoDB refuses, and no code of ours may do that."""


@dataclass(frozen=True, slots=True)
class Written:
    """One record as it was and as it is since `at`, by the hub's clock. What has one `commit` was written together."""

    commit: int
    at: datetime
    by: str
    key: Key
    before: Record | None
    after: Record | None


class WorldStore(MemoryStore):
    """Every call can meet a fault; what was ever written is remembered, as the table's stream does for a day.

    Neither a query nor a batch of reads is a snapshot: others may write between two of the items that it reads.
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-isolation
    """

    def __init__(self, world: World, due_shards: int = 1) -> None:
        super().__init__(world.now, due_shards=due_shards, hook=self._watch)
        self.world = world
        self.history: list[Written] = []
        self.commits = 0
        self.has_lagged = False
        self._faults: dict[Any, Fault | None] = {}
        self._repeats: dict[Any, Fault] = {}
        self._tokens = count(1)
        self._known_tokens: dict[int, tuple[datetime, Sequence[Change]]] = {}

    def get_customer_page(self, customer_id: str) -> CustomerPage:
        with self._call("get_customer_page"):
            customer = self._get(Customer, id=customer_id)
            self.world.give_way()
            cases = self._within(key_for(Customer, id=customer_id).pk, "CASE#")
            return CustomerPage(customer, tuple(cases[:NEWEST_CASES]))

    def look_up(
        self,
        transport: str,
        fingerprint: str,
        point: ContactPoint | None,
        anchor_keys: Iterable[str],
        references: Iterable[str],
        allowances: Iterable[tuple[str, str]] = (),
        inbox: str = "",
    ) -> Found:
        """A batch of reads is not a snapshot either: each item is read for itself."""
        with self._call("look_up"):
            row = self._find(LedgerRow, transport=transport, fingerprint=fingerprint)
            self.world.give_way()
            owner = self._find(PointOwner, point=point) if point else None
            self.world.give_way()
            anchors = {key: self._find(Anchor, key=key) for key in anchor_keys}
            self.world.give_way()
            pointers = {reference: self._find(CasePointer, reference=reference) for reference in references}
            self.world.give_way()
            block = self._find(Block, point=point) if point else None
            reachability = self._reachability(point) if point else None
            self.world.give_way()
            counted = {(name, day): self._find(Allowance, name=name, day=day) for name, day in allowances}
            notices = self._find(InboxNotices, inbox=inbox) if inbox else None
            return Found(
                row, owner, _existing(anchors), _existing(pointers), block, reachability, _existing(counted), notices
            )

    def commit(self, changes: Sequence[Change]) -> None:
        """As the client of the table does it: an attempt whose answer was lost is repeated under the same token."""
        token = next(self._tokens)
        self.transact(token, changes)
        fault = self._repeats.pop(self.world.current, None)
        if fault is None:
            return
        if fault is Fault.ASKED_TOO_LATE:
            self.world.outlive()
        else:
            self.world.wait(ASKED_AGAIN_AFTER)
        self.transact(token, changes)

    def transact(self, token: int, changes: Sequence[Change]) -> None:
        """One TransactWriteItems. A token says for ten minutes that this is the same write, and then nothing any more.

        https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
        """
        known = self._known_tokens.get(token)
        if known is None or self.world.at - known[0] >= TOKENS_LIVE_FOR:
            super().commit(changes)
            self._known_tokens[token] = self.world.at, changes
        elif known[1] != changes:
            raise IdempotentParameterMismatch()

    def take_over(self, other: WorldStore) -> None:
        """All that the other one holds, and how it came there. Records never change, so only the shelves are copied."""
        self._partitions = {pk: {**partition} for pk, partition in other._partitions.items()}
        self._lists._lists = {list_: {**rows} for list_, rows in other._lists._lists.items()}
        self.history, self.commits, self.has_lagged = [*other.history], other.commits, other.has_lagged

    def let_lists_lag(self) -> None:
        super().let_lists_lag()
        self.has_lagged = True

    def first_due_at(self) -> datetime | None:
        """When a sweep next finds something."""
        lists = self._lists._lists.items()
        firsts = [
            min(sort for sort, _ in rows.values())
            for (index, partition), rows in lists
            if index == DUE.name and partition not in (WAITING, UNSETTLED) and rows
        ]
        return parse_instant(min(firsts)) if firsts else None

    def _watch(self, call: Call) -> None:
        raised = COMMITTING if call.changes else READING
        if call.moment is Moment.BEFORE:
            detail = call.changes or None
            self._faults[self.world.current] = self.world.before(f"threads.{call.name}", raised, detail)
            self.commits += bool(call.changes)
        else:
            fault = self._faults.pop(self.world.current)
            self.world.after(fault, raised)
            if fault in (Fault.ASKED_AGAIN, Fault.ASKED_TOO_LATE):
                self._repeats[self.world.current] = fault

    def _store(self, key: Key, before: Record | None, after: Record | None) -> None:
        super()._store(key, before, after)
        by = self.world.current.name if self.world.current else "world"
        self.history.append(Written(self.commits, self.world.now(), by, key, before, after))


def _existing(records: Mapping[Any, Any]) -> dict[Any, Any]:
    return {key: record for key, record in records.items() if record}


def described(change: Any) -> str:
    """A change in a few words: what it creates, or which fields it moves."""
    if isinstance(change, Create):
        return f"+{type(change.record).__name__}"
    if isinstance(change, Delete):
        return f"-{type(change.record).__name__}"
    moved = [
        name
        for name in type(change.before).__dataclass_fields__
        if getattr(change.before, name) != getattr(change.after, name)
    ]
    return f"{type(change.before).__name__}({' '.join(moved)})"
