"""Somebody says that they are reachable at a contact point: a code goes there, if the limits of the day allow one."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from chalicelib.content.phone_numbers import may_be_texted
from chalicelib.content.texts.codes import code_message
from chalicelib.domain.configuration import Configuration, Inbox
from chalicelib.domain.contact_points import Channel, ContactPoint
from chalicelib.domain.delivery import Delivery, DeliveryStatus, queued
from chalicelib.domain.errors import NoWayToReach, StorageUnavailable
from chalicelib.domain.identifiers import ulid
from chalicelib.domain.threads import Entry, EntryKind
from chalicelib.domain.verification import (
    MOST_PER_POINT,
    MOST_PER_PRINCIPAL,
    VALID_FOR,
    Verification,
    channel_for,
)
from chalicelib.usecases.allowances import name_of_limit, once_more
from chalicelib.usecases.customer_changes import change_customers
from chalicelib.usecases.once import Once, remember
from chalicelib.usecases.ports import (
    Change,
    ConfigurationSource,
    Create,
    Now,
    Randomness,
    ThreadStore,
    WorkQueues,
)


@dataclass(frozen=True, slots=True)
class StartVerification:
    """`most_texts`: how many codes go out by SMS in a day in all; each costs money."""

    threads: ThreadStore
    configuration: ConfigurationSource
    queues: WorkQueues
    most_texts: int
    now: Now
    randomness: Randomness

    def __call__(
        self,
        point: ContactPoint,
        inbox: Inbox,
        *,
        asked_by: str,
        principal: str = "",
        language: str = "",
        once: Once | None = None,
    ) -> str:
        """`asked_by`: whoever the limit per caller counts: a principal, or where an anonymous call came from.

        Gives the id of the verification. Raises NoWayToReach, TooMany.

        Whether anybody owns the contact point is not even looked at, so neither answer nor time can tell.
        """
        channel = self._channel(point)
        sent: list[Entry] = []

        def decide() -> tuple[str, Sequence[Change]]:
            now = self.now()
            verification = Verification(
                ulid(now, self.randomness(10)), point, now, (now + VALID_FOR).replace(microsecond=0), principal
            )
            entry = self._code(verification, channel, inbox, language)
            sent.append(entry)
            return verification.id, [
                *self._allowed(point, channel, asked_by, now),
                Create(verification),
                Create(entry),
                *remember(once, verification.id, now),
            ]

        id_ = change_customers(self.threads, once, decide)
        if sent and sent[-1].customer_id == id_:  # else another call with the same key was faster, and asked
            with suppress(StorageUnavailable):  # the queue is a hint: the sweep picks up what nobody claims
                self.queues.ask_to_deliver(sent[-1].customer_id, sent[-1].id)
        return id_

    def _channel(self, point: ContactPoint) -> Channel:
        channel = channel_for(point)
        inboxes = self.configuration.current().inboxes
        countries = {one for inbox in inboxes if inbox.channel is Channel.SMS for one in inbox.countries}
        if channel is Channel.SMS and not may_be_texted(point, countries):
            raise NoWayToReach("No text message is sent to that number.")
        return channel

    def _allowed(self, point: ContactPoint, channel: Channel, asked_by: str, now: datetime) -> list[Change]:
        limits = [
            ("address", _counted("point", str(point)), MOST_PER_POINT),
            ("caller", _counted("caller", asked_by), MOST_PER_PRINCIPAL),
        ]
        if channel is Channel.SMS:
            limits.append(("hub", _counted("texts"), self.most_texts))
        return [once_more(self.threads, tier, name, most, now) for tier, name, most in limits]

    def _code(self, verification: Verification, channel: Channel, inbox: Inbox, language: str) -> Entry:
        """It stands under the verification's own id: in nobody's thread, before and after it is proved."""
        configuration: Configuration = self.configuration.current()
        writes = configuration.inbox_writing(channel, "", inbox.team)
        message = code_message([language or inbox.language], int(VALID_FOR.total_seconds() // 60), configuration)
        delivery = Delivery(
            DeliveryStatus.QUEUED,
            recipient=verification.point.value,
            sender=writes.address,
            point=verification.point,
            automatic=True,
        )
        return Entry(
            id=ulid(verification.at, self.randomness(10)),
            customer_id=verification.id,
            case_id="",
            at=verification.at,
            kind=EntryKind.CODE,
            author="hub",
            channel=channel,
            subject=message.subject if channel is Channel.EMAIL else "",
            text=message.text,
            delivery=queued(delivery, verification.at),
        )


def _counted(*what: str) -> str:
    return name_of_limit("codes", *what)
