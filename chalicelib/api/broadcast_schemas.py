"""What callers send and get about broadcasts: one message to many, to each of them once."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from chalicelib.api.asked import Asked, Subject
from chalicelib.api.message_schemas import Instant
from chalicelib.domain.broadcasts import BroadcastStatus, RecipientState
from chalicelib.domain.delivery import DeliveryStatus

LONGEST_TEXT = 10_000


class NewWording(Asked):
    """`text` and `subject` (for mail) may have the variables of canned answers."""

    text: Annotated[str, Meta(min_length=1, max_length=LONGEST_TEXT, pattern=r"\S")]
    subject: Subject | None = None


class Progress(msgspec.Struct):
    """`chosen`: how many recipients; of these `told` by channel, `left_out` by reason, and the rest is `waiting`."""

    id: str
    status: BroadcastStatus
    chosen: int
    waiting: int
    told: dict[str, int]
    left_out: dict[str, int]
    links: dict[str, str]


class Wording(msgspec.Struct):
    text: str
    subject: str | None


class Broadcast(msgspec.Struct, kw_only=True):
    """`by`: the agent who answers for it. `incident`: whose linked cases it answers, if it does."""

    title: str
    wordings: dict[str, Wording]
    incident: str | None
    created_at: Instant
    by: str
    changed_at: Instant | None
    changed_by: str | None
    progress: Progress


class BroadcastPage(msgspec.Struct):
    """The newest first."""

    broadcasts: list[Broadcast]
    next: str | None


class NewStatus(Asked):
    status: Literal["running", "paused", "stopped"]


class Recipient(msgspec.Struct):
    """`id`: the reference of a case that is answered, or a customer's id. `reason`: why they were left out. `delivery`:
    how far their message got.
    """

    id: str
    state: RecipientState
    reason: str | None
    channel: str | None
    at: Instant | None
    delivery: DeliveryStatus | None
    links: dict[str, str]


class RecipientPage(msgspec.Struct):
    recipients: list[Recipient]
    next: str | None
