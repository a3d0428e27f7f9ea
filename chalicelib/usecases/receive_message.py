"""A raw message gets its outcome: kept in its customer's thread, parked for a person, or known already.

The raw bytes are durable before this starts. Everything that changes is one conditional transaction; who loses a race
reads again and decides again. Errors of stores are never taken for errors of the message.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from chalicelib.domain.automatic_answers import Counted
from chalicelib.domain.case_clocks import our_next_word_at
from chalicelib.domain.configuration import Configuration, Inbox
from chalicelib.domain.errors import Conflict, NotFound, StorageUnavailable, Unparsable, WriteConflict
from chalicelib.domain.identifiers import REFERENCE_RANDOM_BYTES, case_reference, ulid_for
from chalicelib.domain.inboxes import addresses_of_ours, inbox_for
from chalicelib.domain.machines import MachineKind, MachineMail
from chalicelib.domain.matching import anchor_key, find_report, look_ups_for
from chalicelib.domain.messages import (
    Attachment,
    InboundMessage,
    LedgerRow,
    ParkedMessage,
    ParkedRecord,
    ParsedMessage,
    Receipt,
)
from chalicelib.domain.parking import Override, Releasing, as_released, receipt_to_read
from chalicelib.domain.reply_address import keys_named_in
from chalicelib.domain.threads import LONGEST_TEXT, AttachmentRef, HtmlRef, attachment_key
from chalicelib.domain.trust import Trust
from chalicelib.usecases.acknowledgements import Acknowledge, counted_against
from chalicelib.usecases.agreements import ConfiguredAgreements
from chalicelib.usecases.find_place import FindPlace
from chalicelib.usecases.hear_rating import hear_rating
from chalicelib.usecases.hear_wish import Heard, hear_wish
from chalicelib.usecases.inbound_changes import Arriving, Kept, Place, changes_for, texts_that_fit
from chalicelib.usecases.ledger import sha256_of
from chalicelib.usecases.logged_contacts import is_told_by_agent, place_for_logged
from chalicelib.usecases.once import Once
from chalicelib.usecases.opt_out_changes import opt_out_changes
from chalicelib.usecases.ports import (
    AttachmentStore,
    Change,
    ConfigurationSource,
    Create,
    Found,
    Incoming,
    Now,
    Parse,
    Randomness,
    RawStore,
    ReplyKeys,
    ThreadStore,
)
from chalicelib.usecases.rating_changes import rating_changes
from chalicelib.usecases.release_changes import changes_of_release

MOST_RACES = 8


@dataclass(frozen=True, slots=True)
class Stored:
    """The message is in its customer's thread. `rule` is the matching rule that decided; `channel`: it came by.

    `answer_by`: when our next word in the case is due, None while none is.
    """

    reference: str
    customer_id: str
    case_id: str
    entry_id: str
    rule: str
    channel: str = ""
    answer_by: datetime | None = None
    name: ClassVar[str] = "stored"


@dataclass(frozen=True, slots=True)
class Parked:
    """The message waits for a person. `channel`: the transport that it came by, since nothing more is certain."""

    id: str
    reason: str
    channel: str = ""
    name: ClassVar[str] = "parked"


@dataclass(frozen=True, slots=True)
class Duplicate:
    """The same receipt had its outcome before; `same_content` tells a repetition from something that changed.

    `kept`: the bytes were kept before somebody else was faster.
    """

    row: LedgerRow
    same_content: bool
    kept: bool = False
    name: ClassVar[str] = "duplicate"

    @property
    def channel(self) -> str:
        return self.row.transport


Outcome = Stored | Parked | Duplicate


@dataclass(frozen=True, slots=True)
class ReceiveMessage:
    threads: ThreadStore
    raw: RawStore
    attachments: AttachmentStore
    configuration: ConfigurationSource
    reply_keys: ReplyKeys
    randomness: Randomness
    now: Now

    def __call__(self, incoming: Incoming, receipt: Receipt, parse: Parse) -> Outcome:
        """When it returns, the message has an outcome and is gone from `incoming/`.

        Only a duplicate with other content stays there: the caller says what becomes of it.
        """
        configuration = self.configuration.current()
        inbox = inbox_for(receipt, configuration)
        if inbox is None:
            unknown = ParkedMessage("unknown_inbox", ", ".join(receipt.recipients)[:500])
            return self.park(incoming, receipt, unknown)
        message = _understood(incoming, receipt, inbox, configuration, parse)
        if isinstance(message, ParkedMessage):
            return self.park(incoming, receipt, message)
        if find_report(message):
            from chalicelib.usecases.reported_faxes import with_fax_reported_on  # few messages are reports

            message = with_fax_reported_on(self.threads, message, receipt.received_at)
        outcome = self._keep(incoming, receipt, inbox, message, configuration)
        self._tell_delivery(message, receipt)
        self._clear_away(incoming, outcome)
        return outcome

    def _tell_delivery(self, message: InboundMessage, receipt: Receipt) -> None:
        """What a report says of a message of ours. After it is kept and before its bytes leave `incoming/`: until that
        is done it comes again, and once more changes nothing.
        """
        report = find_report(message)
        if report:
            from chalicelib.usecases.delivery_outcomes import RecordOutcome  # few messages are reports
            from chalicelib.usecases.record_report import RecordReport

            record = RecordOutcome(self.threads, self.configuration, self.reply_keys)
            RecordReport(self.threads, record).by_mail(report, receipt.received_at)

    def release(
        self, kept: Incoming, receipt: Receipt, parse: Parse, releasing: Releasing, once: Once | None = None
    ) -> Outcome:
        """The same way once more for a parked message whose bytes are `kept`, with what a person answers for.

        Parked: it may still not pass, and nothing has changed. Duplicate: somebody else has decided in the meantime.
        """
        configuration = self.configuration.current()
        release = releasing.release
        inbox = configuration.get_inbox(release.inbox) if release.inbox else inbox_for(receipt, configuration)
        if inbox is None:
            return Parked(releasing.record.id, "unknown_inbox")
        read = receipt_to_read(receipt, release)
        message = as_released(_understood(kept, read, inbox, configuration, parse), release, inbox)
        if isinstance(message, ParkedMessage):
            return Parked(releasing.record.id, message.reason)
        return self._keep(kept, receipt, inbox, message, configuration, releasing, once)

    def park(
        self, incoming: Incoming, receipt: Receipt, parked: ParkedMessage, *, kept_with: Receipt | None = None
    ) -> Outcome:
        """Keeps the message whole, with the reason, for a person; unless it is known already.

        `kept_with`: the receipt with which an earlier try may have kept the bytes, where that is another one: a copy
        under a second key would be nobody's.
        """
        sha256 = sha256_of(incoming.body)
        known = self.threads.find_ledger_row(receipt.transport, receipt.fingerprint)
        if known:  # its bytes are kept; a second copy, under another day's key, would be nobody's
            outcome: Outcome = Duplicate(known, same_content=known.sha256 == sha256)
        else:
            outcome = self._record_parked(receipt, parked, self.raw.keep(incoming, kept_with or receipt), sha256)
        self._clear_away(incoming, outcome)
        return outcome

    def park_missing(self, receipt: Receipt, key: str) -> Outcome:
        """The carrier says that it stored a message, and there is none: a person has to know."""
        return self._record_parked(receipt, ParkedMessage("raw_missing", key), "", "")

    def _clear_away(self, incoming: Incoming, outcome: Outcome) -> None:
        if incoming.kept_as:
            return  # it lies where it stays
        if not isinstance(outcome, Duplicate) or outcome.same_content:
            self.raw.forget_incoming(incoming.key)

    def _record_parked(
        self, receipt: Receipt, parked: ParkedMessage, raw_key: str, sha256: str, further: Sequence[Change] = ()
    ) -> Outcome:
        record = ParkedRecord(
            id=ulid_for(receipt.received_at, "parked", receipt.transport, receipt.fingerprint),
            at=receipt.received_at,
            transport=receipt.transport,
            fingerprint=receipt.fingerprint,
            reason=parked.reason,
            raw_key=raw_key,
            detail=parked.detail,
            machine=parked.machine,
            sender=str(parked.read.sender) if parked.read and parked.read.sender else "",
        )
        row = LedgerRow(
            transport=receipt.transport,
            fingerprint=receipt.fingerprint,
            outcome="parked",
            target=record.id,
            sha256=sha256,
            raw_key=raw_key,
            at=receipt.received_at,
        )
        try:
            self.threads.commit([Create(row), Create(record), *further])
        except WriteConflict:
            known = self.threads.find_ledger_row(receipt.transport, receipt.fingerprint)
            if known is None:
                raise
            return Duplicate(known, same_content=known.sha256 == sha256)
        return Parked(record.id, parked.reason, receipt.transport)

    def _keep(  # noqa: C901  # one short decision behind the other, in the order in which they count
        self,
        incoming: Incoming,
        receipt: Receipt,
        inbox: Inbox,
        message: InboundMessage,
        configuration: Configuration,
        releasing: Releasing | None = None,
        once: Once | None = None,
    ) -> Outcome:
        sha256 = sha256_of(incoming.body)
        agreements = ConfiguredAgreements(self.configuration, configuration)
        raw_key = releasing.record.raw_key if releasing else ""
        stored_for: set[str] = set()
        for _ in range(MOST_RACES):
            now = self.now()
            found = self._look_up(receipt, message, inbox, counted_against(message, inbox, configuration, now))
            if found.ledger_row and not (releasing and found.ledger_row == releasing.row):
                same = found.ledger_row.sha256 == sha256
                return Duplicate(found.ledger_row, same_content=same, kept=bool(raw_key))
            raw_key = raw_key or self.raw.keep(incoming, receipt)
            try:
                heard = self._heard(message, receipt, inbox, found, configuration)
            except NotFound:
                if is_told_by_agent(message):
                    raise
                continue  # erased since the first read: the sender begins anew
            message, place = heard.message, heard.place
            stopped = _stopped(message, found, place, releasing.release.overrides if releasing else frozenset())
            if stopped and releasing:
                return Parked(releasing.record.id, stopped.reason)
            if stopped:
                unwanted = opt_out_changes(found.reachability, heard.wish, "") if heard.wish else ()
                return self._record_parked(receipt, stopped, raw_key, sha256, unwanted)
            files = _files_of(message)
            arriving = _arriving(message, receipt, inbox, sha256, raw_key, files)
            reference = case_reference(self.randomness(REFERENCE_RANDOM_BYTES))
            kept = changes_for(
                arriving, place, agreements, reference, frozenset(found.anchors), configuration.routing_rules
            )
            if heard.wish or heard.rating:
                kept = replace(kept, changes=(*kept.changes, *_meant_by(heard, receipt, found, kept, inbox)))
            else:
                acknowledge = Acknowledge(configuration, self.reply_keys(), now, self.threads.get_incident)
                kept = acknowledge(kept, arriving, place, found, released=releasing is not None)
            if releasing:
                kept = replace(kept, changes=changes_of_release(kept, releasing, once))
            if kept.case.customer_id not in stored_for:
                self._store_files(kept, files, _page_of(message))
                stored_for.add(kept.case.customer_id)
            try:
                self.threads.commit(kept.changes)
            except WriteConflict:
                if releasing and self.threads.get_parked(releasing.record.id) != releasing.record:
                    raise Conflict("Somebody else has decided about it in the meantime.") from None
                continue  # somebody was faster: what they did may change where this belongs
            case = kept.case
            answer_by = our_next_word_at(case)
            return Stored(
                case.reference, case.customer_id, case.id, kept.entry.id, place.rule, message.channel, answer_by
            )
        raise StorageUnavailable()

    def _heard(
        self, message: InboundMessage, receipt: Receipt, inbox: Inbox, found: Found, configuration: Configuration
    ) -> Heard:
        if is_told_by_agent(message):
            return Heard(message, place_for_logged(self.threads, message, receipt, inbox, found))
        rating = hear_rating(self.threads, message, receipt, found.reachability, configuration)
        if rating:
            return rating
        ring = self.reply_keys(keys_named_in((*receipt.recipients, *message.addressed_to)))
        find_place = FindPlace(self.threads, ring)
        return hear_wish(message, receipt, ring, lambda said: find_place(said, receipt, inbox, found, configuration))

    def _look_up(self, receipt: Receipt, message: InboundMessage, inbox: Inbox, counted: tuple[Counted, ...]) -> Found:
        """What the inbox tells is asked for only where there may be an acknowledgement that carries it."""
        wanted = look_ups_for(message)
        anchors = {*wanted.anchors.values(), *([anchor_key(message.message_id)] if message.message_id else [])}
        return self.threads.look_up(
            receipt.transport,
            receipt.fingerprint,
            message.sender,
            sorted(anchors),
            wanted.references,
            [(one.name, one.period) for one in counted],
            inbox.name if counted else "",
        )

    def _store_files(self, kept: Kept, files: tuple[Attachment, ...], page: bytes) -> None:
        for file, ref in zip(files, kept.entry.attachments, strict=True):
            self.attachments.put(attachment_key(kept.case.customer_id, ref.sha256), file.data, file.content_type)
        if kept.entry.html:
            html = kept.entry.html.file
            self.attachments.put(attachment_key(kept.case.customer_id, html.sha256), page, html.content_type)


def _understood(
    incoming: Incoming, receipt: Receipt, inbox: Inbox, configuration: Configuration, parse: Parse
) -> ParsedMessage:
    """What cannot be read within its limits is kept as it came (the safe path), not parked: somebody is waiting."""
    try:
        return parse(incoming.body, receipt, inbox, addresses_of_ours(configuration))
    except Unparsable as error:
        return InboundMessage(
            channel=inbox.channel,
            sender=None,
            trust=Trust.UNVERIFIED,
            visible_text="",
            sender_name=receipt.source or "",
            unparsed=error.public_text,
        )


def _stopped(
    message: InboundMessage, found: Found, place: Place, overrides: frozenset[Override]
) -> ParkedMessage | None:
    """What keeps a message that could be read out of any thread."""
    blocked = found.block is not None and found.block.blocked and not is_told_by_agent(message)
    if blocked and Override.BLOCKED_SENDER not in overrides:
        return ParkedMessage("blocked_sender", str(message.sender))
    report = find_report(message)
    if report and not place.case and Override.REPORT not in overrides:
        return _parked_report(report)
    return None


def _parked_report(report: MachineMail) -> ParkedMessage:
    """It speaks of nothing that we know: a message of long ago, or one that others sent in our name."""
    if report.kind is MachineKind.FEEDBACK:
        return ParkedMessage("complaint", report.evidence, report)
    return ParkedMessage("bounce", report.evidence, report)


def _meant_by(heard: Heard, receipt: Receipt, found: Found, kept: Kept, inbox: Inbox) -> list[Change]:
    """What it changes beside the thread."""
    case = kept.case
    if heard.rating:
        return rating_changes(heard.rating, case, receipt.received_at)
    if heard.wish is None:
        return []
    return opt_out_changes(
        found.reachability, heard.wish, case.customer_id, inbox=inbox, language=case.language, entry_id=kept.entry.id
    )


def _arriving(
    message: InboundMessage, receipt: Receipt, inbox: Inbox, sha256: str, raw_key: str, files: tuple[Attachment, ...]
) -> Arriving:
    refs = tuple(AttachmentRef(sha256_of(file.data), file.name, file.content_type, len(file.data)) for file in files)
    page = _page_of(message)
    html = HtmlRef(sha256_of(page), len(page), message.html.remote_images) if message.html else None
    return Arriving(message, receipt, inbox, sha256, raw_key, texts_that_fit(message), refs, html)


def _page_of(message: InboundMessage) -> bytes:
    return message.html.source.encode("utf-8", "replace") if message.html else b""


def _files_of(message: InboundMessage) -> tuple[Attachment, ...]:
    """The attachments, and the whole text as a file when an entry cannot hold it."""
    if len(message.whole_text) <= LONGEST_TEXT:
        return message.attachments
    whole = message.whole_text.encode("utf-8", "surrogatepass")
    return (*message.attachments, Attachment("message.txt", "text/plain; charset=utf-8", whole))
