"""Whoever posted a form and proves its address goes on with the case there: reads it and writes into it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.access import may_be_shown_in, require_begun_by
from chalicelib.domain.case_clocks import our_next_word_at
from chalicelib.domain.cases import Case, CaseStatus
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.conversations import (
    LIVES_FOR,
    MOST_MESSAGES,
    Conversation,
    open_conversation,
    seal_conversation,
)
from chalicelib.domain.errors import NotFound, StorageUnavailable, Unauthenticated, WriteConflict
from chalicelib.domain.threads import Entry
from chalicelib.usecases.allowances import name_of_limit, once_more
from chalicelib.usecases.case_changes import MOST_RACES
from chalicelib.usecases.confirm_verification import ConfirmVerification
from chalicelib.usecases.ports import Now, ThreadStore
from chalicelib.usecases.read_case_thread import newest_of_case
from chalicelib.usecases.receive_posted_message import ReceivePostedMessage

MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Begun:
    """`token`: whoever has it is who the conversation is with, until `until`."""

    token: str
    reference: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Read:
    """Oldest first. `answer_by`: when our next word is due."""

    case: Case
    entries: tuple[Entry, ...]
    answer_by: datetime | None


@dataclass(frozen=True, slots=True)
class ConverseInForm:
    """`key`: the secret that tokens are sealed with."""

    threads: ThreadStore
    confirm: ConfirmVerification
    posted: ReceivePostedMessage
    key: Callable[[], bytes]
    now: Now

    def begin(self, inbox: str, posted_under: str, verification_id: str, code: str) -> Begun:
        """`posted_under`: the idempotency key of the message, which nobody else was ever told. Raises WrongCode, which
        counts as a try, and NotFound where no message of that address was posted in this form under the key.
        """
        point = self.confirm(verification_id, code)
        fingerprint = self.posted.receipt_for(Channel.WEB_FORM, inbox, "", posted_under).fingerprint
        row = self.threads.find_ledger_row(Channel.WEB_FORM, fingerprint)
        if row is None or not row.entry_id:
            raise NotFound()
        entry = self.threads.get_entry(row.customer_id, row.entry_id)
        require_begun_by(entry, point)
        case = self._case(entry.customer_id, entry.case_id)
        until = (self.now() + LIVES_FOR).replace(microsecond=0)
        begun = Conversation(inbox, case.customer_id, case.id, case.reference, entry.id, point, until)
        return Begun(seal_conversation(begun, self.key()), case.reference, until)

    def find(self, token: str, inbox: str) -> Conversation:
        """Raises Unauthenticated."""
        found = open_conversation(token, inbox, self.key(), self.now())
        if found is None:
            raise Unauthenticated("The conversation is over, or was never begun. Prove your address again.")
        return found

    def read(self, conversation: Conversation) -> Read:
        """The newest of it. Raises NotFound once the case is not the customer's any more."""
        case = self._case(conversation.customer_id, conversation.case_id)
        now = self.now()
        newest = newest_of_case(self.threads, case, MOST_SHOWN).items
        shown = tuple(entry for entry in reversed(newest) if may_be_shown_in(conversation, entry, now))
        return Read(case, shown, our_next_word_at(case))

    def get_entry(self, conversation: Conversation, entry_id: str) -> Entry:
        """One that may be read there. Raises NotFound, also for what may not."""
        case = self._case(conversation.customer_id, conversation.case_id)
        entry = self.threads.get_entry(case.customer_id, entry_id)
        if not may_be_shown_in(conversation, entry, self.now()):
            raise NotFound()
        return entry

    def admit(self, conversation: Conversation) -> None:
        """Counts a message before it is taken in. Raises TooMany, and NotFound as reading does."""
        self._case(conversation.customer_id, conversation.case_id)
        name = name_of_limit("conversation", conversation.case_id, str(conversation.point))
        for _ in range(MOST_RACES):
            try:
                return self.threads.commit([once_more(self.threads, "address", name, MOST_MESSAGES, self.now())])
            except WriteConflict:
                continue
        raise StorageUnavailable()

    def _case(self, customer_id: str, case_id: str) -> Case:
        case = self.threads.get_case(customer_id, case_id)
        if case.status not in (CaseStatus.OPEN, CaseStatus.CLOSED):
            raise NotFound()
        return case
