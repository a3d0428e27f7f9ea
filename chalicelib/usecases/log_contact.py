"""An agent tells of a call, a letter or a visit. What they say is stored raw, like everything else that comes in, and
then goes the same way: one row in the ledger, one entry in the thread.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.domain.cases import CaseStatus
from chalicelib.domain.configuration import Inbox
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.errors import Conflict, InvalidInput, NotFound
from chalicelib.domain.inboxes import addresses_of_ours, inbox_for
from chalicelib.domain.messages import InboundMessage, Receipt
from chalicelib.usecases.find_case import get_case_by_reference
from chalicelib.usecases.ports import ConfigurationSource, Now, Parse, ThreadStore
from chalicelib.usecases.receive_posted_message import Answered, AnsweredLater, ReceivePostedMessage

LONGEST_AGO = timedelta(days=366)
CLOCKS_MAY_DIFFER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class LogContact:
    post: ReceivePostedMessage
    threads: ThreadStore
    configuration: ConfigurationSource
    parse: Parse
    now: Now

    def __call__(
        self, channel: Channel, body: bytes, agent: str, *, inbox: str = "", idempotency_key: str = ""
    ) -> Answered | AnsweredLater:
        """`inbox`: the first of that channel when "". Raises NotFound, InvalidInput, Conflict, KeyReused: then nothing
        was kept.
        """
        receipt = self.post.receipt_for(channel.value, inbox or self._first_inbox(channel), agent, idempotency_key)
        found = inbox_for(receipt, self.configuration.current())
        if found is None:
            raise NotFound("There is no such inbox.", field="inbox")
        message = self._check(body, receipt, found)
        return self.post.take_in(body, self._since(message.written_at, receipt))

    def _first_inbox(self, channel: Channel) -> str:
        for inbox in self.configuration.current().inboxes:
            if inbox.channel is channel:
                return inbox.name
        raise NotFound(f"There is no inbox for {channel}: an operator has to configure one.", field="inbox")

    def _check(self, body: bytes, receipt: Receipt, inbox: Inbox) -> InboundMessage:
        """What can be refused is refused while the agent listens."""
        message = self.parse(body, receipt, inbox, addresses_of_ours(self.configuration.current()))
        if not isinstance(message, InboundMessage):
            raise InvalidInput(message.detail or message.reason)
        if message.case_reference:
            case = get_case_by_reference(self.threads, message.case_reference)
            if case.status is CaseStatus.SPAM:
                raise Conflict("The case is marked as spam. Undo that first.")
        elif message.named_customer:
            self.threads.get_customer_page(message.named_customer)
        return message

    def _since(self, took_place_at: datetime | None, receipt: Receipt) -> Receipt:
        """It counts from when it took place, not from when it was told."""
        if took_place_at is None:
            return receipt
        now = receipt.received_at
        if not now - LONGEST_AGO <= took_place_at <= now + CLOCKS_MAY_DIFFER:
            raise InvalidInput("It cannot have taken place then.", field="took_place_at")
        return replace(receipt, received_at=min(took_place_at, now))
