"""What came and has no outcome is told of again, and not when it would only wait twice."""

from __future__ import annotations

from datetime import timedelta

from chalicelib.domain.messages import Receipt
from chalicelib.usecases.reconcile_incoming import MOST_WAITING, ReconcileIncoming
from tests.domain.making import MONDAY_TEN
from tests.fakes.ports import MemoryQueues, MemoryRawStore


def reconciling(after=timedelta(minutes=15)):
    raw, queues = MemoryRawStore(lambda: MONDAY_TEN), MemoryQueues()
    key = raw.put_incoming(Receipt("sms", "sms-1", MONDAY_TEN), b"Halo").key
    return ReconcileIncoming(raw, queues, lambda: MONDAY_TEN + timedelta(minutes=16), after), queues, key


def test_what_is_left_over_is_told_of_again():
    reconcile, queues, key = reconciling()
    assert reconcile() == (1, 1)
    assert [*queues.to_receive] == [key]


def test_what_has_just_come_is_left_alone():
    reconcile, queues, _ = reconciling(after=timedelta(minutes=17))
    assert reconcile() == (0, 0)
    assert not queues.to_receive


def test_a_long_queue_is_not_made_longer_by_what_waits_in_it():
    """While it was, a stack that had fallen behind never caught up."""
    reconcile, queues, key = reconciling()
    queues.to_receive.extend([key] * (MOST_WAITING + 1))
    assert reconcile() == (1, 0)
    assert len(queues.to_receive) == MOST_WAITING + 1
    queues.to_receive.clear()
    assert reconcile() == (1, 1)
    assert [*queues.to_receive] == [key]
