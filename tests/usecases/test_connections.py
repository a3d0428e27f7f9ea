"""A client opens a connection with a ticket, once, and hears over it that its feed has grown."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.case_presence import HOLDS_FOR, CasePresence, Doing
from chalicelib.domain.connections import LONGEST_CONNECTION, MOST_TOLD, Connection
from chalicelib.domain.errors import StorageUnavailable, Unauthenticated
from chalicelib.domain.principals import Principal, Role
from chalicelib.usecases.open_connection import OpenConnection
from chalicelib.usecases.ports import Create
from chalicelib.usecases.tell_connected import TellConnected
from tests.fakes.memory_store import MemoryStore, Moment
from tests.fakes.ports import HandClock, MemoryConnected, SeededRandomness

EWA = Principal("https://issuer.example", "ewa", frozenset({Role.AGENT}))
KEY = b"k" * 32


@pytest.fixture
def now():
    return HandClock()


@pytest.fixture
def store(now):
    return MemoryStore(now)


@pytest.fixture
def connected():
    return MemoryConnected()


@pytest.fixture
def open_(store, now):
    return OpenConnection(store, lambda: KEY, now, SeededRandomness())


@pytest.fixture
def tell(store, connected, now):
    return TellConnected(store, connected, now)


def connect(open_, connected, id_, *feeds, principal=EWA):
    sealed, _ = open_.ticket_for(principal, feeds or ("agents",))
    open_(id_, sealed)
    connected.open.add(id_)


def kept(store):
    return {(row.feed, row.id) for row in store.records(Connection)}


def test_who_is_connected_is_told_of_their_feed_and_of_no_other(open_, tell, connected):
    connect(open_, connected, "c1")
    connect(open_, connected, "c2", "01ANNA", "01OLD")
    assert tell(["agents"]) == 1
    assert tell(["01OLD"]) == 1
    assert tell(["01BARTEK"]) == 0
    assert connected.heard == ["c1", "c2"]


def test_a_ticket_opens_one_connection(open_, store):
    sealed, _ = open_.ticket_for(EWA, ("agents",))
    open_("c1", sealed)
    with pytest.raises(Unauthenticated):
        open_("c2", sealed)
    assert kept(store) == {("agents", "c1")}


def test_a_ticket_is_not_good_for_long(open_, store, now):
    sealed, ticket = open_.ticket_for(EWA, ("agents",))
    now.move(timedelta(minutes=1))
    assert ticket.use_before <= now()
    with pytest.raises(Unauthenticated):
        open_("c1", sealed)
    with pytest.raises(Unauthenticated):
        open_("c1", "no ticket")
    assert kept(store) == set()


def test_a_connection_that_is_gone_is_forgotten(open_, tell, connected, store):
    connect(open_, connected, "c1")
    connect(open_, connected, "c2")
    connected.open.remove("c1")
    assert tell(["agents"]) == 1
    assert kept(store) == {("agents", "c2")}


def test_a_connection_whose_token_has_ended_is_closed_and_told_nothing(open_, tell, connected, store, now):
    connect(open_, connected, "c1", principal=replace(EWA, expires_at=now() + timedelta(minutes=10)))
    connect(open_, connected, "c2")
    now.move(timedelta(minutes=10))
    assert tell(["agents"]) == 1
    assert (connected.heard, connected.open) == (["c2"], {"c2"})
    now.move(LONGEST_CONNECTION)
    assert tell(["agents"]) == 0
    assert (connected.open, kept(store)) == (set(), set())


def test_where_nothing_is_pushed_nothing_is_read(store, now):
    store.hook = lambda call: pytest.fail(call.name)
    assert TellConnected(store, None, now)(["agents"]) == 0


def test_what_does_not_work_is_left_out(open_, tell, connected, store):
    connect(open_, connected, "c1")

    def fail(_call):
        raise StorageUnavailable

    store.hook = fail
    assert tell(["agents", "01ANNA"]) == 0


def test_many_who_are_gone_are_forgotten_in_several_transactions(tell, store, now):
    ends_at = now() + LONGEST_CONNECTION
    rows = [Connection("agents", f"c{number:04}", EWA.id, now(), ends_at) for number in range(MOST_TOLD + 50)]
    for row in rows:
        store.commit([Create(row)])
    assert tell(["agents"]) == 0
    assert len(kept(store)) == 50


# Who is at a case


JAN = Principal("https://issuer.example", "jan|2", frozenset({Role.AGENT}))
CASE = "K7Q2M-9DXM3-Q"


def at_case(store, now, who, reference=CASE):
    store.commit([Create(CasePresence(reference, who.subject, "", Doing.READING, now(), now(), now() + HOLDS_FOR))])


def test_that_somebody_writes_is_told_to_those_who_have_the_case_open_and_to_nobody_else(
    open_, tell, connected, store, now
):
    connect(open_, connected, "ewas")
    connect(open_, connected, "jans", principal=JAN)
    connect(open_, connected, "annas", "01ANNA")
    at_case(store, now, JAN)
    at_case(store, now, EWA, "AAAAA-AAAAA-A")
    assert tell.at_cases([CASE]) == 1
    assert connected.heard == ["jans"]


def test_who_was_at_a_case_is_told_nothing_any_more_and_at_an_empty_one_no_connection_is_read(
    open_, tell, connected, store, now
):
    connect(open_, connected, "jans", principal=JAN)
    at_case(store, now, JAN)
    now.move(HOLDS_FOR)
    read = []
    store.hook = lambda call: read.append(call.name) if call.moment is Moment.BEFORE else None
    assert tell.at_cases([CASE]) == 0
    assert read == ["list_present"]


def test_of_no_case_and_where_nothing_is_pushed_nothing_is_read(tell, store, now):
    store.hook = lambda call: pytest.fail(call.name)
    assert tell.at_cases([]) == 0
    assert TellConnected(store, None, now).at_cases([CASE]) == 0


def test_a_presence_that_cannot_be_read_is_left_out(tell, store):
    def fail(_call):
        raise StorageUnavailable

    store.hook = fail
    assert tell.at_cases([CASE]) == 0
