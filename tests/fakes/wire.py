"""Stands between a table's client and DynamoDB: gives answers of its own, or loses those that come."""

from __future__ import annotations

import io
import json
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError

from chalicelib.storage.table import Table

PASS = object()


class Wire:
    """What is queued here happens to one request after the other; when nothing is queued, requests go through."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self._before: deque[Any] = deque()
        self._after: deque[bool] = deque()

    def answer(self, body: dict[str, Any], status: int = 200, times: int = 1) -> None:
        self._before.extend([(status, body)] * times)

    def fail(self, code: str, *reasons: str, times: int = 1, status: int = 400) -> None:
        """`reasons`: the codes of the actions of a cancelled transaction, in the order in which they were sent."""
        cancelled = [{"Code": reason} for reason in reasons]
        body = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": code, "CancellationReasons": cancelled}
        self.answer(body, status, times)

    def drop_request(self, times: int = 1) -> None:
        """It never arrives."""
        self._before.extend([ConnectionClosedError(endpoint_url="dynamodb")] * times)

    def lose_answer(self) -> None:
        """The request is carried out, and nobody hears of it."""
        self._before.append(PASS)
        self._after.append(True)

    @contextmanager
    def on(self, table: Table) -> Iterator[Wire]:
        events = table.connection.client.meta.events
        events.register_first("before-send.dynamodb", self._before_send)
        events.register_first("needs-retry.dynamodb", self._after_answer)
        try:
            yield self
        finally:
            events.unregister("before-send.dynamodb", self._before_send)
            events.unregister("needs-retry.dynamodb", self._after_answer)

    def _before_send(self, request: Any, **_: Any) -> AWSResponse | None:
        self.requests.append(json.loads(request.body))
        step = self._before.popleft() if self._before else PASS
        if step is PASS:
            return None
        if isinstance(step, Exception):
            raise step
        status, body = step
        return AWSResponse(request.url, status, {}, _Stream(json.dumps(body).encode()))

    def _after_answer(self, **_: Any) -> None:
        if self._after and self._after.popleft():
            raise ReadTimeoutError(endpoint_url="dynamodb")


class _Stream(io.BytesIO):
    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.read()
