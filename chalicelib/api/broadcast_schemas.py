"""What callers send and get about broadcasts: one message to many, to each of them once."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from chalicelib.api.asked import Asked, ContactAddress, Cursor, EntryId, Language, Subject, TeamName, TemplateName, Why
from chalicelib.api.message_schemas import Instant
from chalicelib.domain.broadcasts import BroadcastStatus, RecipientState
from chalicelib.domain.delivery import DeliveryStatus
from chalicelib.domain.incidents import MOST_LANGUAGES
from chalicelib.domain.reachability import Purpose

LONGEST_TEXT = 10_000


class NewWording(Asked):
    """`text` and `subject` (for mail) may have the variables of canned answers."""

    text: Annotated[str, Meta(min_length=1, max_length=LONGEST_TEXT, pattern=r"\S")]
    subject: Subject | None = None


class Progress(msgspec.Struct):
    """`chosen`: how many recipients; of these `told` by channel, `left_out` by reason, and the rest is `waiting`.
    `deliveries`: of how many messages it is known that they are `delivered`, `bounced`, `complained` or `failed`.
    """

    id: str
    status: BroadcastStatus
    chosen: int
    waiting: int
    told: dict[str, int]
    left_out: dict[str, int]
    deliveries: dict[str, int]
    links: dict[str, str]


class NewBroadcast(Asked):
    """`title`: for colleagues, and the subject of mails whose text has none. `inbox`: for mail, SMS or the app; its
    team gets what customers answer. `wordings`: by language (ISO 639), or the name of a canned answer as `template`.
    `purpose`: `marketing` goes only to who has agreed to it. `urgent`: why it goes out in quiet hours, too; kept with
    it.
    """

    title: Subject
    inbox: TeamName
    purpose: Literal["notice", "marketing"] = "notice"
    wordings: Annotated[dict[Language, NewWording], Meta(max_length=MOST_LANGUAGES)] = msgspec.field(
        default_factory=dict
    )
    template: TemplateName | None = None
    urgent: Why | None = None


class BroadcastMade(msgspec.Struct):
    broadcast: str


Reference = Annotated[str, Meta(min_length=1, max_length=20)]


class MoreRecipients(Asked):
    """Either up to 50 who are named, or those of a list, a page in each call: who has an open case of a `team`, or a
    case that is linked to an `incident`. `cursor`: the `next` of the call before.
    """

    customers: Annotated[list[EntryId], Meta(max_length=50)] = msgspec.field(default_factory=list)
    contact_points: Annotated[list[ContactAddress], Meta(max_length=50)] = msgspec.field(default_factory=list)
    cases: Annotated[list[Reference], Meta(max_length=50)] = msgspec.field(default_factory=list)
    team: TeamName | None = None
    incident: EntryId | None = None
    cursor: Cursor | None = None


class RecipientsAdded(msgspec.Struct):
    """`added`: how many are new. `left`: who was not found, with the code of why. `next`: null at the end of a list."""

    added: int
    left: dict[str, str]
    next: str | None


class Estimate(msgspec.Struct):
    """`complete`: everybody was looked at; else call again. `segments`: of text messages. `price`: of all messages in
    `currency`, null where a channel that is used has no price in the configuration.
    """

    complete: bool
    chosen: int
    looked_at: int
    told: dict[str, int]
    left_out: dict[str, int]
    segments: dict[str, int]
    price: str | None
    currency: str | None


class Wording(msgspec.Struct):
    text: str
    subject: str | None


class Broadcast(msgspec.Struct, kw_only=True):
    """`by`: the agent who answers for it. `incident`: whose linked cases it answers, if it does."""

    title: str
    wordings: dict[str, Wording]
    incident: str | None
    purpose: Purpose
    inbox: str | None
    urgent: str | None
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
