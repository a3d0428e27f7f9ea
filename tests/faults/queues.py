"""A queue of the simulated world as SQS is, with the poller that Lambda puts between it and a function.

At least once, in any order, a message is hidden while a function works on it and comes back unless the function
succeeds; after too many receives it goes to the dead letter queue.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/standard-queues.html
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.faults.world import Ending, World

_LATE_BY = (timedelta(0), timedelta(seconds=2), timedelta(minutes=5))

Invoke = Callable[[Mapping[str, Any], Callable[[Ending], None]], None]
"""Starts the queue's function on an event; the second argument hears how it ended."""


@dataclass(frozen=True, slots=True)
class QueueKind:
    """What `infra/template/queues.yaml` says of a queue, and which function reads it."""

    name: str
    function: str
    most_receives: int
    hidden_for: timedelta
    batch_size: int = 1


@dataclass(eq=False, slots=True)
class Message:
    """`copy`: SQS will bring it once more although it was deleted."""

    id: str
    body: str
    visible_at: datetime
    receives: int = 0
    copy: bool = False


@dataclass
class Queue:
    world: World
    kind: QueueKind
    invoke: Invoke
    waiting: list[Message] = field(default_factory=list)
    dead: list[Message] = field(default_factory=list)
    sent: int = 0

    def send(self, body: Mapping[str, Any], delay: timedelta = timedelta(0)) -> None:
        self.sent += 1
        late_by = _LATE_BY[self.world.choices.weighted(8, 2, 1)]
        copy = self.world.choices.happens(0.15)
        visible_at = self.world.at + max(delay, timedelta(0)) + late_by
        self._put(Message(f"{self.kind.name}-{self.sent}", json.dumps(body), visible_at, copy=copy))

    def visible(self) -> int:
        return sum(message.visible_at <= self.world.at for message in self.waiting)

    def redrive(self) -> int:
        """An operator sends the dead letters through again. Gives how many."""
        dead, self.dead = self.dead, []
        for message in dead:
            self._put(Message(message.id, message.body, self.world.at))
        return len(dead)

    def _put(self, message: Message) -> None:
        self.waiting.append(message)
        self.world.later(message.visible_at - self.world.at, lambda: self._poll(message))

    def _poll(self, message: Message) -> None:
        if message not in self.waiting or message.visible_at > self.world.at:
            return
        visible = [other for other in self.waiting if other.visible_at <= self.world.at and other is not message]
        self._receive([message, *visible[: self.kind.batch_size - 1]])

    def _receive(self, batch: list[Message]) -> None:
        received = []
        for message in batch:
            message.receives += 1
            if message.receives > self.kind.most_receives:
                self.waiting.remove(message)
                self.dead.append(message)
                continue
            received.append(message)
            message.visible_at = self.world.at + self.kind.hidden_for
            self.world.later(self.kind.hidden_for, lambda message=message: self._poll(message))
        if received:
            event = {"Records": [_record(message) for message in received]}
            self.invoke(event, lambda ending: self._worked_on(received, ending))

    def _worked_on(self, batch: list[Message], ending: Ending) -> None:
        if not ending.good:
            return
        failed = {failure["itemIdentifier"] for failure in (ending.value or {}).get("batchItemFailures", ())}
        for message in batch:
            if message.id in failed:
                continue
            if message.copy:
                message.copy = False
            elif message in self.waiting:
                self.waiting.remove(message)


def _record(message: Message) -> dict[str, Any]:
    return {
        "messageId": message.id,
        "body": message.body,
        "attributes": {"ApproximateReceiveCount": str(message.receives)},
    }
