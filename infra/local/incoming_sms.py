"""A text message arrives: stored under `incoming/` first, then published as two-way SMS is.

On AWS the payload is stored by a stream of its own beside the topic; here the same hand does both, in this order, so
that what was accepted survives the end of any process.
https://docs.aws.amazon.com/sms-voice/latest/userguide/two-way-sms-payload.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from chalicelib.domain.configuration import Configuration
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.messages import Receipt
from chalicelib.usecases.ports import RawStore

# A number, or the name that a company sends under.
_SENDER = re.compile(r"\+[1-9][0-9]{1,18}|[A-Za-z0-9 ]{1,11}")


class NotAccepted(Exception):
    """The text says what to change."""


class Topic(Protocol):
    def __call__(self, message: str) -> None:
        """Publishes to the topic of incoming text messages."""
        ...


@dataclass(frozen=True)
class IncomingSms:
    configuration: Callable[[], Configuration]
    raw: Callable[[], RawStore]
    publish: Topic
    now: Callable[[], datetime]
    randomness: Callable[[int], bytes]

    def accept(self, sender: str, to: str, text: str) -> str:
        """Gives the `inboundMessageId`. Raises NotAccepted."""
        configuration = self.configuration()
        if not _SENDER.fullmatch(sender):
            raise NotAccepted('"from" must be a number like +48601234567 or a name of at most 11 letters and digits.')
        if configuration.find_inbox(to, [Channel.SMS]) is None:
            ours = ", ".join(inbox.address for inbox in configuration.inboxes if inbox.channel is Channel.SMS)
            raise NotAccepted(f'"to" must be a number of ours: {ours or "there is none in the configuration"}.')
        id_ = str(UUID(bytes=self.randomness(16)))
        message = json.dumps(
            {
                "originationNumber": sender,
                "destinationNumber": to,
                "messageKeyword": "KEYWORD",
                "messageBody": text,
                "inboundMessageId": id_,
                "previousPublishedMessageId": "",
            }
        )
        receipt = Receipt("sms", id_, self.now(), (to,))
        self.raw().put_incoming(receipt, message.encode())
        self.publish(message)
        return id_
