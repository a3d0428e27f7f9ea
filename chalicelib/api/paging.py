"""Lists in pages: a limit, a cursor in, a cursor out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from chalicelib import wiring
from chalicelib.api.asked import PageWanted
from chalicelib.api.cursors import open_cursor, seal_cursor
from chalicelib.api.operations import Call
from chalicelib.usecases.ports import Page

T = TypeVar("T")
Start = Mapping[str, str] | None


def page_for(
    call: Call[PageWanted, Any], list_: tuple[str, ...], read: Callable[[int, Start], Page[T]]
) -> tuple[tuple[T, ...], str | None]:
    """`list_` names the list and everything that it was asked for by; a cursor of one list opens no other.

    Gives the items, and the cursor of the next page or None.
    """
    ports = wiring.hub().ports
    scope = (call.principal.id, *list_)
    start = None
    if call.query.cursor is not None:
        start = open_cursor(ports.secrets.cursor_key, scope, call.query.cursor, ports.now())
    page = read(call.query.limit, start)
    if page.next is None:
        return page.items, None
    return page.items, seal_cursor(ports.secrets.cursor_key, scope, page.next, ports.now())
