"""The feed of changes: who follows it learns of every change of a case or an entry, in one order without gaps.

A row says where to look, never what was written. Rows are numbered by the transaction that writes them, so no clock and
no delay can put one before another that was read already.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

AGENTS = "agents"  # the feed that everybody who answers follows; a customer's own has the customer's id for a name
KEPT_FOR = timedelta(days=14)
FOLLOWED_FOR = timedelta(days=30)  # after an app asked for it, a customer's feed is written for at least half of that
_SPARE = timedelta(days=1)
_DIGITS = 15
NOT_YET = datetime.min.replace(tzinfo=UTC)


class FeedKind(StrEnum):
    CASE = "case"
    ENTRY = "entry"
    PRESENCE = "presence"  # somebody began to write in a case, or ended it


@dataclass(frozen=True, slots=True)
class FeedHead:
    """`number`: of the newest row of a feed. `followed_until`: until then it is written, None for ever."""

    feed: str
    number: int = 0
    followed_until: datetime | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FeedRow:
    """`place`: its number, as a text of one width; "" before it has one. `at`: when it was written into the feed.

    `event`: of an entry, what became of it, a name from the event catalogue; "" where that has none. `reference`,
    `team`, `assignee`, `status`: of a case, as the change left it.
    """

    kind: FeedKind
    customer_id: str
    case_id: str
    entry_id: str = ""
    event: str = ""
    reference: str = ""
    team: str = ""
    assignee: str = ""
    status: str = ""
    feed: str = ""
    place: str = ""
    at: datetime = NOT_YET
    expires_at: datetime | None = None


HEAD_DEPENDS_ON = ("number",)


def place_of(number: int) -> str:
    return f"{number:0{_DIGITS}}"


BEGINNING = place_of(0)


def numbered(rows: list[FeedRow], head: FeedHead, at: datetime) -> tuple[FeedHead, list[FeedRow]]:
    """The rows behind the head, and the head behind them."""
    placed = [
        replace(row, feed=head.feed, place=place_of(number), at=at, expires_at=at + KEPT_FOR)
        for number, row in enumerate(rows, start=head.number + 1)
    ]
    return replace(head, number=head.number + len(rows)), placed


def is_followed(head: FeedHead, now: datetime) -> bool:
    return head.followed_until is None or now < head.followed_until


def followed(head: FeedHead, now: datetime) -> FeedHead:
    """The head of a customer's feed that an app asks for: itself while it outlives every cursor that is given now.

    A head goes after the last of its rows, so that no number is ever given twice.
    """
    if head.followed_until and head.followed_until - now > KEPT_FOR:
        return head
    until = now.replace(microsecond=0) + FOLLOWED_FOR
    return replace(head, followed_until=until, expires_at=until + KEPT_FOR + _SPARE)
