"""A thread is the customer's entries in time order: messages in and out, notes, events.

Entries are written once. Only the delivery of an outbound one changes afterwards, and the reading of a fax. A digest
of notices grows until it goes out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from chalicelib.domain.cases import Case
from chalicelib.domain.contact_points import Channel, ContactPoint
from chalicelib.domain.contacts import Contact
from chalicelib.domain.delivery import Delivery
from chalicelib.domain.faxes import Fax, Reading
from chalicelib.domain.machines import MachineMail
from chalicelib.domain.messages import ForwardedMessage
from chalicelib.domain.sender_warnings import SenderWarning
from chalicelib.domain.sms import SmsFacts
from chalicelib.domain.trust import Trust

REPEATS = "repeats"
NO_FACTS: Mapping[str, str] = MappingProxyType({})


class EntryKind(StrEnum):
    INBOUND = "inbound"  # the customer to us
    OUTBOUND = "outbound"  # us to the customer
    NOTE = "note"  # an agent to colleagues; never leaves the house
    EVENT = "event"  # something that the hub did or noticed
    NOTICE = "notice"  # the hub to a colleague (a reminder, an escalation); never reaches the customer
    CODE = "code"  # the hub to a contact point that is to be proved; stands in nobody's thread


@dataclass(frozen=True, slots=True)
class AttachmentRef:
    """Where an attachment lies: `att/<customer>/<sha256>`; `size` in bytes."""

    sha256: str
    name: str
    content_type: str
    size: int


@dataclass(frozen=True, slots=True)
class HtmlRef:
    """Where the HTML version of a message lies: `att/<customer>/<sha256>`. `remote_images`: how many it leaves out."""

    sha256: str
    size: int
    remote_images: int = 0

    @property
    def file(self) -> AttachmentRef:
        return AttachmentRef(self.sha256, "message.html", "text/html; charset=utf-8", self.size)


@dataclass(frozen=True, slots=True)
class Arrival:
    """How an inbound message came and why it stands in its case.

    `rule` is the name of the matching rule that decided, `evidence` what it saw, in words. `address`: the sender's with
    its letters as written, where `point` does not say the same. `duplicate_of`: the entry of which this is a second
    copy, which the sender's mail server sent once more.
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
    machine: MachineMail | None = None
    fax: Fax | None = None
    sms: SmsFacts | None = None
    address: str = ""
    warnings: tuple[SenderWarning, ...] = ()
    duplicate_of: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """Anything in a thread. `id` is a ULID of `at`; thread order is the order of ids.

    `author`: `customer`, `agent:<subject>` or `hub`.
    `event` is set for events only, a name from the event catalogue, and `facts` are its flat details. An answer has the
    fact `forced` where an agent gave it over something newer that they had not read. A message that
    opened a case has in them how it was acknowledged, or why not.
    A notice that waits for its digest has the facts of its event, and a digest the number of its notices.
    `stays_with_us`: an answer that says that more will follow from us.
    `task`: of an answer by telephone or letter, the id of the task by which it is said or posted.
    `reading` is set for faxes that brought a document: what stands on its pages, once they were read.
    `contact` is set for calls, letters and visits: what took place; `text` is then what was noted of it.
    `moved_to`: `<customer>/<entry>` of the copy with which it goes on elsewhere; what stands here says only that.
    `moved_from`: of the copy, where it was written first.
    `mentions`: of a note, whom it mentions, as `agent:<subject>` or `team:<name>`; of one that was moved away, too, for
    the rows that lead to it (`mentions.py`).
    `text` is what was newly written; `quoted_text`, `signature` and `forward` are the rest of a message. Of one longer
    than `LONGEST_TEXT` characters they are excerpts; the whole is the attachment `message.txt`, and the raw.
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
    signature: str = ""
    forward: ForwardedMessage | None = None
    html: HtmlRef | None = None
    attachments: tuple[AttachmentRef, ...] = ()
    arrival: Arrival | None = None
    delivery: Delivery | None = None
    reading: Reading | None = None
    contact: Contact | None = None
    stays_with_us: bool = False
    task: str = ""
    event: str = ""
    facts: Mapping[str, str] = field(default_factory=lambda: NO_FACTS)
    moved_to: str = ""
    moved_from: str = ""
    mentions: tuple[str, ...] = ()

    @property
    def repeats(self) -> str:
        """The answer in the app that nobody had read, and that went this way too; "" for every other entry."""
        return self.facts.get(REPEATS, "")

    @property
    def is_automatic(self) -> bool:
        """The hub wrote it to the customer by itself, which answers nothing."""
        return self.kind is EntryKind.OUTBOUND and self.author == "hub" and self.contact is None

    @property
    def is_second_copy(self) -> bool:
        """Kept so that nothing is lost, and not shown unless somebody asks."""
        return self.arrival is not None and bool(self.arrival.duplicate_of)

    @property
    def preview(self) -> AttachmentRef | None:
        """The picture of a fax's first page. It lies where attachments lie."""
        if self.reading is None or not self.reading.preview:
            return None
        return AttachmentRef(self.reading.preview, "preview.png", "image/png", self.reading.preview_size)


LONGEST_TEXT = 60_000  # at most 240 kB of UTF-8 twice compressed: an entry stays far below the table's 400 KB


def attachment_key(customer_id: str, sha256: str) -> str:
    """Per customer, so that erasing a customer erases the files and nothing of anybody else."""
    return f"att/{customer_id}/{sha256}"


def files_of(entry: Entry) -> tuple[AttachmentRef, ...]:
    """All that lies beside the table: what came with it or went with it, its HTML version, and a fax's first page."""
    more = (entry.html.file if entry.html else None, entry.preview)
    return (*entry.attachments, *(file for file in more if file))


def customer_event(
    id_: str, customer_id: str, at: datetime, author: str, event: str, facts: Mapping[str, str]
) -> Entry:
    """Something that happened to a customer, as an entry of the thread, outside of any case."""
    return Entry(
        id=id_,
        customer_id=customer_id,
        case_id="",
        at=at,
        kind=EntryKind.EVENT,
        author=author,
        event=event,
        facts=MappingProxyType(dict(facts)),
    )


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
