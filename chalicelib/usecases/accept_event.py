"""What a carrier told us becomes a raw message with its receipt, and that gets its outcome.

First act of an SMS: its payload is stored, because it exists nowhere else. A message that kept failing is read in a
child process.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from chalicelib.channels.carrier_events import (
    CallEnded,
    LeftOver,
    MailStored,
    SmsReceived,
    parse_carrier_event,
    receipt_of_lost_notification,
)
from chalicelib.channels.connect_calls import is_told_by
from chalicelib.channels.email import recipients_named_in
from chalicelib.domain.errors import NotFound, StorageUnavailable
from chalicelib.domain.inboxes import CONNECT
from chalicelib.domain.messages import ParkedMessage, Receipt
from chalicelib.usecases.ledger import fingerprint_of_changed, sha256_of
from chalicelib.usecases.ports import Incoming, Now, Parse, RawStore, ThreadStore
from chalicelib.usecases.receive_message import Duplicate, Outcome, ReceiveMessage

UNREADABLE = "event"


@dataclass(frozen=True, slots=True)
class AcceptEvent:
    receive: ReceiveMessage
    raw: RawStore
    threads: ThreadStore
    parse: Parse
    parse_in_child: Parse
    now: Now
    connect_instance: str = ""  # the ARN of the Amazon Connect whose word counts; without one nobody's does

    def __call__(self, body: str, queue_message_id: str, *, suspicious: bool) -> Outcome | None:
        """None: there is nothing left to do. `suspicious`: it was tried before and had no outcome."""
        event = parse_carrier_event(body, self.now())
        if isinstance(event, LeftOver):
            return self._receive_left_over(event.incoming_key, suspicious=suspicious)
        if isinstance(event, MailStored):
            return self._receive_mail(event, suspicious=suspicious)
        if isinstance(event, SmsReceived):
            incoming = self.raw.put_incoming(event.receipt, event.payload)
            return self._receive(incoming, incoming.receipt or event.receipt, suspicious=suspicious)
        if isinstance(event, CallEnded):
            incoming = self.raw.put_incoming(event.receipt, event.payload)
            return self._receive(incoming, incoming.receipt or event.receipt, suspicious=suspicious)
        receipt = Receipt(UNREADABLE, queue_message_id, self.now())
        incoming = self.raw.put_incoming(receipt, body.encode("utf-8", "surrogatepass"))
        return self.receive.park(incoming, incoming.receipt or receipt, ParkedMessage("unreadable_event"))

    def again(self, kept: Incoming) -> Outcome:
        """A message that was kept and has no outcome. Read with walls around it: it may be what killed its worker."""
        receipt = kept.receipt or _receipt_from_the_mail(kept)
        if receipt.transport == UNREADABLE:
            return self.receive.park(kept, receipt, ParkedMessage("unreadable_event"))
        return self._receive(kept, receipt, suspicious=True)

    def _receive_mail(self, event: MailStored, *, suspicious: bool) -> Outcome:
        try:
            incoming = self.raw.get_incoming(event.incoming_key)
        except NotFound:
            # Usually the first delivery of the notification was faster and has cleared the object away.
            known = self.threads.find_ledger_row(event.receipt.transport, event.receipt.fingerprint)
            if known:
                return Duplicate(known, same_content=True)
            if not suspicious:
                raise StorageUnavailable() from None
            return self.receive.park_missing(event.receipt, event.incoming_key)
        return self._receive(incoming, event.receipt, suspicious=suspicious)

    def _receive_left_over(self, key: str, *, suspicious: bool) -> Outcome | None:
        try:
            incoming = self.raw.get_incoming(key)
        except NotFound:
            return None  # objects leave `incoming/` only with an outcome
        receipt = incoming.receipt or _receipt_from_the_mail(incoming)
        if receipt.transport == UNREADABLE:
            return self.receive.park(incoming, receipt, ParkedMessage("unreadable_event"))
        return self._receive(incoming, receipt, suspicious=suspicious)

    def _receive(self, incoming: Incoming, receipt: Receipt, *, suspicious: bool) -> Outcome:
        if receipt.transport == CONNECT and not is_told_by(incoming.body, self.connect_instance):
            return self.receive.park(incoming, receipt, ParkedMessage("unknown_connect"))
        outcome = self.receive(incoming, receipt, self.parse_in_child if suspicious else self.parse)
        if isinstance(outcome, Duplicate) and not outcome.same_content:
            changed = fingerprint_of_changed(receipt, sha256_of(incoming.body))
            reason = ParkedMessage("raw_changed", f"the receipt was seen before, as {outcome.row.target}")
            return self.receive.park(incoming, changed, reason, kept_with=receipt)
        return outcome


def _receipt_from_the_mail(incoming: Incoming) -> Receipt:
    receipt = receipt_of_lost_notification(incoming.key, incoming.stored_at)
    return replace(receipt, recipients=recipients_named_in(incoming.body))
