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
from tests.contracts.deviations import expect_deviation
from tests.fakes.memory_store import MemoryStore
from tests.fakes.records import NOW

SHARDS = 2


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
def moto_table(_table_on_moto: Table) -> Iterator[Table]:
    """The table on moto, new and empty."""
    table = _table_on_moto
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
    expect_deviation(request, real_engine)
    return request.getfixturevalue(f"{real_engine}_table")


@pytest.fixture
def bench(request: pytest.FixtureRequest, engine: str) -> Bench:
    """A store on each of the three."""
    expect_deviation(request, engine)
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
