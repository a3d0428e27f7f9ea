"""A case's part of its customer's thread, page by page. No list has the entries of one case: the thread is read and
what belongs to other cases is left out, so a page may have fewer entries than it could, also none.
"""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.cases import Case
from chalicelib.domain.identifiers import first_ulid_at
from chalicelib.domain.threads import Entry
from chalicelib.usecases.ports import Page, ThreadStore

MOST_READS = 4
_AFTER = "after"


def newest_of_case(threads: ThreadStore, case: Case, limit: int, start: Mapping[str, str] | None = None) -> Page[Entry]:
    """Newest first, until the case was opened. At most `MOST_READS` round trips."""
    first, found = first_ulid_at(case.opened_at), list[Entry]()
    for _ in range(MOST_READS):
        page = threads.list_thread(case.customer_id, limit - len(found), start)
        found += [entry for entry in _of(case, page.items) if entry.id > first]
        start = None if page.items and page.items[-1].id < first else page.next
        if start is None or len(found) == limit:
            break
    return Page(tuple(found), start)


def oldest_of_case(threads: ThreadStore, case: Case, limit: int, after: str = "") -> Page[Entry]:
    """What stands behind the entry `after`, "" for all of it, oldest first. `next["after"]` is where it goes on. At
    most `MOST_READS` round trips.
    """
    after, found = after or first_ulid_at(case.opened_at), list[Entry]()
    for _ in range(MOST_READS):
        page = threads.list_threads_since((case.customer_id,), after, limit - len(found))
        found += _of(case, page.items)
        if page.next is None:
            return Page(tuple(found))
        after = page.items[-1].id
        if len(found) == limit:
            break
    return Page(tuple(found), {_AFTER: after})


def _of(case: Case, entries: tuple[Entry, ...]) -> list[Entry]:
    return [entry for entry in entries if entry.case_id == case.id and not entry.moved_to]
