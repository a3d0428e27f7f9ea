"""Events for other systems, on an EventBridge bus."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from botocore.client import BaseClient

from chalicelib.domain.errors import StorageUnavailable
from chalicelib.domain.webhook_signatures import with_signatures
from chalicelib.gateways.aws import translated
from chalicelib.usecases.ports import Announcement

WebhookKeys = Mapping[str, Sequence[bytes]]

# https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
_MOST_PER_CALL = 10
_PASSES = 3


class EventBridgeAnnouncer:
    """`source` is `splot`, `detail-type` the event's name; `detail` as docs/events.md describes it."""

    def __init__(
        self, events: BaseClient, bus: str, keys: Callable[[], WebhookKeys], now: Callable[[], datetime]
    ) -> None:
        """`keys`: gives those of each webhook, which gets a signature with each of its own."""
        self._events = events
        self._bus = bus
        self._keys = keys
        self._now = now

    def announce(self, events: Sequence[Announcement]) -> None:
        """Raises StorageUnavailable when some were not taken: then all come again, those that were taken as well.

        An answer of 200 may still say of single events that the bus did not take them. These are put again behind all
        others, twice at most, so that one busy moment does not repeat a whole batch.
        """
        keys = self._keys()
        left = [self._entry(event, keys) for event in events]
        for _ in range(_PASSES):
            chunks = [left[start : start + _MOST_PER_CALL] for start in range(0, len(left), _MOST_PER_CALL)]
            left = [entry for chunk in chunks for entry in self._not_taken_of(chunk)]
            if not left:
                return
        raise StorageUnavailable()

    def _entry(self, event: Announcement, keys: WebhookKeys) -> dict[str, Any]:
        return {
            "EventBusName": self._bus,
            "Source": "splot",
            "DetailType": event.name,
            "Time": event.at,
            "Detail": json.dumps(with_signatures(event.name, event.detail, self._now(), keys)),
        }

    def _not_taken_of(self, chunk: list[dict[str, Any]]) -> list[dict[str, Any]]:
        with translated():
            answer: Mapping[str, Any] = self._events.put_events(Entries=chunk)
        if answer.get("FailedEntryCount") == 0:
            return []
        outcomes = answer.get("Entries", [])
        if len(outcomes) != len(chunk):  # it cannot be read: nobody knows which
            return chunk
        return [entry for entry, outcome in zip(chunk, outcomes, strict=True) if "EventId" not in outcome]
