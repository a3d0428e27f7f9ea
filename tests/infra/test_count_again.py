from __future__ import annotations

from types import SimpleNamespace

from chalicelib.usecases.count_facts import CountFacts
from chalicelib.usecases.ports import Create
from infra.count_again import count_again
from tests.domain.making import configuration
from tests.fakes.memory_store import MemoryStore
from tests.fakes.paged_table import Pages
from tests.fakes.ports import FixedConfiguration, MemoryStatistics
from tests.fakes.records import NOW, a_case, a_customer, an_entry


def test_everything_that_stands_in_the_table_is_counted_once_and_an_interrupted_run_goes_on():
    threads, statistics, said = MemoryStore(lambda: NOW), MemoryStatistics(), []
    threads.commit([Create(a_case())])
    counting = CountFacts(threads, FixedConfiguration(configuration()), statistics, lambda: NOW)
    table = Pages(a_case(), an_entry(), a_customer())
    hub = SimpleNamespace(ports=SimpleNamespace(table=table), count_facts=counting)
    assert count_again(hub, said.append) == 2
    assert sorted(name for fact in statistics.rows.values() for name in fact.counts) == ["in", "opened"]
    assert said[0] == """1 facts so far; go on with --after '{"pk": "a", "sk": "1"}'"""
    assert count_again(hub, said.append, '{"pk": "a", "sk": "1"}') == 1
    assert len(statistics.rows) == 2
