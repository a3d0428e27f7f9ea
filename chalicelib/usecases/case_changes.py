"""How an agent's change to a case is made: read, decide, write if nothing it depends on moved, else decide again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chalicelib.domain.cases import Case
from chalicelib.domain.errors import Conflict, NewerMessage, StorageUnavailable, WriteConflict
from chalicelib.usecases.find_case import get_case_by_reference
from chalicelib.usecases.once import Once, answer_given_before
from chalicelib.usecases.ports import Change, ThreadStore

MOST_RACES = 8


@dataclass(frozen=True, slots=True)
class Seen:
    """What the agent had seen when deciding.

    `version`: of the case; the change is refused with Conflict if it moved. None: whatever it is now.
    `messages`: how many messages of the customer (`messages_in`); refused with NewerMessage if there are more. None:
    those that are there when the change is asked for.
    """

    version: int | None = None
    messages: int | None = None


NOTHING_SAID = Seen()


def change_case(
    threads: ThreadStore,
    reference: str,
    seen: Seen,
    once: Once | None,
    decide: Callable[[Case], tuple[str, Sequence[Change]]],
) -> tuple[str, bool]:
    """`decide` gives the answer to the caller and the changes of one transaction; it is asked again after a lost race.

    Returns the answer, and whether this call wrote it (False: the idempotency key had been used for it before).
    """
    for _ in range(MOST_RACES):
        before = answer_given_before(threads, once)
        if before is not None:
            return before, False
        case = get_case_by_reference(threads, reference)
        _require_seen(case, seen)
        seen = Seen(seen.version, case.messages_in)
        answer, changes = decide(case)
        try:
            if changes:
                threads.commit(changes)
        except WriteConflict:
            continue
        return answer, True
    raise StorageUnavailable()


def _require_seen(case: Case, seen: Seen) -> None:
    if seen.version is not None and seen.version != case.version:
        raise Conflict()
    if seen.messages is not None and case.messages_in > seen.messages:
        raise NewerMessage()
