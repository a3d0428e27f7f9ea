"""What the invariants are judged over: all that stands when the world is at rest, and every write that led there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

from chalicelib.domain.cases import Case, CasePointer
from chalicelib.domain.contact_points import ContactPoint
from chalicelib.domain.contact_policy import is_no_reply
from chalicelib.domain.customers import Customer
from chalicelib.domain.erasure import Erasure
from chalicelib.domain.inboxes import addresses_of_ours, is_of_ours
from chalicelib.domain.messages import LedgerRow
from chalicelib.domain.reachability import Reachability
from chalicelib.domain.threads import Entry
from chalicelib.storage.keys import key_of
from tests.faults.carriers import Said, marks_in
from tests.faults.outside import Outside
from tests.faults.ports import Accepted, WorldCarrier
from tests.faults.store import Written


class Rest:
    def __init__(self, outside: Outside) -> None:
        self.outside = outside
        self.simulation = outside.simulation
        self.threads = self.simulation.threads
        self.configuration = self.simulation.ports.configuration.saved[-1][1]
        self.raw = {**self.simulation.ports.raw.erased, **self.simulation.ports.raw.objects}
        self.attachments = {**self.simulation.ports.attachments.erased, **self.simulation.ports.attachments.objects}
        self.history: list[Written] = self.threads.history

    def of(self, kind: type) -> list[Any]:
        return self._by_kind[kind]

    @cached_property
    def _by_kind(self) -> Mapping[type, list[Any]]:
        kinds = defaultdict(list)
        for record in (*map(self._before_erasure, self.threads.records()), *self._erased()):
            kinds[type(record)].append(record)
        return kinds

    def _before_erasure(self, record: Any) -> Any:
        """What held before somebody was erased held for them, too: their rows are judged as they were."""
        if not isinstance(record, LedgerRow) or record.outcome != "erased":
            return record
        key = key_of(record)
        rows = [written.before for written in self.history if written.key == key and written.before]
        return next(row for row in reversed(rows) if row.outcome != "erased")

    def _erased(self) -> Iterator[Any]:
        """What is there no more, as it last was. Whose an address is belongs to the living."""
        there = {key_of(record) for record in self.threads.records()}
        gone = {written.key: written.before for written in self.history if written.after is None}
        for key, record in gone.items():
            if key not in there and isinstance(record, Customer | Case | CasePointer | Entry):
                yield record

    def erased_ids(self) -> set[str]:
        return {id_ for erasure in self.threads.records(Erasure) for id_ in erasure.customers}

    def customers_held(self) -> list[Customer]:
        return [customer for customer in self.threads.records(Customer) if customer.hold]

    @cached_property
    def entries(self) -> Mapping[str, Entry]:
        return {entry.id: entry for entry in self.of(Entry)}

    @cached_property
    def entries_of_case(self) -> Mapping[str, list[Entry]]:
        """By the id of the case, in the order in which they were written."""
        found = defaultdict(list)
        for written in self.history:
            if isinstance(written.after, Entry) and written.before is None:
                entry = self.entries[written.after.id]
                if not entry.moved_to:
                    found[entry.case_id].append(entry)
        return found

    def origin_of(self, entry: Entry) -> str:
        """The id under which it was written first, before anybody moved it."""
        while entry.moved_from:
            entry = self.entries[entry.moved_from.rpartition("/")[2]]
        return entry.id

    @cached_property
    def families(self) -> Mapping[str, set[str]]:
        """Everybody with whom a customer was ever one."""
        found: dict[str, set[str]] = defaultdict(set)
        for written in self.history:
            if isinstance(written.after, Customer) and written.after.merged_from:
                for id_ in written.after.family:
                    found[id_] |= {*written.after.family}
        return found

    @cached_property
    def said(self) -> Mapping[int, Said]:
        return {said.mark: said for said in self.outside.said}

    @cached_property
    def rows_of_mark(self) -> Mapping[int, list[LedgerRow]]:
        """Under which ledger rows the words of somebody stand."""
        found = defaultdict(list)
        for row in self.of(LedgerRow):
            for mark in marks_in([self.raw[row.raw_key].body]) if row.raw_key in self.raw else ():
                found[mark].append(row)
        return found

    def marks_of(self, entry: Entry) -> list[int]:
        return marks_in([entry.text.encode()])

    def is_held_back(self, entry: Entry) -> bool:
        """The contact policy had a reason, at some time, not to let it go."""
        recipient = entry.delivery.recipient
        if is_of_ours(recipient.lower(), addresses_of_ours(self.configuration)) or is_no_reply(recipient):
            return True
        known = [one for _, one in self.reachability_of[entry.delivery.point]]
        return any(one.has_opted_out(entry.delivery.purpose) or one.suppressed_until for one in known)

    @cached_property
    def reachability_of(self) -> Mapping[ContactPoint, list[tuple[int, Reachability]]]:
        """What was known of a point, each with its place in the history."""
        found = defaultdict(list)
        for place, written in enumerate(self.history):
            if isinstance(written.after, Reachability):
                found[written.after.point].append((place, written.after))
        return found

    @cached_property
    def writings_of(self) -> Mapping[str, list[tuple[int, Entry]]]:
        """An entry as it ever stood, by its id, each with its place in the history."""
        found = defaultdict(list)
        for place, written in enumerate(self.history):
            if isinstance(written.after, Entry):
                found[written.after.id].append((place, written.after))
        return found

    @property
    def carriers(self) -> tuple[WorldCarrier, ...]:
        return self.simulation.ports.mail, self.simulation.ports.sms, self.simulation.ports.fax

    @cached_property
    def taken(self) -> Mapping[str, list[Accepted]]:
        """What carriers accepted, by entry."""
        found = defaultdict(list)
        for carrier in self.carriers:
            for accepted in carrier.accepted:
                found[accepted.entry_id].append(accepted)
        return found

    @cached_property
    def transactions(self) -> list[list[Written]]:
        together: dict[int, list[Written]] = defaultdict(list)
        for written in self.history:
            together[written.commit].append(written)
        return list(together.values())

    def moves_of(self, kind: type) -> Iterator[Written]:
        """Every change of a record of that kind that existed before."""
        for written in self.history:
            if isinstance(written.after, kind) and written.before is not None:
                yield written


Invariant = Callable[[Rest], Iterator[str]]
"""A law of the hub: gives a sentence for each breach, and nothing while it holds."""
