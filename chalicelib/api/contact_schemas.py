"""What callers send and get about how customers may and want to be written to."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chalicelib.api.asked import Asked, ContactAddress, Why
from chalicelib.api.message_schemas import Instant
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.reachability import Purpose

_TIME = r"([01]\d|2[0-3]):[0-5]\d"
QuietTime = Annotated[str, Meta(pattern=rf"^{_TIME}-{_TIME}$(?!\n)")]
LanguageCode = Annotated[str, Meta(pattern=r"^[a-z]{2}$(?!\n)", description="ISO 639-1, such as `pl`.")]
ZoneName = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_+/-]{1,64}$(?!\n)")]


class ContactWarning(msgspec.Struct):
    """What to know of the way that an answer takes. `not_asked_for`, `not_preferred`: the customer named another one.
    `not_proved`: nobody ever proved that the address is theirs. `opted_out_before`: the customer wrote from there after
    opting out. `quiet_hours`: it waits until they are over.
    """

    name: str
    text: str


class ReplyMade(msgspec.Struct):
    """`channel`: the one that it goes out by. `not_before`: it is sent no earlier, or null. `segments`: how many
    messages a text message takes, else null. `passed_over`: better ways that the contact policy forbids, in words.
    """

    entry_id: str
    channel: Channel | None
    not_before: Instant | None
    segments: int | None
    warnings: list[ContactWarning]
    passed_over: list[str]


class ConsentChange(Asked):
    """`how`: where and by what act it was given or withdrawn. `wording`: which version of the text was agreed to."""

    given: bool
    how: Why
    wording: Annotated[str, Meta(max_length=100)] = ""


class PreferencesChange(Asked):
    """What is left out stays as it is; null takes it back. `quiet_hours`: by the customer's clock (`21:00-08:00`).
    `time_zone`: such as `Europe/Warsaw`. `consents`: to marketing, by channel.
    """

    channel: Channel | UnsetType | None = UNSET
    quiet_hours: QuietTime | UnsetType | None = UNSET
    language: LanguageCode | UnsetType | None = UNSET
    time_zone: ZoneName | UnsetType | None = UNSET
    no_surveys: bool | UnsetType = UNSET
    consents: dict[Channel, ConsentChange] = msgspec.field(default_factory=dict)


class OptOutChange(Asked):
    """`purposes`: those that are meant; every one when left out. `why`: for colleagues."""

    contact_point: ContactAddress
    opted_out: bool
    why: Why
    purposes: Annotated[list[Literal["service", "notice", "survey", "marketing"]], Meta(max_length=4)] = msgspec.field(
        default_factory=list
    )


class SuppressionLifting(Asked):
    """`why`: for colleagues."""

    contact_point: ContactAddress
    why: Why


class Consent(msgspec.Struct):
    """To marketing. `wording`: the version of the text that was agreed to. `withdrawn_at` null: it holds."""

    given_at: Instant
    how: str
    wording: str | None
    withdrawn_at: Instant | None


class Preferences(msgspec.Struct):
    """How the customer wants to be written to; null: nothing was said. `consents`: by channel. `version`: the ETag."""

    channel: Channel | None
    quiet_hours: str | None
    language: str | None
    time_zone: str | None
    no_surveys: bool
    consents: dict[str, Consent]
    version: int


class OptOut(msgspec.Struct):
    """`by`: `customer`, or the agent who was told. `evidence`: where it was said."""

    purpose: Purpose
    at: Instant
    by: str
    evidence: str | None


class Address(msgspec.Struct):
    """`proved`: the customer is certainly reachable there. `suppressed_until`: nothing is sent there before, because of
    `suppressed_by`.
    """

    contact_point: str
    proved: bool
    opt_outs: list[OptOut]
    suppressed_until: Instant | None
    suppressed_by: str | None


class CustomerPreferences(Preferences):
    """`addresses`: every contact point, and what speaks against writing there."""

    addresses: list[Address]
