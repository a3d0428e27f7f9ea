from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.delivery import DeliveryStatus
from chalicelib.domain.errors import StorageUnavailable, WriteConflict
from chalicelib.domain.feed import AGENTS, BEGINNING, KEPT_FOR
from chalicelib.usecases.announce_changes import EntryChange
from chalicelib.usecases.case_changes import MOST_RACES
from chalicelib.usecases.ports import Create
from chalicelib.usecases.write_feed import CaseChange, WriteFeed
from tests.fakes.memory_store import MemoryStore, Moment
from tests.fakes.ports import HandClock
from tests.fakes.records import a_customer, an_answer, an_entry

CASE = CaseChange("01ANNA", "01CASE", "K7Q2M-9DXM3-Q", "care", "ewa", "open")


@pytest.fixture
def now():
    return HandClock()


@pytest.fixture
def store(now):
    return MemoryStore(now)


def told(store):
    return [
        (row.place.lstrip("0"), row.entry_id or row.reference, row.event)
        for row in store.list_feed(AGENTS, BEGINNING, 500).items
    ]


def new(number):
    return EntryChange(None, an_entry(id=f"01E{number:03}"))


def test_what_changed_is_told_in_one_order_whoever_writes(store, now):
    assert WriteFeed(store, now)([CASE], [new(1)]) == (AGENTS,)
    assert WriteFeed(store, now)([], [new(2)]) == (AGENTS,)
    assert told(store) == [
        ("1", "K7Q2M-9DXM3-Q", ""),
        ("2", "01E001", "message.received"),
        ("3", "01E002", "message.received"),
    ]


def test_of_several_changes_of_a_case_the_last_is_told(store, now):
    WriteFeed(store, now)([CASE, replace(CASE, assignee="jan")], [])
    (row,) = store.list_feed(AGENTS, BEGINNING, 5).items
    assert (row.assignee, row.status, row.team) == ("jan", "open", "care")
    assert row.expires_at == now() + KEPT_FOR


def test_each_step_of_a_delivery_is_told(store, now):
    queued = an_answer()
    sending = replace(queued, delivery=replace(queued.delivery, status=DeliveryStatus.SENDING))
    sent = replace(queued, delivery=replace(queued.delivery, status=DeliveryStatus.SENT))
    WriteFeed(store, now)([], [EntryChange(queued, sending), EntryChange(sending, sent)])
    assert [event for _, _, event in told(store)] == ["message.sending", "message.sent"]


def test_what_has_no_name_is_told_as_well(store, now):
    entry = an_entry()
    WriteFeed(store, now)([], [EntryChange(entry, replace(entry, moved_to="01B/01E"))])
    assert told(store) == [("1", entry.id, "")]


def test_nothing_is_written_where_nothing_changed(store, now):
    assert WriteFeed(store, now)([], []) == ()
    assert store.records() == []


def test_many_changes_fit_into_several_transactions(store, now):
    WriteFeed(store, now)([], [new(number) for number in range(150)])
    assert [int(place) for place, _, _ in told(store)] == list(range(1, 151))


def test_who_was_overtaken_at_the_head_writes_behind_the_other(store, now):
    def somebody_is_faster(call):
        if call.name == "commit" and call.moment is Moment.BEFORE:
            store.hook = lambda _call: None
            WriteFeed(store, now)([], [new(1)])

    store.hook = somebody_is_faster
    WriteFeed(store, now)([], [new(2)])
    assert [entry for _, entry, _ in told(store)] == ["01E001", "01E002"]


def test_who_is_always_overtaken_says_so_and_the_stream_comes_again(store, now):
    tries = []

    def refuse(call):
        if call.name == "commit" and call.moment is Moment.BEFORE:
            tries.append(call)
            raise WriteConflict((0,))

    store.hook = refuse
    with pytest.raises(StorageUnavailable):
        WriteFeed(store, now)([CASE], [])
    assert len(tries) == MOST_RACES


def test_a_feed_is_kept_for_two_weeks_and_its_numbers_go_on(store, now):
    WriteFeed(store, now)([CASE], [])
    now.move(timedelta(days=15))
    WriteFeed(store, now)([CASE], [])
    store.commit([Create(a_customer())])
    assert [place for place, _, _ in told(store)][-1] == "2"
