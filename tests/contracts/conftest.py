"""The stores that have to behave alike: in memory, on moto, and on the local DynamoDB."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

import pytest
from moto import mock_aws

from chalicelib.storage.schema import create_table
from chalicelib.storage.table import Table
from chalicelib.storage.thread_table import ThreadTable
from chalicelib.usecases.ports import ThreadStore
from tests.fakes.memory_store import MemoryStore
from tests.fakes.records import NOW

SHARDS = 2


@dataclass(frozen=True)
class Deviation:
    """What moto does otherwise than DynamoDB. A test that `runs` must go on failing there, or leave the table."""

    reason: str
    runs: bool = True


KNOWN_DEVIATIONS_OF_MOTO = {
    "test_a_write_whose_answer_was_lost_happens_once": Deviation(
        "moto ignores ClientRequestToken: it takes the second attempt for another write"
    ),
    "test_of_many_who_create_the_same_record_at_once_one_succeeds": Deviation(
        "moto's transactions are not isolated from each other: sometimes two win", runs=False
    ),
    "test_counters_lose_nothing_when_many_add_at_once": Deviation(
        "moto's transactions are not isolated from each other: sometimes an addition is lost", runs=False
    ),
}


@dataclass
class Bench:
    """A store on one of the engines, and the time it believes in."""

    store: ThreadStore = field(init=False)
    now: datetime = NOW


@pytest.fixture(scope="module")
def _table_on_moto() -> Iterator[Table]:
    with mock_aws():
        yield Table("splot-test", randomness=os.urandom, sleep=lambda _seconds: None)


@pytest.fixture
def moto_table(request: pytest.FixtureRequest, _table_on_moto: Table) -> Iterator[Table]:
    """The table on moto, new and empty."""
    table = _table_on_moto
    deviation = KNOWN_DEVIATIONS_OF_MOTO.get(request.node.originalname)
    if deviation:
        request.applymarker(pytest.mark.xfail(reason=deviation.reason, strict=True, run=deviation.runs))
    create_table(table.name, table.connection)
    yield table
    table.connection.delete_table(table.name)


# Of module scope, so that all tests of one engine run together and moto is started once.
_ENGINES = {"scope": "module", "params": ["moto", pytest.param("dynoxide", marks=pytest.mark.emulator)]}


@pytest.fixture(**_ENGINES)
def real_engine(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(**(_ENGINES | {"params": ["memory", *_ENGINES["params"]]}))
def engine(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def table(request: pytest.FixtureRequest, real_engine: str) -> Table:
    return request.getfixturevalue(f"{real_engine}_table")


@pytest.fixture
def bench(request: pytest.FixtureRequest, engine: str) -> Bench:
    """A store on each of the three."""
    bench = Bench()
    if engine == "memory":
        bench.store = MemoryStore(lambda: bench.now, due_shards=SHARDS)
    else:
        table = request.getfixturevalue(f"{engine}_table")
        bench.store = ThreadTable(table, lambda: bench.now, due_shards=SHARDS)
    return bench


@pytest.fixture
def store(bench: Bench) -> ThreadStore:
    return bench.store
