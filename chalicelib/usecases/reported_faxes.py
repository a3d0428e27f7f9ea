"""Which fax of ours a gateway speaks of that names only the number: the one that went there lately, if there is one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.domain.contact_points import Channel, ContactPoint, PointKind
from chalicelib.domain.delivery import DeliveryStatus
from chalicelib.domain.faxes import FAX_REPORT, faxed_id
from chalicelib.domain.matching import find_report
from chalicelib.domain.messages import InboundMessage
from chalicelib.domain.threads import Entry, EntryKind
from chalicelib.usecases.find_customer import surviving_customer
from chalicelib.usecases.ports import ThreadStore

_REPORTED_WITHIN = timedelta(days=2)
_NEWEST = 50  # entries of a thread that are looked at
_ON_ITS_WAY = frozenset({DeliveryStatus.SENDING, DeliveryStatus.SENT, DeliveryStatus.DEFERRED, DeliveryStatus.UNKNOWN})


def with_fax_reported_on(threads: ThreadStore, message: InboundMessage, at: datetime) -> InboundMessage:
    """With the id of the fax in place of the one that the report lacks. Of two that it could be, with neither: then a
    person has to look at it.
    """
    report = find_report(message)
    number = next((one.address for one in report.recipients), "") if report and report.reason == FAX_REPORT else ""
    if report is None or report.answers_message_id or not number:
        return message
    owner = threads.find_owner(ContactPoint(PointKind.FAX, number))
    if owner is None:
        return message
    family = surviving_customer(threads, owner.customer_id).family
    newest = threads.list_threads(sorted(family), _NEWEST).items
    sent = [entry for entry in newest if _is_on_its_way(entry, number, at)]
    if len(sent) != 1:
        return message
    return replace(message, machine=replace(report, answers_message_id=faxed_id(sent[0].id)))


def _is_on_its_way(entry: Entry, number: str, at: datetime) -> bool:
    delivery = entry.delivery
    if entry.kind is not EntryKind.OUTBOUND or entry.channel is not Channel.FAX or delivery is None or entry.moved_to:
        return False
    return delivery.recipient == number and delivery.status in _ON_ITS_WAY and at - entry.at <= _REPORTED_WITHIN
