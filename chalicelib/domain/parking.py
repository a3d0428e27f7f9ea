"""Parked messages: in which state one is, what a person may do with it, and what exactly they answer for by that.

A release overrides what it names and nothing else. It never raises trust, unless the agent says who the sender is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from chalicelib.domain.configuration import Inbox
from chalicelib.domain.contact_points import ContactPoint
from chalicelib.domain.errors import Conflict, InvalidInput
from chalicelib.domain.messages import (
    InboundMessage,
    LedgerRow,
    ParkedMessage,
    ParkedRecord,
    ParsedMessage,
    Receipt,
    ReleaseState,
)
from chalicelib.domain.trust import Trust


class Override(StrEnum):
    """What a release may set aside. Each is one finding; the agent names those that they answer for."""

    SPAM = "spam"  # SES's verdict
    VIRUS = "virus"  # SES's verdict: its files may harm whoever opens them
    BLOCKED_SENDER = "blocked_sender"
    UNKNOWN_INBOX = "unknown_inbox"  # the agent names the inbox
    AMBIGUOUS_SENDER = "ambiguous_sender"  # the agent says who it is, or it is nobody's
    REPORT = "report"  # a machine's report that belongs to no case becomes a case of its own
    RAW_CHANGED = "raw_changed"  # the receipt was seen before, with other bytes
    UNKNOWN_CONNECT = "unknown_connect"  # a telephone system that is not the configured one
    CAPTCHA_MISSING = "captcha_missing"  # nothing shows that a person posted it
    UNREADABLE = "unreadable"  # kept as it came, with a link to the raw


NEEDED: Mapping[str, Override] = MappingProxyType(
    {
        "spam": Override.SPAM,
        "virus": Override.VIRUS,
        "blocked_sender": Override.BLOCKED_SENDER,
        "unknown_inbox": Override.UNKNOWN_INBOX,
        "ambiguous_sender": Override.AMBIGUOUS_SENDER,
        "bounce": Override.REPORT,
        "complaint": Override.REPORT,
        "raw_changed": Override.RAW_CHANGED,
        "unknown_connect": Override.UNKNOWN_CONNECT,
        "captcha_missing": Override.CAPTCHA_MISSING,
        "unreadable": Override.UNREADABLE,
        "unreadable_event": Override.UNREADABLE,
    }
)
"""Which override lets a message through that waits for that reason. Other reasons need none, or know none."""

_WITHOUT_BYTES = "raw_missing"
_OF_A_CARRIER = "unknown_delivery"


@dataclass(frozen=True, slots=True)
class Release:
    """A person's decision to let a parked message through.

    `by`: the agent's id. `why`: in their words. `sender`: who wrote it, when the agent knows. `inbox`: the name of the
    inbox that it was meant for, with `UNKNOWN_INBOX`.
    """

    by: str
    why: str
    overrides: frozenset[Override] = frozenset()
    sender: ContactPoint | None = None
    inbox: str = ""

    def __post_init__(self) -> None:
        if bool(self.inbox) != (Override.UNKNOWN_INBOX in self.overrides):
            raise InvalidInput("An inbox is named with the override unknown_inbox, and only then.", field="inbox")

    @property
    def in_words(self) -> str:
        return ", ".join(sorted(self.overrides))


@dataclass(frozen=True, slots=True)
class Releasing:
    """A release on its way: the record and the ledger row as they were read. Both must still be so when it is kept."""

    release: Release
    record: ParkedRecord
    row: LedgerRow
    at: datetime


def require_releasable(record: ParkedRecord, release: Release, *, is_believed: bool) -> None:
    """Raises Conflict. What was discarded can still be released: its bytes are kept.

    `is_believed`: whether it comes from whom it says, as far as its bytes alone can show. What reading it again would
    not find out once more has to be overridden here.
    """
    if record.release_state is ReleaseState.RELEASED:
        raise Conflict(f"It was released before, into case {record.released_to}.")
    if record.reason == _WITHOUT_BYTES:
        raise Conflict("There are no bytes to release: the carrier's message was not there.")
    if record.reason == _OF_A_CARRIER:
        raise Conflict("It is a carrier's report and no message: it can be discarded.")
    still = record.reason == "raw_changed" or (record.reason == "unknown_connect" and not is_believed)
    if still and NEEDED[record.reason] not in release.overrides:
        raise Conflict(what_is_needed(record.reason))


def what_is_needed(reason: str) -> str:
    """For the agent, when a message may not pass."""
    needed = NEEDED.get(reason)
    if needed is Override.UNKNOWN_INBOX:
        return "No inbox is configured for it: name one, with the override unknown_inbox."
    how = f": releasing it needs the override {needed}" if needed else ""
    return f"It stays parked ({reason}){how}."


def receipt_to_read(receipt: Receipt, release: Release) -> Receipt:
    """The receipt as a channel reads it under a release. The one that is stored stays as the carrier gave it."""
    verdicts = receipt.verdicts
    for override in (Override.SPAM, Override.VIRUS):
        if override in release.overrides:
            verdicts = replace(verdicts, **{override.value: "OVERRIDDEN"})
    return replace(receipt, verdicts=verdicts)


def as_released(parsed: ParsedMessage, release: Release, inbox: Inbox) -> ParsedMessage:
    """What a channel read, under a release. What still may not pass stays a ParkedMessage."""
    if isinstance(parsed, ParkedMessage):
        if NEEDED.get(parsed.reason) not in release.overrides:
            return parsed
        parsed = parsed.read or InboundMessage(
            channel=inbox.channel,
            sender=None,
            trust=Trust.UNVERIFIED,
            visible_text="",
            unparsed=f"It was released unread ({parsed.reason}).",
        )
    if release.sender:
        return replace(parsed, sender=release.sender, trust=max(parsed.trust, Trust.AUTHENTICATED))
    return parsed


def released(record: ParkedRecord, release: Release, at: datetime, reference: str, entry_id: str) -> ParkedRecord:
    return replace(
        record,
        release_state=ReleaseState.RELEASED,
        changed_at=at,
        changed_by=release.by,
        why=release.why,
        overrides=tuple(sorted(release.overrides)),
        released_to=reference,
        entry_id=entry_id,
    )


def discarded(record: ParkedRecord, by: str, why: str, at: datetime) -> ParkedRecord:
    """Its bytes stay, and so does its row in the ledger: nobody has to look at it any more, that is all."""
    return replace(record, release_state=ReleaseState.DISCARDED, changed_at=at, changed_by=by, why=why)


STATE_DEPENDS_ON = ("release_state",)
ROW_DEPENDS_ON = ("outcome", "target")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A parked message that nobody has decided about, as the list of them shows it."""

    id: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class WaitingCount:
    """How many wait, by reason, and for how long the oldest has. `more`: there are further ones, not counted."""

    by_reason: Mapping[str, int]
    oldest: timedelta
    more: bool = False

    @property
    def total(self) -> int:
        return sum(self.by_reason.values())


def counted(waiting: tuple[Waiting, ...], now: datetime, *, more: bool) -> WaitingCount:
    by_reason: dict[str, int] = {}
    for found in waiting:
        by_reason[found.reason] = by_reason.get(found.reason, 0) + 1
    oldest = max((now - found.at for found in waiting), default=timedelta(0))
    return WaitingCount(MappingProxyType(by_reason), oldest, more)


LONGEST_EXCERPT = 4_000  # characters


@dataclass(frozen=True, slots=True)
class Look:
    """`link`: to the bytes, "" where that needs an override or there are none. `read`: None where nothing can be."""

    record: ParkedRecord
    receipt: Receipt | None
    link: str
    read: InboundMessage | None
