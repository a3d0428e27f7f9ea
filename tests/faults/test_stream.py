"""The stream of the simulated table: per item in order, batches that fail are split, what is too old is gone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.storage.keys import Key
from tests.faults.store import Written
from tests.faults.stream import BATCH, MOST_RETRIES, READER_GIVES_UP_AFTER, Stream
from tests.faults.world import Ending, World

GOOD, BAD = Ending(), Ending(died=True)
ITEMS = ("CUST#1", "CUST#2", "CUST#3", "CUST#4")


class Reader:
    def __init__(self):
        self.world = World()
        self.stream = Stream(self.world, [], self.invoke)
        self.got = []
        self.running = []
        self.poison = None

    def invoke(self, changes, ended):
        self.got.append([(written.key.pk, written.commit) for written in changes])
        self.running.append((changes, ended))

    def write(self, *items):
        for item in items:
            number = len(self.stream.history)
            self.stream.history.append(Written(number, self.world.at, "", Key(item, "x"), None, number))

    def finish(self):
        running, self.running = self.running, []
        for changes, ended in running:
            ended(BAD if any(written.after == self.poison for written in changes) else GOOD)

    def read_all(self):
        self.stream.bring()
        while self.running:
            self.finish()
            self.stream.bring()

    def seen(self):
        return [number for batch in self.got for _, number in batch]


@pytest.fixture
def reader():
    return Reader()


def test_everything_comes_once(reader):
    reader.write(*ITEMS * 3)
    reader.read_all()
    assert sorted(reader.seen()) == [*range(12)]


def test_the_changes_of_one_item_come_in_their_order(reader):
    reader.write(*ITEMS * 90)
    reader.read_all()
    for item in ITEMS:
        numbers = [number for batch in reader.got for pk, number in batch if pk == item]
        assert numbers == sorted(numbers)
    assert max(map(len, reader.got)) == BATCH


def test_different_items_can_come_in_another_order_than_they_were_written_in(reader):
    reader.write(*ITEMS * 3)
    reader.read_all()
    assert reader.seen() != sorted(reader.seen())


def test_nothing_of_a_shard_overtakes_what_is_still_worked_on(reader):
    reader.write("CUST#1")
    reader.stream.bring()
    reader.write("CUST#1")
    reader.stream.bring()
    assert reader.seen() == [0]
    reader.read_all()
    assert reader.seen() == [0, 1]


def test_a_batch_that_fails_is_split_until_one_record_is_given_up_and_the_others_are_done(reader):
    reader.write(*["CUST#1"] * 8)
    reader.poison = 5
    reader.read_all()
    assert reader.stream.given_up == {5}
    assert {*reader.seen()} == {*range(8)}
    assert sum(batch == [("CUST#1", 5)] for batch in reader.got) == MOST_RETRIES + 1


def test_what_is_too_old_when_somebody_reads_again_is_given_up(reader):
    reader.write("CUST#1")
    reader.world.at += READER_GIVES_UP_AFTER + timedelta(seconds=1)
    reader.write("CUST#1")
    reader.read_all()
    assert (reader.seen(), reader.stream.given_up) == ([1], {0})


def test_the_reader_gives_up_before_the_stream_forgets():
    """DynamoDB keeps stream records for 24 hours; the dead letter of a record must be written before that."""
    assert timedelta(hours=24) > READER_GIVES_UP_AFTER
