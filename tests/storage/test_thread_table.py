"""How the ThreadTable reads on when an answer is cut; all else about it is said in `tests/contracts/`."""

from __future__ import annotations

import pytest

from chalicelib.storage.mapping import item_for
from chalicelib.storage.table import Table
from chalicelib.storage.thread_table import ThreadTable
from tests.fakes.records import CUSTOMER_ID, NOW, a_case, a_link, an_entry, at
from tests.fakes.wire import Wire


@pytest.fixture(scope="module")
def table():
    return Table("splot", randomness=bytes, sleep=lambda _seconds: None, endpoint="http://127.0.0.1:9")


@pytest.fixture
def wire(table):
    with Wire().on(table) as wire:
        yield wire


@pytest.fixture
def store(table):
    return ThreadTable(table, lambda: NOW)


def answer(*records, more=False):
    items = [item_for(record).serialize() for record in records]
    mark = {"LastEvaluatedKey": {name: items[-1][name] for name in ("pk", "sk")}} if more else {}
    return {"Items": items, "Count": len(items), "ScannedCount": len(items)} | mark


def test_the_sweep_reads_as_many_pages_as_there_are_and_none_before_it_is_asked(wire, store):
    cases = [a_case(id=str(number), next_step_at=at(minutes=number)) for number in range(3)]
    wire.answer(answer(*cases[:2], more=True))
    wire.answer(answer(cases[2]))
    due = store.list_due_cases("care", at(hours=1))
    assert [next(due).case_id, next(due).case_id] == ["0", "1"]
    assert len(wire.requests) == 1
    assert [one.case_id for one in due] == ["2"]
    assert wire.requests[1]["ExclusiveStartKey"] == {"pk": {"S": f"CUST#{CUSTOMER_ID}"}, "sk": {"S": "CASE#1"}}


def test_all_contact_points_are_listed_even_if_they_fill_more_than_one_page(wire, store):
    wire.answer(answer(a_link(), more=True))
    wire.answer(answer(a_link()))
    assert len(store.list_points(CUSTOMER_ID)) == 2


def test_a_thread_page_that_was_cut_by_its_size_goes_on_where_it_was_cut(wire, store):
    wire.answer(answer(an_entry(), more=True))
    page = store.list_thread(CUSTOMER_ID, 50)
    assert len(page.items) == 1
    wire.answer(answer())
    assert store.list_thread(CUSTOMER_ID, 50, page.next).next is None
    assert wire.requests[1]["ExclusiveStartKey"]["sk"] == {"S": f"T#{an_entry().id}"}
