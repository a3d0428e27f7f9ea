"""What a case is about, and by when the law wants an answer.

The terms that are shipped are orientation: whoever runs the hub checks them with counsel and sets their own in the
configuration. Days are those of the team's calendar zone; the day after the receipt is day 1, and a term ends with the
last second of its last day (Polish Civil Code, art. 111; Regulation 1182/71, art. 3).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from typing import Protocol
from zoneinfo import ZoneInfo

from chalicelib.domain.contact_points import Channel

QUESTION = "question"
_MONTHS_A_YEAR = 12


class OfKind(Protocol):
    """A case, or what a list shows of one."""

    @property
    def kind(self) -> str: ...

    @property
    def team(self) -> str: ...


@dataclass(frozen=True, slots=True)
class LegalTerm:
    """`days` or `months` from receipt. `longest_days`, `longest_months`: to what it may be extended, once, by a notice
    to the customer; 0: not at all. `durable`: the channels in which the answer counts, none for any.
    """

    days: int = 0
    months: int = 0
    longest_days: int = 0
    longest_months: int = 0
    durable: tuple[Channel, ...] = ()

    @property
    def extensible(self) -> bool:
        return bool(self.longest_days or self.longest_months)

    def deadline(self, received_at: datetime, zone: ZoneInfo) -> datetime:
        return _end_of(_after(received_at.astimezone(zone).date(), self.days, self.months), zone)

    def longest_deadline(self, received_at: datetime, zone: ZoneInfo) -> datetime:
        return _end_of(_after(received_at.astimezone(zone).date(), self.longest_days, self.longest_months), zone)


@dataclass(frozen=True, slots=True)
class CaseKind:
    """`restricted`: closed to agents of other teams than the case's. `keep_days`: for how long after its closing a
    case is kept, no shorter and no longer; 0 for good. `retired`: no case becomes one of these any more.
    """

    name: str
    legal: LegalTerm | None = None
    restricted: bool = False
    keep_days: int = 0
    retired: bool = False


_IN_WRITING = (Channel.EMAIL, Channel.LETTER)

SHIPPED_KINDS: Mapping[str, CaseKind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            CaseKind(QUESTION),
            CaseKind("order"),
            CaseKind("request"),
            CaseKind("suggestion"),
            # Act on consumer rights (PL), art. 7a: silence counts as acceptance.
            CaseKind("complaint", LegalTerm(days=14, durable=_IN_WRITING)),
            # Act of 5 August 2015 on complaints handled by financial market entities (PL), art. 6 and 7.
            CaseKind("financial_complaint", LegalTerm(days=30, longest_days=60, durable=_IN_WRITING)),
            # GDPR, art. 12(3): one month, two more where necessary.
            CaseKind("personal_data_request", LegalTerm(months=1, longest_months=3)),
        )
    }
)


def _after(received: date, days: int, months: int) -> date:
    """A month that has no such day ends the term on its last day (Regulation 1182/71, art. 3(2)(c))."""
    whole = received.month - 1 + months
    year, month = received.year + whole // _MONTHS_A_YEAR, whole % _MONTHS_A_YEAR + 1
    first_of_next = date(year + month // _MONTHS_A_YEAR, month % _MONTHS_A_YEAR + 1, 1)
    last = (first_of_next - timedelta(days=1)).day
    return date(year, month, min(received.day, last)) + timedelta(days=days)


def _end_of(day: date, zone: ZoneInfo) -> datetime:
    """The midnight with which the day ends."""
    return datetime.combine(day + timedelta(days=1), time(0), tzinfo=zone).astimezone(UTC)
