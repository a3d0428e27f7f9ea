"""What the index of words asks of the table, and what it makes of a table that throttles."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from chalicelib.domain.errors import NotFound, StorageUnavailable
from chalicelib.domain.search import IndexedText
from chalicelib.ports_on_aws import Ports
from chalicelib.settings import Settings
from chalicelib.storage.table import ATTEMPTS, Table
from chalicelib.storage.word_table import MOST_FORMS, MOST_READS, ROWS_IN_A_READ, WordTable
from tests.fakes.service_wire import ServiceWire

ONE = IndexedText("01/a", "202611", "", frozenset({"pralk", "woda"}))


class Rows:
    """Stands where the table stands: rows by partition, and how often they were asked for."""

    def __init__(self, **words):
        self.partitions = {}
        for word, places in words.items():
            rows = self.partitions.setdefault(f"WORD#{word[:3]}#202611", [])
            rows += (f"{word}#{place}" for place in places)
        self.asked = 0

    def query(self, partition, condition, *, newest_first, limit, may_lag):
        self.asked += 1
        assert (may_lag, limit) == (True, ROWS_IN_A_READ)
        low, high = (value.value["S"] for value in condition.values[1:])
        rows = sorted((row for row in self.partitions.get(partition, []) if low <= row <= high), reverse=newest_first)
        items = [{"sk": {"S": row}} for row in rows[:limit]]
        return SimpleNamespace(items=items, last={} if len(rows) > limit else None)


def test_one_page_costs_no_more_than_its_bound_and_the_next_goes_on_where_it_ended():
    """Two words that stand everywhere, and never together but once."""
    even, odd = ([f"{number:07}" for number in range(start, 40_000, 2)] for start in (0, 1))
    rows = Rows(even=even, odd=[*odd, "0000000"])
    found, start, pages = [], None, 0
    while not pages or start:
        rows.asked = 0
        page = WordTable(rows).find(["even", "odd"], [""], ["202611"], 10, start)
        assert rows.asked <= MOST_READS + 2
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


def test_a_beginning_costs_a_query_more_for_a_hundred_rows_and_looks_at_its_first_words_only():
    rows = Rows(**{f"fakt{letter}": [f"{number:03}{letter}" for number in range(50)] for letter in "abcd"})
    page = WordTable(rows).find(["fakt*"], [""], ["202611"], 3)
    assert page.items == ("049d", "049c", "049b")
    assert rows.asked == 2 + 4  # four words seen in two queries, then one for the places of each
    many = Rows(**{f"fakt{number:02}": [f"{number:02}"] for number in range(MOST_FORMS + 5)})
    found = WordTable(many).find(["fakt*"], [""], ["202611"], 100)
    assert len(found.items) == MOST_FORMS
    assert found.next is None


def test_many_shelves_end_no_page_before_it_has_begun():
    """Of an agent of forty teams two words on each of their shelves would have been more than a page may cost."""
    teams = [f"team{number}" for number in range(2 * MOST_READS)]
    rows = Rows()
    rows.partitions = {f"WORD#pra@{team}#202611": ["pralk#01/a", "pranie#02/b"] for team in teams}
    page = WordTable(rows).find(["pralk", "pranie"], teams, ["202611"], 5)
    assert (page.items, page.next) == ((), None)


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


def test_a_stage_without_an_index_writes_nothing_and_says_so_to_who_searches():
    ports = Ports(Settings({"SEARCH_INDEX": "none"}))
    ports.search_index.put([ONE])
    ports.search_index.remove([ONE])
    with pytest.raises(NotFound, match="no index of words"):
        ports.search_index.find(["woda"], [""], ["202611"], 5)
    assert "table" not in vars(ports)


def test_what_the_table_did_not_take_is_put_again_and_nothing_else(wire_and_index):
    wire, index = wire_and_index
    left = [{"PutRequest": {"Item": {"pk": {"S": "WORD#wod#202611"}, "sk": {"S": "woda#01/a"}}}}]
    wire.answer_json(200, {"UnprocessedItems": {"splot": left}})
    wire.answer_json(200, {})
    index.put([ONE])
    first, second = (json.loads(attempt.body)["RequestItems"]["splot"] for attempt in wire.attempts)
    assert len(first) == 2
    assert second == left


def test_a_table_that_takes_nothing_is_unavailable(wire_and_index):
    wire, index = wire_and_index
    keys = [{"pk": {"S": f"WORD#{word[:3]}#202611"}, "sk": {"S": f"{word}#01/a"}} for word in ONE.words]
    left = [{"DeleteRequest": {"Key": key}} for key in keys]
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
