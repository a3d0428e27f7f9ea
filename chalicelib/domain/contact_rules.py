"""What the operator decides about writing to customers: when nobody is disturbed, and by what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from chalicelib.domain.contact_points import Channel
from chalicelib.domain.reachability import Purpose

_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `starts` to `ends` by the customer's clock nobody is disturbed; over midnight when `ends` is the earlier.

    Where the clocks change in between, a time that comes twice ends them the second time, and starts them the first.
    """

    starts: time
    ends: time

    def __str__(self) -> str:
        return f"{self.starts:%H:%M}-{self.ends:%H:%M}"

    def end_of(self, now: datetime, zone: ZoneInfo) -> datetime | None:
        """When the quiet hours end in which `now` lies; None when it lies in none."""
        today = now.astimezone(zone).date()
        for day in (today - timedelta(days=1), today):
            last_day = day if self.starts < self.ends else day + timedelta(days=1)
            ends = max(_instants(datetime.combine(last_day, self.ends), zone))
            if min(_instants(datetime.combine(day, self.starts), zone)) <= now < ends:
                return ends
        return None


def parse_quiet_hours(text: str) -> QuietHours:
    """The inverse of `str(hours)`. Raises ValueError on anything else."""
    starts, _, ends = text.partition("-")
    return QuietHours(time.fromisoformat(starts), time.fromisoformat(ends))


BOUND_BY_QUIET_HOURS: Mapping[Purpose, frozenset[Channel]] = MappingProxyType(
    {
        Purpose.SERVICE: frozenset({Channel.SMS, Channel.FAX}),
        Purpose.NOTICE: frozenset({Channel.SMS, Channel.FAX}),
        Purpose.SURVEY: frozenset({Channel.SMS, Channel.FAX}),
        Purpose.MARKETING: frozenset({Channel.SMS, Channel.FAX, Channel.EMAIL, Channel.APP}),
    }
)


@dataclass(frozen=True, slots=True)
class ContactRules:
    """What the operator decides. `quiet_hours`: None for none at all. `bound`: what they hold for. `no_reply`: further
    local parts that nobody reads.
    """

    quiet_hours: QuietHours | None = None
    bound: Mapping[Purpose, frozenset[Channel]] = field(default_factory=lambda: BOUND_BY_QUIET_HOURS)
    no_reply: frozenset[str] = frozenset()


def _instants(wall: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """When the clocks of the zone show it: twice the same, except around a change."""
    return tuple(wall.replace(tzinfo=zone, fold=fold).astimezone(_UTC) for fold in (0, 1))  # type: ignore[return-value]
