"""All entries of one case: its part of the thread from its opening on, filtered. For rare acts; no list shows it."""

from __future__ import annotations

from chalicelib.domain.cases import Case
from chalicelib.domain.errors import TooLarge
from chalicelib.domain.identifiers import first_ulid_at
from chalicelib.domain.threads import Entry
from chalicelib.usecases.ports import ThreadStore

_PAGE = 100
MOST_PAGES = 50


def read_case_entries(threads: ThreadStore, case: Case) -> list[Entry]:
    """Oldest first, without those that were moved away. Raises TooLarge for a thread too long to look through."""
    first, start = first_ulid_at(case.opened_at), None
    found: list[Entry] = []
    for _ in range(MOST_PAGES):
        page = threads.list_thread(case.customer_id, _PAGE, start)
        found += [entry for entry in page.items if entry.case_id == case.id and not entry.moved_to]
        if page.next is None or page.items[-1].id < first:
            return found[::-1]
        start = page.next
    raise TooLarge("The thread is too long to look through for the entries of this case.")
