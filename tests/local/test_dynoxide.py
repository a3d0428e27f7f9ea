from __future__ import annotations

import os
import signal
import sqlite3
import time

import pytest

from chalicelib.storage.schema import create_table
from chalicelib.storage.table import Table
from chalicelib.storage.thread_table import ThreadTable
from chalicelib.usecases.ports import Create
from infra.local.dynoxide import Dynoxide, DynoxideUnavailable, keep_stream_quick
from tests.fakes.records import CUSTOMER_ID, NOW, an_entry

pytestmark = pytest.mark.emulator


def store_on(dynoxide):
    table = Table("splot", randomness=os.urandom, sleep=time.sleep, endpoint=dynoxide.endpoint)
    return table, ThreadTable(table, lambda: NOW)


def test_what_was_acknowledged_survives_being_killed(tmp_path):
    dynoxide = Dynoxide(tmp_path / "new" / "table.db").start()
    try:
        table, store = store_on(dynoxide)
        create_table(table.name, table.connection)
        for number in range(50):
            store.commit([Create(an_entry(id=f"{number:03}"))])
        before = dynoxide.endpoint
        os.kill(dynoxide.process.pid, signal.SIGKILL)
        dynoxide.process.wait()
        dynoxide.start()
        assert dynoxide.endpoint == before
        assert len(store.list_thread(CUSTOMER_ID, 100).items) == 50
    finally:
        dynoxide.stop()


def test_stopping_twice_is_no_error():
    dynoxide = Dynoxide().start()
    process = dynoxide.process
    dynoxide.stop()
    dynoxide.stop()
    assert process.poll() is not None


def test_a_taken_port_is_said(dynoxide):
    with pytest.raises(DynoxideUnavailable, match="port"):
        Dynoxide(port=dynoxide.port).start()


def test_a_write_does_not_read_all_records_that_the_stream_ever_had(tmp_path):
    file = tmp_path / "table.db"
    dynoxide = Dynoxide(file).start()
    try:
        keep_stream_quick(file)
        keep_stream_quick(file)
        table, store = store_on(dynoxide)
        create_table(table.name, table.connection)
        for number in range(12):
            store.commit([Create(an_entry(id=f"{number:03}"))])
        with sqlite3.connect(file) as database:
            asked = "SELECT MAX(CAST(sequence_number AS INTEGER)) FROM _stream_records WHERE table_name = 'splot'"
            assert database.execute(asked).fetchone() == (12,)
            assert "USING INDEX" in database.execute(f"EXPLAIN QUERY PLAN {asked}").fetchone()[3]
    finally:
        dynoxide.stop()
