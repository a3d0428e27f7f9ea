"""The Statistics in the one table: a row for each fact under its hour, a mark and a sum for each hour.

A fact costs a write unit; reading an hour's sum costs by its size. Rows are put and deleted whole, each by itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from pynamodb.attributes import NumberAttribute
from pynamodb.expressions.operand import Path

from chalicelib.domain.facts import KEPT_FOR, Fact, Group, time_of_hour
from chalicelib.domain.reports import HourSummary
from chalicelib.storage.attributes import (
    CompressedTextAttribute,
    MappingAttribute,
    TextAttribute,
    WholeNumberAttribute,
)
from chalicelib.storage.items import Item
from chalicelib.storage.keys import Key, KeyPattern
from chalicelib.storage.limits import AttributeValue
from chalicelib.storage.table import Table
from chalicelib.storage.writes import Write
from chalicelib.usecases.ports import Randomness

FACT = KeyPattern("FACT#{hour}", "{id}")
MARK = KeyPattern("HOURS", "MARK#{hour}")
SUMMARY = KeyPattern("HOURS", "SUM#{hour}")


class FactItem(Item, discriminator="fact"):
    team = TextAttribute()
    kind = TextAttribute()
    channel = TextAttribute()
    counts = MappingAttribute(NumberAttribute())
    customer = WholeNumberAttribute()


class MarkItem(Item, discriminator="mark"):
    mark = TextAttribute()


class HourItem(Item, discriminator="hour"):
    """`sums`: JSON, `{"counts": [[team, kind, channel, {name: count}]], "customers": [[team, kind, [mark]]]}`. Of a
    company with many teams it is some kilobytes.
    """

    mark = TextAttribute()
    sums = CompressedTextAttribute()


class FactTable:
    def __init__(self, table: Table, randomness: Randomness) -> None:
        self._table = table
        self._randomness = randomness

    def write(self, put: Sequence[Fact], drop: Sequence[tuple[str, str]] = ()) -> None:
        gone = [FACT.key(hour=hour, id=id_) for hour, id_ in drop]
        self._table.change_singly(put=[_fact_item(fact).serialize() for fact in put], delete=gone)
        hours = sorted({fact.hour for fact in put} | {hour for hour, _ in drop})
        marks = [MarkItem(*MARK.key(hour=hour), mark=self._mark(), expires_at=_expiry(hour)) for hour in hours]
        self._table.change_singly(put=[item.serialize() for item in marks])

    def marks(self, first: str, last: str) -> Mapping[str, str]:
        return {_hour(row, MARK): row["mark"]["S"] for row in self._rows(MARK, first, last)}

    def facts(self, hour: str) -> Sequence[Fact]:
        return [_fact(row) for row in self._all(FACT.key(hour=hour, id="").pk, None)]

    def summaries(self, first: str, last: str) -> Sequence[HourSummary]:
        return [_summary(row) for row in self._rows(SUMMARY, first, last)]

    def keep(self, summary: HourSummary) -> None:
        sums = {
            "counts": [[one.team, one.kind, one.channel, {**counts}] for one, counts in summary.counts.items()],
            "customers": [[*name, sorted(marks)] for name, marks in summary.customers.items()],
        }
        key = SUMMARY.key(hour=summary.hour)
        text = json.dumps(sums, ensure_ascii=False, separators=(",", ":"))
        item = HourItem(*key, mark=summary.mark, sums=text, expires_at=_expiry(summary.hour))
        self._table.write([Write(key, item.serialize(), None)])  # the API writes in transactions, and no other way

    def _mark(self) -> str:
        return self._randomness(8).hex()

    def _rows(self, pattern: KeyPattern, first: str, last: str) -> Iterator[Mapping[str, AttributeValue]]:
        start, end = pattern.key(hour=first), pattern.key(hour=last)
        return self._all(start.pk, Path("sk").between(start.sk, end.sk))

    def _all(self, partition: str, condition: Any) -> Iterator[Mapping[str, AttributeValue]]:
        start = None
        while True:
            rows = self._table.query(partition, condition, start=start)
            yield from rows.items
            if rows.last is None:
                return
            start = rows.last


def _expiry(hour: str) -> Any:
    return time_of_hour(hour) + KEPT_FOR


def _hour(row: Mapping[str, AttributeValue], pattern: KeyPattern) -> str:
    return row["sk"]["S"].removeprefix(pattern.sk.partition("{")[0])


def _fact_item(fact: Fact) -> FactItem:
    group = fact.group
    return FactItem(
        *FACT.key(hour=fact.hour, id=fact.id),
        team=group.team or None,
        kind=group.kind or None,
        channel=group.channel or None,
        counts=fact.counts,
        customer=fact.customer or None,
        expires_at=_expiry(fact.hour),
    )


def _fact(row: Mapping[str, AttributeValue]) -> Fact:
    named = FACT.names_in(Key(row["pk"]["S"], row["sk"]["S"]))
    item = FactItem.from_raw_data({**row})
    group = Group(item.value("team"), item.value("kind"), item.value("channel"))
    counts = {name: int(count) for name, count in item.counts.items()}
    return Fact(named["hour"], named["id"], group, MappingProxyType(counts), int(item.value("customer")))


def _summary(row: Mapping[str, AttributeValue]) -> HourSummary:
    item = HourItem.from_raw_data({**row})
    sums = json.loads(item.sums)
    return HourSummary(
        _hour(row, SUMMARY),
        item.mark,
        {Group(team, kind, channel): counts for team, kind, channel, counts in sums["counts"]},
        {(team, kind): frozenset(marks) for team, kind, marks in sums["customers"]},
    )
