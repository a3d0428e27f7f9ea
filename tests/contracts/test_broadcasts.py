"""What every store must do for incidents and broadcasts: rows in their order, lists, and what is due."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest

from chalicelib.domain.broadcasts import BroadcastStatus, RecipientState
from chalicelib.domain.errors import NotFound, WriteConflict
from chalicelib.domain.incidents import InboxNotices
from chalicelib.usecases.ports import Create, Update
from tests.fakes.records import NOW, a_broadcast, a_recipient, an_incident, at


def test_an_incident_and_a_broadcast_come_back_as_they_were(store):
    incident, broadcast = an_incident(), a_broadcast()
    notices = InboxNotices("support", MappingProxyType({incident.id: incident.notice}))
    store.commit([Create(incident), Create(broadcast), Create(notices)])
    assert store.get_incident(incident.id) == incident
    assert store.get_broadcast(broadcast.id) == broadcast
    assert store.find_notices("support") == notices
    assert store.look_up("email", "f", None, (), (), (), "support").notices == notices
    assert store.look_up("email", "f", None, (), ()).notices is None
    assert store.find_notices("other") is None
    for get in (store.get_incident, store.get_broadcast):
        with pytest.raises(NotFound):
            get("0" * 26)


def test_the_newest_are_listed_first_page_by_page(store):
    incidents = [an_incident(id=f"01INCIDENT{number}") for number in range(3)]
    broadcasts = [a_broadcast(id=f"01BROADCAST{number}") for number in range(3)]
    store.commit([*map(Create, incidents), *map(Create, broadcasts)])
    first = store.list_incidents(2)
    assert first.items == (incidents[2], incidents[1])
    assert store.list_incidents(2, first.next).items == (incidents[0],)
    assert store.list_broadcasts(5).items == tuple(broadcasts[::-1])


def test_recipients_are_listed_behind_any_of_them(store):
    rows = [a_recipient(id=id_) for id_ in ("A", "C", "B")]
    other = a_recipient(recipients="01OTHER", id="A")
    store.commit([*map(Create, rows), Create(other)])
    listed = [row.id for row in store.list_recipients("01LIST", 10)]
    assert listed == ["A", "B", "C"]
    assert [row.id for row in store.list_recipients("01LIST", 1, "A")] == ["B"]
    assert store.list_recipients("01LIST", 10, "C") == ()
    assert store.find_recipients("01LIST", ["A", "X"]) == {"A": rows[0]}


def test_an_outcome_is_written_once_and_counted_with_it(store):
    row, broadcast = a_recipient(), a_broadcast()
    store.commit([Create(row), Create(broadcast)])
    told = replace(row, state=RecipientState.TOLD, channel="email", entry="a/b", at=NOW)
    counted = replace(broadcast, counts=MappingProxyType({**broadcast.counts, "told:email": 1}))
    both = [Update(row, told, ("state",)), Update(broadcast, counted, ("status", "counts"))]
    store.commit(both)
    with pytest.raises(WriteConflict) as refused:
        store.commit(both)
    assert refused.value.refused == (0, 1)
    assert store.get_broadcast(broadcast.id).counts == counted.counts


def test_only_what_runs_is_due_and_only_when_its_time_has_come(store):
    running = a_broadcast(id="01A", status=BroadcastStatus.RUNNING, next_step_at=NOW)
    later = replace(running, id="01B", next_step_at=at(minutes=1))
    store.commit([Create(running), Create(later), Create(a_broadcast(id="01C"))])
    assert store.list_due_broadcasts(NOW) == ("01A",)
    store.commit([Update(running, replace(running, status=BroadcastStatus.PAUSED, next_step_at=None), ("status",))])
    assert store.list_due_broadcasts(at(minutes=1)) == ("01B",)
