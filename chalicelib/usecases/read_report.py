"""Figures of a period. Hours are added up when somebody asks, and each only once unless its facts change."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.domain.cases import CaseSummary
from chalicelib.domain.configuration import Configuration
from chalicelib.domain.errors import StorageUnavailable
from chalicelib.domain.facts import Group, first_hour_from, hour_of
from chalicelib.domain.reports import (
    HourSummary,
    Report,
    Row,
    Span,
    Total,
    begins_at,
    customers_in,
    periods_of,
    rows_of,
    summed,
    totals_of,
)
from chalicelib.usecases.ports import ConfigurationSource, Now, ThreadStore
from chalicelib.usecases.statistics_ports import Statistics

MOST_SUMMED = 300  # hours, for one answer; what was added up is kept, so the next attempt gets further
_PAGE = 1_000
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """The days from `since` on and before `until`, of the company's zone. `team`, `kind`, `channel`: "" for all."""

    report: Report
    since: date
    until: date
    span: Span
    team: str = ""
    kind: str = ""
    channel: str = ""

    def wants(self, group: Group) -> bool:
        pairs = ((self.team, group.team), (self.kind, group.kind), (self.channel, group.channel))
        return all(wanted in ("", is_) for wanted, is_ in pairs)


@dataclass(frozen=True, slots=True)
class Answer:
    rows: Sequence[Row]
    zone: str
    currency: str


@dataclass(frozen=True, slots=True)
class ReadReport:
    statistics: Statistics
    threads: ThreadStore
    configuration: ConfigurationSource
    now: Now
    most_summed: int = MOST_SUMMED

    def __call__(self, asked: Asked, sees: Callable[[Group], bool]) -> Answer:
        """`sees`: what of the figures the caller may see. Raises StorageUnavailable when there is so much to be added
        up that it takes another attempt.
        """
        configuration = self.configuration.current()
        zone = configuration.report_rules.zone or _zone_of(configuration)
        periods = periods_of(asked.since, asked.until, asked.span)
        first, end = begins_at(asked.since, zone), begins_at(asked.until, zone)
        # What is open is known of now: of earlier days it follows by what came and went since.
        last = max(end, self.now() + _HOUR) if asked.report is Report.CASES else end
        summaries = self.summaries(first, last)

        def wanted(group: Group) -> bool:
            return asked.wants(group) and sees(group)

        inside = [one for one in summaries if one.hour < first_hour_from(end)]
        totals = totals_of(inside, periods, asked.span, zone, wanted)
        if asked.report is Report.CASES:
            totals = self._with_backlog(totals, summaries, asked, configuration, wanted, zone)
        if asked.report is Report.CUSTOMERS:
            totals = _with_customers(totals, inside, asked, wanted, zone)
        rules = configuration.report_rules
        return Answer(rows_of(asked.report, totals, rules.costs), zone.key, rules.costs.currency)

    def summaries(self, since: datetime, until: datetime) -> list[HourSummary]:
        """Of each hour in which anything happened. A mark that is read before the facts says of which state they are:
        whoever writes a fact sets another one afterwards.
        """
        first, last = first_hour_from(since), hour_of(until - timedelta(seconds=1))
        marks = self.statistics.marks(first, last)
        kept = {one.hour: one for one in self.statistics.summaries(first, last)}
        stale = [hour for hour, mark in marks.items() if hour not in kept or kept[hour].mark != mark]
        for hour in stale[: self.most_summed]:
            kept[hour] = summed(hour, marks[hour], self.statistics.facts(hour))
            self.statistics.keep(kept[hour])
        if len(stale) > self.most_summed:
            raise StorageUnavailable("There is much to add up for these days. Ask again; it goes on from here.")
        return [kept[hour] for hour in sorted(kept) if hour in marks]

    def _with_backlog(
        self,
        totals: Mapping[date, Total],
        summaries: Sequence[HourSummary],
        asked: Asked,
        configuration: Configuration,
        wanted: Callable[[Group], bool],
        zone: ZoneInfo,
    ) -> Mapping[date, Total]:
        """At the end of each period: what is open now, without what came and with what went after it."""
        open_now = sum(self._open_in(team, wanted) for team in configuration.every_team if asked.team in ("", team))
        flows = [
            (one.hour, sum(counts.get("flow", 0) for group, counts in one.counts.items() if wanted(group)))
            for one in summaries
        ]
        ends = [first_hour_from(begins_at(day, zone)) for day in [*list(totals)[1:], asked.until]]
        return {
            period: replace(total, backlog=max(0, open_now - sum(flow for hour, flow in flows if hour >= end)))
            for (period, total), end in zip(totals.items(), ends, strict=True)
        }

    def _open_in(self, team: str, wanted: Callable[[Group], bool]) -> int:
        found, start = 0, None
        while True:
            page = self.threads.list_urgent(team, _PAGE, start)
            found += sum(wanted(_group(case)) for case in page.items)
            if page.next is None:
                return found
            start = page.next


def _group(case: CaseSummary) -> Group:
    return Group(case.team, case.kind, str(case.channel))


def _with_customers(
    totals: Mapping[date, Total],
    summaries: Sequence[HourSummary],
    asked: Asked,
    wanted: Callable[[Group], bool],
    zone: ZoneInfo,
) -> Mapping[date, Total]:
    """Who wrote by several channels is one of them, so they are not told apart by channel."""
    if asked.channel:
        return totals
    ends = [*list(totals)[1:], asked.until]
    found = {}
    for (period, total), end in zip(totals.items(), ends, strict=True):
        first, last = first_hour_from(begins_at(period, zone)), first_hour_from(begins_at(end, zone))
        inside = [one for one in summaries if first <= one.hour < last]
        found[period] = replace(total, customers=customers_in(inside, wanted))
    return found


def _zone_of(configuration: Configuration) -> ZoneInfo:
    """That of the first team's calendar, where nobody said."""
    for team in configuration.teams:
        return configuration.hours_for(team).zone
    return ZoneInfo("UTC")
