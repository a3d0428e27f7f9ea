"""From what happens to the figures that a supervisor reads, over the stores in memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib.domain.cases import CaseStatus
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.delivery import Delivery, DeliveryStatus
from chalicelib.domain.errors import StorageUnavailable
from chalicelib.domain.facts import KEPT_FOR
from chalicelib.domain.identifiers import ulid_for
from chalicelib.domain.reports import Report, Span
from chalicelib.domain.threads import EntryKind
from chalicelib.usecases.announce_changes import EntryChange
from chalicelib.usecases.count_facts import CaseStates, CountFacts
from chalicelib.usecases.ports import Create, Update
from chalicelib.usecases.read_report import Asked, ReadReport
from tests.domain.making import configuration
from tests.fakes.memory_store import MemoryStore
from tests.fakes.ports import FixedConfiguration, HandClock, MemoryStatistics
from tests.fakes.records import NOW, a_case, an_arrival, an_entry, at

TODAY = date(2026, 11, 23)


class Reporting:
    """The hub as far as reports go. What is written is counted as the stream would have it counted."""

    def __init__(self):
        self.now = HandClock(at(minutes=1))
        self.threads = MemoryStore(self.now)
        self.statistics = MemoryStatistics()
        self.configuration = FixedConfiguration(configuration())
        self.count = CountFacts(self.threads, self.configuration, self.statistics, self.now)
        self.read = ReadReport(self.statistics, self.threads, self.configuration, self.now)

    def write(self, *records):
        self.threads.commit([Create(record) for record in records])
        self.told(*((None, record) for record in records))

    def change(self, before, **fields):
        after = replace(before, **fields)
        self.threads.commit([Update(before, after, ())])
        self.told((before, after))
        return after

    def told(self, *changes):
        entries = [EntryChange(*pair) for pair in changes if hasattr(pair[1], "author")]
        cases = [CaseStates(*pair, self.now()) for pair in changes if hasattr(pair[1], "reference")]
        return self.count(entries, cases)

    def figures(self, report, *, sees=lambda _group: True, since=TODAY, days=1, **filters):
        asked = Asked(report, since, since + timedelta(days=days), Span.DAY, **filters)
        return {(row.period, row.by): row.figures for row in self.read(asked, sees).rows}

    def received(self, by="email", **filters):
        row = self.figures(Report.VOLUMES, **filters).get((TODAY, by))
        return row["received"] if row else 0


@pytest.fixture
def hub():
    hub = Reporting()
    hub.write(a_case())
    return hub


def entry(number=1, **fields):
    moment = at(minutes=-number)
    return an_entry(id=ulid_for(moment, str(number)), at=moment, arrival=an_arrival(), **fields)


def answer(number=1, status=DeliveryStatus.QUEUED, **fields):
    moment = at(minutes=-number)
    delivery = Delivery(status, "anna@example.pl", "pomoc@hub.example")
    parts = {"kind": EntryKind.OUTBOUND, "author": "agent:ewa", "delivery": delivery}
    return an_entry(id=ulid_for(moment, f"a{number}"), at=moment, **(parts | fields))


def test_a_record_that_the_stream_brings_twice_is_counted_once(hub):
    first = entry()
    hub.write(first)
    hub.told((None, first))
    assert hub.received() == 1


def test_what_is_told_after_a_failure_is_counted_as_if_there_had_been_none(hub):
    one, two = entry(1), entry(2)
    hub.threads.commit([Create(one), Create(two)])
    hub.told((None, one))
    hub.told((None, one), (None, two))
    assert hub.received() == 2


def test_hours_are_added_up_once_and_again_when_their_facts_change(hub):
    hub.write(entry(1))
    assert hub.received() == 1
    hub.statistics.facts = None  # whoever asked now would fail
    assert hub.received() == 1
    del hub.statistics.facts
    hub.write(entry(2))
    assert hub.received() == 2


def test_a_message_of_a_case_that_is_spam_is_not_counted_nor_any_that_follows(hub):
    hub.write(entry(1))
    spam = hub.change(a_case(), status=CaseStatus.SPAM)
    hub.write(entry(2))
    assert hub.received() == 0
    assert hub.figures(Report.CASES)[TODAY, ""]["opened"] == 0
    hub.change(spam, status=CaseStatus.OPEN)
    assert hub.received() == 2


def test_an_answer_that_is_taken_back_was_never_sent_and_one_that_is_lost_was(hub):
    one, two = answer(1), answer(2)
    hub.write(one, two)
    hub.change(one, delivery=replace(one.delivery, status=DeliveryStatus.WITHDRAWN))
    sent = hub.change(two, delivery=replace(two.delivery, status=DeliveryStatus.SENT))
    hub.change(sent, delivery=replace(sent.delivery, status=DeliveryStatus.BOUNCED))
    assert hub.figures(Report.DELIVERIES)[TODAY, "email"] == {"sent": 1, "lost": 1, "lost_share": 1.0}


def test_the_states_of_a_delivery_that_change_no_figure_write_nothing(hub):
    one = answer(1)
    hub.write(one)
    assert hub.told((one, replace(one, delivery=replace(one.delivery, status=DeliveryStatus.SENT)))) == 0


def test_figures_are_told_apart_by_team_kind_and_channel(hub):
    hub.write(entry(1), entry(2, channel=Channel.SMS))
    assert (hub.received(), hub.received("sms")) == (1, 1)
    assert (hub.received(channel="sms"), hub.received("sms", channel="sms")) == (0, 1)
    assert (hub.received(team="care"), hub.received(team="billing")) == (1, 0)
    assert (hub.received(kind="question"), hub.received(kind="complaint")) == (1, 0)


def test_what_a_supervisor_may_not_see_is_in_no_figure(hub):
    hub.write(entry(1))
    assert hub.received(sees=lambda group: group.kind != "question") == 0
    assert hub.figures(Report.CUSTOMERS, sees=lambda _group: False)[TODAY, ""]["customers"] == 0
    assert hub.figures(Report.CASES, sees=lambda _group: False)[TODAY, ""]["backlog"] == 0


def test_the_backlog_of_an_earlier_day_is_what_is_open_now_without_what_came_since(hub):
    hub.now.move(timedelta(days=2))
    hub.write(a_case(id="01LATER", reference="later", opened_at=hub.now()))
    hub.change(a_case(), status=CaseStatus.CLOSED, closed_at=hub.now(), version=1)
    days = hub.figures(Report.CASES, days=3)
    assert [figures["backlog"] for figures in days.values()] == [1, 1, 1]
    hub.now.move(timedelta(days=1))
    hub.write(a_case(id="01LAST", reference="last", opened_at=hub.now()))
    days = hub.figures(Report.CASES, days=4)
    assert [figures["backlog"] for figures in days.values()] == [1, 1, 1, 2]


def test_customers_are_counted_once_however_often_they_write(hub):
    hub.write(entry(1), entry(2), entry(3, customer_id="01OTHER"), a_case(customer_id="01OTHER", reference="other"))
    hub.write(entry(4, customer_id="01OTHER"))
    figures = hub.figures(Report.CUSTOMERS)[TODAY, ""]
    assert figures["customers"] == 2
    assert hub.figures(Report.CUSTOMERS, channel="email")[TODAY, ""]["customers"] is None


def test_what_is_older_than_statistics_are_kept_is_not_counted(hub):
    hub.write(entry(1, customer_id="01OLD"), a_case(customer_id="01OLD", reference="old"))
    hub.now.move(timedelta(days=KEPT_FOR.days + 1))
    assert hub.told((None, entry(1))) == 0


def test_who_asks_for_more_than_can_be_added_up_at_once_gets_it_by_asking_again(hub):
    hub.read = replace(hub.read, most_summed=1)
    hub.write(entry(1), entry(90))
    with pytest.raises(StorageUnavailable):
        hub.received()
    assert hub.received() == 2


def test_what_was_written_before_anything_was_counted_can_be_counted_again(hub):
    hub.statistics.rows.clear()
    message = entry(1)
    hub.threads.commit([Create(message)])
    closed_case = hub.change(a_case(), status=CaseStatus.CLOSED, closed_at=NOW, version=1)
    hub.statistics.rows.clear()
    for _ in range(2):
        hub.count.again([message], [closed_case])
    assert hub.received() == 1
    assert hub.figures(Report.CASES, since=TODAY - timedelta(days=1), days=2)[TODAY, ""]["resolved"] == 1


def test_nothing_is_counted_of_an_entry_whose_case_is_gone(hub):
    hub.told((None, entry(1, case_id="01GONE")))
    assert hub.received() == 0


def test_a_team_that_is_gone_leaves_its_figures_and_no_business_time(hub):
    case = a_case(id="01G", reference="g", team="gone")
    hub.write(case)
    hub.change(case, status=CaseStatus.CLOSED, closed_at=NOW, version=1)
    times = hub.figures(Report.TIMES, team="gone")[TODAY, "resolution"]
    assert (times["wall_mean"], times["business_mean"]) == (86_400, None)
