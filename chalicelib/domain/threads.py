"""A thread is the customer's entries in time order: messages in and out, notes, events.

Entries are written once; only the delivery of an outbound one changes afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from chalicelib.domain.cases import Case
from chalicelib.domain.contact_points import Channel, ContactPoint
from chalicelib.domain.delivery import Delivery
from chalicelib.domain.trust import Trust


class EntryKind(StrEnum):
    INBOUND = "inbound"  # the customer to us
    OUTBOUND = "outbound"  # us to the customer
    NOTE = "note"  # an agent to colleagues; never leaves the house
    EVENT = "event"  # something that the hub did or noticed
    NOTICE = "notice"  # the hub to a colleague (a reminder, an escalation); never reaches the customer


@dataclass(frozen=True, slots=True)
class AttachmentRef:
    """Where an attachment lies: `att/<customer>/<sha256>`; `size` in bytes."""

    sha256: str
    name: str
    content_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Arrival:
    """How an inbound message came and why it stands in its case.

    `rule` is the name of the matching rule that decided, `evidence` what it saw, in words.
    """

    point: ContactPoint | None
    trust: Trust
    rule: str
    evidence: str
    raw_key: str
    sender_name: str = ""
    message_id: str = ""
    automatic: str = ""
    unparsed: str = ""
    written_at: datetime | None = None
    repairs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """Anything in a thread. `id` is a ULID of `at`; thread order is the order of ids.

    `author`: `customer`, `agent:<subject>` or `hub`.
    `event` and `facts` are set for events only: a name from the event catalogue and its flat details.
    `text` of a message longer than `LONGEST_TEXT` characters is an excerpt; the whole is the attachment
    `message.txt`, and the raw.
    """

    id: str
    customer_id: str
    case_id: str
    at: datetime
    kind: EntryKind
    author: str
    channel: Channel | None = None
    subject: str = ""
    text: str = ""
    quoted_text: str = ""
    attachments: tuple[AttachmentRef, ...] = ()
    arrival: Arrival | None = None
    delivery: Delivery | None = None
    event: str = ""
    facts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


LONGEST_TEXT = 60_000  # at most 240 kB of UTF-8 twice compressed: an entry stays far below the table's 400 KB


def attachment_key(customer_id: str, sha256: str) -> str:
    """Per customer, so that erasing a customer erases the files and nothing of anybody else."""
    return f"att/{customer_id}/{sha256}"


def event_entry(id_: str, case: Case, at: datetime, author: str, event: str, facts: Mapping[str, str]) -> Entry:
    """Something that happened to a case, as an entry of its customer's thread."""
    return Entry(
        id=id_,
        customer_id=case.customer_id,
        case_id=case.id,
        at=at,
        kind=EntryKind.EVENT,
        author=author,
        event=event,
        facts=MappingProxyType(dict(facts)),
    )
