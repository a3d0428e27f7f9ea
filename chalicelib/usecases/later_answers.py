"""Which answers stand in a case behind one of them: what the customer has been told since."""

from __future__ import annotations

from chalicelib.domain.contacts import Effect
from chalicelib.domain.delivery import DeliveryStatus
from chalicelib.domain.moving import is_answer
from chalicelib.domain.tasks import TaskState
from chalicelib.domain.threads import Entry
from chalicelib.usecases.ports import ThreadStore
from chalicelib.usecases.task_changes import SETTLED_EVENTS

_PAGE = 50
_ANSWERING = (Effect.ANSWERS, Effect.ASKS_AND_IS_ANSWERED)


def later_answers(threads: ThreadStore, answer: Entry) -> list[Entry]:
    """Oldest first. One whose fate is unknown does not stand: nobody can rely on it."""
    found: list[Entry] = []
    start, goes_on = None, True
    while goes_on:
        page = threads.list_thread(answer.customer_id, _PAGE, start)
        newer = [entry for entry in page.items if entry.id > answer.id]
        found += [entry for entry in newer if entry.case_id == answer.case_id and _stands(entry)]
        start, goes_on = page.next, page.next is not None and len(newer) == len(page.items)
    return found[::-1]


def _stands(entry: Entry) -> bool:
    if entry.moved_to or entry.repeats:
        return False
    if entry.contact:
        return entry.contact.effect in _ANSWERING
    if entry.event:
        return entry.event == SETTLED_EVENTS[TaskState.DONE] and entry.facts.get("answers") == "yes"
    is_unknown = entry.delivery is not None and entry.delivery.status is DeliveryStatus.UNKNOWN
    return is_answer(entry) and entry.author != "hub" and not is_unknown
