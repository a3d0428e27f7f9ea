"""The statistics, on each of their engines."""

from __future__ import annotations

import os

import pytest

from chalicelib.domain.facts import Fact, Group, mark_of
from chalicelib.domain.reports import HourSummary, summed
from chalicelib.storage.fact_table import FactTable
from tests.contracts.deviations import expect_deviation
from tests.fakes.ports import MemoryStatistics

NINE, TEN = "2026112309", "2026112310"
CARE = Group("care", "question", "email")


@pytest.fixture
def statistics(request, engine):
    expect_deviation(request, engine)
    if engine == "memory":
        return MemoryStatistics()
    return FactTable(request.getfixturevalue(f"{engine}_table"), os.urandom)


def fact(id_="T#1", hour=NINE, **counts):
    return Fact(hour, id_, CARE, counts or {"in": 1}, mark_of("01ANNA"))


def test_a_fact_is_read_as_it_was_written_and_once_however_often_it_is_written(statistics):
    second = Fact(NINE, "F#01CASE#1.1-", Group("", "", ""), {"flow": -1})
    for _ in range(2):
        statistics.write([fact(), second])
    assert sorted(statistics.facts(NINE), key=lambda one: one.id) == [second, fact()]
    assert [*statistics.facts(TEN)] == []


def test_a_fact_that_is_written_otherwise_takes_the_place_of_the_first(statistics):
    statistics.write([fact(out=1)])
    statistics.write([fact(out=1, lost=1)])
    assert [one.counts for one in statistics.facts(NINE)] == [{"out": 1, "lost": 1}]


def test_a_fact_that_is_dropped_is_gone_and_dropping_it_again_does_nothing(statistics):
    statistics.write([fact("T#1"), fact("T#2")])
    for _ in range(2):
        statistics.write([], [(NINE, "T#1")])
    assert [one.id for one in statistics.facts(NINE)] == ["T#2"]


def test_whatever_changes_the_facts_of_an_hour_changes_its_mark_and_no_other(statistics):
    statistics.write([fact(), fact(hour=TEN)])
    first = {**statistics.marks(NINE, TEN)}
    assert {*first} == {NINE, TEN}
    statistics.write([], [(NINE, "T#1")])
    second = statistics.marks(NINE, TEN)
    assert second[NINE] != first[NINE]
    assert second[TEN] == first[TEN]
    assert {*statistics.marks(TEN, TEN)} == {TEN}


def test_the_sum_of_an_hour_is_kept_whole_and_the_newest_counts(statistics):
    other = Fact(NINE, "T#2", Group("legal", "complaint", "sms"), {"in": 2})
    for mark in ("a", "b"):
        summary = summed(NINE, mark, [fact(), other])
        statistics.keep(summary)
    assert [*statistics.summaries(NINE, TEN)] == [summary]
    assert [*statistics.summaries(TEN, TEN)] == []
    empty = HourSummary(TEN, "c", {}, {})
    statistics.keep(empty)
    assert [*statistics.summaries(TEN, TEN)] == [empty]


def test_more_facts_than_fit_one_request(statistics):
    statistics.write([fact(f"T#{number:03}") for number in range(60)])
    assert len([*statistics.facts(NINE)]) == 60
