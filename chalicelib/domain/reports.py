"""What supervisors ask about the work: figures of a period, out of what was counted. Pure.

`docs/reports.md` defines each figure; the names here are the names there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

from chalicelib.domain.facts import Fact, Group, time_of_hour
from chalicelib.domain.report_rules import ContactCosts
from chalicelib.domain.satisfaction import BEST, WORST
from chalicelib.domain.sla import RESPONSE_CLOCKS, ClockName
from chalicelib.domain.statistics import added, customers_behind, fewest, times_in

Counts = Mapping[str, int]
Figures = dict[str, float | None]
PERCENTILES = (50, 90, 95)
_MESSAGES = ("in", "automatic", "out", "hub")


class Report(StrEnum):
    VOLUMES = "volumes"
    CASES = "cases"
    TIMES = "times"
    DEADLINES = "deadlines"
    PROMISES = "promises"
    ESCALATIONS = "escalations"
    SATISFACTION = "satisfaction"
    DELIVERIES = "deliveries"
    COSTS = "costs"
    CUSTOMERS = "customers"


BY: Mapping[Report, str] = MappingProxyType(
    {
        Report.VOLUMES: "channel",
        Report.TIMES: "wait",
        Report.DEADLINES: "clock",
        Report.ESCALATIONS: "level",
        Report.DELIVERIES: "channel",
        Report.COSTS: "channel",
    }
)
"""What a report is broken down by; the others are not."""


class Span(StrEnum):
    """Into which the period is divided. Weeks begin on Mondays (ISO 8601)."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class HourSummary:
    """All facts of an hour, added up. `mark`: of the state of the hour's facts out of which it was made.

    `customers`: by team and kind, the lowest of their marks.
    """

    hour: str
    mark: str
    counts: Mapping[Group, Counts]
    customers: Mapping[tuple[str, str], frozenset[int]] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Total:
    """Of a period: counts by channel and together."""

    by_channel: Mapping[str, Counts]
    together: Counts
    customers: int | None = None
    backlog: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """`period`: its first day. `by`: of what, where the report is broken down by something."""

    period: date
    by: str
    figures: Figures


def summed(hour: str, mark: str, facts: Iterable[Fact]) -> HourSummary:
    facts = [*facts]
    counts: dict[Group, list[Counts]] = {}
    customers: dict[tuple[str, str], set[int]] = {}
    for fact in facts:
        counts.setdefault(fact.group, []).append(fact.counts)
        if fact.customer:
            customers.setdefault((fact.group.team, fact.group.kind), set()).add(fact.customer)
    return HourSummary(
        hour,
        mark,
        {group: {name: count for name, count in added(many).items() if count} for group, many in counts.items()},
        {name: fewest(marks) for name, marks in customers.items()},
    )


def periods_of(since: date, until: date, span: Span) -> list[date]:
    """The first days of those that the days from `since` on and before `until` are divided into; the first may have
    begun earlier, and then only what belongs to these days is counted.
    """
    days = (since + timedelta(days=number) for number in range((until - since).days))
    return [*dict.fromkeys(_first_day(day, span) for day in days)]


def _first_day(day: date, span: Span) -> date:
    if span is Span.WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if span is Span.MONTH else day


def begins_at(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(0), tzinfo=zone).astimezone(UTC)


def totals_of(
    summaries: Iterable[HourSummary],
    periods: Iterable[date],
    span: Span,
    zone: ZoneInfo,
    wanted: Callable[[Group], bool],
) -> Mapping[date, Total]:
    """An hour belongs to the day on which it begins in the company's zone."""
    hours: dict[date, list[HourSummary]] = {period: [] for period in periods}
    for summary in summaries:
        period = _first_day(time_of_hour(summary.hour).astimezone(zone).date(), span)
        if period in hours:
            hours[period].append(summary)
    return {period: _total(many, wanted) for period, many in hours.items()}


def _total(summaries: list[HourSummary], wanted: Callable[[Group], bool]) -> Total:
    found: dict[str, list[Counts]] = {}
    for summary in summaries:
        for group, counts in summary.counts.items():
            if wanted(group):
                found.setdefault(group.channel, []).append(counts)
    by_channel = {channel: added(many) for channel, many in sorted(found.items())}
    return Total(by_channel, added(by_channel.values()))


def customers_in(summaries: Iterable[HourSummary], wanted: Callable[[Group], bool]) -> int:
    """How many different ones there were in these teams and kinds, by whatever channel."""
    found = [
        marks
        for summary in summaries
        for (team, kind), marks in summary.customers.items()
        if wanted(Group(team, kind, ""))
    ]
    return customers_behind(fewest(mark for marks in found for mark in marks))


def rows_of(report: Report, totals: Mapping[date, Total], costs: ContactCosts) -> list[Row]:
    """For each period one row, or one for each of what there was anything of in the whole time."""
    names_in, figures = _REPORTS[report]
    names = sorted({name for total in totals.values() for name in names_in(total)})
    return [Row(period, name, figures(total, name, costs)) for period, total in totals.items() for name in names]


def _whole(_: Total) -> Iterable[str]:
    return ("",)


def _channels(total: Total) -> Iterator[str]:
    return (channel for channel, counts in total.by_channel.items() if counts.keys() & {*_MESSAGES})


def _waits(_: Total) -> Iterable[str]:
    return (*RESPONSE_CLOCKS, ClockName.RESOLUTION)


def _clocks(total: Total) -> Iterator[str]:
    return (clock for clock in ClockName if total.together.keys() & {f"{clock}.met", f"{clock}.missed"})


def _levels(total: Total) -> Iterator[str]:
    return (name.removeprefix("step.") for name in total.together if name.startswith("step."))


def _volumes(total: Total, channel: str, _: ContactCosts) -> Figures:
    return _counted(total.by_channel.get(channel, {}), received="in", automatic="automatic", sent="out", by_hub="hub")


def _cases(total: Total, _: str, __: ContactCosts) -> Figures:
    counted = _counted(total.together, opened="opened", resolved="resolved", reopened="reopened")
    return {**counted, "backlog": total.backlog}


def _times(total: Total, wait: str, _: ContactCosts) -> Figures:
    figures: Figures = {"count": times_in(total.together, f"{wait}.wall").count}
    for kind in ("wall", "business"):
        times = times_in(total.together, f"{wait}.{kind}")
        figures[f"{kind}_mean"] = _rounded(times.mean)
        figures |= {f"{kind}_p{share}": _rounded(times.percentile(share / 100)) for share in PERCENTILES}
    return figures


def _deadlines(total: Total, clock: str, _: ContactCosts) -> Figures:
    counted = _counted(total.together, met=f"{clock}.met", missed=f"{clock}.missed")
    return {**counted, "met_share": _share(counted["met"], counted["met"], counted["missed"])}


def _promises(total: Total, _: str, __: ContactCosts) -> Figures:
    counted = _counted(total.together, kept="promise.kept", kept_late="promise.late", broken="promise.broken")
    return {**counted, "kept_share": _share(counted["kept"], *counted.values())}


def _escalations(total: Total, level: str, _: ContactCosts) -> Figures:
    return _counted(total.together, steps=f"step.{level}")


def _satisfaction(total: Total, _: str, __: ContactCosts) -> Figures:
    scores = {score: total.together.get(f"rating.{score}", 0) for score in range(WORST, BEST + 1)}
    rated = sum(scores.values())
    return {
        "asked": total.together.get("asked", 0),
        "rated": rated,
        "rated_in_app": total.together.get("rated_in_app", 0),
        **{f"score_{score}": count for score, count in scores.items()},
        "mean": _share(sum(score * count for score, count in scores.items()), rated),
        "satisfied_share": _share(scores[BEST] + scores[BEST - 1], rated),
    }


def _deliveries(total: Total, channel: str, _: ContactCosts) -> Figures:
    counts = total.by_channel.get(channel, {})
    sent = counts.get("out", 0) + counts.get("hub", 0)
    return {"sent": sent, "lost": counts.get("lost", 0), "lost_share": _share(counts.get("lost", 0), sent)}


def _costs(total: Total, channel: str, costs: ContactCosts) -> Figures:
    counts = total.by_channel.get(channel, {})
    counted = _counted(counts, contacts="in", answers="out")
    if not costs.currency:
        return {**counted, "carriers": None, "agents": None, "cost": None, "cost_per_contact": None}
    carriers, agents = costs.carried(channel, counts), costs.worked(channel, counts)
    return {
        **counted,
        "carriers": _money(carriers),
        "agents": _money(agents),
        "cost": _money(carriers + agents),
        "cost_per_contact": _share(float(carriers + agents), counted["contacts"]),
    }


def _customers(total: Total, _: str, costs: ContactCosts) -> Figures:
    contacts = total.together.get("in", 0)
    figures: Figures = {"contacts": contacts, "customers": total.customers}
    if not costs.currency:
        return {**figures, "cost": None, "cost_per_contact": None, "cost_per_customer": None}
    cost = sum(costs.carried(name, one) + costs.worked(name, one) for name, one in total.by_channel.items())
    per_customer = _share(float(cost), total.customers) if total.customers is not None else None
    return {
        **figures,
        "cost": _money(Decimal(cost)),
        "cost_per_contact": _share(float(cost), contacts),
        "cost_per_customer": per_customer,
    }


def _counted(counts: Counts, **names: str) -> Figures:
    return {figure: counts.get(name, 0) for figure, name in names.items()}


def _share(part: float | None, *whole: float | None) -> float | None:
    """None where there is nothing to divide by."""
    total = sum(one or 0 for one in whole)
    return round((part or 0) / total, 4) if total else None


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds)


def _money(amount: Decimal) -> float:
    return round(float(amount), 4)


_REPORTS: Mapping[Report, tuple[Callable[[Total], Iterable[str]], Callable[[Total, str, ContactCosts], Figures]]] = (
    MappingProxyType(
        {
            Report.VOLUMES: (_channels, _volumes),
            Report.CASES: (_whole, _cases),
            Report.TIMES: (_waits, _times),
            Report.DEADLINES: (_clocks, _deadlines),
            Report.PROMISES: (_whole, _promises),
            Report.ESCALATIONS: (_levels, _escalations),
            Report.SATISFACTION: (_whole, _satisfaction),
            Report.DELIVERIES: (_channels, _deliveries),
            Report.COSTS: (_channels, _costs),
            Report.CUSTOMERS: (_whole, _customers),
        }
    )
)
