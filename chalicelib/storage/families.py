"""Several customers' threads, or their cases, read as one. A cursor names the last one shown: ids are made of instants,
so it holds in every partition, whoever was merged or parted since.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from operator import attrgetter
from typing import TypeVar

from chalicelib.domain.cases import Case
from chalicelib.domain.threads import Entry
from chalicelib.storage.keys import key_for
from chalicelib.usecases.ports import Page

T = TypeVar("T", Entry, Case)

_LAST = "before"
_AFTER = "after"


def continued(
    customer_id: str, start: Mapping[str, str] | None, kind: type[Entry | Case] = Entry
) -> Mapping[str, str] | None:
    """Where the thread, or the list of cases, of one of them goes on behind the last one that was shown."""
    return key_for(kind, customer_id=customer_id, id=start[_LAST])._asdict() if start else None


def behind(customer_id: str, after: str) -> Mapping[str, str]:
    """Where the thread of one of them goes on behind an entry, whose ever it is."""
    return key_for(Entry, customer_id=customer_id, id=after)._asdict()


def woven_forward(pages: Iterable[Page[Entry]], limit: int) -> Page[Entry]:
    """`pages`: of each partition, oldest first, from the same place on. As `woven`, the other way."""
    pages = list(pages)
    ends = [page.items[-1].id for page in pages if page.next and page.items]
    entries = sorted((entry for page in pages for entry in page.items), key=attrgetter("id"))
    shown = [entry for entry in entries if not ends or entry.id <= min(ends)][:limit]
    more = len(shown) < len(entries) or bool(ends)
    return Page(tuple(shown), {_AFTER: shown[-1].id} if more and shown else None)


def woven(pages: Iterable[Page[T]], limit: int) -> Page[T]:
    """`pages`: of each partition, newest first, from the same place on.

    A partition whose page ended early (DynamoDB reads a megabyte at once) may hold more that belongs before the others'
    older entries: those wait for the next page.
    """
    pages = list(pages)
    reached = max((page.items[-1].id for page in pages if page.next and page.items), default="")
    entries = sorted((entry for page in pages for entry in page.items), key=attrgetter("id"), reverse=True)
    shown = [entry for entry in entries if entry.id >= reached][:limit]
    more = len(shown) < len(entries) or any(page.next for page in pages)
    return Page(tuple(shown), {_LAST: shown[-1].id} if more and shown else None)
