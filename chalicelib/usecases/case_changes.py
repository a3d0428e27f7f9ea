"""How an agent's change to a case is made: read, decide, write if nothing it depends on moved, else decide again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from chalicelib.domain.cases import Case
from chalicelib.domain.customers import REOPENING_DEPENDS_ON, with_case_reopened
from chalicelib.domain.errors import Conflict, NewerMessage, StorageUnavailable, WriteConflict
from chalicelib.domain.identifiers import ulid_for
from chalicelib.domain.threads import Entry, event_entry
from chalicelib.usecases.find_case import get_case_by_reference
from chalicelib.usecases.once import Once, answer_given_before
from chalicelib.usecases.ports import Change, ThreadStore, Update

MOST_RACES = 8
FORCED: Mapping[str, str] = MappingProxyType({"forced": "newer_message"})
"""A fact of what was said over something newer that the agent had not read."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the agent had seen when deciding.

    `version`: of the case; the change is refused with Conflict if it moved. None: whatever it is now.
    `messages`: how many messages of the customer (`messages_in`); refused with NewerMessage if there are more. None:
    those that are there when the change is asked for.
    `said`: the version by which the agent knows what colleagues said to the customer; of a change that says something
    itself, NewerMessage if one has answered or promised since. None: `version`, or else what it is then.
    `forced`: whatever anybody has said meanwhile is no reason to refuse it.
    """

    version: int | None = None
    messages: int | None = None
    said: int | None = None
    forced: bool = False


NOTHING_SAID = Seen()


def change_case(
    threads: ThreadStore,
    reference: str,
    seen: Seen,
    once: Once | None,
    decide: Callable[[Case], tuple[str, Sequence[Change]]],
    *,
    speaks: bool = False,
) -> tuple[str, bool]:
    """`decide` gives the answer to the caller and the changes of one transaction; it is asked again after a lost race.

    `speaks`: the change says something to the customer, so what a colleague says at the same time matters to it.
    Returns the answer, and whether this call wrote it (False: the idempotency key had been used for it before).
    """
    for _ in range(MOST_RACES):
        before = answer_given_before(threads, once)
        if before is not None:
            return before, False
        case = get_case_by_reference(threads, reference)
        if not seen.forced:
            _require_seen(case, seen, speaks=speaks)
            seen = replace(seen, messages=case.messages_in, said=case.version)
        elif seen.version not in (None, case.version) and not is_overtaken(case, seen):
            raise Conflict()
        answer, changes = decide(case)
        try:
            if changes:
                threads.commit(changes)
        except WriteConflict:
            continue
        return answer, True
    raise StorageUnavailable()


def is_overtaken(case: Case, seen: Seen) -> bool:
    """Somebody has written, answered or promised since."""
    return _has_written(case, seen) or _has_said(case, seen)


def listed_again(threads: ThreadStore, before: Case, after: Case) -> list[Change]:
    """What a case that opens again by something else than a message changes in its customer."""
    if before.status is after.status:
        return []
    customer = threads.get_customer_page(before.customer_id).customer
    return [Update(customer, with_case_reopened(customer, after), REOPENING_DEPENDS_ON)]


def taken_over_events(before: Case, after: Case, at: datetime) -> tuple[Entry, ...]:
    """For a case whose team is gone: another has taken it over, because somebody waits or something is due."""
    if before.team == after.team:
        return ()
    facts = {"reference": after.reference, "team": after.team, "assignee": after.assignee, "context": "", "due_at": ""}
    id_ = ulid_for(at, "taken over", after.id, after.team, str(after.cycle))
    return (event_entry(id_, after, at, "hub", "case.transferred", facts),)


def _require_seen(case: Case, seen: Seen, *, speaks: bool) -> None:
    if _has_written(case, seen):
        raise NewerMessage()
    if speaks and _has_said(case, seen):
        raise NewerMessage("A colleague has answered or promised since you read the case. Read that first.")
    if seen.version is not None and seen.version != case.version:
        raise Conflict()


def _has_written(case: Case, seen: Seen) -> bool:
    return seen.messages is not None and case.messages_in > seen.messages


def _has_said(case: Case, seen: Seen) -> bool:
    known = seen.version if seen.said is None else seen.said
    return known is not None and case.said_version > known
