"""The feed, on each of the stores."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from operator import attrgetter

import pytest

from chalicelib.domain.case_presence import CasePresence, Doing
from chalicelib.domain.cases import CasePointer
from chalicelib.domain.connections import Connection
from chalicelib.domain.errors import WriteConflict
from chalicelib.domain.feed import (
    BEGINNING,
    FOLLOWED_FOR,
    HEAD_DEPENDS_ON,
    KEPT_FOR,
    FeedHead,
    FeedKind,
    FeedRow,
    numbered,
    place_of,
)
from chalicelib.domain.identifiers import ulid_for
from chalicelib.domain.mentions import Mention
from chalicelib.usecases.ports import Create, Delete, Update
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


def test_the_heads_of_several_feeds_are_found_at_once_and_those_whose_time_is_over_are_not(store):
    agents = append(store, HEAD, 2)
    until = SECOND + FOLLOWED_FOR
    annas = FeedHead("01ANNA", 0, until, until + KEPT_FOR)
    gone = FeedHead("01GONE", 7, SECOND - KEPT_FOR, SECOND - timedelta(seconds=1))
    store.commit([Create(annas), Create(gone)])
    assert store.find_feed_heads(["agents", "01ANNA", "01GONE", "01NOBODY"]) == {"agents": agents, "01ANNA": annas}
    longer = replace(annas, followed_until=until + KEPT_FOR, expires_at=until + 2 * KEPT_FOR)
    store.commit([Update(annas, replace(annas, number=1), HEAD_DEPENDS_ON)])
    store.commit([Update(annas, longer, ())])
    assert store.find_feed_heads(["01ANNA"]) == {"01ANNA": replace(longer, number=1)}


def test_who_is_at_a_case_is_listed_and_nobody_of_another(store):
    here = CasePresence("K7Q2M-9DXM3-Q", "ewa#1", "Ewa", Doing.WRITING, SECOND, SECOND, SECOND + KEPT_FOR)
    elsewhere = replace(here, reference="PR4V5-E3WSZ-J")
    over = replace(here, subject="jan", expires_at=SECOND - KEPT_FOR)
    store.commit([Create(CasePointer(here.reference, CUSTOMER_ID, CASE_ID, CUSTOMER_ID)), Create(here)])
    store.commit([Create(elsewhere), Create(over)])
    assert store.list_present(here.reference) == (here, over)
    store.commit([Update(here, replace(here, expires_at=SECOND), ())])
    again = replace(over, expires_at=SECOND + KEPT_FOR)
    store.commit([Create(again)])
    assert store.list_present(here.reference) == (replace(here, expires_at=SECOND), again)


def test_mentions_are_listed_newest_first_from_below_a_place_and_end_with_their_time(store):
    ids = [ulid_for(SECOND, str(number)) for number in range(5)]
    rows = [Mention("agent:ewa#1", id_, CUSTOMER_ID, SECOND + KEPT_FOR) for id_ in ids]
    over = Mention("agent:ewa#1", ulid_for(SECOND - KEPT_FOR, ""), CUSTOMER_ID, SECOND - KEPT_FOR)
    other = replace(rows[0], whom="team:ewa#1")
    store.commit([*map(Create, rows), Create(over), Create(other)])
    newest_first = tuple(sorted(rows, key=attrgetter("entry_id"), reverse=True))
    assert store.list_mentions("agent:ewa#1", 3) == newest_first[:3]
    assert store.list_mentions("agent:ewa#1", 9, newest_first[2].entry_id) == newest_first[3:]
    assert store.list_mentions("team:ewa#1", 9) == (other,)
    assert store.list_mentions("agent:jan", 9) == ()
    store.commit([Delete(replace(rows[0], expires_at=SECOND), if_there=True), Delete(over, if_there=True)])
    assert len(store.list_mentions("agent:ewa#1", 9)) == 4


def test_connections_are_listed_by_what_they_hear_of_and_are_forgotten(store):
    first = Connection("01ANNA", "a=", "https://issuer.example|anna", SECOND, SECOND + KEPT_FOR)
    second, other = replace(first, id="b="), replace(first, feed="agents")
    store.commit([Create(first), Create(second), Create(other)])
    assert store.list_connections("01ANNA", 10) == (first, second)
    assert store.list_connections("01ANNA", 1) == (first,)
    store.commit([Delete(first, if_there=True)])
    store.commit([Delete(first, if_there=True)])
    assert store.list_connections("01ANNA", 10) == (second,)
    assert store.list_connections("agents", 10) == (other,)
