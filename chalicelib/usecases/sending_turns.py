"""When a worker may hand its next message to a carrier, so that all workers together stay below what it takes.

At most `workers` of them run at once (the queue's mapping sees to it), and each deals with one message at a time. So
each keeps to its share of the rate by itself, and nothing is counted anywhere: ADR 30.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chalicelib.content.sms_texts import segments_of
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.messages import OutgoingMessage
from chalicelib.usecases.ports import Now

Sleep = Callable[[float], None]
SendingRate = Callable[[], float | None]


@dataclass(slots=True)
class SendingTurns:
    """`mail_rate`: mails a second as the carrier says, None if it does not. `sleep`: for so many seconds."""

    workers: int
    mail_rate: SendingRate
    now: Now
    sleep: Sleep
    _free_at: dict[str, datetime] = field(default_factory=dict)

    def wait(
        self, message: OutgoingMessage, configured_mail_rate: float | None, now: datetime, until: datetime
    ) -> datetime | None:
        """The instant at which it is the message's turn, after having waited for it; None if that is after `until`."""
        if message.post:
            return now  # its gateway is not of AWS, and says itself when it is asked too often
        if message.channel is Channel.SMS:
            rate, size, queue = message.sms.parts_per_second, segments_of(message.text), message.sender
        else:
            rate, size, queue = self.mail_rate() or configured_mail_rate, 1, "mail"
        if rate is None:
            return now
        turn = max(now, self._free_at.get(queue, now))
        if turn > until:
            return None
        self._free_at[queue] = turn + timedelta(seconds=size * self.workers / rate)
        if turn == now:
            return now
        self.sleep((turn - now).total_seconds())
        return self.now()
