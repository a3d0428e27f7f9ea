"""Stands between a botocore client and its service: what is queued here happens to one attempt after the other.

Below the client's own retries, so that those are tested too. `wire.py` is the same for the table's client, with words
for DynamoDB's answers.
"""

from __future__ import annotations

import io
import json
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.client import BaseClient
from botocore.exceptions import ReadTimeoutError
from moto.core.models import botocore_stubber

_PASSES, _LOSES = object(), object()


class ServiceWire:
    """`attempts`: every HTTP request that was made. When nothing is queued, requests go through."""

    def __init__(self) -> None:
        self.attempts: list[AWSRequest] = []
        self._before: deque[Any] = deque()

    def answer(
        self, status: int, body: bytes | io.RawIOBase = b"", headers: dict[str, str] | None = None, times: int = 1
    ) -> None:
        self._before.extend([(status, body, headers or {})] * times)

    def answer_json(self, status: int, said: Any, headers: dict[str, str] | None = None, times: int = 1) -> None:
        self.answer(status, json.dumps(said).encode(), headers, times)

    def refuse(self, status: int, code: str, times: int = 1) -> None:
        """In the words of the JSON services."""
        self.answer_json(status, {"__type": code, "message": "no"}, {"x-amzn-ErrorType": code}, times)

    def refuse_as_s3(self, status: int, code: str, times: int = 1) -> None:
        self.answer(status, f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode(), times=times)

    def fail(self, error: Exception, times: int = 1) -> None:
        """The request never arrives, or so the client believes."""
        self._before.extend([error] * times)

    def lose_answer(self, times: int = 1) -> None:
        """The request is carried out by moto, and nobody hears of it."""
        self._before.extend([_LOSES] * times)

    @contextmanager
    def on(self, client: BaseClient) -> Iterator[ServiceWire]:
        events = client.meta.events
        events.register_first("before-send", self._before_send)
        try:
            yield self
        finally:
            events.unregister("before-send", self._before_send)

    def _before_send(self, request: AWSRequest, event_name: str, **_: Any) -> AWSResponse | None:
        self.attempts.append(request)
        step = self._before.popleft() if self._before else _PASSES
        if step is _PASSES:
            return None
        if step is _LOSES:
            botocore_stubber(event_name, request)
            raise ReadTimeoutError(endpoint_url=request.url)
        if isinstance(step, Exception):
            raise step
        status, body, headers = step
        raw = _Body(body) if isinstance(body, bytes) else body
        return AWSResponse(request.url, status, headers, raw)


class _Body(io.BytesIO):
    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.read()


class BrokenBody(io.RawIOBase):
    """A body that breaks off: some bytes come, and then the connection is gone."""

    def __init__(self, begins: bytes, error: Exception) -> None:
        self._begins = begins
        self._error = error

    def read(self, _size: int = -1) -> bytes:
        begins, self._begins = self._begins, b""
        if begins:
            return begins
        raise self._error

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.read()
        raise self._error
