"""Business time: weekly slots in a zone, minus closed days, plus extra open ones. Exact to the second, across DST.

Days are the zone's own; slots are turned into instants before anything is added or compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from chalicelib.domain.errors import WrongConfiguration

LONGEST_SEARCH = timedelta(days=3 * 366)
_ONE_DAY = timedelta(days=1)
_ONE_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Slot:
    """`opens` to `closes` of one day, local time; `closes` of 00:00 is the end of that day."""

    opens: time
    closes: time

    def __post_init__(self) -> None:
        if self.closes != time(0) and self.closes <= self.opens:
            raise WrongConfiguration(f"Business hours: {self.opens} to {self.closes} is not a slot of one day.")


@dataclass(frozen=True, slots=True)
class BusinessHours:
    """`week`: weekday (0 is Monday) -> slots in order. `closed`: holidays and other closed days.

    `open_days`: a date's own slots, in place of the weekday's; they win over `closed`. `holidays_until`: the last day
    for which the public holidays are known; None where the calendar has none.
    """

    zone: ZoneInfo
    week: Mapping[int, tuple[Slot, ...]]
    closed: frozenset[date] = frozenset()
    open_days: Mapping[date, tuple[Slot, ...]] = field(default_factory=lambda: MappingProxyType({}))
    holidays_until: date | None = None

    def is_open(self, at: datetime) -> bool:
        return any(start <= at < end for start, end in self._spans(at.astimezone(self.zone).date()))

    def opens_after(self, at: datetime) -> datetime:
        """When the next open stretch begins: `at` itself lies in none, or in an earlier one."""
        for start, _ in self._spans_from(at):
            if start > at:
                return start
        raise WrongConfiguration(f"Business hours: nothing opens in the three years after {at.date()}. Add open slots.")

    def add(self, at: datetime, within: timedelta) -> datetime:
        """The earliest instant by which `within` of open time has passed since `at`. Nothing to pass: `at` itself."""
        if within <= timedelta(0):
            return at
        left = within
        for start, end in self._spans_from(at):
            span = end - max(start, at)
            if span >= left:
                return (max(start, at) + left).astimezone(UTC)
            left -= span
        raise WrongConfiguration(
            f"Business hours: no {within} of open time in the three years after {at.date()}. Add open slots."
        )

    def back(self, at: datetime, within: timedelta) -> datetime:
        """The latest instant from which `within` of open time passes until `at`. Nothing to pass: `at` itself."""
        if within <= timedelta(0):
            return at
        left = within
        for start, end in self._spans_before(at):
            span = min(end, at) - start
            if span >= left:
                return (min(end, at) - left).astimezone(UTC)
            left -= span
        raise WrongConfiguration(
            f"Business hours: no {within} of open time in the three years before {at.date()}. Add open slots."
        )

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Open time from `start` to `end`; zero when `end` is not later."""
        return sum((closes - opens for opens, closes in self.spans_between(start, end)), timedelta(0))

    def spans_between(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The open stretches from `start` to `end`, in order."""
        day = start.astimezone(self.zone).date()
        last = end.astimezone(self.zone).date()
        while day <= last:
            for opens, closes in self._spans(day):
                if max(opens, start) < min(closes, end):
                    yield max(opens, start), min(closes, end)
            day += _ONE_DAY

    def closed_days_between(self, start: datetime, end: datetime) -> tuple[date, ...]:
        """The holidays and other closed days that lie in between, on which else somebody would have worked."""
        first, last = start.astimezone(self.zone).date(), end.astimezone(self.zone).date()
        days = sorted(day for day in self.closed if first <= day <= last and day not in self.open_days)
        return tuple(day for day in days if self.week.get(day.weekday()))

    def _spans_from(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        day = at.astimezone(self.zone).date()
        last = day + LONGEST_SEARCH
        while day <= last:
            for opens, closes in self._spans(day):
                if closes > at:
                    yield opens, closes
            day += _ONE_DAY

    def _spans_before(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        day = at.astimezone(self.zone).date()
        last = day - LONGEST_SEARCH
        while day >= last:
            for opens, closes in reversed([*self._spans(day)]):
                if opens < at:
                    yield opens, closes
            day -= _ONE_DAY

    def _spans(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        for slot in self._slots(day):
            opens = self._instant(day, slot.opens)
            closes = self._instant(day + _ONE_DAY if slot.closes == time(0) else day, slot.closes)
            if closes > opens:  # a slot that lies wholly inside the hour that spring skips is empty
                yield opens, closes

    def _slots(self, day: date) -> tuple[Slot, ...]:
        if day in self.open_days:
            return self.open_days[day]
        return () if day in self.closed else self.week.get(day.weekday(), ())

    def _instant(self, day: date, wall: time) -> datetime:
        """A wall time that spring skips is the moment of the skip; one that autumn repeats is the first of the two."""
        local = datetime.combine(day, wall, tzinfo=self.zone)
        instant = local.astimezone(UTC)
        if instant.astimezone(self.zone).replace(tzinfo=None) == local.replace(tzinfo=None):
            return instant
        before, after = local.replace(fold=1).astimezone(UTC), instant
        while after - before > _ONE_SECOND:
            middle = (before + (after - before) / 2).replace(microsecond=0)
            same = middle.astimezone(self.zone).utcoffset() == after.astimezone(self.zone).utcoffset()
            before, after = (before, middle) if same else (middle, after)
        return after
