"""The feed, on each of the stores."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.domain.errors import WriteConflict
from chalicelib.domain.feed import BEGINNING, HEAD_DEPENDS_ON, FeedHead, FeedKind, FeedRow, numbered, place_of
from chalicelib.usecases.ports import Create, Update
from tests.fakes.records import CASE_ID, CUSTOMER_ID, at

SECOND = at().replace(microsecond=0)  # the table keeps when a row expires in whole seconds
HEAD = FeedHead("agents")
ROW = FeedRow(*(FeedKind.CASE, CUSTOMER_ID, CASE_ID, "01E", "message.received", "K7Q2M-9DXM3-Q", "care", "ewa", "open"))


def append(store, head, count, feed="agents"):
    after, rows = numbered([replace(ROW, case_id=f"C{number}") for number in range(count)], head, SECOND)
    moved = Update(head, after, HEAD_DEPENDS_ON) if head.number else Create(after)
    store.commit([moved, *map(Create, rows)])
    return after


def test_rows_come_back_as_they_were_written_in_the_order_of_their_numbers(store):
    head = append(store, append(store, HEAD, 9), 3)
    assert store.find_feed_head("agents") == head == FeedHead("agents", 12)
    page = store.list_feed("agents", BEGINNING, 50)
    assert [row.place for row in page.items] == [place_of(number) for number in range(1, 13)]
    assert page.items[0] == numbered([replace(ROW, case_id="C0")], HEAD, SECOND)[1][0]
    assert page.next is None


def test_a_page_goes_on_behind_a_place_and_says_whether_more_follow(store):
    append(store, HEAD, 5)
    page = store.list_feed("agents", place_of(2), 2)
    assert [row.place for row in page.items] == [place_of(3), place_of(4)]
    assert page.next is not None
    assert store.list_feed("agents", place_of(5), 2).items == ()


def test_of_two_who_append_at_the_same_head_one_is_refused(store):
    head = append(store, HEAD, 1)
    append(store, head, 1)
    with pytest.raises(WriteConflict):
        append(store, head, 1)
    with pytest.raises(WriteConflict):
        append(store, HEAD, 1)
    assert len(store.list_feed("agents", BEGINNING, 9).items) == 2


def test_a_feed_that_nobody_wrote_is_empty(store):
    assert store.find_feed_head("agents") is None
    assert store.list_feed("agents", BEGINNING, 5).items == ()
