"""The ThreadStore on DynamoDB: customers, cases, entries and all that leads to them."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from operator import attrgetter
from typing import Any, TypeVar

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path

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
from chalicelib.domain.errors import NotFound
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
from chalicelib.storage.families import behind, continued, woven, woven_forward
from chalicelib.storage.indexes import (
    BROADCASTS,
    DISPOSALS,
    DUE,
    ERASURES,
    EXPORTS,
    SUGGESTED,
    UNSETTLED,
    URGENT,
    WAITING,
    WORKLIST,
    Index,
    due_cases,
    due_deliveries,
    is_unsettled,
)
from chalicelib.storage.instants import render_instant
from chalicelib.storage.keys import Key, key_for
from chalicelib.storage.mapping import due_from, id_in, record_from, summary_from, waiting_from
from chalicelib.storage.table import Table
from chalicelib.storage.writes import Attributes, write_for
from chalicelib.usecases.ports import Change, Due, Found, Now, Page, Record, tasks_of

NEWEST_CASES = 10

T = TypeVar("T")


class ThreadTable:
    """`due_shards`: over how many partitions each `due` list is spread. Raising it needs the cases written again."""

    def __init__(self, table: Table, now: Now, due_shards: int = 1) -> None:
        self._table = table
        self._now = now
        self._shards = due_shards

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
        keys = [key_for(LedgerRow, transport=transport, fingerprint=fingerprint)]
        if point:
            keys += [key_for(PointOwner, point=point), key_for(Block, point=point), *_keys_of_reachability(point)]
        keys.extend(key_for(Anchor, key=key) for key in anchor_keys)
        keys.extend(key_for(CasePointer, reference=reference) for reference in references)
        keys.extend(key_for(Allowance, name=name, day=day) for name, day in allowances)
        if inbox:
            keys.append(key_for(InboxNotices, inbox=inbox))
        records = [record for item in self._table.get_all(keys) if (record := self._living(item))]
        return Found(
            ledger_row=next((record for record in records if isinstance(record, LedgerRow)), None),
            owner=next((record for record in records if isinstance(record, PointOwner)), None),
            anchors={record.key: record for record in records if isinstance(record, Anchor)},
            pointers={record.reference: record for record in records if isinstance(record, CasePointer)},
            block=next((record for record in records if isinstance(record, Block)), None),
            reachability=_reachability_of(point, records) if point else None,
            allowances={(record.name, record.day): record for record in records if isinstance(record, Allowance)},
            notices=next((record for record in records if isinstance(record, InboxNotices)), None),
        )

    def find_ledger_row(self, transport: str, fingerprint: str) -> LedgerRow | None:
        return self._find(LedgerRow, transport=transport, fingerprint=fingerprint)

    def find_owner(self, point: ContactPoint) -> PointOwner | None:
        return self._find(PointOwner, point=point)

    def find_block(self, point: ContactPoint) -> Block | None:
        return self._find(Block, point=point)

    def find_reachabilities(self, points: Iterable[ContactPoint]) -> Mapping[ContactPoint, Reachability]:
        wanted = [*points]
        keys = [key for point in wanted for key in _keys_of_reachability(point)]
        records = [record_from(item) for item in self._table.get_all(keys)]
        return {point: found for point in wanted if (found := _reachability_of(point, records))}

    def find_devices(self, point: ContactPoint) -> Devices | None:
        return self._find(Devices, point=point)

    def find_pointer(self, reference: str) -> CasePointer | None:
        return self._find(CasePointer, reference=reference)

    def find_seen_key(self, principal: str, key: str) -> SeenKey | None:
        return self._find(SeenKey, principal=principal, key=key)

    def get_customer(self, customer_id: str) -> Customer:
        return _found(self._find(Customer, id=customer_id))

    def find_attributes(self, customer_ids: Iterable[str]) -> Mapping[str, CustomerAttributes]:
        keys = [key_for(CustomerAttributes, customer_id=id_) for id_ in customer_ids]
        records: list[CustomerAttributes] = [record_from(item) for item in self._table.get_all(keys)]
        return {record.customer_id: record for record in records}

    def find_owners(self, points: Iterable[ContactPoint]) -> Mapping[ContactPoint, PointOwner]:
        records: list[PointOwner] = [
            record_from(item) for item in self._table.get_all(key_for(PointOwner, point=point) for point in points)
        ]
        return {record.point: record for record in records}

    def find_anchors(self, keys: Iterable[str]) -> Mapping[str, Anchor]:
        items = self._table.get_all(key_for(Anchor, key=key) for key in keys)
        return {record.key: record for item in items if (record := self._living(item))}

    def get_customer_page(self, customer_id: str) -> CustomerPage:
        """`CASE#...` sorts right before `CUST`, so one backward read from there gives the customer and its newest
        cases.
        """
        key = key_for(Customer, id=customer_id)
        rows = self._table.query(key.pk, Path("sk").between("CASE#", key.sk), newest_first=True, limit=1 + NEWEST_CASES)
        records = [record_from(item) for item in rows.items]
        if not records or not isinstance(records[0], Customer):
            raise NotFound()
        return CustomerPage(records[0], tuple(records[1:]))

    def list_points(self, customer_id: str) -> tuple[ContactPoint, ...]:
        pk = key_for(Customer, id=customer_id).pk
        links: Iterator[PointLink] = map(record_from, self._all(pk, Path("sk").startswith("POINT#")))
        return tuple(link.point for link in links)

    def get_case(self, customer_id: str, case_id: str) -> Case:
        return _found(self._find(Case, customer_id=customer_id, id=case_id))

    def get_entry(self, customer_id: str, entry_id: str) -> Entry:
        return _found(self._find(Entry, customer_id=customer_id, id=entry_id))

    def find_entries(self, names: Iterable[tuple[str, str]]) -> Sequence[Entry]:
        keys = [key_for(Entry, customer_id=customer_id, id=id_) for customer_id, id_ in names]
        return [record_from(item) for item in self._table.get_all(keys)]

    def find_cases(self, names: Iterable[tuple[str, str]]) -> Sequence[Case]:
        keys = [key_for(Case, customer_id=customer_id, id=id_) for customer_id, id_ in names]
        return [record_from(item) for item in self._table.get_all(keys)]

    def list_thread(self, customer_id: str, limit: int, start: Mapping[str, str] | None = None) -> Page[Entry]:
        """Fewer than `limit` where their texts fill the megabyte that DynamoDB reads at once."""
        rows = self._page(
            key_for(Customer, id=customer_id).pk, Path("sk").startswith("T#"), limit, start, newest_first=True
        )
        return Page(tuple(map(record_from, rows.items)), rows.next)

    def list_threads(
        self, customer_ids: Sequence[str], limit: int, start: Mapping[str, str] | None = None
    ) -> Page[Entry]:
        pages = [self.list_thread(id_, limit, continued(id_, start)) for id_ in customer_ids]
        return woven(pages, limit)

    def list_cases(self, customer_ids: Sequence[str], limit: int, start: Mapping[str, str] | None = None) -> Page[Case]:
        pages = []
        for id_ in customer_ids:
            pk = key_for(Customer, id=id_).pk
            after = continued(id_, start, Case)
            rows = self._page(pk, Path("sk").startswith("CASE#"), limit, after, newest_first=True)
            pages.append(Page(tuple(map(record_from, rows.items)), rows.next))
        return woven(pages, limit)

    def list_threads_since(self, customer_ids: Sequence[str], after: str, limit: int) -> Page[Entry]:
        pages = []
        for id_ in customer_ids:
            pk = key_for(Customer, id=id_).pk
            rows = self._page(pk, Path("sk").startswith("T#"), limit, behind(id_, after))
            pages.append(Page(tuple(map(record_from, rows.items)), rows.next))
        return woven_forward(pages, limit)

    def get_survey(self, customer_id: str, survey_id: str) -> Survey:
        return _found(self._find(Survey, customer_id=customer_id, id=survey_id))

    def find_surveys(self, names: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], Survey]:
        keys = [key_for(Survey, customer_id=customer_id, id=id_) for customer_id, id_ in names]
        records: list[Survey] = [record_from(item) for item in self._table.get_all(keys)]
        return {(record.customer_id, record.id): record for record in records}

    def get_merge(self, customer_id: str, merge_id: str) -> Merge:
        return _found(self._find(Merge, customer_id=customer_id, id=merge_id))

    def list_merges(self, customer_id: str) -> tuple[Merge, ...]:
        pk = key_for(Customer, id=customer_id).pk
        return tuple(map(record_from, self._all(pk, Path("sk").startswith("MERGE#"))))[::-1]

    def find_suggestion(self, id_: str) -> Suggestion | None:
        return self._find(Suggestion, id=id_)

    def list_suggestions(self, limit: int, start: Mapping[str, str] | None = None) -> Page[Suggestion]:
        rows = self._page(SUGGESTED, None, limit, start, index=WORKLIST, newest_first=True)
        return Page(self._behind(rows.items), rows.next)

    def list_tasks(
        self, team: str, kind: TaskKind, limit: int, start: Mapping[str, str] | None = None
    ) -> Page[ListedTask]:
        rows = self._page(tasks_of(team, kind), None, limit, start, index=WORKLIST)
        found: tuple[ListedTask, ...] = self._behind(rows.items)
        return Page(tuple(row for row in found if row.task), rows.next)

    def list_namesakes(self, key: str, limit: int) -> tuple[str, ...]:
        rows = self._table.query(key_for(Namesake, key=key, customer_id="").pk, None, limit=limit)
        return tuple(record_from(item).customer_id for item in rows.items)

    def find_verification(self, id_: str) -> Verification | None:
        return self._find(Verification, id=id_)

    def find_agent(self, subject: str) -> Agent | None:
        return self._find(Agent, subject=subject)

    def list_agents(self) -> tuple[Agent, ...]:
        return tuple(map(record_from, self._all(key_for(Agent, subject="").pk, None)))

    def find_allowance(self, name: str, day: str) -> Allowance | None:
        return self._find(Allowance, name=name, day=day)

    def get_incident(self, incident_id: str) -> Incident:
        return _found(self._find(Incident, id=incident_id))

    def list_incidents(self, limit: int, start: Mapping[str, str] | None = None) -> Page[Incident]:
        rows = self._page(key_for(Incident, id="").pk, None, limit, start, newest_first=True)
        return Page(tuple(map(record_from, rows.items)), rows.next)

    def find_notices(self, inbox: str) -> InboxNotices | None:
        return self._find(InboxNotices, inbox=inbox)

    def get_broadcast(self, broadcast_id: str) -> Broadcast:
        return _found(self._find(Broadcast, id=broadcast_id))

    def list_broadcasts(self, limit: int, start: Mapping[str, str] | None = None) -> Page[Broadcast]:
        rows = self._page(key_for(Broadcast, id="").pk, None, limit, start, newest_first=True)
        return Page(tuple(map(record_from, rows.items)), rows.next)

    def find_recipients(self, recipients: str, ids: Iterable[str]) -> Mapping[str, Recipient]:
        keys = [key_for(Recipient, recipients=recipients, id=id_) for id_ in ids]
        records: list[Recipient] = [record_from(item) for item in self._table.get_all(keys)]
        return {record.id: record for record in records}

    def list_recipients(self, recipients: str, limit: int, after: str = "") -> tuple[Recipient, ...]:
        key = key_for(Recipient, recipients=recipients, id=after)
        rows = self._table.query(key.pk, Path("sk") > key.sk, limit=limit)
        return tuple(map(record_from, rows.items))

    def list_records(self, customer_id: str, limit: int, start: Mapping[str, str] | None = None) -> Page[Record]:
        rows = self._page(key_for(Customer, id=customer_id).pk, None, limit, start)
        return Page(tuple(map(record_from, rows.items)), rows.next)

    def get_erasure(self, erasure_id: str) -> Erasure:
        return _found(self._find(Erasure, id=erasure_id))

    def list_erasures(self, limit: int, start: Mapping[str, str] | None = None) -> Page[Erasure]:
        rows = self._page(key_for(Erasure, id="").pk, None, limit, start, newest_first=True)
        return Page(tuple(map(record_from, rows.items)), rows.next)

    def list_due_erasures(self, until: datetime) -> tuple[str, ...]:
        rows = self._all(ERASURES, Path(DUE.sort) <= render_instant(until), DUE)
        return tuple(id_in(Erasure, row) for row in rows)

    def get_export(self, customer_id: str, export_id: str) -> Export:
        return _found(self._find(Export, customer_id=customer_id, id=export_id))

    def list_due_exports(self, until: datetime) -> tuple[tuple[str, str], ...]:
        return self._due_jobs(EXPORTS, until)

    def get_disposal(self, customer_id: str, case_id: str) -> Disposal:
        return _found(self._find(Disposal, customer_id=customer_id, id=case_id))

    def list_due_disposals(self, until: datetime) -> tuple[tuple[str, str], ...]:
        return self._due_jobs(DISPOSALS, until)

    def find_feed_head(self, feed: str) -> FeedHead | None:
        return self._find(FeedHead, feed=feed)

    def find_feed_heads(self, feeds: Iterable[str]) -> Mapping[str, FeedHead]:
        heads: list[FeedHead] = [
            head
            for item in self._table.get_all(key_for(FeedHead, feed=feed) for feed in feeds)
            if (head := self._living(item))
        ]
        return {head.feed: head for head in heads}

    def list_feed(self, feed: str, after: str, limit: int) -> Page[FeedRow]:
        """Places are digits, and stand before the head."""
        head, start = key_for(FeedHead, feed=feed), key_for(FeedRow, feed=feed, place=after)
        rows = self._page(head.pk, Path("sk") < head.sk, limit, start._asdict())
        return Page(tuple(map(record_from, rows.items)), rows.next)

    def list_present(self, reference: str) -> tuple[CasePresence, ...]:
        key = key_for(CasePresence, reference=reference, subject="")
        return tuple(map(record_from, self._all(key.pk, Path("sk").startswith(key.sk))))

    def list_mentions(self, whom: str, limit: int, before: str = "") -> tuple[Mention, ...]:
        condition = Path("sk") < before if before else None
        rows = self._table.query(
            key_for(Mention, whom=whom, entry_id="").pk, condition, newest_first=True, limit=limit, may_lag=True
        )
        return tuple(mention for row in rows.items if (mention := self._living(row)))

    def list_connections(self, feed: str, limit: int) -> tuple[Connection, ...]:
        rows = self._table.query(key_for(Connection, feed=feed, id="").pk, None, limit=limit)
        return tuple(map(record_from, rows.items))

    def list_parked(self, month: str, limit: int, start: Mapping[str, str] | None = None) -> Page[ParkedRecord]:
        rows = self._page(key_for(ParkedRecord, month=month, id="").pk, None, limit, start, newest_first=True)
        return Page(tuple(map(record_from, rows.items)), rows.next)

    def list_waiting(self, limit: int, start: Mapping[str, str] | None = None) -> Page[Waiting]:
        rows = self._page(WAITING, None, limit, start, index=DUE)
        return Page(tuple(map(waiting_from, rows.items)), rows.next)

    def get_parked(self, parked_id: str) -> ParkedRecord:
        """Its key has the month in which it came, and so has its id."""
        return _found(self._find(ParkedRecord, month=f"{time_of(parked_id):%Y%m}", id=parked_id))

    def list_urgent(self, team: str, limit: int, start: Mapping[str, str] | None = None) -> Page[CaseSummary]:
        rows = self._page(team, None, limit, start, index=URGENT)
        return Page(tuple(map(summary_from, rows.items)), rows.next)

    def list_worklist(
        self, owner: str, limit: int, start: Mapping[str, str] | None = None, *, oldest_first: bool = False
    ) -> Page[CaseSummary]:
        rows = self._page(owner, None, limit, start, index=WORKLIST, newest_first=not oldest_first)
        return Page(tuple(map(summary_from, rows.items)), rows.next)

    def count_worklist(self, owner: str, most: int) -> int:
        return self._table.count(owner, WORKLIST, most)

    def list_due_cases(self, team: str, until: datetime) -> Iterator[Due]:
        return self._due([due_cases(team, shard) for shard in range(self._shards)], until)

    def list_due_deliveries(self, until: datetime) -> Iterator[Due]:
        return self._due([due_deliveries(shard) for shard in range(self._shards)], until)

    def list_due_broadcasts(self, until: datetime) -> tuple[str, ...]:
        rows = self._all(BROADCASTS, Path(DUE.sort) <= render_instant(until), DUE)
        return tuple(id_in(Broadcast, row) for row in rows)

    def list_unsettled(self, limit: int, start: Mapping[str, str] | None = None) -> Page[Entry]:
        rows = self._page(UNSETTLED, None, limit, start, index=DUE)
        found: tuple[Entry, ...] = self._behind(rows.items)
        return Page(tuple(filter(is_unsettled, found)), rows.next)

    def commit(self, changes: Sequence[Change]) -> None:
        now = self._now()
        if changes:
            self._table.write([write_for(change, now, self._shards) for change in changes])

    def _find(self, kind: type[T], **names: Any) -> T | None:
        item = self._table.get(key_for(kind, **names))
        return self._living(item) if item else None

    def _behind(self, rows: Iterable[Attributes]) -> tuple[Any, ...]:
        """The records of rows of an index, in their order."""
        keys = [Key(row["pk"]["S"], row["sk"]["S"]) for row in rows]
        found = {(item["pk"]["S"], item["sk"]["S"]): record_from(item) for item in self._table.get_all(keys)}
        return tuple(found[key] for key in keys if key in found)

    def _living(self, item: Attributes) -> Any:
        """The record, or None when its time is over: DynamoDB may take days to delete it."""
        record = record_from(item)
        expires_at: datetime | None = getattr(record, "expires_at", None)
        return None if expires_at and expires_at <= self._now() else record

    def _due(self, partitions: list[str], until: datetime) -> Iterator[Due]:
        condition = Path(DUE.sort) <= render_instant(until)
        lists = [map(due_from, self._all(partition, condition, DUE)) for partition in partitions]
        return heapq.merge(*lists, key=attrgetter("at"))

    def _due_jobs(self, partition: str, until: datetime) -> tuple[tuple[str, str], ...]:
        """By the customer and the id of each."""
        due = map(due_from, self._all(partition, Path(DUE.sort) <= render_instant(until), DUE))
        return tuple((one.customer_id, one.case_id) for one in due)

    def _all(self, partition: str, condition: Condition | None, index: Index | None = None) -> Iterator[Attributes]:
        rows = self._table.query(partition, condition, index=index)
        yield from rows.items
        while rows.last:
            rows = self._table.query(partition, condition, index=index, start=rows.last)
            yield from rows.items

    def _page(
        self,
        partition: str,
        condition: Condition | None,
        limit: int,
        start: Mapping[str, str] | None,
        *,
        index: Index | None = None,
        newest_first: bool = False,
    ) -> Page[Attributes]:
        """One item more than asked for is read: DynamoDB's own mark at a full page does not say whether more follow."""
        rows = self._table.query(
            partition,
            condition,
            index=index,
            newest_first=newest_first,
            limit=limit + 1,
            start={name: {"S": value} for name, value in start.items()} if start else None,
        )
        items, last = rows.items[:limit], rows.last
        if len(rows.items) > limit:
            last = {name: items[-1][name] for name in _key_names(index)}
        return Page(tuple(items), {name: value["S"] for name, value in last.items()} if last else None)


def _key_names(index: Index | None) -> tuple[str, ...]:
    return ("pk", "sk", index.partition, index.sort) if index else ("pk", "sk")


def _keys_of_reachability(point: ContactPoint) -> tuple[Key, Key]:
    """Of an address that was erased, what people said of it stands under a hash."""
    return key_for(Reachability, point=point), key_for(Reachability, point=erased_point(point))


def _reachability_of(point: ContactPoint, records: Iterable[Any]) -> Reachability | None:
    found = {record.point: record for record in records if isinstance(record, Reachability)}
    kept = found.get(erased_point(point))
    return found.get(point) or (replace(kept, point=point) if kept else None)


def _found(record: T | None) -> T:
    if record is None:
        raise NotFound()
    return record
