"""The ThreadStore in memory, with DynamoDB's semantics: all or nothing, conditions, limits, lists that may lag.

Plain and fast, because a simulator runs thousands of schedules a second on it. The contract suite in
`tests/contracts/` holds it to what the real table does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, cast

from chalicelib.domain.agents import Agent
from chalicelib.domain.broadcasts import Broadcast, Recipient
from chalicelib.domain.case_presence import CasePresence
from chalicelib.domain.cases import Case, CasePointer, CaseSummary
from chalicelib.domain.connections import Connection
from chalicelib.domain.contact_points import ContactPoint
from chalicelib.domain.customers import (
    Block,
    Customer,
    CustomerAttributes,
    CustomerPage,
    Namesake,
    PointLink,
    PointOwner,
)
from chalicelib.domain.devices import Devices
from chalicelib.domain.disposal import Disposal
from chalicelib.domain.erasure import Erasure, erased_point
from chalicelib.domain.errors import NotFound, StorageUnavailable, WriteConflict
from chalicelib.domain.exporting import Export
from chalicelib.domain.feed import FeedHead, FeedRow
from chalicelib.domain.identifiers import time_of
from chalicelib.domain.incidents import InboxNotices, Incident
from chalicelib.domain.mentions import Mention
from chalicelib.domain.merging import Merge, Suggestion
from chalicelib.domain.messages import Anchor, LedgerRow, ParkedRecord, SeenKey
from chalicelib.domain.parking import Waiting
from chalicelib.domain.reachability import Reachability
from chalicelib.domain.satisfaction import Survey
from chalicelib.domain.tasks import ListedTask, TaskKind
from chalicelib.domain.threads import Entry
from chalicelib.domain.verification import Allowance, Verification
from chalicelib.storage.families import continued, woven, woven_forward
from chalicelib.storage.indexes import (
    BROADCASTS,
    DISPOSALS,
    DUE,
    ERASURES,
    EXPORTS,
    SUGGESTED,
    UNSETTLED,
    URGENT,
    WORKLIST,
    due_cases,
    due_deliveries,
    growing_fields,
    held_fields,
    is_unsettled,
)
from chalicelib.storage.keys import Key, key_for, key_of
from chalicelib.storage.limits import check_changes, check_sizes
from chalicelib.usecases.ports import Change, Create, Delete, Due, Found, Now, Page, Record, Update, tasks_of
from tests.fakes.memory_lists import MemoryLists

NEWEST_CASES = 10
_SURELY_SMALL = 8_000  # characters of an entry: at four bytes each, a hundred of them still fit one transaction


class Moment(StrEnum):
    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the store, at one of its two moments. `changes` are those of a `commit`."""

    name: str
    moment: Moment
    changes: tuple[Change, ...] = ()


Hook = Callable[[Call], None]
"""Sees every call twice. Raising before it is a call that failed; raising after it is one whose answer was lost."""


class MemoryStore:
    def __init__(self, now: Now, *, due_shards: int = 1, hook: Hook = lambda _call: None) -> None:
        self.hook = hook
        self._now = now
        self._shards = due_shards
        self._partitions: dict[str, dict[str, Record]] = {}
        self._lists = MemoryLists(due_shards)

    # What only tests ask.

    def fail_next(self, name: str) -> StorageUnavailable:
        """The next call of that name fails before it has done anything, with the error that this gives."""
        error, failed = StorageUnavailable(), []

        def fail(call: Call) -> None:
            if call.name == name and not failed:
                failed.append(error)
                raise error

        self.hook = fail
        return error

    def records(self, kind: type | None = None) -> list[Any]:
        """Every record there is, or every one of a kind, in the order of the keys."""
        found = [
            (pk, sk, record)
            for pk, partition in self._partitions.items()
            for sk, record in partition.items()
            if kind is None or isinstance(record, kind)
        ]
        return [record for _, _, record in sorted(found, key=lambda each: each[:2])]

    def let_lists_lag(self) -> None:
        """From now on the lists show what was true now, until `catch_up`."""
        self._lists.hold_back()

    def catch_up(self) -> None:
        self._lists.catch_up()

    # The port.

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
        with self._call("look_up"):
            anchors = {key: self._find(Anchor, key=key) for key in anchor_keys}
            pointers = {reference: self._find(CasePointer, reference=reference) for reference in references}
            counted = {(name, day): self._find(Allowance, name=name, day=day) for name, day in allowances}
            return Found(
                self._find(LedgerRow, transport=transport, fingerprint=fingerprint),
                self._find(PointOwner, point=point) if point else None,
                {key: anchor for key, anchor in anchors.items() if anchor},
                {reference: pointer for reference, pointer in pointers.items() if pointer},
                self._find(Block, point=point) if point else None,
                self._reachability(point) if point else None,
                {key: allowance for key, allowance in counted.items() if allowance},
                self._find(InboxNotices, inbox=inbox) if inbox else None,
            )

    def find_ledger_row(self, transport: str, fingerprint: str) -> LedgerRow | None:
        with self._call("find_ledger_row"):
            return self._find(LedgerRow, transport=transport, fingerprint=fingerprint)

    def find_owner(self, point: ContactPoint) -> PointOwner | None:
        with self._call("find_owner"):
            return self._find(PointOwner, point=point)

    def find_block(self, point: ContactPoint) -> Block | None:
        with self._call("find_block"):
            return self._find(Block, point=point)

    def find_reachabilities(self, points: Iterable[ContactPoint]) -> Mapping[ContactPoint, Reachability]:
        with self._call("find_reachabilities"):
            found = {point: self._reachability(point) for point in points}
            return {point: record for point, record in found.items() if record}

    def find_devices(self, point: ContactPoint) -> Devices | None:
        with self._call("find_devices"):
            return self._find(Devices, point=point)

    def find_pointer(self, reference: str) -> CasePointer | None:
        with self._call("find_pointer"):
            return self._find(CasePointer, reference=reference)

    def find_seen_key(self, principal: str, key: str) -> SeenKey | None:
        with self._call("find_seen_key"):
            return self._find(SeenKey, principal=principal, key=key)

    def get_customer(self, customer_id: str) -> Customer:
        with self._call("get_customer"):
            return self._get(Customer, id=customer_id)

    def find_attributes(self, customer_ids: Iterable[str]) -> Mapping[str, CustomerAttributes]:
        with self._call("find_attributes"):
            found = {id_: self._find(CustomerAttributes, customer_id=id_) for id_ in customer_ids}
            return {id_: record for id_, record in found.items() if record}

    def find_owners(self, points: Iterable[ContactPoint]) -> Mapping[ContactPoint, PointOwner]:
        with self._call("find_owners"):
            return {point: owner for point in points if (owner := self._find(PointOwner, point=point))}

    def find_anchors(self, keys: Iterable[str]) -> Mapping[str, Anchor]:
        with self._call("find_anchors"):
            return {key: anchor for key in keys if (anchor := self._find(Anchor, key=key))}

    def get_customer_page(self, customer_id: str) -> CustomerPage:
        with self._call("get_customer_page"):
            customer = self._get(Customer, id=customer_id)
            cases = self._within(key_for(Customer, id=customer_id).pk, "CASE#")
            return CustomerPage(customer, tuple(cases[:NEWEST_CASES]))

    def list_points(self, customer_id: str) -> tuple[ContactPoint, ...]:
        with self._call("list_points"):
            links = self._within(key_for(Customer, id=customer_id).pk, "POINT#")
            return tuple(cast("PointLink", link).point for link in reversed(links))

    def get_case(self, customer_id: str, case_id: str) -> Case:
        with self._call("get_case"):
            return self._get(Case, customer_id=customer_id, id=case_id)

    def get_entry(self, customer_id: str, entry_id: str) -> Entry:
        with self._call("get_entry"):
            return self._get(Entry, customer_id=customer_id, id=entry_id)

    def find_entries(self, names: Iterable[tuple[str, str]]) -> Sequence[Entry]:
        with self._call("find_entries"):
            found = (self._find(Entry, customer_id=customer_id, id=id_) for customer_id, id_ in names)
            return [entry for entry in found if entry]

    def find_cases(self, names: Iterable[tuple[str, str]]) -> Sequence[Case]:
        with self._call("find_cases"):
            found = (self._find(Case, customer_id=customer_id, id=id_) for customer_id, id_ in names)
            return [case for case in found if case]

    def list_thread(self, customer_id: str, limit: int, start: Mapping[str, str] | None = None) -> Page[Entry]:
        with self._call("list_thread"):
            return self._page(key_for(Customer, id=customer_id).pk, "T#", limit, start)

    def list_threads(
        self, customer_ids: Sequence[str], limit: int, start: Mapping[str, str] | None = None
    ) -> Page[Entry]:
        return woven([self.list_thread(id_, limit, continued(id_, start)) for id_ in customer_ids], limit)

    def list_cases(self, customer_ids: Sequence[str], limit: int, start: Mapping[str, str] | None = None) -> Page[Case]:
        return woven([self._list_cases(id_, limit, continued(id_, start, Case)) for id_ in customer_ids], limit)

    def _list_cases(self, customer_id: str, limit: int, start: Mapping[str, str] | None) -> Page[Case]:
        with self._call("list_cases"):
            return self._page(key_for(Customer, id=customer_id).pk, "CASE#", limit, start)

    def list_threads_since(self, customer_ids: Sequence[str], after: str, limit: int) -> Page[Entry]:
        return woven_forward([self._list_since(id_, after, limit) for id_ in customer_ids], limit)

    def _list_since(self, customer_id: str, after: str, limit: int) -> Page[Entry]:
        with self._call("list_threads_since"):
            entries = self._within(key_for(Customer, id=customer_id).pk, "T#")[::-1]
            newer = [entry for entry in entries if entry.id > after]
            more = {"sk": key_of(newer[limit - 1]).sk} if len(newer) > limit else None
            return Page(tuple(newer[:limit]), more)

    def get_survey(self, customer_id: str, survey_id: str) -> Survey:
        with self._call("get_survey"):
            return self._get(Survey, customer_id=customer_id, id=survey_id)

    def find_surveys(self, names: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], Survey]:
        with self._call("find_surveys"):
            found = [self._find(Survey, customer_id=customer_id, id=id_) for customer_id, id_ in names]
            return {(survey.customer_id, survey.id): survey for survey in found if survey}

    def get_merge(self, customer_id: str, merge_id: str) -> Merge:
        with self._call("get_merge"):
            return self._get(Merge, customer_id=customer_id, id=merge_id)

    def list_merges(self, customer_id: str) -> tuple[Merge, ...]:
        with self._call("list_merges"):
            return tuple(self._within(key_for(Customer, id=customer_id).pk, "MERGE#"))

    def find_suggestion(self, id_: str) -> Suggestion | None:
        with self._call("find_suggestion"):
            return self._find(Suggestion, id=id_)

    def list_suggestions(self, limit: int, start: Mapping[str, str] | None = None) -> Page[Suggestion]:
        with self._call("list_suggestions"):
            return self._lists.page(WORKLIST, SUGGESTED, limit, start, newest_first=True)

    def list_tasks(
        self, team: str, kind: TaskKind, limit: int, start: Mapping[str, str] | None = None
    ) -> Page[ListedTask]:
        with self._call("list_tasks"):
            page = self._lists.page(WORKLIST, tasks_of(team, kind), limit, start)
            now = (self._find(ListedTask, id=row.id) for row in page.items)
            return Page(tuple(row for row in now if row and row.task), page.next)

    def list_namesakes(self, key: str, limit: int) -> tuple[str, ...]:
        with self._call("list_namesakes"):
            found = self._within(key_for(Namesake, key=key, customer_id="").pk, "")
            return tuple(namesake.customer_id for namesake in found[::-1][:limit])

    def find_verification(self, id_: str) -> Verification | None:
        with self._call("find_verification"):
            return self._find(Verification, id=id_)

    def find_agent(self, subject: str) -> Agent | None:
        with self._call("find_agent"):
            return self._find(Agent, subject=subject)

    def list_agents(self) -> tuple[Agent, ...]:
        with self._call("list_agents"):
            return tuple(self._within(key_for(Agent, subject="").pk, "")[::-1])

    def find_allowance(self, name: str, day: str) -> Allowance | None:
        with self._call("find_allowance"):
            return self._find(Allowance, name=name, day=day)

    def get_incident(self, incident_id: str) -> Incident:
        with self._call("get_incident"):
            return self._get(Incident, id=incident_id)

    def list_incidents(self, limit: int, start: Mapping[str, str] | None = None) -> Page[Incident]:
        with self._call("list_incidents"):
            return self._page(key_for(Incident, id="").pk, "", limit, start)

    def find_notices(self, inbox: str) -> InboxNotices | None:
        with self._call("find_notices"):
            return self._find(InboxNotices, inbox=inbox)

    def get_broadcast(self, broadcast_id: str) -> Broadcast:
        with self._call("get_broadcast"):
            return self._get(Broadcast, id=broadcast_id)

    def list_broadcasts(self, limit: int, start: Mapping[str, str] | None = None) -> Page[Broadcast]:
        with self._call("list_broadcasts"):
            return self._page(key_for(Broadcast, id="").pk, "", limit, start)

    def find_recipients(self, recipients: str, ids: Iterable[str]) -> Mapping[str, Recipient]:
        with self._call("find_recipients"):
            found = {id_: self._find(Recipient, recipients=recipients, id=id_) for id_ in ids}
            return {id_: record for id_, record in found.items() if record}

    def list_recipients(self, recipients: str, limit: int, after: str = "") -> tuple[Recipient, ...]:
        with self._call("list_recipients"):
            rows = self._within(key_for(Recipient, recipients=recipients, id="").pk, "")[::-1]
            return tuple(row for row in rows if row.id > after)[:limit]

    def list_records(self, customer_id: str, limit: int, start: Mapping[str, str] | None = None) -> Page[Record]:
        with self._call("list_records"):
            after = start["sk"] if start else ""
            records = self._within(key_for(Customer, id=customer_id).pk, "")[::-1]
            behind = [record for record in records if key_of(record).sk > after]
            more = {"sk": key_of(behind[limit - 1]).sk} if len(behind) > limit else None
            return Page(tuple(behind[:limit]), more)

    def get_erasure(self, erasure_id: str) -> Erasure:
        with self._call("get_erasure"):
            return self._get(Erasure, id=erasure_id)

    def list_erasures(self, limit: int, start: Mapping[str, str] | None = None) -> Page[Erasure]:
        with self._call("list_erasures"):
            return self._page(key_for(Erasure, id="").pk, "", limit, start)

    def list_due_erasures(self, until: datetime) -> tuple[str, ...]:
        with self._call("list_due_erasures"):
            return self._lists.due_in(ERASURES, until)

    def get_export(self, customer_id: str, export_id: str) -> Export:
        with self._call("get_export"):
            return self._get(Export, customer_id=customer_id, id=export_id)

    def list_due_exports(self, until: datetime) -> tuple[tuple[str, str], ...]:
        with self._call("list_due_exports"):
            return tuple((due.customer_id, due.case_id) for due in self._lists.due([EXPORTS], until))

    def get_disposal(self, customer_id: str, case_id: str) -> Disposal:
        with self._call("get_disposal"):
            return self._get(Disposal, customer_id=customer_id, id=case_id)

    def list_due_disposals(self, until: datetime) -> tuple[tuple[str, str], ...]:
        with self._call("list_due_disposals"):
            return tuple((due.customer_id, due.case_id) for due in self._lists.due([DISPOSALS], until))

    def find_feed_head(self, feed: str) -> FeedHead | None:
        with self._call("find_feed_head"):
            return self._find(FeedHead, feed=feed)

    def find_feed_heads(self, feeds: Iterable[str]) -> Mapping[str, FeedHead]:
        with self._call("find_feed_heads"):
            return {feed: head for feed in feeds if (head := self._find(FeedHead, feed=feed))}

    def list_feed(self, feed: str, after: str, limit: int) -> Page[FeedRow]:
        with self._call("list_feed"):
            rows = self._within(key_for(FeedHead, feed=feed).pk, "")[::-1]
            behind = [row for row in rows if isinstance(row, FeedRow) and row.place > after]
            more = {"place": behind[limit - 1].place} if len(behind) > limit else None
            return Page(tuple(behind[:limit]), more)

    def list_present(self, reference: str) -> tuple[CasePresence, ...]:
        with self._call("list_present"):
            key = key_for(CasePresence, reference=reference, subject="")
            return tuple(self._within(key.pk, key.sk)[::-1])

    def list_mentions(self, whom: str, limit: int, before: str = "") -> tuple[Mention, ...]:
        with self._call("list_mentions"):
            rows = self._within(key_for(Mention, whom=whom, entry_id="").pk, "")
            behind = [row for row in rows if not before or row.entry_id < before][:limit]
            return tuple(row for row in behind if row.expires_at > self._now())

    def list_connections(self, feed: str, limit: int) -> tuple[Connection, ...]:
        with self._call("list_connections"):
            return tuple(self._within(key_for(Connection, feed=feed, id="").pk, "")[::-1][:limit])

    def list_parked(self, month: str, limit: int, start: Mapping[str, str] | None = None) -> Page[ParkedRecord]:
        with self._call("list_parked"):
            return self._page(key_for(ParkedRecord, month=month, id="").pk, "", limit, start)

    def list_unsettled(self, limit: int, start: Mapping[str, str] | None = None) -> Page[Entry]:
        with self._call("list_unsettled"):
            page = self._lists.page(DUE, UNSETTLED, limit, start)
            now = (self._find(Entry, customer_id=row.customer_id, id=row.id) for row in page.items)
            return Page(tuple(row for row in now if row and is_unsettled(row)), page.next)

    def list_waiting(self, limit: int, start: Mapping[str, str] | None = None) -> Page[Waiting]:
        with self._call("list_waiting"):
            return self._lists.waiting(limit, start)

    def get_parked(self, parked_id: str) -> ParkedRecord:
        with self._call("get_parked"):
            return self._get(ParkedRecord, month=f"{time_of(parked_id):%Y%m}", id=parked_id)

    def list_urgent(self, team: str, limit: int, start: Mapping[str, str] | None = None) -> Page[CaseSummary]:
        with self._call("list_urgent"):
            return self._lists.page(URGENT, team, limit, start)

    def list_worklist(
        self, owner: str, limit: int, start: Mapping[str, str] | None = None, *, oldest_first: bool = False
    ) -> Page[CaseSummary]:
        with self._call("list_worklist"):
            return self._lists.page(WORKLIST, owner, limit, start, newest_first=not oldest_first)

    def count_worklist(self, owner: str, most: int) -> int:
        with self._call("count_worklist"):
            return len(self._lists.page(WORKLIST, owner, most, None).items)

    def list_due_cases(self, team: str, until: datetime) -> Iterator[Due]:
        with self._call("list_due_cases"):
            return iter(self._lists.due([due_cases(team, shard) for shard in range(self._shards)], until))

    def list_due_deliveries(self, until: datetime) -> Iterator[Due]:
        with self._call("list_due_deliveries"):
            return iter(self._lists.due([due_deliveries(shard) for shard in range(self._shards)], until))

    def list_due_broadcasts(self, until: datetime) -> tuple[str, ...]:
        with self._call("list_due_broadcasts"):
            return self._lists.due_in(BROADCASTS, until)

    def commit(self, changes: Sequence[Change]) -> None:
        if not changes:
            return
        with self._call("commit", tuple(changes)):
            keys = [key_of(change.before if isinstance(change, Update) else change.record) for change in changes]
            check_changes(keys)
            check_sizes([_size(change.after if isinstance(change, Update) else change.record) for change in changes])
            stored = [self._partitions.get(key.pk, {}).get(key.sk) for key in keys]
            refused = [
                position
                for position, (change, current) in enumerate(zip(changes, stored, strict=True))
                if not self._may(change, current)
            ]
            if refused:
                raise WriteConflict(tuple(refused))
            for key, change, current in zip(keys, changes, stored, strict=True):
                self._store(key, current, None if isinstance(change, Delete) else _changed(change, current))

    # How it is done.

    @contextmanager
    def _call(self, name: str, changes: tuple[Change, ...] = ()) -> Iterator[None]:
        self.hook(Call(name, Moment.BEFORE, changes))
        yield
        self.hook(Call(name, Moment.AFTER, changes))

    def _find(self, kind: type, **names: Any) -> Any:
        key = key_for(kind, **names)
        record = self._partitions.get(key.pk, {}).get(key.sk)
        return None if record is None or self._is_over(record) else record

    def _get(self, kind: type, **names: Any) -> Any:
        record = self._find(kind, **names)
        if record is None:
            raise NotFound()
        return record

    def _is_over(self, record: Record) -> bool:
        expires_at = getattr(record, "expires_at", None)
        return expires_at is not None and expires_at <= self._now()

    def _may(self, change: Change, current: Record | None) -> bool:
        if isinstance(change, Create):
            return current is None or self._is_over(current)
        if isinstance(change, Delete):
            same = (getattr(current, name, None) == getattr(change.record, name) for name in change.depends_on)
            return change.if_there or (current is not None and all(same))
        return (
            current is not None
            and all(getattr(current, name) == getattr(change.before, name) for name in held_fields(change))
            and all(getattr(current, name) <= getattr(change.after, name) for name in growing_fields(change))
        )

    def _store(self, key: Key, before: Record | None, after: Record | None) -> None:
        if after is None:
            self._partitions.get(key.pk, {}).pop(key.sk, None)
        else:
            self._partitions.setdefault(key.pk, {})[key.sk] = after
        self._lists.move(key, before, after)

    def _reachability(self, point: ContactPoint) -> Reachability | None:
        kept = self._find(Reachability, point=erased_point(point))
        return self._find(Reachability, point=point) or (replace(kept, point=point) if kept else None)

    def _within(self, pk: str, prefix: str) -> list[Any]:
        """Newest first."""
        partition = self._partitions.get(pk, {})
        return [partition[sk] for sk in sorted(partition, reverse=True) if sk.startswith(prefix)]

    def _page(self, pk: str, prefix: str, limit: int, start: Mapping[str, str] | None) -> Page[Any]:
        before = start["sk"] if start else "\U0010ffff"
        records = [record for record in self._within(pk, prefix) if key_of(record).sk < before]
        shown = records[:limit]
        more = len(records) > limit
        return Page(tuple(shown), {"sk": key_of(shown[-1]).sk} if more else None)


def _changed(change: Change, current: Record | None) -> Record:
    """`current` with the difference between `before` and `after` applied to it."""
    if isinstance(change, Create):
        record = change.record
        expires_at = getattr(record, "expires_at", None)  # DynamoDB keeps it in whole seconds
        return replace(record, expires_at=expires_at.replace(microsecond=0)) if expires_at else record
    new = {
        field.name: _next(getattr(current, field.name), getattr(change.before, field.name), value)
        for field in fields(change.before)
        if (value := getattr(change.after, field.name)) != getattr(change.before, field.name)
    }
    return replace(cast("Any", current), **new)


def _next(current: Any, before: Any, after: Any) -> Any:
    if isinstance(after, int) and not isinstance(after, bool):
        return current + after - before
    if isinstance(after, Mapping):
        kept = {key: value for key, value in current.items() if key in after or key not in before}
        return MappingProxyType(kept | {key: value for key, value in after.items() if before.get(key) != value})
    return after


def _size(record: Record) -> int:
    if not isinstance(record, Entry) or len(record.text) + len(record.quoted_text) < _SURELY_SMALL:
        return 0
    from chalicelib.storage.limits import size_of
    from chalicelib.storage.mapping import item_for

    return size_of(item_for(record).serialize())
