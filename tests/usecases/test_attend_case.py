"""Agents see who else is at a case: soon, for little, and no longer than it is true."""

import pytest

from chalicelib.domain.case_presence import AGAIN_AFTER, HOLDS_FOR, CasePresence, Doing
from chalicelib.domain.errors import NotFound, StorageUnavailable, WriteConflict
from chalicelib.domain.feed import FeedKind, FeedRow
from chalicelib.domain.principals import Principal, Role
from chalicelib.usecases.ports import Create
from tests.fakes.memory_store import Moment

EWA = Principal("https://issuer.example", "ewa", frozenset({Role.AGENT}), name="Ewa Nowak")
JAN = Principal("https://issuer.example", "jan", frozenset({Role.AGENT}))


@pytest.fixture
def case(hub):
    return hub.case(hub.write())


def at(hub, case, who=JAN, doing=Doing.READING):
    return [(one.subject, str(one.doing)) for one in hub.attend(case.reference, who, doing)]


def creations(call):
    return [change for change in call.changes if isinstance(change, Create)]


def told(hub):
    return [row for row in hub.threads.records(FeedRow) if row.kind is FeedKind.PRESENCE]


def test_who_comes_hears_who_is_there_already_and_who_writes_first(hub, case):
    assert at(hub, case, EWA) == []
    assert at(hub, case, JAN, Doing.WRITING) == [("ewa", "reading")]
    assert at(hub, case, EWA) == [("jan", "writing")]
    assert [(one.subject, one.name) for one in hub.attend.listed(case.reference)] == [("jan", ""), ("ewa", "Ewa Nowak")]


def test_who_says_nothing_more_is_not_there_any_more(hub, case):
    at(hub, case, EWA)
    hub.later(seconds=HOLDS_FOR.total_seconds() - 1)
    assert at(hub, case) == [("ewa", "reading")]
    hub.later(seconds=2)
    assert at(hub, case) == []


def test_who_says_it_again_stays_and_since_when_is_kept(hub, case):
    at(hub, case, EWA, Doing.WRITING)
    since = hub.now()
    for _ in range(10):
        hub.later(seconds=AGAIN_AFTER.total_seconds())
        at(hub, case, EWA, Doing.WRITING)
    (ewa,) = hub.attend(case.reference, JAN, Doing.READING)
    assert (ewa.since, ewa.said_at) == (since, hub.now())


def test_saying_it_too_often_writes_nothing(hub, case):
    writes = []
    hub.threads.hook = lambda call: call.name == "commit" and call.moment is Moment.AFTER and writes.append(call)
    for _ in range(20):
        at(hub, case, EWA)
        hub.later(seconds=1)
    assert len(writes) == 2


def test_the_feed_hears_of_it_when_somebody_begins_to_write_and_when_they_end_it(hub, case):
    at(hub, case, EWA)
    assert told(hub) == []
    at(hub, case, EWA, Doing.WRITING)
    at(hub, case, EWA, Doing.WRITING)
    assert [(row.reference, row.case_id, row.feed) for row in told(hub)] == [(case.reference, case.id, "agents")]
    at(hub, case, EWA)
    assert len(told(hub)) == 2


def test_who_leaves_is_gone_at_once(hub, case):
    at(hub, case, EWA, Doing.WRITING)
    hub.attend.leave(case.reference, EWA)
    assert (at(hub, case), len(told(hub))) == ([], 2)
    hub.attend.leave(case.reference, EWA)
    assert len(told(hub)) == 2


def test_who_comes_back_after_their_time_was_over_is_there(hub, case):
    at(hub, case, EWA)
    hub.later(minutes=10)
    at(hub, case, EWA)
    assert at(hub, case) == [("ewa", "reading")]


def test_the_same_agent_in_two_windows_is_there_once(hub, case):
    def the_other_window(call):
        if call.name == "commit" and call.moment is Moment.BEFORE:
            hub.threads.hook = lambda _call: None
            at(hub, case, EWA)

    hub.threads.hook = the_other_window
    at(hub, case, EWA)
    assert at(hub, case) == [("ewa", "reading")]


def test_a_feed_that_is_out_of_reach_keeps_nobody_from_saying_it(hub, case):
    def refuse(call):
        if call.moment is Moment.BEFORE and any(isinstance(change.record, FeedRow) for change in creations(call)):
            raise WriteConflict((0,))

    hub.threads.hook = refuse
    at(hub, case, EWA, Doing.WRITING)
    assert at(hub, case) == [("ewa", "writing")]


def test_what_cannot_be_kept_is_said_to_be_so(hub, case):
    def fail(call):
        if call.name == "commit":
            raise StorageUnavailable

    hub.threads.hook = fail
    with pytest.raises(StorageUnavailable):
        at(hub, case, EWA)


def test_a_case_that_there_is_not_keeps_nobody(hub):
    for call in (
        lambda: hub.attend("K7Q2M-9DXM3-Q", EWA, Doing.READING),
        lambda: hub.attend.listed("no reference"),
        lambda: hub.attend.leave("K7Q2M-9DXM3-Q", EWA),
    ):
        with pytest.raises(NotFound):
            call()
    assert hub.threads.records(CasePresence) == []
