"""The queues of the simulated world: at least once, in any order, hidden while somebody works, dead in the end."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from tests.domain.making import MONDAY_TEN
from tests.faults.choices import Choices
from tests.faults.queues import Queue, QueueKind
from tests.faults.world import Ending, World

HIDDEN_FOR = timedelta(minutes=6)
GOOD, BAD = Ending(), Ending(died=True)


class Reader:
    """What Lambda invokes: remembers what it got and ends as it is told."""

    def __init__(self, *, choices=None, batch_size=1):
        self.world = World(choices or Choices())
        kind = QueueKind("work", "worker", most_receives=3, hidden_for=HIDDEN_FOR, batch_size=batch_size)
        self.queue = Queue(self.world, kind, self.invoke)
        self.got = []
        self.endings = []

    def invoke(self, event, ended):
        records = event["Records"]
        self.got.append([json.loads(record["body"])["number"] for record in records])
        self.receives = [int(record["attributes"]["ApproximateReceiveCount"]) for record in records]
        self.records = records
        ending = self.endings.pop(0) if self.endings else GOOD
        if ending is not None:
            ended(ending)

    def send(self, *numbers):
        for number in numbers:
            self.queue.send({"number": number})

    def wait(self, **by):
        self.world.pass_time(self.world.at + timedelta(**by))


@pytest.fixture
def reader():
    return Reader()


def test_what_is_worked_on_is_gone(reader):
    reader.send(1)
    reader.wait(hours=1)
    assert (reader.got, reader.queue.waiting) == ([[1]], [])


def test_what_fails_comes_again_when_it_is_visible_and_counts_its_receives(reader):
    reader.endings = [BAD]
    reader.send(1)
    reader.wait(minutes=5)
    assert reader.got == [[1]]
    reader.wait(minutes=2)
    assert (reader.got, reader.receives) == ([[1], [1]], [2])


def test_while_somebody_works_on_it_nobody_else_gets_it(reader):
    reader.endings = [None]
    reader.send(1)
    reader.wait(minutes=5)
    assert reader.got == [[1]]
    reader.wait(minutes=2)
    assert len(reader.got) == 2


def test_after_too_many_receives_it_is_a_dead_letter_and_can_be_sent_through_again(reader):
    reader.endings = [BAD] * 3
    reader.send(1)
    reader.wait(hours=1)
    assert (len(reader.got), len(reader.queue.dead), reader.queue.waiting) == (3, 1, [])
    assert reader.queue.redrive() == 1
    reader.wait(hours=1)
    assert (reader.receives, reader.queue.dead) == ([1], [])


def test_of_a_batch_only_what_failed_comes_again():
    reader = Reader(batch_size=10)
    reader.world.at = MONDAY_TEN
    reader.send(1, 2, 3)
    reader.endings = [Ending(value={"batchItemFailures": [{"itemIdentifier": "work-2"}]})]
    reader.wait(hours=1)
    assert reader.got == [[1, 2, 3], [2]]


def test_a_message_may_come_twice_although_it_was_worked_on():
    reader = Reader(choices=Choices(given=[0, 1]))  # not late, and there is a copy
    reader.send(1)
    reader.wait(hours=1)
    assert reader.got == [[1], [1]]


def test_a_later_message_may_come_first():
    reader = Reader(choices=Choices(given=[2, 0, 0, 0]))  # the first one is late
    reader.send(1, 2)
    reader.wait(hours=1)
    assert reader.got == [[2], [1]]


def test_chance_brings_copies_and_disorder():
    copies, disorder = 0, 0
    for seed in range(100):
        reader = Reader(choices=Choices(seed))
        reader.send(1, 2, 3)
        reader.wait(hours=1)
        got = [number for batch in reader.got for number in batch]
        assert {*got} == {1, 2, 3}
        copies += len(got) > 3
        disorder += got[:3] != [1, 2, 3]
    assert copies > 10
    assert disorder > 10
