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
    return threads.get_case(pointer.customer_id, pointer.case_id)
