"""What a webhook's receiver did not take: listed, and sent once more to this webhook alone, signed anew."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.domain.webhook_signatures import SIGNATURES, with_signatures
from infra.errors import DeploymentError
from infra.webhook_template import AGAIN

HIDDEN_SECONDS = 60


@dataclass(frozen=True)
class Undelivered:
    """`queue`: in which the events of the webhook `name` lie that were given up; `bus`: the hub's."""

    name: str
    queue: str
    bus: str
    sqs: Any
    events: Any
    now: Callable[[], datetime]

    def listed(self) -> Iterator[tuple[str, dict[str, Any], Mapping[str, str]]]:
        """Receipt handle, event and what is said of its failure. What was taken out comes again after a minute, and
        is not told twice.
        """
        seen = set[str]()
        while True:
            answer = self.sqs.receive_message(
                QueueUrl=self.queue,
                MaxNumberOfMessages=10,
                VisibilityTimeout=HIDDEN_SECONDS,
                MessageAttributeNames=["All"],
            )
            fresh = [message for message in answer.get("Messages", ()) if message["MessageId"] not in seen]
            if not fresh:
                return
            for message in fresh:
                seen.add(message["MessageId"])
                attributes = message.get("MessageAttributes", {})
                said = {key: value.get("StringValue", "") for key, value in attributes.items()}
                yield message["ReceiptHandle"], json.loads(message["Body"]), said

    def lines(self) -> Iterator[str]:
        """One for each. All lie there again at once: whoever has looked may want them sent again."""
        handles = list[str]()
        for handle, event, said in self.listed():
            handles.append(handle)
            yield line_of(event, said)
        for handle in handles:
            self.sqs.change_message_visibility(QueueUrl=self.queue, ReceiptHandle=handle, VisibilityTimeout=0)
        if not handles:
            yield "Nothing is undelivered."

    def replay(self, keys: Sequence[bytes]) -> int:
        """Each once; those that the bus took are gone from the queue. `keys`: the webhook's, the newer one first.

        One that fails again comes back into the queue: after a day, or at once where the receiver refuses it for good.
        It is left there for another time. Raises DeploymentError.
        """
        sent = set[str]()
        for handle, event, _ in self.listed():
            if event["detail"]["id"] in sent:
                continue
            self._put(event, keys)
            self.sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=handle)
            sent.add(event["detail"]["id"])
        return len(sent)

    def _put(self, event: Mapping[str, Any], keys: Sequence[bytes]) -> None:
        detail = {member: value for member, value in event["detail"].items() if member != SIGNATURES}
        signed = with_signatures(event["detail-type"], detail, self.now(), {self.name: tuple(keys)} if keys else {})
        answer = self.events.put_events(
            Entries=[
                {
                    "EventBusName": self.bus,
                    "Source": AGAIN,
                    "Resources": [f"webhook:{self.name}"],
                    "DetailType": event["detail-type"],
                    "Time": event["time"],
                    "Detail": json.dumps(signed),
                }
            ]
        )
        if answer["FailedEntryCount"]:
            raise DeploymentError(f"The bus did not take {detail['id']}; it stays undelivered. Try again.")


def line_of(event: Mapping[str, Any], said: Mapping[str, str]) -> str:
    return f"{event['time']} {event['detail-type']} {event['detail']['id']} {said.get('ERROR_CODE', '')}"
