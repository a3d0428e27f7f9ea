"""Who is one with whom, and where what was moved went, is never in doubt."""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.domain.cases import Case, CasePointer, CaseStatus
from chalicelib.domain.customers import Customer, PointOwner
from chalicelib.domain.merging import Merge
from chalicelib.domain.threads import Entry, EntryKind
from chalicelib.domain.verification import Verification
from tests.faults.invariants.rest import Rest


def survivors_and_merged_know_each_other(rest: Rest) -> Iterator[str]:
    """Nobody is left between two customers, however a merge or its undoing ended."""
    customers = {customer.id: customer for customer in rest.of(Customer)}
    for customer in customers.values():
        survivor = customers.get(customer.merged_into)
        if customer.merged_into and (
            survivor is None or survivor.merged_into or customer.id not in survivor.merged_from
        ):
            yield f"{customer.id} was merged into {customer.merged_into}, who does not answer for it"
        if customer.merged_into:
            continue
        for id_ in customer.merged_from:
            if id_ not in customers or customers[id_].merged_into != customer.id:
                yield f"{customer.id} answers for {id_}, who was not merged into it"


def whoever_is_merged_has_a_journal_that_says_so(rest: Rest) -> Iterator[str]:
    standing = {id_ for merge in rest.of(Merge) if merge.undone_at is None for id_ in merge.side}
    merged = {customer.id for customer in rest.of(Customer) if customer.merged_into}
    for id_ in standing ^ merged:
        yield f"{id_} is merged by the journal or by itself, not both"


def owners_are_those_who_answer_for_the_home(rest: Rest) -> Iterator[str]:
    customers = {customer.id: customer for customer in rest.of(Customer)}
    for owner in rest.of(PointOwner):
        home = customers.get(owner.kept_under)
        if home is None or owner.customer_id != (home.merged_into or home.id):
            yield f"{owner.point} of {owner.customer_id} is at home with {owner.kept_under}"


def what_was_moved_is_found_where_it_went(rest: Rest) -> Iterator[str]:
    """One copy of each, and a case that is moved leads to itself."""
    entries = {f"{entry.customer_id}/{entry.id}": entry for entry in rest.of(Entry)}
    for place, entry in entries.items():
        copy = entries.get(entry.moved_to)
        if entry.moved_to and (copy is None or copy.moved_from != place):
            yield f"entry {place} was moved to {entry.moved_to}, where there is no copy of it"
        if entry.moved_to and (entry.text or entry.arrival or entry.attachments):
            yield f"entry {place} was moved away and still says something"
        if entry.moved_from and entries[entry.moved_from].moved_to != place:
            yield f"entry {place} is a copy of {entry.moved_from}, which does not know it"
    pointers = {pointer.reference: pointer for pointer in rest.of(CasePointer)}
    standing = {(case.customer_id, case.id): case for case in rest.of(Case) if case.status is not CaseStatus.MOVED}
    for case in rest.of(Case):
        pointer = pointers[case.reference]
        if (pointer.customer_id, pointer.case_id) not in standing:
            yield f"case {case.reference} is nowhere"


def what_was_proved_is_remembered(rest: Rest) -> Iterator[str]:
    """A code went out once for each verification, and a proved contact point is a proved one of somebody."""
    owners = {owner.point: owner for owner in rest.of(PointOwner)}
    codes = [entry.customer_id for entry in rest.of(Entry) if entry.kind is EntryKind.CODE]
    for verification in rest.of(Verification):
        if codes.count(verification.id) != 1:
            yield f"verification {verification.id} has {codes.count(verification.id)} codes"
        owner = owners.get(verification.point)
        if verification.proved_at and not (owner and owner.verified):
            yield f"{verification.point} was proved, and nobody knows"
