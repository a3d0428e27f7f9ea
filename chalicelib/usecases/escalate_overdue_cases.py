"""The sweep: what is due gets its next steps, exactly once; what is stuck on its way out is picked up.

It reads only what is due. What is little it does itself; of what is much it does its share and hands the rest, page by
page, to workers. Pages are hints: whether anything is due is decided on a consistent read, and done by a write that
holds only if nothing moved. Two sweeps at once, or one that died half way, change nothing about that. After an outage
everything missed happens at once, marked late.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain, islice
from typing import TypeVar

from chalicelib.domain.case_kinds import CaseKind
from chalicelib.domain.configuration import Configuration
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.delivery import (
    Delivery,
    DeliveryStatus,
    failed,
    is_unread,
    lease_ran_out,
    rung,
    unknown,
    waits_for_digest,
)
from chalicelib.domain.delivery_reports import given_up
from chalicelib.domain.disposal import is_time_to_dispose
from chalicelib.domain.errors import HubError, NotFound, WriteConflict
from chalicelib.domain.remarks import remark
from chalicelib.domain.threads import Entry
from chalicelib.usecases.delivery_outcomes import RecordOutcome
from chalicelib.usecases.escalate_cases import CaseName, EscalateCases
from chalicelib.usecases.gather_digests import MOST_AT_ONCE, GatherDigests, is_growing
from chalicelib.usecases.ports import ConfigurationSource, Due, Now, ThreadStore, WorkQueues
from chalicelib.usecases.send_unread_elsewhere import SendUnreadElsewhere

# Until when, after its start, a sweep does what. The function's time limit is 60 s (.chalice/config.json).
HANDS_OVER_UNTIL = timedelta(seconds=12)
WORKS_UNTIL = timedelta(seconds=37)
PICKS_UP_UNTIL = timedelta(seconds=48)

T = TypeVar("T")

PAGE = 100  # some seconds of work


@dataclass(slots=True)
class Swept:
    """What a sweep did. `oldest_age`: how late the latest was; `failed`: what could not be handled and stays due.

    `handed_over`: cases for workers; `left`: those of its own share that it had no time for. `digested`: notices that
    it put into digests, of which `digests` went out. `holidays_left`: for how long the public holidays of every
    calendar are still known, None where no calendar has any.
    """

    steps: int = 0
    deliveries: int = 0
    unknown: int = 0
    digested: int = 0
    digests: int = 0
    handed_over: int = 0
    left: int = 0
    oldest_age: timedelta = timedelta(0)
    holidays_left: timedelta | None = None
    failed: list[Exception] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class EscalateOverdueCases:
    """`own_share`: how many due cases of each team a sweep does itself. `page`: how many a worker gets at once."""

    threads: ThreadStore
    configuration: ConfigurationSource
    queues: WorkQueues
    escalate: EscalateCases
    digests: GatherDigests
    elsewhere: SendUnreadElsewhere
    own_share: int
    now: Now
    page: int = PAGE

    def __call__(self) -> Swept:
        now = self.now()
        configuration = self.configuration.current()
        swept = Swept(holidays_left=_holidays_left(configuration, now))
        own: list[Due] = []
        rest: list[Iterator[Due]] = []
        for team in configuration.every_team:
            due = self.threads.list_due_cases(team, now)
            own.extend(islice(due, self.own_share))
            rest.append(due)
        swept.oldest_age = max((now - due.at for due in own), default=swept.oldest_age)
        self._hand_over(chain.from_iterable(rest), now + HANDS_OVER_UNTIL, swept)
        self._hand_over_jobs(now, configuration.kinds, swept)
        self._escalate([(due.customer_id, due.case_id) for due in own], now + WORKS_UNTIL, swept)
        self._take_over(configuration, now + WORKS_UNTIL, swept)
        self._pick_up_deliveries(now, swept)
        return swept

    def _escalate(self, names: Sequence[CaseName], until: datetime, swept: Swept) -> None:
        taken = self.escalate(names, until)
        swept.steps += taken.steps
        swept.left += taken.left
        swept.failed.extend(taken.failed)

    def _take_over(self, configuration: Configuration, until: datetime, swept: Swept) -> None:
        """Open cases of teams that are gone, whatever is due in them: nobody has them on a list."""
        try:
            for team in configuration.former_teams:
                left_behind = self.threads.list_urgent(team, self.own_share).items
                self._escalate([(row.customer_id, row.id) for row in left_behind], until, swept)
        except HubError as error:
            swept.failed.append(error)

    def _hand_over(self, rest: Iterator[Due], until: datetime, swept: Swept) -> None:
        """Before anything else is done, so that a case which kills the sweep holds up its neighbours at most.

        Not while earlier pages wait for a worker: what is due would be named again every minute. Nothing is lost by
        it, because what is due stays due.
        """
        page = [*islice(rest, self.page)]
        try:
            if not page or self.queues.escalations_waiting():
                return
            while page and self.now() < until:
                self.queues.ask_to_escalate([(due.customer_id, due.case_id) for due in page])
                swept.handed_over += len(page)
                page = [*islice(rest, self.page)]
        except HubError as error:
            swept.failed.append(error)

    def _hand_over_jobs(self, now: datetime, kinds: Mapping[str, CaseKind], swept: Swept) -> None:
        try:
            for broadcast_id in self.threads.list_due_broadcasts(now):
                self.queues.ask_to_broadcast(broadcast_id)
            for erasure_id in self.threads.list_due_erasures(now):
                self.queues.ask_to_erase(erasure_id)
            for customer_id, export_id in self.threads.list_due_exports(now):
                self.queues.ask_to_export(customer_id, export_id)
            for customer_id, case_id in self.threads.list_due_disposals(now):
                self.queues.ask_to_dispose(customer_id, case_id)
            if is_time_to_dispose(now) and any(kind.keep_days for kind in kinds.values()):
                self.queues.ask_to_find_disposable({})
        except HubError as error:  # they stay due
            swept.failed.append(error)

    def _pick_up_deliveries(self, now: datetime, swept: Swept) -> None:
        growing: list[Entry] = []
        still_grow: set[str] = set()
        listed = self.threads.list_due_deliveries(now)
        while page := [*islice(listed, MOST_AT_ONCE)]:
            if self.now() >= now + PICKS_UP_UNTIL:
                return  # the next sweep goes on
            swept.oldest_age = max(swept.oldest_age, *(now - due.at for due in page))
            entries = self.threads.find_entries(tuple((due.customer_id, due.entry_id) for due in page))
            held: dict[str, list[Entry]] = defaultdict(list)
            for entry in entries:
                if is_growing(entry):
                    growing.append(entry)
                elif entry.delivery and waits_for_digest(entry.delivery):
                    held[entry.delivery.digest].append(entry)
                else:
                    self._each(swept, self._pick_up, entry)
            for notices in held.values():
                self._each(swept, self._gather, notices)
            still_grow |= {*held}
        for digest in growing:
            if digest.customer_id not in still_grow:
                self._each(swept, self._send_digest, digest)

    def _each(self, swept: Swept, handle: Callable[[T, Swept], None], what: T) -> None:
        """One that cannot be handled does not stop the others."""
        try:
            handle(what, swept)
        except (WriteConflict, NotFound):
            return  # its worker came back after all, or another sweep was faster
        except Exception as error:  # noqa: BLE001  # whatever it is
            swept.failed.append(error)

    def _gather(self, notices: list[Entry], swept: Swept) -> None:
        if self.digests.can_tell(notices[0]):
            self.digests.gather(notices)
            swept.digested += len(notices)
            return
        for notice in notices:
            self._each(swept, self._untold, notice)

    def _untold(self, notice: Entry, _swept: Swept) -> None:
        """Its thread says that its step told nobody, and why."""
        if notice.delivery and notice.channel:
            lost = failed(notice.delivery, remark("nothing_tells_them", channel=notice.channel))
            self._recorded(notice, lost, self.now())

    def _send_digest(self, digest: Entry, swept: Swept) -> None:
        self.digests.send(digest)
        swept.digests += 1

    def _pick_up(self, entry: Entry, swept: Swept) -> None:
        now = self.now()
        delivery = entry.delivery
        if delivery is None:
            return
        if lease_ran_out(delivery, now) and entry.channel is Channel.APP:
            unread_after = self.configuration.current().app_unread_after
            told = rung(delivery, now, unread_after)  # at worst nobody heard a bell: the answer stands in the thread
            self._recorded(entry, told, now)
        elif lease_ran_out(delivery, now):
            lost = unknown(delivery, remark("worker_lost"))
            self._recorded(entry, lost, now)
            swept.unknown += 1
        elif entry.channel is Channel.APP and is_unread(delivery, now):
            swept.deliveries += self.elsewhere(entry, delivery)
        elif delivery.status is DeliveryStatus.DEFERRED:
            self._recorded(entry, given_up(delivery, now), now)
        elif delivery.status is DeliveryStatus.QUEUED and delivery.next_step_at and delivery.next_step_at <= now:
            self.queues.ask_to_deliver(entry.customer_id, entry.id)
            swept.deliveries += 1

    def _recorded(self, entry: Entry, after: Delivery, now: datetime) -> None:
        RecordOutcome(self.threads, self.configuration, self.escalate.reply_keys)(entry, after, now)


def _holidays_left(configuration: Configuration, now: datetime) -> timedelta | None:
    until = configuration.holidays_until
    return until - now.date() if until else None
