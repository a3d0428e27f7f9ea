"""An event of a carrier about a message of ours is recorded with that message, whatever came before it.

One that speaks of nothing that we know is parked whole: a person has to look at it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.channels.delivery_events import DeliveryEvent, parse_delivery_event
from chalicelib.domain.errors import NotFound, StorageUnavailable
from chalicelib.domain.matching import anchor_key
from chalicelib.domain.messages import ParkedMessage, Receipt
from chalicelib.usecases.accept_event import UNREADABLE
from chalicelib.usecases.ports import Now, RawStore, ThreadStore
from chalicelib.usecases.receive_message import ReceiveMessage
from chalicelib.usecases.record_report import NOTHING, RecordReport

PARKED = "parked"


@dataclass(frozen=True, slots=True)
class RecordDeliveryReceipt:
    """`receive` is asked for only when something has to be parked."""

    threads: ThreadStore
    raw: RawStore
    report: RecordReport
    receive: Callable[[], ReceiveMessage]
    now: Now

    def __call__(self, body: str, *, last_try: bool) -> str:
        """`body`: of an SQS message. The delivery status, `nothing` or `parked`.

        `last_try`: what cannot be found may be found later, because a report can be faster than our own record of what
        it is about; then StorageUnavailable is raised unless this is the last try.
        """
        event = parse_delivery_event(body)
        if event is None:
            return self._parked(body, ParkedMessage("unreadable_event"))
        if event.report is None:
            return NOTHING
        try:
            customer_id, entry_id = self._found(event)
            return self.report(customer_id, entry_id, event.report, event.provider_id, self.now())
        except NotFound:
            if not last_try:
                raise StorageUnavailable() from None
            return self._parked(body, ParkedMessage("unknown_delivery"))

    def _found(self, event: DeliveryEvent) -> tuple[str, str]:
        """By our own ids, which the carrier gives back; else by the carrier's."""
        if event.customer_id and event.entry_id:
            return event.customer_id, event.entry_id
        key = anchor_key(event.message_id or event.provider_id)
        anchor = self.threads.find_anchors([key]).get(key)
        if anchor is None or not anchor.entry_id:
            raise NotFound()
        return anchor.customer_id, anchor.entry_id

    def _parked(self, body: str, parked: ParkedMessage) -> str:
        """Under a digest of its words: told again, it is parked once."""
        raw = body.encode("utf-8", "surrogatepass")
        receipt = Receipt(UNREADABLE, f"delivery-{hashlib.sha256(raw).hexdigest()[:40]}", self.now())
        incoming = self.raw.put_incoming(receipt, raw)
        self.receive().park(incoming, incoming.receipt or receipt, parked)
        return PARKED
