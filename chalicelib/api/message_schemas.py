"""What the API answers of a message that came in: how it came, what it carries, what a machine says by it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from chalicelib.domain.contacts import ContactOutcome, Direction
from chalicelib.domain.faxes import ReadingStatus
from chalicelib.domain.machines import BounceReason, MachineKind
from chalicelib.domain.sender_warnings import WarningKind
from chalicelib.domain.sms import SmsEncoding, SmsIntent

Instant = Annotated[datetime, Meta(tz=True)]


class Attachment(msgspec.Struct):
    """`size` in bytes. `content_type` is what the sender said; the file itself is always served as a download."""

    name: str
    content_type: str
    size: int
    sha256: str
    link: str


class ForwardedMessage(msgspec.Struct):
    """Somebody else's message that this one passes on; what its text says of it, and nothing proves. `sent_at`: as
    written. `header`: the lines above the body, as they stood.
    """

    sender_name: str | None
    sender_address: str | None
    subject: str | None
    sent_at: str | None
    header: str
    body: str


class HtmlVersion(msgspec.Struct):
    """Nothing in it runs, or loads anything. A picture that came with the message has `#attachment-<sha256>` as its
    source; of the `remote_images` others `data-remote` says where they lie. `size` in bytes.
    """

    size: int
    remote_images: int
    link: str


class Remark(msgspec.Struct):
    """A sentence of the hub's: its stable `code` and the `values` in it, to be told in another language; and in English
    as `text`. `code` is null, and there are no values, where others said it: a carrier, a field of the header, or an
    earlier version in other words.
    """

    code: str | None
    values: dict[str, str]
    text: str


class Matching(msgspec.Struct):
    """Why the message stands in its case: the rule that decided, and what it saw, in words. `remarks`: the same, two
    of them where the second hindered the first.
    """

    rule: str
    evidence: str
    remarks: list[Remark]


class SenderTrust(msgspec.Struct):
    level: Literal["forged", "unverified", "authenticated", "logged_in"]
    meaning: str


class SenderWarning(msgspec.Struct):
    """What to know about a sender before answering. `lookalike`: the address is easily read as `detail`, one of ours or
    of somebody who takes part. `mixed_alphabets`: other letters stand for Latin ones in it. `hidden_letters`: the name
    holds letters that show nothing or reorder what is read. `address_in_name`: the name is the address `detail`.
    `answer_elsewhere`: Reply-To asks for an answer at `detail`; ours go to the sender. `sent_by_another`: `detail` sent
    it for them. `broken_signature`: it came to a reply address of the case `detail` that is not genuine.
    """

    kind: WarningKind
    detail: str


class ReportedRecipient(msgspec.Struct):
    """What a report says of one address. `status`: of RFC 3463. `hard`: the address itself is no good."""

    address: str | None
    status: str | None
    reason: BounceReason
    hard: bool
    diagnostic: str | None


class Machine(msgspec.Struct):
    """What a machine says by a message. `reason`: of a bounce, a feedback type, what happened to a message that was
    read, or the id of a mailing list. `answers_message_id`: which message it is about.
    """

    kind: MachineKind
    reason: str | None
    hard: bool
    recipients: list[ReportedRecipient]
    answers_message_id: str | None


class Fax(msgspec.Struct):
    """What the gateway tells of a fax. `gateway`: whose wording it is. `number`: as it was given. `document`: SHA-256
    of the attachment that is the fax.
    """

    gateway: str | None
    number: str | None
    number_from: str | None
    pages: int | None
    pages_from: str | None
    document: str | None


class SmsPart(msgspec.Struct):
    number: int
    of: int


class Sms(msgspec.Struct):
    """`segments`: how many messages the text takes. `intent`: what a message of one of the usual words asks for;
    `certain` is false where the word is an everyday answer, too. `part`: by the header that a carrier left in the text.
    `whole_text`: in a thread, what a message says that came in parts which nobody put together, on each of them.
    """

    encoding: SmsEncoding
    segments: int
    keyword: str | None
    intent: SmsIntent | None
    certain: bool
    part: SmsPart | None
    whole_text: str | None


class Reading(msgspec.Struct):
    """What was read on the pages of a fax. `text`: page after page, a form feed between them. `confidence`: of the
    recognition, 0 to 100. `case_reference`: stands on the pages, as evidence; nothing was moved because of it.
    `detail`: what is missing and why, and `remarks` the same with codes. `preview`: a picture (PNG) of the first page.
    """

    status: ReadingStatus
    text: str
    source: str | None
    confidence: int | None
    pages: int | None
    pages_read: int
    case_reference: str | None
    detail: str | None
    remarks: list[Remark]
    preview: Attachment | None
    read_at: Instant | None


class Contact(msgspec.Struct):
    """A call, a letter or a visit. `direction`: `inbound` is the customer to us. `agent`: who told of it; null for a
    telephone system, which knows it as `contact_id`. `answer_owed`: they still wait for an answer.
    """

    direction: Direction
    outcome: ContactOutcome
    agent: str | None
    duration_seconds: int | None
    answer_owed: bool
    promise: str | None
    promised_by: Instant | None
    document: str | None
    contact_id: str | None


class Arrival(msgspec.Struct):
    """How an inbound message came. `automatic`: why it is a machine's, or null. `unparsed`: why it was kept unread, or
    null: then only the raw message says what it says. `written_at`: what the message claims. `repairs`: what had to be
    mended to read it. `automatic_remarks`, `unparsed_remarks` and, of the repairs, `remarks`: the same with codes.
    `duplicate_of`: the entry of which this is a second copy,
    sent once more on its way.
    """

    contact_point: str | None
    sender_name: str | None
    trust: SenderTrust
    warnings: list[SenderWarning]
    matching: Matching
    automatic: str | None
    automatic_remarks: list[Remark]
    unparsed: str | None
    unparsed_remarks: list[Remark]
    machine: Machine | None
    fax: Fax | None
    sms: Sms | None
    written_at: Instant | None
    repairs: list[str]
    remarks: list[Remark]
    duplicate_of: str | None
