"""What a carrier told us becomes a raw message with its receipt, and that gets its outcome.

First act of an SMS: its payload is stored, because it exists nowhere else. What kept failing goes back into the queue
as the name of its raw message, and is read in a child process. So what the carrier wrote (header fields, the text of an
SMS) does not end in dead letters, unless the raw message cannot be stored and there is no other copy.
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
from chalicelib.domain.remarks import remark
from chalicelib.usecases.ledger import fingerprint_of_changed, sha256_of
from chalicelib.usecases.ports import Incoming, Now, Parse, RawStore, ThreadStore, WorkQueues
from chalicelib.usecases.receive_message import Duplicate, Outcome, ReceiveMessage

UNREADABLE = "event"


@dataclass(frozen=True, slots=True)
class AcceptEvent:
    receive: ReceiveMessage
    raw: RawStore
    threads: ThreadStore
    queues: WorkQueues
    parse: Parse
    parse_in_child: Parse
    now: Now
    connect_instance: str = ""  # the ARN of the Amazon Connect whose word counts; without one nobody's does

    def __call__(self, body: str, queue_message_id: str, *, suspicious: bool) -> Outcome | None:
        """None: there is nothing left to do. `suspicious`: it was tried before and had no outcome."""
        event = parse_carrier_event(body, self.now())
        if isinstance(event, LeftOver):
            return self._receive_left_over(event.incoming_key, suspicious=suspicious or event.suspicious)
        if isinstance(event, MailStored):
            return self._receive_mail(event, suspicious=suspicious)
        if isinstance(event, SmsReceived | CallEnded):
            receipt, payload = event.receipt, event.payload
        else:
            receipt, payload = Receipt(UNREADABLE, queue_message_id, self.now()), body.encode("utf-8", "surrogatepass")
        incoming = self.raw.put_incoming(receipt, payload)
        if suspicious:
            self.queues.ask_to_receive(incoming.key, suspicious=True)
            return None
        return self._receive(incoming, incoming.receipt or receipt, self.parse)

    def again(self, kept: Incoming, *, suspicious: bool = True) -> Outcome:
        """A message that was kept and has no outcome. Suspicious ones are read with walls around them."""
        receipt = kept.receipt or _receipt_from_the_mail(kept)
        return self._receive(kept, receipt, self.parse_in_child if suspicious else self.parse)

    def _receive_mail(self, event: MailStored, *, suspicious: bool) -> Outcome | None:
        try:
            if suspicious:
                self.raw.add_receipt(event.incoming_key, event.receipt)
                self.queues.ask_to_receive(event.incoming_key, suspicious=True)
                return None
            incoming = self.raw.get_incoming(event.incoming_key)
        except NotFound:
            # Usually the first delivery of the notification was faster and has cleared the object away.
            known = self.threads.find_ledger_row(event.receipt.transport, event.receipt.fingerprint)
            if known:
                return Duplicate(known, same_content=True)
            if not suspicious:
                raise StorageUnavailable() from None
            return self.receive.park_missing(event.receipt, event.incoming_key)
        return self._receive(incoming, event.receipt, self.parse)

    def _receive_left_over(self, key: str, *, suspicious: bool) -> Outcome | None:
        try:
            incoming = self.raw.get_incoming(key)
        except NotFound:
            return None  # objects leave `incoming/` only with an outcome
        return self.again(incoming, suspicious=suspicious)

    def _receive(self, incoming: Incoming, receipt: Receipt, parse: Parse) -> Outcome:
        if receipt.transport == UNREADABLE:
            return self.receive.park(incoming, receipt, ParkedMessage("unreadable_event"))
        if receipt.transport == CONNECT and not is_told_by(incoming.body, self.connect_instance):
            return self.receive.park(incoming, receipt, ParkedMessage("unknown_connect"))
        outcome = self.receive(incoming, receipt, parse)
        if isinstance(outcome, Duplicate) and not outcome.same_content:
            changed = fingerprint_of_changed(receipt, sha256_of(incoming.body))
            reason = ParkedMessage("raw_changed", remark("receipt_seen_before", target=outcome.row.target))
            return self.receive.park(incoming, changed, reason, kept_with=receipt)
        return outcome


def _receipt_from_the_mail(incoming: Incoming) -> Receipt:
    receipt = receipt_of_lost_notification(incoming.key, incoming.stored_at)
    return replace(receipt, recipients=recipients_named_in(incoming.body))
