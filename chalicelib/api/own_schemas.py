"""What a customer's app asks and is answered about the customer's own thread and cases. Nothing internal is in here."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from chalicelib.api.asked import PageWanted
from chalicelib.api.message_schemas import Instant
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.promises import PromiseStatus

EntryId = Annotated[str, Meta(pattern=r"^[0-9A-HJKMNP-TV-Z]{26}$(?!\n)")]


class OwnThreadWanted(PageWanted):
    """Without `since` the newest first. `since`: the id of the last entry that is known; then what came behind it,
    oldest first.
    """

    since: EntryId | None = None


class OwnAttachment(msgspec.Struct):
    name: str
    content_type: str
    size: int
    sha256: str
    link: str


class OwnEntry(msgspec.Struct):
    """`direction`: `in` is what the customer wrote, `out` what we did. `case`: the reference of its case, or null."""

    id: str
    case: str | None
    at: Instant
    direction: Literal["in", "out"]
    channel: Channel | None
    subject: str | None
    text: str
    attachments: list[OwnAttachment]


class OwnThreadPage(msgspec.Struct):
    """`next`: the cursor with which it goes on, null at the end. A page may have fewer entries than were asked for."""

    entries: list[OwnEntry]
    next: str | None


class OwnPromise(msgspec.Struct):
    """As the customer was told, word for word, and by when. `broken`: its time ran out; it is owed all the same."""

    text: str
    due_at: Instant
    status: PromiseStatus


class OwnCase(msgspec.Struct):
    """`awaiting_answer`: the customer wrote last. `expected_answer_at`: when our next word is due, in business hours;
    null while none is. `late`: that has passed. `subject` null, and no promises: the case began with a message of which
    nobody knows for certain that the customer wrote it.
    """

    reference: str
    subject: str | None
    status: Literal["open", "closed"]
    channel: Channel
    opened_at: Instant
    closed_at: Instant | None
    last_activity_at: Instant
    awaiting_answer: bool
    expected_answer_at: Instant | None
    late: bool
    promises: list[OwnPromise]


class OwnCases(msgspec.Struct):
    """The newest ten, newest first."""

    cases: list[OwnCase]
