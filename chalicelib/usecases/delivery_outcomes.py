"""What follows from the end of an attempt to send: for the entry, for the case, and what the thread says about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.case_transitions import with_failed_answer
from chalicelib.domain.cases import ANSWER_DEPENDS_ON
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.delivery import Delivery, DeliveryStatus
from chalicelib.domain.identifiers import ulid_for
from chalicelib.domain.matching import anchor_key
from chalicelib.domain.messages import Anchor
from chalicelib.domain.sla import ClockName
from chalicelib.domain.threads import Entry, EntryKind
from chalicelib.usecases.agreements import current_agreements
from chalicelib.usecases.case_changes import listed_again
from chalicelib.usecases.inbound_changes import ANCHORS_LIVE_FOR
from chalicelib.usecases.ports import Change, ConfigurationSource, Create, ThreadStore, Update

_TOLD_IN_THREAD = {DeliveryStatus.FAILED: "delivery.failed", DeliveryStatus.UNKNOWN: "delivery.unknown"}


@dataclass(frozen=True, slots=True)
class RecordOutcome:
    """`entry` is as the worker claimed it; if anybody changed its delivery since, nothing is written: WriteConflict."""

    threads: ThreadStore
    configuration: ConfigurationSource

    def __call__(self, entry: Entry, after: Delivery, now: datetime) -> None:
        changes: list[Change] = [Update(entry, replace(entry, delivery=after), ("delivery",))]
        if after.status is DeliveryStatus.SENT and entry.channel is Channel.EMAIL and entry.case_id:
            changes.append(Create(_anchor(entry, after, now)))
        if after.status in _TOLD_IN_THREAD:
            changes.append(Create(_event(entry, after, now)))
        if after.status is DeliveryStatus.FAILED and entry.kind is EntryKind.OUTBOUND and after.answers_since:
            changes += self._waiting_again(entry, after.answers_since, after.stopped_clock or ClockName.FIRST_RESPONSE)
        self.threads.commit(changes)

    def _waiting_again(self, entry: Entry, since: datetime, stopped: ClockName) -> list[Change]:
        """The customer has not been answered after all, and has been waiting since they wrote."""
        case = self.threads.get_case(entry.customer_id, entry.case_id)
        agreements = current_agreements(self.configuration)
        waiting = with_failed_answer(case, since, stopped, agreements, channel=entry.channel)
        return [Update(case, waiting, ANSWER_DEPENDS_ON), *listed_again(self.threads, case, waiting)]


def _anchor(entry: Entry, delivery: Delivery, now: datetime) -> Anchor:
    """SES gives the mail a Message-ID made of its own id: what the customer's answer will name."""
    key = anchor_key(f"{delivery.provider_id}@amazonses.com")
    return Anchor(key, entry.customer_id, entry.case_id, now + ANCHORS_LIVE_FOR)


def _event(entry: Entry, delivery: Delivery, now: datetime) -> Entry:
    return Entry(
        id=ulid_for(now, "delivery", entry.id, str(delivery.attempts)),
        customer_id=entry.customer_id,
        case_id=entry.case_id,
        at=now,
        kind=EntryKind.EVENT,
        author="hub",
        event=_TOLD_IN_THREAD[delivery.status],
        facts={"entry": entry.id, "reason": delivery.detail},
    )
