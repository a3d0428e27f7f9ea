"""An admin asks that a customer be erased. What stands against it is said at once; the work is done by a worker."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from chalicelib.domain.cases import Case
from chalicelib.domain.customers import Customer
from chalicelib.domain.erasure import MOST_MEMBERS, Erasure, Ground, Requester, require_erasable
from chalicelib.domain.errors import Conflict, StorageUnavailable
from chalicelib.domain.identifiers import ulid
from chalicelib.usecases.customer_changes import change_customers
from chalicelib.usecases.find_case import get_case_by_reference
from chalicelib.usecases.find_customer import surviving_customer
from chalicelib.usecases.once import Once, remember
from chalicelib.usecases.ports import (
    Change,
    ConfigurationSource,
    Create,
    Now,
    Randomness,
    Record,
    ThreadStore,
    WorkQueues,
)

_PAGE = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """`case`: the reference of the case in which it was asked for, or ""."""

    ground: Ground
    requester: Requester
    basis: str = ""
    case: str = ""


@dataclass(frozen=True, slots=True)
class RequestErasure:
    threads: ThreadStore
    configuration: ConfigurationSource
    queues: WorkQueues
    now: Now
    randomness: Randomness

    def __call__(self, customer_id: str, by: str, wanted: Wanted, *, once: Once | None = None) -> str:
        """Gives the id of the erasure. Raises NotFound, LegalHold, RetentionRuns, Conflict."""

        def decide() -> tuple[str, Sequence[Change]]:
            survivor = surviving_customer(self.threads, customer_id)
            family = family_of(self.threads, survivor)
            if len(family) > MOST_MEMBERS:
                raise Conflict("Too many customers were merged into this one. Undo some of the merges first.")
            case = get_case_by_reference(self.threads, wanted.case).reference if wanted.case else ""
            now = self.now()
            cases = cases_of(self.threads, survivor.family)
            require_erasable(family, cases, self.configuration.current().kinds, now)
            erasure = Erasure(
                id=ulid(now, self.randomness(10)),
                customers=survivor.family,
                requested_at=now,
                by=by,
                ground=wanted.ground,
                requester=wanted.requester,
                basis=wanted.basis,
                case=case,
                next_step_at=now,
            )
            return erasure.id, [Create(erasure), *remember(once, erasure.id, now)]

        id_ = change_customers(self.threads, once, decide)
        with suppress(StorageUnavailable):  # the queue is a hint: the sweep names what is due
            self.queues.ask_to_erase(id_)
        return id_


def family_of(threads: ThreadStore, survivor: Customer) -> tuple[Customer, ...]:
    return survivor, *(threads.get_customer(member) for member in survivor.merged_from)


def cases_of(threads: ThreadStore, customer_ids: Sequence[str]) -> Iterator[Case]:
    """In bounded pages. Cases stand before everything else of a customer, so the first of it ends their list."""
    for record in records_of(threads, customer_ids):
        if isinstance(record, Case):
            yield record


def records_of(threads: ThreadStore, customer_ids: Sequence[str]) -> Iterator[Record]:
    for customer_id in customer_ids:
        start = None
        while True:
            page = threads.list_records(customer_id, _PAGE, start)
            yield from page.items
            if page.next is None:
                break
            start = page.next
