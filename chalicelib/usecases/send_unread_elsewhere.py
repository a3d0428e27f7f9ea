"""An answer in the app that nobody has read for too long goes the next way that leads to its customer, once.

Only to an address that is proved to be theirs, and only if the contact policy allows it. Reading it changes the same
field of the entry, so that it is either read or sent elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from chalicelib.domain.cases import Case, CaseStatus, with_repeated_answer
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.delivery import Delivery, gone_another_way, queued
from chalicelib.domain.errors import NoWayToReach
from chalicelib.domain.identifiers import ulid_for
from chalicelib.domain.reply_address import KeyRing
from chalicelib.domain.threads import REPEATS, Entry, EntryKind, event_entry
from chalicelib.usecases.contact_rulings import Intent
from chalicelib.usecases.going_out import ask_to_send, found_by_the_next_from_there
from chalicelib.usecases.ports import Change, ConfigurationSource, Create, Now, ThreadStore, Update, WorkQueues
from chalicelib.usecases.ways_to_reach import Way, way_to_reach

_ELSEWHERE = (Channel.EMAIL, Channel.SMS)
_CASE_DEPENDS_ON = ("status",)


@dataclass(frozen=True, slots=True)
class SendUnreadElsewhere:
    """`reply_keys` are fetched only when something is sent."""

    threads: ThreadStore
    configuration: ConfigurationSource
    queues: WorkQueues
    reply_keys: Callable[[], KeyRing]
    now: Now

    def __call__(self, entry: Entry, delivery: Delivery) -> bool:
        """Whether it goes another way; where there is none, the thread says so. Raises WriteConflict when it was read
        at the same moment.
        """
        now = self.now()
        case = self.threads.get_case(entry.customer_id, entry.case_id)
        way = self._find_way(case, now) if case.status in (CaseStatus.OPEN, CaseStatus.CLOSED) else None
        again = _again(entry, case, way, now) if way else None
        done: list[Change] = [Update(entry, replace(entry, delivery=gone_another_way(delivery)), ("delivery",))]
        facts = {"entry": entry.id, "again": again.id, "channel": str(again.channel)} if again else {"entry": entry.id}
        told = event_entry(ulid_for(now, "unread", entry.id), case, now, "hub", "delivery.unread", facts)
        done.append(Create(told))
        if way and again:
            done += [
                Create(again),
                Update(case, with_repeated_answer(case, now), _CASE_DEPENDS_ON),
                *found_by_the_next_from_there(self.threads, way, case.id),
            ]
        self.threads.commit(done)
        if again:
            ask_to_send(self.queues, again)
        return again is not None

    def _find_way(self, case: Case, now: datetime) -> Way | None:
        configuration, last_id = self.configuration.current(), case.last_inbound_id
        last = self.threads.get_entry(case.customer_id, last_id) if last_id else None
        for channel in _ELSEWHERE:
            try:
                way = way_to_reach(self.threads, case, last, configuration, self.reply_keys(), Intent(now), channel)
            except NoWayToReach:
                continue
            owner = self.threads.find_owner(way.point)
            if owner and owner.is_proved:
                return way
        return None


def _again(entry: Entry, case: Case, way: Way, now: datetime) -> Entry:
    return Entry(
        id=ulid_for(now, "again", entry.id),
        customer_id=entry.customer_id,
        case_id=entry.case_id,
        at=now,
        kind=EntryKind.OUTBOUND,
        author=entry.author,
        channel=way.channel,
        subject=f"Re: {case.subject}" if way.channel is Channel.EMAIL else "",
        text=entry.text,
        attachments=entry.attachments,
        delivery=way.delivery and queued(way.delivery, now, not_before=way.not_before),
        facts=MappingProxyType({REPEATS: entry.id}),
    )
