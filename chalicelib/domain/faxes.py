"""Faxes: how a gateway's mail is read, what it says, and what was read on the pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

FAX_REPORT = "fax_report"
"""The `reason` of a machine's mail that speaks of a fax of ours."""

FAXED_HOST = "fax.invalid"


def faxed_id(entry_id: str) -> str:
    """How the anchor of a fax of ours is called beside the message ids of mails; no mail has such a one (RFC 2606)."""
    return f"{entry_id}@{FAXED_HOST}"


def gateways_id(provider_id: str, sender: str) -> str:
    """The same of a gateway's own id, which says nothing without the inbox, `sender`, that the fax left from."""
    return f"{provider_id}/{sender}.{FAXED_HOST}"


@dataclass(frozen=True, slots=True)
class FaxExample:
    """A mail of a gateway as an operator has seen it, and what must be read out of it when the configuration is saved.

    `number`: E.164, or "" for a withheld one; `country` (ISO 3166) is how a national one is read. `pages`: None where
    the gateway does not say.
    """

    sender: str
    subject: str
    text: str = ""
    number: str = ""
    pages: int | None = None
    country: str = "PL"


@dataclass(frozen=True, slots=True)
class FaxGateway:
    """How one kind of gateway words its mails. The patterns are those of `content/fax_patterns.py`.

    `senders`: addresses (`fax@pbx.example`) or domains (`efax.com`, with everything below); empty for any.
    `subjects`: at least one must fit a mail that brings a fax. `announcements`: lines of the text that do as well.
    `lines`: looked for in the text, for what the subject leaves open. `reports`: subjects of mails about faxes that we
    sent.
    """

    name: str
    subjects: tuple[str, ...]
    senders: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    reports: tuple[str, ...] = ()
    announcements: tuple[str, ...] = ()
    example: FaxExample | None = None


@dataclass(frozen=True, slots=True)
class Fax:
    """What is known of a fax from the mail that brought it.

    `gateway`: whose wording it is. `number`: as the gateway gives it, "" when withheld; `number_from` says where it
    stood. `pages`: None when nobody says; `pages_from`: `document` (counted) or `gateway` (its word). `document`:
    SHA-256 of the attachment that is the fax, "" when the gateway sent none.
    """

    gateway: str = ""
    number: str = ""
    number_from: str = ""
    pages: int | None = None
    pages_from: str = ""
    document: str = ""


class ReadingStatus(StrEnum):
    WAITING = "waiting"  # the pages have not been looked at yet
    READ = "read"
    UNAVAILABLE = "unavailable"  # there is no text; `detail` says why


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read on the pages of a document, after the message was stored.

    `text`: page after page, with a form feed between them. `source`: `text_layer`, `textract`, `tesseract`, or several
    with a plus between. `confidence`: of the recognition, 0 to 100, None without one. `pages`: how many the document
    has; `pages_read`: how many of them were looked at. `case_reference`: one that stands on the pages, as evidence for
    an agent; nothing is moved because of it. `preview`: SHA-256 of a PNG of the first page, or "", `preview_size` its
    bytes. `detail`: what is missing and why.
    """

    status: ReadingStatus
    text: str = ""
    source: str = ""
    confidence: int | None = None
    pages: int | None = None
    pages_read: int = 0
    case_reference: str = ""
    preview: str = ""
    preview_size: int = 0
    detail: str = ""
    read_at: datetime | None = None


WAITING = Reading(ReadingStatus.WAITING)
