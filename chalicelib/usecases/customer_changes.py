"""How a change to customers is made: read, decide, write if nothing it depends on moved, else decide again."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from chalicelib.domain.errors import StorageUnavailable, WriteConflict
from chalicelib.usecases.case_changes import MOST_RACES
from chalicelib.usecases.once import Once, answer_given_before
from chalicelib.usecases.ports import Change, ThreadStore


def change_customers(
    threads: ThreadStore, once: Once | None, decide: Callable[[], tuple[str, Sequence[Change]]]
) -> str:
    """`decide` reads, and gives the answer to the caller and the changes of one transaction; it is asked again after a
    lost race. Gives the answer, the earlier one when the idempotency key was used before.
    """
    for _ in range(MOST_RACES):
        before = answer_given_before(threads, once)
        if before is not None:
            return before
        answer, changes = decide()
        try:
            if changes:
                threads.commit(changes)
        except WriteConflict:
            continue
        return answer
    raise StorageUnavailable()
