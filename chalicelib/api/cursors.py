"""Cursors: where a list goes on, sealed so that only who was given one can use it, for the same list, for a day, or
for as long as whoever seals it says.

What is inside belongs to the store (a key of the table). It is authenticated, not secret: whoever may read the list
may know its keys.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.identifiers import digest

VALID_FOR = timedelta(days=1)
LONGEST = 2_048
_MAC_BYTES = 16


class _Content(msgspec.Struct, array_like=True):
    expires: int  # seconds since 1970
    next: dict[str, str]


def seal_cursor(
    key: bytes, scope: tuple[str, ...], next_: Mapping[str, str], now: datetime, valid_for: timedelta = VALID_FOR
) -> str:
    """`scope`: who asked, and for which list with which filters. The cursor opens with the same scope only."""
    content = msgspec.json.encode(_Content(int((now + valid_for).timestamp()), dict(next_)))
    return base64.urlsafe_b64encode(_mac(key, scope, content) + content).decode().rstrip("=")


def open_cursor(
    key: bytes, scope: tuple[str, ...], cursor: str, now: datetime, field: str = "cursor"
) -> Mapping[str, str]:
    """Raises InvalidInput, always in the same words, when it is not exactly what `seal_cursor` gave."""
    content = _authentic(key, scope, cursor)
    if content is None or content.expires < now.timestamp():
        raise InvalidInput(
            "This cursor does not belong to this list, or is too old. Start again without it.", field=field
        )
    return content.next


def _authentic(key: bytes, scope: tuple[str, ...], cursor: str) -> _Content | None:
    try:
        sealed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return None
    mac, content = sealed[:_MAC_BYTES], sealed[_MAC_BYTES:]
    if len(cursor) > LONGEST or not hmac.compare_digest(mac, _mac(key, scope, content)):
        return None
    return msgspec.json.decode(content, type=_Content)


def _mac(key: bytes, scope: tuple[str, ...], content: bytes) -> bytes:
    return hmac.digest(key, digest("splot-cursor-1", *scope) + content, "sha256")[:_MAC_BYTES]
