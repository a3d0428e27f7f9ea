from __future__ import annotations

from types import SimpleNamespace

from chalicelib.storage.mapping import item_for
from chalicelib.storage.table import Rows
from chalicelib.usecases.index_texts import IndexTexts
from infra.index_again import index_again
from tests.domain.making import configuration
from tests.fakes.memory_store import MemoryStore
from tests.fakes.ports import FixedConfiguration, MemoryIndex
from tests.fakes.records import NOW, a_case, a_customer, an_entry


class Pages:
    """A table that is read page by page, an item on each."""

    def __init__(self, *records):
        self.items = [item_for(record).serialize() for record in records]

    def scan(self, _limit, start=None):
        at = int(start["sk"]["S"]) if start else 0
        more = {"pk": {"S": "a"}, "sk": {"S": str(at + 1)}} if at + 1 < len(self.items) else None
        return Rows(self.items[at : at + 1], more)


def test_everything_that_stands_in_the_table_is_indexed_and_an_interrupted_run_goes_on():
    index = MemoryIndex()
    texts = IndexTexts(MemoryStore(lambda: NOW), FixedConfiguration(configuration()), index)
    table = Pages(a_case(), an_entry(text="Pralka"), a_customer(name="Anna Nowak"))
    hub = SimpleNamespace(ports=SimpleNamespace(table=table), index_texts=texts)
    said = []
    assert index_again(hub, said.append) == 2
    assert {("", "pralk", "202611"), ("@", "nowak", "")} <= {*index.places}
    assert said[0] == """0 texts so far; go on with --after '{"pk": "a", "sk": "1"}'"""
    assert index_again(hub, said.append, '{"pk": "a", "sk": "2"}') == 1
