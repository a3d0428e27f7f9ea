"""A case by the reference that people use: the pointer, then the case."""

from __future__ import annotations

from chalicelib.domain.cases import Case
from chalicelib.domain.errors import NotFound
from chalicelib.domain.identifiers import parse_case_reference
from chalicelib.usecases.ports import ThreadStore


def get_case_by_reference(threads: ThreadStore, reference: str) -> Case:
    """Two round trips. Accepts what a person typed; raises NotFound for what is no reference at all, too."""
    canonical = parse_case_reference(reference)
    pointer = threads.find_pointer(canonical) if canonical else None
    if pointer is None:
        raise NotFound("There is no such case.")
    return find_where_it_went(threads, pointer.customer_id, pointer.case_id)


def find_where_it_went(threads: ThreadStore, customer_id: str, case_id: str) -> Case:
    """The case there, or where it was moved to from there: one round trip for each step. Raises NotFound, also when the
    steps lead in a circle.
    """
    been: set[str] = set()
    while customer_id not in been:
        been.add(customer_id)
        case = threads.get_case(customer_id, case_id)
        if not case.moved_to:
            return case
        customer_id = case.moved_to
    raise NotFound()
