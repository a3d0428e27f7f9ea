"""Notices that were held back become one digest for each recipient and window.

A digest is a notice of its own that stands in nobody's thread. While it grows, each transaction puts some notices into
it and marks just these as told, so that none is in it twice or in none, however often and wherever this stops. It goes
out when a later sweep finds none that still belongs to it. One that is held back after that starts another digest.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.content.texts.notices import digest_for
from chalicelib.domain.configuration import Configuration, Inbox
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.delivery import Delivery, digested, queued, waits_for_digest
from chalicelib.domain.errors import StorageUnavailable, WrongConfiguration
from chalicelib.domain.identifiers import time_of, ulid_for
from chalicelib.domain.notice_limits import DigestLine, line_for, parse_lines, render_lines
from chalicelib.domain.threads import Entry, EntryKind
from chalicelib.usecases.ports import Change, ConfigurationSource, Create, Now, ThreadStore, Update, WorkQueues

MOST_AT_ONCE = 98  # notices in one transaction, with the digest itself: DynamoDB takes 100 changes
_GROWS = ("delivery", "facts")
_LOOKS_BACK = 20  # entries of a digest's own thread: digests of one window, and events of their deliveries


@dataclass(frozen=True, slots=True)
class GatherDigests:
    threads: ThreadStore
    configuration: ConfigurationSource
    queues: WorkQueues
    now: Now

    def gather(self, held: Sequence[Entry]) -> None:
        """`held`: notices that wait for the same digest, at most 98. Raises WriteConflict: another sweep is at it."""
        first = held[0].delivery
        assert first is not None  # noqa: S101  # it names the digest; for the type checker
        known = self.threads.list_thread(first.digest, _LOOKS_BACK).items
        growing = next((entry for entry in known if is_growing(entry)), None)
        lines = [line_for(notice.facts) for notice in held]
        told: list[Change] = [
            Update(notice, replace(notice, delivery=digested(notice.delivery)), ("delivery",))
            for notice in held
            if notice.delivery
        ]
        if growing is None:
            digest = _new_digest(held[0].channel, first, len(known))
            self.threads.commit([Create(_grown(digest, lines)), *told])
        else:
            self.threads.commit([Update(growing, _grown(growing, lines), _GROWS), *told])

    def send(self, digest: Entry) -> None:
        """Nothing belongs to it any more: it gets its words and goes out. Raises WriteConflict when somebody did it."""
        if digest.delivery is None or digest.channel is None:
            return
        now = self.now()
        configuration = self.configuration.current()
        inbox = configuration.find_inbox(digest.delivery.sender, [digest.channel])
        if inbox is None:
            raise WrongConfiguration(f"No inbox has the address {digest.delivery.sender} any more.")
        delivery = queued(replace(digest.delivery, digest=""), now)
        worded = replace(_worded(digest, configuration, inbox, now), delivery=delivery)
        self.threads.commit([Update(digest, worded, _GROWS)])
        with suppress(StorageUnavailable):  # the queue is a hint: the sweep picks up what nobody claims
            self.queues.ask_to_deliver(digest.customer_id, digest.id)


def is_growing(entry: Entry) -> bool:
    """Whether it is a digest that has not gone out yet."""
    delivery = entry.delivery
    return delivery is not None and waits_for_digest(delivery) and delivery.digest == entry.customer_id


def _new_digest(channel: Channel | None, held: Delivery, number: int) -> Entry:
    """The id follows from what was there before: of two sweeps that start the same digest, one is refused."""
    at = time_of(held.digest)
    delivery = replace(held, next_step_at=at)
    return Entry(
        id=ulid_for(at, held.digest, str(number)),
        customer_id=held.digest,
        case_id="",
        at=at,
        kind=EntryKind.NOTICE,
        author="hub",
        channel=channel,
        facts={"notices": "0"},
        delivery=delivery,
    )


def _grown(digest: Entry, lines: Sequence[DigestLine]) -> Entry:
    count = int(digest.facts["notices"]) + len(lines)
    return replace(digest, text=render_lines([*parse_lines(digest.text), *lines]), facts={"notices": str(count)})


def _worded(digest: Entry, configuration: Configuration, inbox: Inbox, now: datetime) -> Entry:
    lines = parse_lines(digest.text)
    zones = {name: configuration.hours_for(name).zone for name in configuration.every_team}
    notice = digest_for(inbox.language, lines, int(digest.facts["notices"]), zones, now)
    if digest.channel is Channel.SMS:
        return replace(digest, text=notice.subject)
    return replace(digest, subject=notice.subject, text=notice.text)
