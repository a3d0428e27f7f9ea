"""A worker goes on with the erasure of a customer.

The order keeps everybody else right. First whose the addresses are is forgotten, so that whoever writes now begins anew
as somebody unknown; then the customers, in one transaction, so that nobody opens a case for them any more; then their
cases, so that nobody writes into one; then all that is left under their ids. Each record goes in one transaction with
what leads to it and with the count of it, so that a worker may die anywhere: what is gone is gone and counted once, and
the next one goes on with what is there. Nothing has to remember how far it was.

A quarter of an hour later it looks once more: a worker that had read the customer before may have put a file then.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from chalicelib.domain.cases import Case
from chalicelib.domain.contact_points import ContactPoint
from chalicelib.domain.customers import Customer, PointLink
from chalicelib.domain.erasure import (
    COUNTING_DEPENDS_ON,
    TAKING_DEPENDS_ON,
    Erasure,
    ErasureStatus,
    begun,
    counting,
    done,
    erased_point,
    looking_again,
    require_erasable,
    statistic_of,
)
from chalicelib.domain.errors import Conflict, NotFound, StorageUnavailable, WriteConflict
from chalicelib.domain.exporting import folder_of
from chalicelib.domain.reachability import without_person
from chalicelib.domain.threads import Entry
from chalicelib.usecases.case_changes import MOST_RACES
from chalicelib.usecases.erased_entries import is_on_its_way, parked_instead, traces_of_entry
from chalicelib.usecases.erased_parked import parked_of, without_parked
from chalicelib.usecases.escalate_cases import WORKS_FOR
from chalicelib.usecases.find_customer import surviving_customer
from chalicelib.usecases.ports import (
    AttachmentStore,
    Change,
    ConfigurationSource,
    Create,
    Delete,
    Now,
    RawStore,
    Record,
    ThreadStore,
    Update,
)
from chalicelib.usecases.request_erasure import cases_of, family_of
from chalicelib.usecases.task_changes import rows_named

EVERY = timedelta(minutes=1)
_PAGE = 25
_MEMBERS_DEPEND_ON = ("merged_into", "merged_from", "version", "hold")


class _OutOfTime(Exception):  # no error: the next worker goes on
    pass


@dataclass(frozen=True, slots=True)
class EraseCustomer:
    threads: ThreadStore
    raw: RawStore
    attachments: AttachmentStore
    configuration: ConfigurationSource
    now: Now

    def __call__(self, erasure_id: str, until: datetime | None = None) -> bool:
        """Whether it is done. `until`: when to stop; None for as long as a worker has. Raises NotFound, and LegalHold
        or RetentionRuns where one began since it was asked for: then it waits.
        """
        now = self.now()
        until = until or now + WORKS_FOR
        erasure = self.threads.get_erasure(erasure_id)
        if erasure.next_step_at is None or erasure.next_step_at > now:
            return erasure.status is ErasureStatus.DONE
        mine = replace(erasure, next_step_at=now + EVERY)
        try:
            self.threads.commit([Update(erasure, mine, TAKING_DEPENDS_ON)])
        except WriteConflict:
            return False  # another worker has this minute
        try:
            return self._go_on(mine, until)
        except _OutOfTime:
            return False

    def _go_on(self, erasure: Erasure, until: datetime) -> bool:
        looks_again = erasure.status is ErasureStatus.LOOKING_AGAIN
        if erasure.status is ErasureStatus.QUEUED:
            erasure = self._begin(erasure, until)
        self._bury(erasure)
        for point in erasure.points:
            self._in_time(until)
            self._change(erasure, partial(self._forgotten, point, erasure))
        if not self._empty(erasure, until):
            return False  # something is on its way out: its worker comes back or its lease ends
        self._erase_parked(erasure, until)
        for customer_id in erasure.customers:
            for folder in (f"att/{customer_id}/", folder_of(customer_id)):
                while number := self.attachments.erase_some(folder):
                    self._change(erasure, partial(_counted, [], {"file": number}))
                    self._in_time(until)
        move = done if looks_again else looking_again
        self._move(erasure, lambda known: move(known, self.now()))
        return looks_again

    def _begin(self, erasure: Erasure, until: datetime) -> Erasure:
        """Raises LegalHold, RetentionRuns: it stays queued, and every minute asks again."""
        for _ in range(MOST_RACES):
            self._in_time(until)
            members, now = self._members(erasure), self.now()
            ids = tuple(member.id for member in members)
            require_erasable(members, cases_of(self.threads, ids), self.configuration.current().kinds, now)
            points = [point for id_ in ids for point in self.threads.list_points(id_)]
            known = self.threads.get_erasure(erasure.id)
            if known.status is not ErasureStatus.QUEUED:
                return known
            noted = replace(known, points=tuple(dict.fromkeys((*known.points, *points))))
            try:
                self.threads.commit([Update(known, noted, COUNTING_DEPENDS_ON)])
                # Each goes by itself, before its customer: nobody shall be led to who is gone.
                if not all(self._change(noted, partial(self._forgotten, point, noted, ids)) for point in points):
                    continue
                known = self.threads.get_erasure(erasure.id)
                after = counting(begun(known, members, points, now), {"customer": len(members)} if members else {})
                gone = [Delete(member, _MEMBERS_DEPEND_ON) for member in members]
                self.threads.commit([*gone, Update(known, after, COUNTING_DEPENDS_ON)])
            except WriteConflict:
                continue
            return self.threads.get_erasure(erasure.id)
        raise StorageUnavailable()

    def _members(self, erasure: Erasure) -> tuple[Customer, ...]:
        """The family as it is now; of one that is gone, nobody."""
        for customer_id in erasure.customers:
            try:
                return family_of(self.threads, surviving_customer(self.threads, customer_id))
            except NotFound:
                continue
        return ()

    def _bury(self, erasure: Erasure) -> None:
        """The tombstone lies outside of the table: it is what a restored table is told by."""
        stone = {
            "erasure": erasure.id,
            "customers": erasure.customers,
            "requested_at": erasure.requested_at.isoformat(),
            "started_at": erasure.started_at.isoformat() if erasure.started_at else "",
            "by": erasure.by,
            "ground": erasure.ground,
            "requester": erasure.requester,
            "basis": erasure.basis,
            "case": erasure.case,
            "marks": erasure.marks,
        }
        self.raw.put_tombstone(erasure.id, json.dumps(stone).encode())

    def _empty(self, erasure: Erasure, until: datetime) -> bool:
        """Cases first. Whether nothing is left under any of the ids."""
        for only in (Case, object):
            left = False
            for customer_id in erasure.customers:
                start = None
                while True:
                    self._in_time(until)
                    page = self.threads.list_records(customer_id, _PAGE, start)
                    for record in page.items:
                        self._in_time(until)
                        if isinstance(record, only):
                            left = not self._erase(record, erasure) or left
                    start = page.next
                    if start is None or not isinstance(page.items[-1], only):
                        break  # cases stand before everything else
        return not left

    def _erase(self, record: Record, erasure: Erasure) -> bool:
        if isinstance(record, Entry):
            return self._erase_entry(record, erasure)
        if isinstance(record, Case):
            return self._change(erasure, lambda: self._case_gone(record))
        if isinstance(record, PointLink):
            return self._change(erasure, lambda: self._forgotten(record.point, erasure))
        return self._change(erasure, lambda: _counted([Delete(record)], {_name_of(record): 1}))

    def _erase_entry(self, entry: Entry, erasure: Erasure) -> bool:
        """Its raw message goes before it, so that it leads to it for as long as that is there."""
        delivery = entry.delivery
        if is_on_its_way(self.threads, entry, self.now()):
            return False
        came_late = parked_instead(self.threads, entry, erasure)
        if came_late:
            return self._change(erasure, lambda: _counted([Delete(entry), *came_late], {"put_aside": 1}))
        found = {"entry": 1}
        if entry.arrival and entry.arrival.raw_key:
            self.raw.erase(entry.arrival.raw_key)
            found["raw_message"] = 1
        depends_on = ("delivery",) if delivery else ()
        traces = traces_of_entry(self.threads, entry, erasure.customers)
        return self._change(erasure, lambda: _counted([Delete(entry, depends_on), *traces], found))

    def _case_gone(self, case: Case) -> Counted:
        gone: list[Change] = [Delete(case)]
        pointer = self.threads.find_pointer(case.reference)
        if pointer and pointer.customer_id == case.customer_id:
            gone.append(Delete(pointer, ("customer_id",)))
        if not case.moved_to:
            gone += [Delete(row, if_there=True) for row in rows_named(case)]
        kept = () if case.moved_to else (statistic_of(case),)
        return gone, {"case": 1}, kept

    def _forgotten(self, point: ContactPoint, erasure: Erasure, members: tuple[str, ...] = ()) -> Counted:
        """Whose an address is, and what is known of it. Who has it now, and did not then, keeps it."""
        family = {*erasure.customers, *members}
        owner = self.threads.find_owner(point)
        gone: list[Change] = [Delete(link) for link in self._links(point, family)]
        found = {"contact_point": 1} if gone else {}
        if owner and owner.customer_id not in family:
            return gone, found, ()
        if owner:
            gone.append(Delete(owner, ("customer_id",)))
        for about in (self.threads.find_block(point), self.threads.find_devices(point)):
            if about:
                gone.append(Delete(about))
                found[_name_of(about)] = 1
        known = self.threads.find_reachabilities([point]).get(point)
        if known and not known.kept_as:
            left = without_person(known, erased_point(point))
            gone += [Delete(known, ("opt_outs",)), *([Create(left)] if left else [])]
            found["suppression_kept" if left else "reachability"] = 1
        return gone, found, ()

    def _links(self, point: ContactPoint, members: Iterable[str]) -> Iterator[PointLink]:
        for member in members:
            if point in self.threads.list_points(member):
                yield PointLink(member, point)

    def _erase_parked(self, erasure: Erasure, until: datetime) -> None:
        """Month by month, from the first record of the customers on."""
        since = erasure.since or erasure.requested_at
        found = parked_of(
            self.threads,
            self.raw,
            erasure.points,
            since,
            erasure.looked_at_parked,
            self.now(),
            until=erasure.started_at,
        )
        for position, records in found:
            self._in_time(until)
            for record in records:
                changes = without_parked(self.threads, record)
                if record.raw_key:
                    self.raw.erase(record.raw_key)
                self._change(erasure, partial(_counted, changes, {"parked_message": 1}))
            self._move(erasure, partial(_looked_through, position))

    def _change(
        self,
        erasure: Erasure,
        decide: Callable[[], Counted],
    ) -> bool:
        """One transaction with its count. False: somebody else was faster, and it has to be looked at again."""
        changes, found, kept = decide()
        if not changes and not found:
            return True
        known = self.threads.get_erasure(erasure.id)
        if known.status is ErasureStatus.DONE:
            raise Conflict("It is done.")
        try:
            self.threads.commit([*changes, Update(known, counting(known, found, kept), COUNTING_DEPENDS_ON)])
        except WriteConflict:
            return False
        return True

    def _move(self, erasure: Erasure, move: Callable[[Erasure], Erasure]) -> None:
        for _ in range(MOST_RACES):
            known = self.threads.get_erasure(erasure.id)
            try:
                self.threads.commit([Update(known, move(known), COUNTING_DEPENDS_ON)])
            except WriteConflict:
                continue
            return
        raise StorageUnavailable()

    def _in_time(self, until: datetime) -> None:
        if self.now() >= until:
            raise _OutOfTime()


Counted = tuple[Sequence[Change], Mapping[str, int], Sequence[str]]
"""What goes, how many of each kind that are, and the statistics that stay."""


def _counted(changes: Sequence[Change], found: Mapping[str, int]) -> Counted:
    return changes, found, ()


def _looked_through(position: str, known: Erasure) -> Erasure:
    return replace(known, looked_at_parked=position)


def _name_of(record: Record) -> str:
    return type(record).__name__.lower()
