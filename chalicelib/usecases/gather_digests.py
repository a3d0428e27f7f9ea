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
from chalicelib.domain.configuration import Configuration, Inbox, Team
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.delivery import Delivery, digested, failed, queued, waits_for_digest
from chalicelib.domain.errors import StorageUnavailable, WrongConfiguration
from chalicelib.domain.identifiers import time_of, ulid_for
from chalicelib.domain.notice_limits import DigestLine, line_for, parse_lines, render_lines
from chalicelib.domain.remarks import remark
from chalicelib.domain.threads import Entry, EntryKind
from chalicelib.usecases.ports import Change, ConfigurationSource, Create, Now, ThreadStore, Update, WorkQueues

MOST_AT_ONCE = 98  # notices in one transaction, with the digest itself: DynamoDB takes 100 changes
_GROWS = ("delivery", "facts")
_OTHER = {Channel.EMAIL: Channel.SMS, Channel.SMS: Channel.EMAIL}
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

    def can_tell(self, notice: Entry) -> bool:
        """Whether something of ours can still tell the recipient of a notice that was held back."""
        if notice.delivery is None or notice.channel is None:
            return True
        way = _way_for(notice.delivery, notice.channel, notice.facts["team"], self.configuration.current())
        return way is not None

    def send(self, digest: Entry) -> None:
        """Nothing belongs to it any more: it gets its words and goes out. Raises WriteConflict: somebody did it; and
        WrongConfiguration, once, when nothing of ours can tell its recipient any more: then it has ended as failed.
        """
        if digest.delivery is None or digest.channel is None:
            return
        now = self.now()
        configuration = self.configuration.current()
        way = _way_for(digest.delivery, digest.channel, parse_lines(digest.text)[0].team, configuration)
        if way is None:
            reason = remark("nothing_tells_them", channel=digest.channel)
            self.threads.commit([Update(digest, replace(digest, delivery=failed(digest.delivery, reason)), _GROWS)])
            raise WrongConfiguration(reason)
        onward = replace(digest, channel=way.inbox.channel)
        delivery = replace(digest.delivery, digest="", sender=way.inbox.address, recipient=way.recipient)
        worded = replace(_worded(onward, configuration, way.inbox, now), delivery=queued(delivery, now))
        self.threads.commit([Update(digest, worded, _GROWS)])
        with suppress(StorageUnavailable):  # the queue is a hint: the sweep picks up what nobody claims
            self.queues.ask_to_deliver(digest.customer_id, digest.id)


@dataclass(frozen=True, slots=True)
class _Way:
    inbox: Inbox
    recipient: str


def _way_for(delivery: Delivery, channel: Channel, team: str, configuration: Configuration) -> _Way | None:
    """From the inbox that the notices would have gone out from. If that is gone from the configuration: from another
    one of its channel; by mail instead of SMS, or the reverse, where the recipient has such an address; None if not.
    """
    known = configuration.find_inbox(delivery.sender, [channel])
    if known:
        return _Way(known, delivery.recipient)
    if configuration.writes_by(channel):
        return _Way(configuration.inbox_writing(channel, "", team), delivery.recipient)
    recipient = _other_address(delivery.recipient, channel, [*configuration.teams.values()])
    if not recipient or not configuration.writes_by(_OTHER[channel]):
        return None
    return _Way(configuration.inbox_writing(_OTHER[channel], "", team), recipient)


def _other_address(recipient: str, channel: Channel, teams: Sequence[Team]) -> str:
    """Of the same supervisor or team; "" where it is nobody's, or the only one."""
    of_supervisors = [(team.supervisor_email, team.supervisor_phone) for team in teams]
    pairs = [*of_supervisors, *((team.email, team.phone) for team in teams)]
    if channel is Channel.EMAIL:
        return next((phone for mail, phone in pairs if mail == recipient and phone), "")
    return next((mail for mail, phone in pairs if phone == recipient), "")


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
