"""What the index of words asks of the table, and what it makes of a table that throttles."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from chalicelib.domain.errors import StorageUnavailable
from chalicelib.domain.search import IndexedText
from chalicelib.storage.table import ATTEMPTS, Table
from chalicelib.storage.word_table import MOST_READS, ROWS_IN_A_READ, WordTable
from tests.fakes.service_wire import ServiceWire

ONE = IndexedText("01/a", "202611", "", frozenset({"pralk", "woda"}))


class Rows:
    """Stands where the table stands: rows by partition, and how often they were asked for."""

    def __init__(self, **partitions):
        self.partitions = {f"WORD#{word}#202611": sorted(places, reverse=True) for word, places in partitions.items()}
        self.asked = 0

    def query(self, partition, condition, *, newest_first, limit, may_lag):
        self.asked += 1
        assert (newest_first, may_lag, limit) == (True, True, ROWS_IN_A_READ)
        below = condition.values[1].value["S"] if condition is not None else "~"
        rows = [place for place in self.partitions.get(partition, []) if place < below]
        items = [{"sk": {"S": place}} for place in rows[:limit]]
        return SimpleNamespace(items=items, last={} if len(rows) > limit else None)


def test_one_page_costs_no_more_than_its_bound_and_the_next_goes_on_where_it_ended():
    """Two words that stand everywhere, and never together but once."""
    even, odd = ([f"{number:07}" for number in range(start, 40_000, 2)] for start in (0, 1))
    rows = Rows(even=even, odd=[*odd, "0000000"])
    found, start, pages = [], None, 0
    while not pages or start:
        rows.asked = 0
        page = WordTable(rows).find(["even", "odd"], [""], ["202611"], 10, start)
        assert rows.asked <= MOST_READS
        found, start, pages = [*found, *page.items], page.next, pages + 1
    assert found == ["0000000"]
    assert 1 < pages < 20


def test_a_rare_word_beside_a_common_one_costs_little():
    rows = Rows(rare=["0000500", "0030000"], common=[f"{number:07}" for number in range(40_000)])
    assert WordTable(rows).find(["rare", "common"], [""], ["202611"], 10).items == ("0030000", "0000500")
    assert rows.asked == 3


def test_a_word_that_nobody_wrote_costs_a_query_a_month():
    rows = Rows()
    months = [f"2026{month:02}" for month in range(12, 0, -1)]
    assert WordTable(rows).find(["nic", "woda"], [""], months, 10).next is None
    assert rows.asked == 12


@pytest.fixture
def wire_and_index():
    numbers = iter(range(1_000_000))
    table = Table(
        "splot",
        randomness=lambda size: next(numbers).to_bytes(size, "big"),
        sleep=lambda _seconds: None,
        endpoint="http://127.0.0.1:9",
    )
    with ServiceWire().on(table.connection.client) as wire:
        yield wire, WordTable(table)


def test_what_the_table_did_not_take_is_put_again_and_nothing_else(wire_and_index):
    wire, index = wire_and_index
    left = [{"PutRequest": {"Item": {"pk": {"S": "WORD#woda#202611"}, "sk": {"S": "01/a"}}}}]
    wire.answer_json(200, {"UnprocessedItems": {"splot": left}})
    wire.answer_json(200, {})
    index.put([ONE])
    first, second = (json.loads(attempt.body)["RequestItems"]["splot"] for attempt in wire.attempts)
    assert len(first) == 2
    assert second == left


def test_a_table_that_takes_nothing_is_unavailable(wire_and_index):
    wire, index = wire_and_index
    left = [{"DeleteRequest": {"Key": {"pk": {"S": f"WORD#{word}#202611"}, "sk": {"S": "01/a"}}}} for word in ONE.words]
    wire.answer_json(200, {"UnprocessedItems": {"splot": left}}, times=50)
    with pytest.raises(StorageUnavailable):
        index.remove([ONE])
    assert len(wire.attempts) == ATTEMPTS


@pytest.mark.parametrize("name", ["put", "remove", "find"])
def test_a_table_that_stays_out_of_reach_is_unavailable(wire_and_index, name):
    wire, index = wire_and_index
    wire.refuse(400, "ThrottlingException", times=50)
    call = {"put": lambda: index.put([ONE]), "remove": lambda: index.remove([ONE])}
    with pytest.raises(StorageUnavailable):
        call.get(name, lambda: index.find(["woda"], [""], ["202611"], 5))()
    assert len(wire.attempts) == ATTEMPTS
