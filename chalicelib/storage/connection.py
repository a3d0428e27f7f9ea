"""pynamodb's connection, which takes an answer only as DynamoDB sent it."""

from __future__ import annotations

from typing import Any
from zlib import crc32

from pynamodb.connection import Connection

from chalicelib.domain.errors import StorageUnavailable


class CheckedConnection(Connection):
    """botocore compares the checksum of an answer only to decide whether it asks again. Our client asks once, so an
    answer that was damaged on its way would read as an empty one: nothing is there, or the write is done.
    """

    @property
    def client(self) -> Any:
        known = self._client
        client = super().client
        if client is not known:
            client.meta.events.register_first("needs-retry.dynamodb", _require_whole)
        return client


def _require_whole(response: tuple[Any, Any] | None = None, **_event: Any) -> None:
    """Raises StorageUnavailable: as with any lost answer, a write may have happened."""
    if response is None:
        return
    answer, _ = response
    told = answer.headers.get("x-amz-crc32")
    if told is not None and int(told) != crc32(answer.content):
        raise StorageUnavailable()
