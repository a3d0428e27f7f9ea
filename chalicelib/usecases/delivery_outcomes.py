"""What follows when a message gets further, or not: for the entry, the case, the address, and whom it is told.

All of it is one transaction that holds only if nobody has moved the delivery since it was read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.contact_points import Channel
from chalicelib.domain.delivery import NOT_ARRIVED, Delivery, DeliveryStatus, FailureKind, Report
from chalicelib.domain.faxes import faxed_id, gateways_id
from chalicelib.domain.identifiers import ulid_for
from chalicelib.domain.matching import anchor_key
from chalicelib.domain.messages import Anchor
from chalicelib.domain.reachability import SUPPRESSION_DEPENDS_ON, Reachability, suppressed
from chalicelib.domain.reply_address import KeyRing
from chalicelib.domain.threads import Entry, EntryKind
from chalicelib.usecases.broadcast_fates import counted_for_many
from chalicelib.usecases.inbound_changes import ANCHORS_LIVE_FOR
from chalicelib.usecases.ports import Change, ConfigurationSource, Create, ThreadStore, Update
from chalicelib.usecases.undelivered import Undelivered

_TOLD_IN_THREAD = {
    DeliveryStatus.FAILED: "delivery.failed",
    DeliveryStatus.UNKNOWN: "delivery.unknown",
    DeliveryStatus.DEFERRED: "delivery.deferred",
    DeliveryStatus.BOUNCED: "delivery.bounced",
    DeliveryStatus.COMPLAINED: "delivery.complained",
}


@dataclass(frozen=True, slots=True)
class RecordOutcome:
    """`entry` is as it was read; if anybody changed its delivery since, nothing is written: WriteConflict.

    `reply_keys`: fetched only when an answer goes out again by mail.
    """

    threads: ThreadStore
    configuration: ConfigurationSource
    reply_keys: Callable[[], KeyRing]

    def __call__(self, entry: Entry, after: Delivery, now: datetime) -> None:
        before = entry.delivery
        if before is None or before == after:
            return
        changes: list[Change] = [Update(entry, replace(entry, delivery=after), ("delivery",))]
        changes += counted_for_many(self.threads, entry, after)
        changes += self._anchored(entry, before, after, now)
        until = self._suppressed_until(before, after)
        if until and after.point:
            changes += self._suppression(after, until)
        if before.status is not after.status:
            changes += self._told(entry, before, after, until, now)
        self.threads.commit(changes)

    def _anchored(self, entry: Entry, before: Delivery, after: Delivery, now: datetime) -> list[Change]:
        """SES gives the mail a Message-ID made of its own id: what the customer's answer, or a report, will name.
        Reports on a fax name our id, and may be faster than our own record of having sent it.
        """
        if entry.channel not in (Channel.EMAIL, Channel.FAX) or not entry.case_id:
            return []
        id_ = self._named_by_carrier(entry, after) if after.provider_id not in ("", before.provider_id) else ""
        ids = [id_] if id_ else []
        if entry.channel is Channel.FAX and not before.attempts and after.attempts:
            ids.append(faxed_id(entry.id))
        until = now + ANCHORS_LIVE_FOR
        return [Create(Anchor(anchor_key(one), entry.customer_id, entry.case_id, until, entry.id)) for one in ids]

    def _named_by_carrier(self, entry: Entry, after: Delivery) -> str:
        """How the carrier will speak of it; "" if it will not, which goes for a gateway that repeats our id."""
        inbox = self.configuration.current().find_inbox(after.sender, [Channel.FAX])
        if entry.channel is Channel.EMAIL or inbox is None or inbox.fax is None or inbox.fax.https is None:
            return f"{after.provider_id}@amazonses.com"
        reports = inbox.fax.reports
        return gateways_id(after.provider_id, after.sender) if reports and reports.answer_id else ""

    def _told(
        self, entry: Entry, before: Delivery, after: Delivery, until: datetime | None, now: datetime
    ) -> list[Change]:
        is_lost = after.status in NOT_ARRIVED and before.status not in NOT_ARRIVED
        event = _event(entry, before, after, now)
        if event is None:
            return []
        if until:
            event = replace(event, facts={**event.facts, "suppressed_until": until.isoformat()})
        if not (is_lost and entry.kind is EntryKind.OUTBOUND and entry.author != "hub"):
            return [Create(event)]
        return Undelivered(self.threads, self.configuration, self.reply_keys).changes(entry, after, event, now)

    def _suppressed_until(self, before: Delivery, after: Delivery) -> datetime | None:
        """Only for what a carrier said: our own refusals say nothing about an address."""
        said = _about_address(after)
        if said is None or _about_address(before) is not None:
            return None
        return said.at + self.configuration.current().suppressed_for

    def _suppression(self, after: Delivery, until: datetime) -> list[Change]:
        said, point = _about_address(after), after.point
        assert said is not None  # noqa: S101  # for the type checker: it gave the instant
        assert point is not None  # noqa: S101  # the same
        by = f"{said.said} {said.code}".strip()
        known = self.threads.find_reachabilities([point]).get(point)
        if known is None:
            return [Create(suppressed(Reachability(point), until, by))]
        return [Update(known, suppressed(known, until, by), SUPPRESSION_DEPENDS_ON)]


def _about_address(delivery: Delivery) -> Report | None:
    return next((report for report in delivery.reports if report.failure is FailureKind.PERMANENT), None)


def _event(entry: Entry, before: Delivery, after: Delivery, now: datetime) -> Entry | None:
    name = _TOLD_IN_THREAD.get(after.status)
    if after.status is DeliveryStatus.DELIVERED and before.status in NOT_ARRIVED:
        name = "delivery.arrived_after_all"
    if name is None:
        return None
    facts = {"entry": entry.id, "reason": after.detail}
    if after.failure:
        facts["failure"] = after.failure
    return Entry(
        id=ulid_for(now, "delivery", entry.id, str(after.attempts), after.status),
        customer_id=entry.customer_id,
        case_id=entry.case_id,
        at=now,
        kind=EntryKind.EVENT,
        author="hub",
        event=name,
        facts=facts,
    )
