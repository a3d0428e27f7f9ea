"""Events for other systems, on an EventBridge bus."""

from __future__ import annotations

import json
from collections.abc import Sequence

from botocore.client import BaseClient

from chalicelib.domain.errors import StorageUnavailable
from chalicelib.gateways.aws import translated
from chalicelib.usecases.ports import Announcement

# https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
_MOST_PER_CALL = 10


class EventBridgeAnnouncer:
    """`source` is `splot`, `detail-type` the event's name; `detail` carries a schema version and references only."""

    def __init__(self, events: BaseClient, bus: str) -> None:
        self._events = events
        self._bus = bus

    def announce(self, events: Sequence[Announcement]) -> None:
        for start in range(0, len(events), _MOST_PER_CALL):
            entries = [
                {
                    "EventBusName": self._bus,
                    "Source": "splot",
                    "DetailType": event.name,
                    "Time": event.at,
                    "Detail": json.dumps({"version": 1, "id": event.id, **event.detail}),
                }
                for event in events[start : start + _MOST_PER_CALL]
            ]
            with translated():
                answer = self._events.put_events(Entries=entries)
            if answer.get("FailedEntryCount") != 0:  # also when it cannot be read
                raise StorageUnavailable()
