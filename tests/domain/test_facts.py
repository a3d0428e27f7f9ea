from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType

import pytest

from chalicelib.domain.case_transitions import (
    closed,
    marked_spam,
    unmarked_spam,
    with_answer,
    with_failed_answer,
    with_message,
)
from chalicelib.domain.cases import MOST_ENDED_CLOCKS
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.contacts import Contact, Direction
from chalicelib.domain.delivery import Delivery, DeliveryStatus
from chalicelib.domain.facts import backlog_changed, case_facts_changed, fact_of_entry, hour_of
from chalicelib.domain.moving import case_left_behind, moved_case
from chalicelib.domain.promises import Promise, broken, kept
from chalicelib.domain.reachability import Purpose
from chalicelib.domain.sla import ClockName
from chalicelib.domain.threads import EntryKind
from tests.domain.making import MONDAY_TEN, OFFICE_HOURS, Agreed, case
from tests.fakes.records import a_customer, an_arrival, an_entry

AGREED = Agreed()


def later(**after):
    return MONDAY_TEN + timedelta(**after)


class Counting:
    """What is counted of one case, as its changes are told one after the other."""

    def __init__(self):
        self.case, self.rows = None, {}

    def becomes(self, after, at=MONDAY_TEN):
        new, gone = case_facts_changed(self.case, after, OFFICE_HOURS) if after else ([], [])
        for key in gone:
            del self.rows[key]
        for fact in [*new, *backlog_changed(self.case, after, at)]:
            self.rows[fact.key] = fact
        self.case = after
        return self

    @property
    def counts(self):
        total = Counter()
        for fact in self.rows.values():
            total.update(fact.counts)
        return {name: count for name, count in total.items() if count and not name.split(".")[-1].isdigit()}


@pytest.fixture
def waiting():
    counting = Counting()
    counting.becomes(with_message(case(), "m1", MONDAY_TEN, AGREED))
    return counting


def test_a_case_that_opens_is_counted_and_is_in_the_backlog(waiting):
    assert waiting.counts == {"opened": 1, "flow": 1}


def test_an_answer_ends_the_wait_in_business_and_in_wall_time(waiting):
    waiting.becomes(with_answer(waiting.case, later(hours=24), AGREED))
    assert waiting.counts == {
        "opened": 1,
        "flow": 1,
        "first_response.missed": 1,
        "first_response.wall.n": 1,
        "first_response.wall.sum": 24 * 3600,
        "first_response.business.n": 1,
        "first_response.business.sum": 8 * 3600,
    }


def test_the_wait_after_an_answer_is_the_next_response(waiting):
    waiting.becomes(with_answer(waiting.case, later(hours=1), AGREED))
    waiting.becomes(with_message(waiting.case, "m2", later(hours=2), AGREED))
    waiting.becomes(with_answer(waiting.case, later(hours=2, minutes=30), AGREED))
    assert waiting.counts["next_response.wall.sum"] == 1800
    assert (waiting.counts["first_response.met"], waiting.counts["next_response.met"]) == (1, 1)


def test_an_answer_that_did_not_arrive_has_answered_nobody_and_the_next_one_counts_from_the_question(waiting):
    waiting.becomes(with_answer(waiting.case, later(hours=1), AGREED))
    waiting.becomes(with_failed_answer(waiting.case, MONDAY_TEN, ClockName.FIRST_RESPONSE, AGREED))
    assert waiting.counts == {"opened": 1, "flow": 1}
    waiting.becomes(with_answer(waiting.case, later(hours=5), AGREED))
    assert waiting.counts["first_response.wall.sum"] == 5 * 3600
    assert waiting.counts["first_response.wall.n"] == 1


def test_a_closing_is_a_resolution_and_a_reopened_case_begins_anew(waiting):
    waiting.becomes(closed(with_answer(waiting.case, later(hours=1), AGREED), later(hours=2), AGREED))
    assert waiting.counts["resolution.wall.sum"] == 2 * 3600
    assert waiting.counts.get("flow") is None
    waiting.becomes(with_message(waiting.case, "m2", later(days=7), AGREED))
    waiting.becomes(closed(waiting.case, later(days=7, hours=1), AGREED))
    counts = waiting.counts
    assert (counts["resolved"], counts["reopened"], counts["resolution.wall.n"]) == (2, 1, 2)
    assert counts["resolution.wall.sum"] == 3 * 3600


def test_closing_without_an_answer_is_no_response(waiting):
    waiting.becomes(closed(waiting.case, later(hours=1), AGREED))
    assert "first_response.wall.n" not in waiting.counts
    assert waiting.counts["first_response.met"] == 1


def test_what_is_spam_never_was_a_case_until_it_turns_out_to_be_one(waiting):
    waiting.becomes(with_answer(waiting.case, later(hours=1), AGREED))
    before = waiting.counts
    waiting.becomes(marked_spam(waiting.case, later(hours=2), AGREED))
    assert waiting.counts == {}
    waiting.becomes(unmarked_spam(waiting.case, later(hours=3), AGREED))
    assert waiting.counts == before


def test_a_case_that_is_moved_to_another_customer_is_counted_once(waiting):
    there = moved_case(waiting.case, a_customer(id="01BARTEK"), "m1")
    counted = waiting.counts
    waiting.becomes(case_left_behind(waiting.case, "01BARTEK"))
    assert waiting.counts == counted
    waiting.case = None
    waiting.becomes(there)
    assert waiting.counts == counted
    waiting.becomes(closed(there, later(hours=1), AGREED))
    assert waiting.counts["resolved"] == 1
    assert "flow" not in waiting.counts


def test_a_case_that_goes_to_another_team_leaves_the_backlog_of_the_first(waiting):
    waiting.becomes(replace(waiting.case, team="billing", version=1))
    flows = Counter()
    for fact in waiting.rows.values():
        flows[fact.group.team] += fact.counts.get("flow", 0)
    assert flows == {"care": 0, "billing": 1}


def test_what_is_erased_leaves_the_backlog_and_its_past_stays(waiting):
    waiting.becomes(None, later(days=1))
    assert waiting.counts == {"opened": 1}
    assert hour_of(later(days=1)) in {fact.hour for fact in waiting.rows.values()}


def test_a_change_that_is_told_again_changes_nothing(waiting):
    answered = with_answer(waiting.case, later(hours=1), AGREED)
    first = waiting.case
    waiting.becomes(answered)
    rows = {**waiting.rows}
    waiting.case = first
    waiting.becomes(answered)
    assert waiting.rows == rows


def test_a_clock_that_a_case_only_forgets_has_been_stopped_all_the_same(waiting):
    answered = with_answer(waiting.case, later(hours=1), AGREED)
    (clock,) = answered.ended_clocks
    many = [replace(clock, started_at=clock.started_at + timedelta(days=number)) for number in range(MOST_ENDED_CLOCKS)]
    waiting.becomes(answered)
    waiting.becomes(replace(answered, ended_clocks=tuple(many[1:])))  # one fewer than are kept: it was taken back
    waiting.becomes(replace(answered, ended_clocks=tuple(many)))
    waiting.becomes(replace(answered, ended_clocks=(*many[1:], replace(clock, started_at=later(days=400)))))
    assert waiting.counts["first_response.wall.n"] == MOST_ENDED_CLOCKS + 1


def test_a_promise_counts_once_as_what_became_of_it(waiting):
    promise = Promise("Wyślę dziś.", "ewa", MONDAY_TEN, later(hours=2))

    def with_promise(one):
        return replace(waiting.case, promises=MappingProxyType({"p1": one}))

    waiting.becomes(with_promise(promise))
    assert not [name for name in waiting.counts if name.startswith("promise")]
    waiting.becomes(with_promise(broken(promise)))
    assert waiting.counts["promise.broken"] == 1
    waiting.becomes(with_promise(kept(broken(promise), later(hours=3))))
    assert {name for name in waiting.counts if name.startswith("promise")} == {"promise.late"}


def counts_of(entry, parts=0, **fields):
    fact = fact_of_entry(entry, case(**fields), parts)
    return dict(fact.counts) if fact else {}


def test_messages_are_counted_by_who_wrote_them():
    assert counts_of(an_entry(arrival=an_arrival())) == {"in": 1}
    assert counts_of(an_entry(arrival=an_arrival(automatic="auto-replied"))) == {"automatic": 1}
    assert counts_of(an_entry(arrival=an_arrival(duplicate_of="01A"))) == {}
    assert counts_of(an_entry(kind=EntryKind.OUTBOUND, author="agent:ewa")) == {"out": 1}
    assert counts_of(an_entry(kind=EntryKind.OUTBOUND, author="hub")) == {"hub": 1}
    assert counts_of(an_entry(kind=EntryKind.NOTE, author="agent:ewa")) == {}
    assert counts_of(an_entry(moved_from="01B/01C")) == {}


def test_only_messages_between_people_say_that_a_customer_was_there():
    def mark(**fields):
        return fact_of_entry(an_entry(**fields), case()).customer

    assert mark() == mark(kind=EntryKind.OUTBOUND, author="agent:ewa") > 0
    assert mark(kind=EntryKind.OUTBOUND, author="hub") == 0


def test_what_became_of_an_answer_is_counted_with_it():
    def sent(status, **fields):
        delivery = Delivery(status, "anna@example.pl", "pomoc@hub.example", **fields)
        return counts_of(an_entry(kind=EntryKind.OUTBOUND, author="agent:ewa", delivery=delivery), parts=2)

    assert sent(DeliveryStatus.SENT) == sent(DeliveryStatus.UNKNOWN) == {"out": 1, "parts": 2}
    assert sent(DeliveryStatus.BOUNCED) == {"out": 1, "lost": 1, "parts": 2}
    assert sent(DeliveryStatus.WITHDRAWN) == {}
    assert sent(DeliveryStatus.SENT, purpose=Purpose.SURVEY)["asked"] == 1


def test_a_talk_counts_with_its_length_and_in_its_channel():
    talk = an_entry(channel=Channel.PHONE, contact=Contact(Direction.INBOUND, duration_seconds=90))
    assert counts_of(talk) == {"in": 1, "talks": 1, "talk_seconds": 90}
    assert fact_of_entry(talk, case()).group.channel == "phone"


def test_steps_and_ratings_are_counted_by_their_events():
    def event(name, **facts):
        return counts_of(an_entry(kind=EntryKind.EVENT, channel=None, author="hub", event=name, facts=facts))

    assert event("case.escalated", clock="first_response", level="2") == {"step.2": 1}
    assert event("case.rated", score="4", by="email") == {"rating.4": 1}
    assert event("case.rated", score="4", by="app") == {"rating.4": 1, "rated_in_app": 1}
    assert event("case.assigned", assignee="ewa") == {}
