"""Order and counts: a thread is in the order of time, every counter equals a recount, no case changes in silence."""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.domain.cases import Case, CaseStatus
from chalicelib.domain.customers import Customer
from chalicelib.domain.identifiers import time_of
from chalicelib.domain.threads import Entry, EntryKind
from tests.faults.invariants.rest import Rest

_MESSAGES = (EntryKind.INBOUND, EntryKind.OUTBOUND)


def the_order_of_a_thread_is_that_of_time(rest: Rest) -> Iterator[str]:
    """Total and stable, because the id of an entry is made of its instant."""
    for entry in rest.of(Entry):
        if time_of(entry.id) != entry.at.replace(microsecond=entry.at.microsecond // 1000 * 1000):
            yield f"entry {entry.id} stands at another time than {entry.at}"


def counters_equal_a_recount(rest: Rest) -> Iterator[str]:
    """Of cases and of customers."""
    for case in rest.of(Case):
        if case.status is CaseStatus.MOVED:
            continue
        entries = rest.entries_of_case[case.id]
        inbound = [
            entry for entry in entries if entry.kind is EntryKind.INBOUND and entry.arrival and not entry.is_second_copy
        ]
        automatic = [entry for entry in inbound if entry.arrival.automatic]
        wrote = [entry.id for entry in inbound if not entry.arrival.automatic]
        counted = {
            "messages_in": len(wrote),
            "automatic_in": len(automatic),
            "messages_out": sum(entry.kind is EntryKind.OUTBOUND for entry in entries),
            "notes": sum(entry.kind is EntryKind.NOTE for entry in entries),
            "last_inbound_id": max(wrote, default=""),
        }
        for name, recount in counted.items():
            if getattr(case, name) != recount:
                yield f"case {case.reference}: {name} is {getattr(case, name)!r}, a recount gives {recount!r}"
    yield from _counters_of_customers(rest)


def _counters_of_customers(rest: Rest) -> Iterator[str]:
    for customer in rest.of(Customer):
        cases = [case for case in rest.of(Case) if case.customer_id == customer.id]
        still_open = {case.id: case.reference for case in cases if case.status is CaseStatus.OPEN}
        if customer.open_case_count != len(still_open) or customer.cases_opened != len(cases):
            yield (
                f"customer {customer.id} counts {customer.open_case_count} open cases of {customer.cases_opened}; "
                f"there are {len(still_open)} of {len(cases)}"
            )
        if dict(customer.open_cases) != still_open:
            yield f"customer {customer.id} lists {dict(customer.open_cases)} as open; open are {still_open}"


def nothing_that_happened_is_forgotten(rest: Rest) -> Iterator[str]:
    """Whoever wrote takes part in the case, and the latest that was written is its last activity."""
    for case in rest.of(Case):
        if case.status is CaseStatus.MOVED:
            continue
        said = [entry for entry in rest.entries_of_case[case.id] if not entry.is_second_copy]
        messages = [entry for entry in said if entry.kind in _MESSAGES and not entry.is_automatic]
        wrote = {entry.arrival.point for entry in messages if entry.arrival and not entry.arrival.automatic} - {None}
        if not wrote <= {*case.participants}:
            yield f"case {case.reference}: {wrote} wrote, {case.participants} take part"
        last = max((entry.at for entry in messages), default=case.opened_at)
        if case.last_activity_at < last:
            yield f"case {case.reference}: its last activity is {case.last_activity_at}, a message came at {last}"


def every_change_of_a_case_stands_in_its_thread(rest: Rest) -> Iterator[str]:
    """No case changes without an entry in the same transaction that says so."""
    for together in rest.transactions:
        changed = {written.after.id for written in together if isinstance(written.after, Case) and written.before}
        told = {written.after.case_id for written in together if isinstance(written.after, Entry)}
        for case_id in changed - told:
            yield f"case {case_id} changed at {together[0].at} and its thread does not say so"
