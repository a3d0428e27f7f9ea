"""A web form or an app posts a message: stored raw, then handled while the caller waits.

Posting is safe to repeat: the idempotency key, with who posted and where, is the fingerprint of the receipt, so the
ledger itself gives the same answer to the same message.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.access import require_own_case
from chalicelib.domain.captcha import Captcha, CaptchaFinding
from chalicelib.domain.configuration import Inbox
from chalicelib.domain.errors import CaptchaRefused, InvalidInput, KeyReused, NotFound
from chalicelib.domain.identifiers import digest
from chalicelib.domain.inboxes import addresses_of_ours, inbox_for
from chalicelib.domain.messages import InboundMessage, ParkedMessage, ParsedMessage, Receipt
from chalicelib.usecases.find_customer import surviving_customer
from chalicelib.usecases.ports import (
    CaptchaVerifier,
    ConfigurationSource,
    Incoming,
    Now,
    Parse,
    Randomness,
    RawStore,
    ThreadStore,
)
from chalicelib.usecases.receive_message import Duplicate, Outcome, ReceiveMessage, Stored


@dataclass(frozen=True, slots=True)
class Answered:
    """The message is in its thread. `repeated`: it was there before this call.

    `answer_by`: when our next word is due. `captcha`: what the check of the form came to, "" where nobody asked.
    """

    reference: str
    entry_id: str
    repeated: bool
    answer_by: datetime | None = None
    captcha: str = ""

    @property
    def outcome(self) -> str:
        return "duplicate" if self.repeated else "stored"


@dataclass(frozen=True, slots=True)
class AnsweredLater:
    """The message is kept and will have its outcome soon. `error` is what stopped us, for the log."""

    fingerprint: str
    error: Exception | None
    outcome: str = "left_over"
    captcha: str = ""


@dataclass(frozen=True, slots=True)
class ReceivePostedMessage:
    receive: ReceiveMessage
    raw: RawStore
    threads: ThreadStore
    configuration: ConfigurationSource
    parse: Parse
    now: Now
    randomness: Randomness
    captchas: CaptchaVerifier

    def __call__(
        self,
        transport: str,
        inbox_name: str,
        body: bytes,
        *,
        principal: str = "",
        idempotency_key: str = "",
        captcha_answer: str = "",
    ) -> Answered | AnsweredLater:
        """`transport`: `web_form` or `app`. `captcha_answer`: what the page was given for passing the form's check.

        Raises NotFound, InvalidInput, CaptchaRefused: then nothing was kept; and KeyReused: then it was not either, or
        it will be parked.
        """
        receipt = self.receipt_for(transport, inbox_name, principal, idempotency_key)
        inbox = inbox_for(receipt, self.configuration.current())
        if inbox is None:
            raise NotFound("There is no such inbox.", field="inbox")
        self._check(body, receipt, inbox)
        if inbox.captcha is None or principal or (idempotency_key and self._was_here(body, receipt)):
            return self.take_in(body, receipt)
        finding = self._person(inbox.captcha, captcha_answer)
        return replace(self.take_in(body, replace(receipt, captcha=finding)), captcha=finding)

    def take_in(self, body: bytes, receipt: Receipt) -> Answered | AnsweredLater:
        """What was found to be acceptable is stored, then handled. Raises KeyReused."""
        incoming = self.raw.put_incoming(receipt, body)
        receipt = incoming.receipt or receipt
        try:
            outcome = self.receive(incoming, receipt, self.parse)
        except Exception as error:  # kept is kept: the reconciler takes it from here, whatever it was
            if incoming.again:
                raise  # whoever stored it, and not we, knows whether it will stay
            return AnsweredLater(receipt.fingerprint, error)
        return self._answer(outcome, incoming, receipt)

    def receipt_for(self, transport: str, inbox: str, principal: str, idempotency_key: str) -> Receipt:
        """The same for every repetition under the same key."""
        fingerprint = (
            digest(transport, principal or inbox, idempotency_key) if idempotency_key else self.randomness(32)
        ).hex()[:40]
        return Receipt(transport, fingerprint, self.now(), recipients=(inbox,), principal=principal)

    def _was_here(self, body: bytes, receipt: Receipt) -> bool:
        """What is kept already is not asked about again: an answer is good for one time, and its sender was told to ask
        after it. First where it lies until it has its outcome, then whether it has one.
        """
        return (
            self.raw.has_incoming(receipt, body)
            or self.threads.find_ledger_row(receipt.transport, receipt.fingerprint) is not None
        )

    def _person(self, captcha: Captcha, answer: str) -> CaptchaFinding:
        """Who failed can try again, so they are refused. Who could not try is kept for a person to look at, and while
        nobody can say, everybody passes: what customers say does not hang on somebody else's computer.
        """
        finding = self.captchas.verify(captcha, answer)
        if finding is CaptchaFinding.REFUSED:
            raise CaptchaRefused(field="Captcha-Answer")
        return finding

    def _check(self, body: bytes, receipt: Receipt, inbox: Inbox) -> None:
        """What can be refused is refused while the caller listens."""
        message: ParsedMessage = self.parse(body, receipt, inbox, addresses_of_ours(self.configuration.current()))
        if isinstance(message, ParkedMessage) and message.reason == "spam":
            return  # it is kept for a person; whoever posts by a program is told nothing of it
        if not isinstance(message, InboundMessage):
            raise InvalidInput(message.detail or message.reason, field=message.field or None)
        if message.case_reference and message.sender:
            pointer = self.threads.find_pointer(message.case_reference)
            owner = self.threads.find_owner(message.sender)
            answers_for = surviving_customer(self.threads, pointer.customer_id).id if pointer else None
            require_own_case(owner.customer_id if owner else "", answers_for)

    def _answer(self, outcome: Outcome, incoming: Incoming, receipt: Receipt) -> Answered | AnsweredLater:
        if isinstance(outcome, Stored):
            return Answered(outcome.reference, outcome.entry_id, repeated=False, answer_by=outcome.answer_by)
        if isinstance(outcome, Duplicate) and not outcome.same_content:
            # What may have been promised a place stays, and so does what was kept before the other message won: the
            # reconciler parks it, and a person finds it. A kept copy that no ledger row names would never be erased.
            if not (incoming.again or outcome.kept):
                self.raw.forget_incoming(incoming.key)
            raise KeyReused()
        if isinstance(outcome, Duplicate) and outcome.row.entry_id:
            return Answered(outcome.row.target, outcome.row.entry_id, repeated=True, answer_by=outcome.row.answer_by)
        return AnsweredLater(receipt.fingerprint, None, outcome.name)
