"""When a worker may hand its next message to a carrier, so that all workers together stay below what it takes, and
whether the carrier takes anything more today.

At most `workers` of them run at once (the queue's mapping sees to it), and each deals with one message at a time. So
each keeps to its share of the rate by itself, and nothing is counted anywhere: ADR 30.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from chalicelib.content.sms_texts import segments_of
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.messages import OutgoingMessage
from chalicelib.usecases.ports import Now

Sleep = Callable[[float], None]
_BELIEVED_FOR = timedelta(minutes=5)


class MailQuota(NamedTuple):
    """What the carrier of mails takes: so many a second, and so many more for now. None for what it does not say."""

    rate: float | None = None
    left: float | None = None


AskQuota = Callable[[], MailQuota]


@dataclass(slots=True)
class SendingTurns:
    """`mail_quota`: as the carrier says, a few minutes ago at most. `sleep`: for so many seconds."""

    workers: int
    mail_quota: AskQuota
    now: Now
    sleep: Sleep
    _free_at: dict[str, datetime] = field(default_factory=dict)
    _full_until: datetime | None = None

    def is_day_full(self, message: OutgoingMessage, now: datetime) -> bool:
        """Whether its carrier has said that it takes nothing more today: then asking it is no use. Of mails only."""
        if message.channel is Channel.SMS or message.post:
            return False
        if self._full_until and now < self._full_until:
            return True
        left = self.mail_quota().left
        return left is not None and left < 1

    def day_is_full(self, now: datetime) -> None:
        """A carrier of mails has just said so, which is newer than what `mail_quota` knows."""
        self._full_until = now + _BELIEVED_FOR

    def wait(
        self, message: OutgoingMessage, configured_mail_rate: float | None, now: datetime, until: datetime
    ) -> datetime | None:
        """The instant at which it is the message's turn, after having waited for it; None if that is after `until`."""
        if message.post:
            return now  # its gateway is not of AWS, and says itself when it is asked too often
        if message.channel is Channel.SMS:
            rate, size, queue = message.sms.parts_per_second, segments_of(message.text), message.sender
        else:
            rate, size, queue = self.mail_quota().rate or configured_mail_rate, 1, "mail"
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
