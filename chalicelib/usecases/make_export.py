"""A worker goes on with an export.

It reads page by page what stands under each of the family, and puts what it reads into parts. A part is put into the
bucket under a name that says what is in it, then one conditional write notes it with the place behind its last record.
So a worker may die anywhere: the next one goes on behind the last part that was noted, and what nobody noted goes by
the bucket's own rule. Of two workers at once one is refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.domain.customers import Customer
from chalicelib.domain.errors import NotFound, StorageUnavailable, WriteConflict
from chalicelib.domain.exporting import (
    GOING_ON_DEPENDS_ON,
    Export,
    ExportPart,
    Position,
    failed,
    moved_on,
    ready,
    taken,
)
from chalicelib.domain.identifiers import ulid
from chalicelib.domain.threads import customer_event
from chalicelib.usecases.erased_parked import parked_of
from chalicelib.usecases.escalate_cases import WORKS_FOR
from chalicelib.usecases.export_parts import FULL, MOST, PartOfExport
from chalicelib.usecases.exported_records import Everything, Exported, OnlyOwn
from chalicelib.usecases.find_customer import points_of, surviving_customer
from chalicelib.usecases.ports import (
    AttachmentStore,
    Create,
    Now,
    Randomness,
    RawStore,
    Record,
    ThreadStore,
    Update,
    WorkQueues,
)
from chalicelib.usecases.read_own_thread import ReadOwnThread

EVERY = timedelta(minutes=1)
STOPS_BEFORE = timedelta(seconds=10)  # so that the last page and its part still fit into the function's time
_PAGE = 5  # messages with their files, which are in memory one after the other

Show = Callable[[Record], Iterator[Exported]]


@dataclass(frozen=True, slots=True)
class Page:
    """Records of one member of the family, and the place behind them; None at the end of all."""

    customer_id: str
    records: tuple[Record, ...]
    behind: Position | None


@dataclass(slots=True)
class _Work:
    """What a worker holds: the export as it was written last, and the parts that were put since."""

    export: Export
    part: PartOfExport
    parts: list[ExportPart]
    found: Counter[str]
    missing: Counter[str]


@dataclass(frozen=True, slots=True)
class MakeExport:
    threads: ThreadStore
    raw: RawStore
    attachments: AttachmentStore
    queues: WorkQueues
    read_own: ReadOwnThread
    now: Now
    randomness: Randomness

    def __call__(self, customer_id: str, export_id: str, until: datetime | None = None) -> Export | None:
        """The export if this finished it. `until`: when to stop; None for as long as a worker has. Raises
        StorageUnavailable: then it stays due.
        """
        now = self.now()
        until = until or now + WORKS_FOR - STOPS_BEFORE
        try:
            export = self.threads.get_export(customer_id, export_id)
        except NotFound:
            return None  # erased with its customer
        if export.next_step_at is None or export.next_step_at > now:
            return None
        mine = taken(export, now + EVERY)
        try:
            self.threads.commit([Update(export, mine, GOING_ON_DEPENDS_ON)])
            return self._go_on(mine, until)
        except WriteConflict:
            return None  # another worker has it, or it was erased with its customer

    def _go_on(self, export: Export, until: datetime) -> Export | None:
        family = self._family(export)
        show = self._shown_to(export)
        if family is None or show is None:
            return self._ended(export, failed(export, self.now()))
        work = self._begun(export, export.customers[min(export.member, len(export.customers) - 1)])
        for page in self._pages(export, family):
            if page.customer_id != work.part.customer_id:
                self._close(work)
                work.part = self._part(work, page.customer_id)
            for record in page.records:
                for exported in show(record):
                    work.part.add(exported)
                if work.part.size >= MOST:
                    self._close(work)
            if page.behind is None:
                return self._finish(work, export.position)
            late = self.now() >= until
            if late or work.parts or work.part.size >= FULL:
                self._note(work, page.behind, self.now() if late else self.now() + EVERY)
            if late:
                with suppress(StorageUnavailable):  # the sweep names what is due
                    self.queues.ask_to_export(export.customer_id, export.id)
                return None
        return None

    def _family(self, export: Export) -> Customer | None:
        """Who answers for everybody in it; None where they are not one any more, or somebody was erased."""
        try:
            survivors = [surviving_customer(self.threads, member) for member in export.customers]
        except NotFound:
            return None
        return survivors[0] if len({one.id for one in survivors}) == 1 else None

    def _shown_to(self, export: Export) -> Show | None:
        if not export.own:
            return Everything(self.threads)
        oneself = self.read_own.find_oneself(export.own)
        if oneself is None or not {*export.customers} <= {*oneself.family}:
            return None
        return OnlyOwn(self.threads, self.read_own, oneself, self.now)

    def _pages(self, export: Export, survivor: Customer) -> Iterator[Page]:
        """Behind what is in parts already. Cases and what is known of the customer stand before the entries."""
        start = export.start or None
        for number, customer_id in enumerate(export.customers):
            while number >= export.member:
                page = self.threads.list_records(customer_id, _PAGE, start)
                behind = Position(number, page.next) if page.next else Position(number + 1)
                start = page.next
                yield Page(customer_id, page.items, behind)
                if start is None:
                    break
        yield from self._parked(export, survivor)

    def _parked(self, export: Export, survivor: Customer) -> Iterator[Page]:
        """What waits aside is internal: the customer is told of it when it is in the thread."""
        at_end = Position(len(export.customers))
        if not export.own:
            points, now = points_of(self.threads, survivor), self.now()
            since = min(self.threads.get_customer(member).created_at for member in export.customers)
            for position, records in parked_of(self.threads, self.raw, points, since, export.parked, now):
                yield Page(survivor.id, (*records,), replace(at_end, parked=position))
        yield Page(survivor.id, (), None)

    def _begun(self, export: Export, customer_id: str) -> _Work:
        part = PartOfExport(export, customer_id, self.raw, self.attachments)
        return _Work(export, part, [], Counter(), Counter())

    def _part(self, work: _Work, customer_id: str) -> PartOfExport:
        numbered = replace(work.export, parts=(*work.export.parts, *work.parts))
        return PartOfExport(numbered, customer_id, self.raw, self.attachments)

    def _close(self, work: _Work) -> None:
        """What is in the part is in the bucket; another one is begun."""
        if not work.part.is_empty:
            part, data = work.part.close()
            self.attachments.put(part.key, data, "application/zip")
            work.parts.append(part)
            work.found += work.part.found
            work.missing += work.part.missing
        work.part = self._part(work, work.part.customer_id)

    def _note(self, work: _Work, position: Position, next_step_at: datetime) -> None:
        self._close(work)
        after = moved_on(work.export, position, (*work.parts,), work.found, work.missing, next_step_at)
        self.threads.commit([Update(work.export, after, GOING_ON_DEPENDS_ON)])
        work.export, work.parts, work.found, work.missing = after, [], Counter(), Counter()
        work.part = self._part(work, work.part.customer_id)

    def _finish(self, work: _Work, position: Position) -> Export:
        self._close(work)
        now = self.now()
        whole = moved_on(work.export, position, (*work.parts,), work.found, work.missing, now)
        return self._ended(work.export, ready(whole, now))

    def _ended(self, before: Export, after: Export) -> Export:
        now = self.now()
        facts = {"export": after.id, "by": after.by, "status": str(after.status)}
        told = customer_event(
            ulid(now, self.randomness(10)), after.customer_id, now, after.by, "customer.exported", facts
        )
        self.threads.commit([Update(before, after, GOING_ON_DEPENDS_ON), Create(told)])
        return after
