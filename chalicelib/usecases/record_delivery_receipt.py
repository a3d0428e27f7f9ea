"""An event of a carrier about a message of ours is recorded with that message, whatever came before it.

One that speaks of nothing that we know is parked whole: a person has to look at it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from chalicelib.channels.delivery_events import DeliveryEvent, parse_delivery_event
from chalicelib.channels.posted_fax_reports import PostedReport, find_posted_report
from chalicelib.domain.errors import NotFound, StorageUnavailable
from chalicelib.domain.matching import anchor_key
from chalicelib.domain.messages import ParkedMessage, Receipt
from chalicelib.usecases.accept_event import UNREADABLE
from chalicelib.usecases.ports import ConfigurationSource, Now, RawStore, ThreadStore
from chalicelib.usecases.receive_message import ReceiveMessage
from chalicelib.usecases.record_report import NOTHING, RecordReport

PARKED = "parked"


class Recorded(NamedTuple):
    """`status`: the delivery status, `nothing` or `parked`. `entry_id`: of our message, "" where it is not known."""

    status: str
    entry_id: str = ""


@dataclass(frozen=True, slots=True)
class RecordDeliveryReceipt:
    """`receive` is asked for only when something has to be parked."""

    threads: ThreadStore
    raw: RawStore
    report: RecordReport
    receive: Callable[[], ReceiveMessage]
    configuration: ConfigurationSource
    now: Now

    def __call__(self, body: str, *, last_try: bool) -> Recorded:
        """`body`: of an SQS message.

        `last_try`: what cannot be found may be found later, because a report can be faster than our own record of what
        it is about; then StorageUnavailable is raised unless this is the last try.
        """
        posted = find_posted_report(body)
        event = self._of_gateway(posted) if posted else parse_delivery_event(body)
        if event is None:
            return self._parked(body, ParkedMessage("unreadable_event"))
        if event.report is None:
            return Recorded(NOTHING, event.entry_id)
        try:
            customer_id, entry_id = self._found(event)
            status = self.report(customer_id, entry_id, event.report, event.provider_id, self.now(), event.sender)
            return Recorded(status, entry_id)
        except NotFound:
            if not last_try:
                raise StorageUnavailable() from None
            return self._parked(body, ParkedMessage("unknown_delivery"))

    def _of_gateway(self, posted: PostedReport) -> DeliveryEvent | None:
        from chalicelib.channels.fax_report_members import parse_posted_report  # brings the numbering plans with it

        inbox = next((one for one in self.configuration.current().inboxes if one.name == posted.inbox), None)
        rules = inbox.fax.reports if inbox and inbox.fax else None
        return parse_posted_report(posted, rules, inbox.address) if inbox and rules else None

    def _found(self, event: DeliveryEvent) -> tuple[str, str]:
        """By our own ids, which the carrier gives back; else by the carrier's."""
        if event.customer_id and event.entry_id:
            return event.customer_id, event.entry_id
        key = anchor_key(event.message_id or event.provider_id)
        anchor = self.threads.find_anchors([key]).get(key)
        if anchor is None or not anchor.entry_id:
            raise NotFound()
        return anchor.customer_id, anchor.entry_id

    def _parked(self, body: str, parked: ParkedMessage) -> Recorded:
        """Under a digest of its words: told again, it is parked once."""
        raw = body.encode("utf-8", "surrogatepass")
        receipt = Receipt(UNREADABLE, f"delivery-{hashlib.sha256(raw).hexdigest()[:40]}", self.now())
        incoming = self.raw.put_incoming(receipt, raw)
        self.receive().park(incoming, incoming.receipt or receipt, parked)
        return Recorded(PARKED)
