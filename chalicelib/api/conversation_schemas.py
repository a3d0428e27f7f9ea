"""What the page with a form asks and is told when its visitor goes on with their case. Nothing internal is in here."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from chalicelib.api.asked import Asked
from chalicelib.api.message_schemas import Instant
from chalicelib.domain.contact_points import Channel


class BeginConversation(Asked):
    """`posted_under`: the Idempotency-Key of the message. `verification` and `code`: of the address given in it."""

    posted_under: Annotated[str, Meta(pattern=r"^[!-~]{16,64}$(?!\n)")]
    verification: Annotated[str, Meta(pattern=r"^[0-6][0-9A-HJKMNP-TV-Z]{25}$(?!\n)")]
    code: Annotated[str, Meta(min_length=1, max_length=20)]


class ConversationBegun(msgspec.Struct):
    """`conversation`: the token, for `Authorization: Bearer`, good until `expires_at`."""

    conversation: str
    case: str
    expires_at: Instant


class ConversationFile(msgspec.Struct):
    """`size`: in bytes. `link`: where to ask for an address to download it from."""

    name: str
    size: int
    link: str


class ConversationEntry(msgspec.Struct):
    id: str
    at: Instant
    direction: Literal["in", "out"]
    channel: Channel | None
    text: str
    files: list[ConversationFile]


class ConversationRead(msgspec.Struct):
    """`entries`: the newest of it, oldest first. `expected_answer_at`: when our next word is due; null: none is."""

    case: str
    status: Literal["open", "closed"]
    expected_answer_at: Instant | None
    entries: list[ConversationEntry]
