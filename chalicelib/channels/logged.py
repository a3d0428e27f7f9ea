"""What calls, letters and visits have in common when an agent tells of them: the schema, the same for the API and for
reading it later, and what is made of it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from chalicelib.channels.posted import (
    LongText,
    Name,
    NamedFiles,
    Subject,
    attachments_in,
    find_posted,
    told_wrongly_of,
)
from chalicelib.content import limits
from chalicelib.content.addresses import email_point, phone_point
from chalicelib.content.plain_text import clean_text, one_line
from chalicelib.domain.configuration import Inbox
from chalicelib.domain.contact_points import Channel, ContactPoint, PointKind
from chalicelib.domain.contacts import Contact, ContactOutcome, Direction
from chalicelib.domain.identifiers import ULID, parse_case_reference
from chalicelib.domain.messages import InboundMessage, ParkedMessage, ParsedMessage, Receipt
from chalicelib.domain.remarks import remark
from chalicelib.domain.trust import Trust

Instant = Annotated[datetime, msgspec.Meta(tz=True)]
Seconds = Annotated[int, msgspec.Meta(ge=0, le=24 * 60 * 60)]
Promise = Annotated[str, msgspec.Meta(max_length=500)]
CustomerId = Annotated[str, msgspec.Meta(pattern=f"^({ULID.pattern})?$")]
CaseReference = Annotated[str, msgspec.Meta(max_length=20, description="Such as `K7Q2M-9DXM3-Q`.")]


class LoggedPoint(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`value` as people write it."""

    kind: Literal["email", "phone", "fax"]
    value: Annotated[str, msgspec.Meta(min_length=1, max_length=limits.LONGEST_ADDRESS)]


class LoggedContact(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """`notes`: what was said, in the agent's words. Whose it is: a `case`, else a `customer` (an id), else whoever owns
    the `contact_point`; with none of them, and a `name`, it is somebody whom the hub does not know yet.

    `took_place_at`: now when left out. `answer_owed`: they still wait for an answer. `promise`: what was promised, and
    `promised_by` by when.
    """

    notes: LongText = ""
    case: CaseReference = ""
    customer: CustomerId = ""
    contact_point: LoggedPoint | None = None
    name: Name = ""
    subject: Subject = ""
    took_place_at: Instant | None = None
    answer_owed: bool = False
    promise: Promise = ""
    promised_by: Instant | None = None

    def __post_init__(self) -> None:
        if not self.notes.strip() and not self.has_document():
            raise ValueError("Say in `notes` what it was about")
        if self.case and parse_case_reference(self.case) is None:
            raise ValueError("`case` is no case reference")
        if not (self.case or self.customer or self.contact_point or self.name.strip() or self.has_document()):
            raise ValueError("Say whose it is: `case`, `customer`, `contact_point`, or at least a `name`")
        if self.promised_by and not self.promise.strip():
            raise ValueError("`promised_by` needs a `promise`")

    def has_document(self) -> bool:
        return False


class LoggedCall(LoggedContact, frozen=True, kw_only=True):
    """`outcome`: `reached` when they were talked to, else `no_answer`, or `voicemail` when a message was left."""

    direction: Direction
    outcome: ContactOutcome = ContactOutcome.REACHED
    duration_seconds: Seconds | None = None


class LoggedLetter(LoggedContact, frozen=True, kw_only=True):
    """`scan`: its pages, as PDF or TIFF; they are read like those of a fax. `direction`: `outbound` for one that we
    posted.
    """

    direction: Direction = Direction.INBOUND
    scan: NamedFiles = []

    def has_document(self) -> bool:
        return bool(self.scan)


class LoggedVisit(LoggedContact, frozen=True, kw_only=True):
    """Somebody came, and was talked to."""

    duration_seconds: Seconds | None = None


def parse_logged(
    raw: bytes, receipt: Receipt, inbox: Inbox, schema: type[LoggedCall | LoggedLetter | LoggedVisit]
) -> ParsedMessage:
    """An agent's word is believed as far as a number is that somebody calls from: for reading in."""
    told = find_posted(raw, schema)
    if isinstance(told, str):
        return ParkedMessage("unreadable", told)
    if not receipt.principal:
        return ParkedMessage("unreadable", remark("teller_not_named"))
    point = _point(told.contact_point, inbox.country)
    if told.contact_point and point is None:
        return ParkedMessage("unreadable", remark("point_not_understood"))
    scan = told.scan if isinstance(told, LoggedLetter) else []
    attachments = attachments_in(scan)
    return InboundMessage(
        channel=Channel(inbox.channel),
        sender=point,
        trust=Trust.AUTHENTICATED if point else Trust.UNVERIFIED,
        visible_text=clean_text(told.notes),
        sender_name=one_line(told.name, limits.LONGEST_NAME),
        subject=one_line(told.subject, limits.LONGEST_SUBJECT),
        attachments=attachments,
        repairs=told_wrongly_of(scan, attachments),
        case_reference=parse_case_reference(told.case) or "",
        named_customer=told.customer,
        written_at=told.took_place_at,
        contact=_contact(told, receipt.principal),
    )


def _contact(told: LoggedCall | LoggedLetter | LoggedVisit, agent: str) -> Contact:
    return Contact(
        direction=Direction.INBOUND if isinstance(told, LoggedVisit) else told.direction,
        outcome=told.outcome if isinstance(told, LoggedCall) else ContactOutcome.REACHED,
        agent=agent,
        duration_seconds=None if isinstance(told, LoggedLetter) else told.duration_seconds,
        answer_owed=told.answer_owed,
        promise=one_line(told.promise, limits.LONGEST_SUBJECT),
        promised_by=told.promised_by,
    )


def _point(told: LoggedPoint | None, country: str) -> ContactPoint | None:
    if told is None:
        return None
    kind = PointKind(told.kind)
    return email_point(told.value) if kind is PointKind.EMAIL else phone_point(told.value, country, kind)
