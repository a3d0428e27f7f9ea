"""Lists in pages: a limit, a cursor in, a cursor out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, TypeVar

from chalicelib import wiring
from chalicelib.api.asked import PageWanted
from chalicelib.api.cursors import open_cursor, seal_cursor
from chalicelib.api.operations import Call
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.search import MOST_ASKED
from chalicelib.domain.search_words import asked_for
from chalicelib.usecases.ports import Page

T = TypeVar("T")
Start = Mapping[str, str] | None

# API Gateway gives up after 29 seconds, and the last message that is begun may take its reader's ten.
MANY_WITHIN = timedelta(seconds=12)


def page_for(
    call: Call[PageWanted, Any], list_: tuple[str, ...], read: Callable[[int, Start], Page[T]]
) -> tuple[tuple[T, ...], str | None]:
    """`list_` names the list and everything that it was asked for by; a cursor of one list opens no other.

    Gives the items, and the cursor of the next page or None.
    """
    page = read(call.query.limit, start_of(call, list_, call.query.cursor))
    return page.items, seal_next(call, list_, page.next)


def start_of(call: Call[Any, Any], list_: tuple[str, ...], cursor: str | None) -> Start:
    if cursor is None:
        return None
    ports = wiring.hub().ports
    return open_cursor(ports.secrets.cursor_key, (call.principal.id, *list_), cursor, ports.now())


def seal_next(call: Call[Any, Any], list_: tuple[str, ...], next_: Start) -> str | None:
    if next_ is None:
        return None
    ports = wiring.hub().ports
    return seal_cursor(ports.secrets.cursor_key, (call.principal.id, *list_), next_, ports.now())


def words_in(text: str, field: str, *, common: bool = False) -> tuple[str, ...]:
    """The stems of what somebody looks for. Raises InvalidInput when nothing could be found by it."""
    words = asked_for(text, common=common)
    if not words:
        raise InvalidInput("These words stand nearly everywhere. Add a rarer one.", field=field)
    if len(words) > MOST_ASKED:
        raise InvalidInput(f"Look for at most {MOST_ASKED} words.", field=field)
    return words
