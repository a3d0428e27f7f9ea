"""What stands where an API destination stands on AWS: events of the bus go by POST to an address of this machine.

The rule puts them into a queue, as EventBridge keeps them while it tries; here `make webhook` tries while it runs. What
it gives up goes into a second queue, as on AWS. MiniStack has API destinations, too, but tries each event only once.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from infra.local.accounts import WEBHOOK as NAME
from infra.webhook_template import KEPT_FOR_SECONDS, RETRIED_FOR_SECONDS, event_pattern

ANSWERED_WITHIN_SECONDS = 5
LONGEST_PAUSE_SECONDS = 60
NOBODY = 0  # the status of a receiver that was not to be reached
# https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html
_TRIED_AGAIN = {NOBODY, 401, 407, 409, 429}

Post = Callable[[bytes], int]


def subscribe(events: Any, sqs: Any, bus: str) -> tuple[str, str]:
    """The queue into which all events go, and that of those that were given up. Repeating it changes nothing."""
    attributes = {"MessageRetentionPeriod": str(KEPT_FOR_SECONDS)}
    names = (f"webhook-{NAME}-waiting", f"webhook-{NAME}-undelivered")
    queue, undelivered = (sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"] for name in names)
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    pattern = json.dumps(event_pattern(NAME, ("*",)))
    events.put_rule(Name=f"webhook-{NAME}", EventBusName=bus, EventPattern=pattern)
    events.put_targets(Rule=f"webhook-{NAME}", EventBusName=bus, Targets=[{"Id": "webhook", "Arn": arn}])
    return queue, undelivered


@dataclass(frozen=True)
class Delivering:
    """`post`: gives the status of the receiver's answer. `say`: a line for whoever watches. `now`: seconds
    since 1970.
    """

    sqs: Any
    queue: str
    undelivered: str
    post: Post
    now: Callable[[], float]
    say: Callable[[str], None]

    def some(self, wait_seconds: int = 2) -> None:
        """Those that are there. What is not taken comes again later and later, for a day; that, and what is refused for
        good, lies with the undelivered then.
        """
        received = self.sqs.receive_message(
            QueueUrl=self.queue,
            MaxNumberOfMessages=10,
            WaitTimeSeconds=wait_seconds,
            AttributeNames=["ApproximateReceiveCount", "SentTimestamp"],
        )
        for message in received.get("Messages", ()):
            about = message["Attributes"]
            age = self.now() - int(about["SentTimestamp"]) / 1000
            self._one(message["Body"], message["ReceiptHandle"], int(about["ApproximateReceiveCount"]), age)

    def _one(self, body: str, handle: str, tries: int, age: float) -> None:
        status = self.post(body.encode())
        event = json.loads(body)
        told = f"{event['detail-type']} {event['detail']['id']}: {status or 'nobody answers'}"
        if (status in _TRIED_AGAIN or status >= 500) and age < RETRIED_FOR_SECONDS:
            pause = min(2**tries, LONGEST_PAUSE_SECONDS)
            self.sqs.change_message_visibility(QueueUrl=self.queue, ReceiptHandle=handle, VisibilityTimeout=pause)
            self.say(f"{told}, again in {pause} s")
            return
        if not 200 <= status < 300:
            why = {"ERROR_CODE": {"DataType": "String", "StringValue": str(status or "nobody answers")}}
            self.sqs.send_message(QueueUrl=self.undelivered, MessageBody=body, MessageAttributes=why)
            told = f"{told}, given up"
        self.sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=handle)
        self.say(told)


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *_args: Any) -> None:
        """EventBridge follows none either."""


def post_to(url: str) -> Post:
    opener = build_opener(_NoRedirects(), ProxyHandler({}))

    def post(body: bytes) -> int:
        request = Request(url, body, {"Content-Type": "application/json; charset=utf-8"})  # noqa: S310  # the developer's own address
        try:
            with opener.open(request, timeout=ANSWERED_WITHIN_SECONDS) as answer:
                return int(answer.status)
        except HTTPError as error:
            error.close()
            return error.code
        except (OSError, HTTPException):  # something else than a web server may listen there
            return NOBODY

    return post


def shown(say: Callable[[str], None]) -> Post:
    """The receiver where no address is given: whole events, to be looked at."""

    def post(body: bytes) -> int:
        say(json.dumps(json.loads(body), indent=2, ensure_ascii=False))
        return 200

    return post
