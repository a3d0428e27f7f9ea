"""Everything about a customer is asked for, by who administers or by the customer; a worker makes the files."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, time

from chalicelib.domain.contact_points import ContactPoint, PointKind
from chalicelib.domain.customers import Customer
from chalicelib.domain.erasure import MOST_MEMBERS
from chalicelib.domain.errors import Conflict, NotFound, StorageUnavailable, WriteConflict
from chalicelib.domain.exporting import Export
from chalicelib.domain.identifiers import ulid, ulid_for
from chalicelib.usecases.customer_changes import change_customers
from chalicelib.usecases.find_customer import surviving_customer
from chalicelib.usecases.once import Once, remember
from chalicelib.usecases.ports import Change, Create, Now, Randomness, ThreadStore, WorkQueues

CUSTOMER = "customer"


@dataclass(frozen=True, slots=True)
class RequestExport:
    threads: ThreadStore
    queues: WorkQueues
    now: Now
    randomness: Randomness

    def __call__(self, customer_id: str, by: str, *, once: Once | None = None) -> str:
        """Of them and of everybody who was merged into them. Gives the id of the export. Raises NotFound, Conflict."""

        def decide() -> tuple[str, Sequence[Change]]:
            now = self.now()
            survivor, id_ = self._family(customer_id), ulid(now, self.randomness(10))
            export = Export(id_, survivor.id, survivor.family, now, f"agent:{by}", next_step_at=now)
            name = f"{survivor.id}/{id_}"
            return name, [Create(export), *remember(once, name, now)]

        owner, _, id_ = change_customers(self.threads, once, decide).partition("/")
        self._hand_over(owner, id_)
        return id_

    def own(self, principal_id: str) -> str:
        """What the customer with that login may see. One a day: whoever asks again is given the same. Raises NotFound
        for a login that has never written.
        """
        now = self.now()
        today = datetime.combine(now.date(), time(0), tzinfo=now.tzinfo)
        survivor = self._family(self._customer_of(principal_id))
        id_ = ulid_for(today, "own export", principal_id, *survivor.family)
        try:
            find_own(self.threads, survivor.family, principal_id, id_)
        except NotFound:
            export = Export(id_, survivor.id, survivor.family, now, CUSTOMER, principal_id, next_step_at=now)
            with suppress(WriteConflict):  # asked for twice at one moment
                self.threads.commit([Create(export)])
            self._hand_over(export.customer_id, id_)
        return id_

    def _family(self, customer_id: str) -> Customer:
        survivor = surviving_customer(self.threads, customer_id)
        if len(survivor.family) > MOST_MEMBERS:
            raise Conflict("Too many customers were merged into this one. Undo some of the merges first.")
        return survivor

    def _customer_of(self, principal_id: str) -> str:
        owner = self.threads.find_owner(ContactPoint(PointKind.APP, principal_id))
        if owner is None:
            raise NotFound()
        return owner.customer_id

    def _hand_over(self, customer_id: str, id_: str) -> None:
        with suppress(StorageUnavailable):  # the queue is a hint: the sweep names what is due
            self.queues.ask_to_export(customer_id, id_)


def find_export(threads: ThreadStore, family: Sequence[str], export_id: str) -> Export:
    """Whoever answered for the family when it was asked for. Raises NotFound, also where it has somebody in it who is
    not of the family any more.
    """
    for member in family:
        with suppress(NotFound):
            export = threads.get_export(member, export_id)
            if {*export.customers} <= {*family}:
                return export
    raise NotFound()


def find_own(threads: ThreadStore, family: Sequence[str], principal_id: str, export_id: str) -> Export:
    """Raises NotFound, also for what is for somebody else."""
    export = find_export(threads, family, export_id)
    if export.own != principal_id:
        raise NotFound()
    return export
