from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.facts import Fact, Group, first_hour_from, hour_of, mark_of
from chalicelib.domain.report_rules import ContactCosts
from chalicelib.domain.reports import Report, Span, Total, periods_of, rows_of, summed, totals_of
from chalicelib.domain.statistics import MOST_MARKS, added, customers_behind, fewest, timed, times_in
from tests.domain.making import MONDAY_TEN

WARSAW = ZoneInfo("Europe/Warsaw")
MAIL = Group("care", "question", "email")
SMS = Group("care", "question", "sms")
FREE = ContactCosts()


def everything(_group):
    return True


@given(st.lists(st.integers(0, 10**8), min_size=1, max_size=60))
@settings(max_examples=50)
def test_a_percentile_is_the_time_of_one_of_them_and_less_than_five_percent_off(seconds):
    times = times_in(added(timed("t", timedelta(seconds=one)) for one in seconds), "t")
    assert (times.count, times.mean) == (len(seconds), sum(seconds) / len(seconds))
    true = sorted(seconds)[-(-len(seconds) * 9 // 10) - 1]
    assert times.percentile(0.9) == pytest.approx(true, rel=0.045, abs=1)


def test_there_is_no_percentile_of_nothing():
    assert times_in({}, "t").percentile(0.5) is None


def test_customers_are_counted_exactly_while_they_are_few_and_well_when_they_are_many():
    few = [mark_of(str(number)) for number in range(300)]
    assert customers_behind(fewest(few + few)) == 300
    many = [mark_of(str(number)) for number in range(20_000)]
    halves = fewest(many[:12_000]) | fewest(many[8_000:])
    assert customers_behind(fewest(halves)) == pytest.approx(20_000, rel=0.1)
    assert len(fewest(many)) == MOST_MARKS


def test_hours_add_up_to_days_of_the_company_and_not_of_london():
    late = datetime(2026, 11, 23, 23, 30, tzinfo=ZoneInfo("UTC"))
    summaries = [summed(hour_of(late), "1", [Fact(hour_of(late), "a", MAIL, {"in": 1})])]
    days = [date(2026, 11, 23), date(2026, 11, 24)]
    totals = totals_of(summaries, days, Span.DAY, WARSAW, everything)
    assert [total.together.get("in", 0) for total in totals.values()] == [0, 1]


def test_a_zone_that_is_half_an_hour_off_takes_an_hour_to_the_day_on_which_it_begins():
    assert first_hour_from(datetime(2026, 11, 23, 18, 30, tzinfo=ZoneInfo("UTC"))) == "2026112319"
    assert first_hour_from(datetime(2026, 11, 23, 18, tzinfo=ZoneInfo("UTC"))) == "2026112318"


def test_a_period_is_divided_into_days_weeks_from_monday_and_months():
    since, until = date(2026, 11, 28), date(2026, 12, 2)
    assert len(periods_of(since, until, Span.DAY)) == 4
    assert periods_of(since, until, Span.WEEK) == [date(2026, 11, 23), date(2026, 11, 30)]
    assert periods_of(since, until, Span.MONTH) == [date(2026, 11, 1), date(2026, 12, 1)]


def rows(report, *facts, costs=FREE, customers=None, backlog=None):
    counted = totals_of([summed("2026112309", "1", facts)], [date(2026, 11, 23)], Span.DAY, WARSAW, everything)
    totals = {day: Total(one.by_channel, one.together, customers, backlog) for day, one in counted.items()}
    return {row.by: row.figures for row in rows_of(report, totals, costs)}


def fact(group=MAIL, id_="a", **counts):
    return Fact(hour_of(MONDAY_TEN), id_, group, {name.replace("__", "."): count for name, count in counts.items()})


def test_volumes_are_told_by_channel():
    found = rows(Report.VOLUMES, fact(**{"in": 2}), fact(out=1), fact(SMS, hub=3), fact(opened=1))
    assert found == {
        "email": {"received": 2, "automatic": 0, "sent": 1, "by_hub": 0},
        "sms": {"received": 0, "automatic": 0, "sent": 0, "by_hub": 3},
    }


def test_times_are_told_for_each_wait_also_where_nobody_waited():
    found = rows(Report.TIMES, Fact("2026112309", "a", MAIL, timed("first_response.wall", timedelta(minutes=5))))
    assert found["first_response"]["wall_mean"] == 300
    assert found["first_response"]["wall_p90"] == pytest.approx(300, rel=0.045)
    assert found["resolution"] == dict.fromkeys(found["resolution"], None) | {"count": 0}


def test_shares_are_of_what_was_judged_and_none_where_nothing_was():
    found = rows(Report.DEADLINES, fact(first_response__met=3, first_response__missed=1))
    assert found == {"first_response": {"met": 3, "missed": 1, "met_share": 0.75}}
    assert rows(Report.PROMISES)[""]["kept_share"] is None
    assert rows(Report.PROMISES, fact(promise__kept=1, promise__late=1, promise__broken=2))[""]["kept_share"] == 0.25


def test_satisfaction_is_of_those_who_said():
    found = rows(Report.SATISFACTION, fact(asked=4, rating__5=1, rating__2=1, rated_in_app=1))[""]
    assert (found["asked"], found["rated"], found["mean"], found["satisfied_share"]) == (4, 2, 3.5, 0.5)
    assert found["rated_in_app"] == 1


def test_escalations_and_failures_and_the_backlog_are_told():
    assert rows(Report.ESCALATIONS, fact(step__1=2), fact(step__2=1)) == {"1": {"steps": 2}, "2": {"steps": 1}}
    assert rows(Report.DELIVERIES, fact(out=3, hub=1, lost=1))["email"]["lost_share"] == 0.25
    assert rows(Report.CASES, fact(opened=2), backlog=7)[""]["backlog"] == 7


COSTS = ContactCosts("PLN", Decimal(60), {"email": Decimal(6), "phone": Decimal(4)}, {"fax": Decimal("0.5")}, {
    "sms": Decimal("0.1"),
})  # fmt: skip


def test_a_contact_costs_what_carriers_take_and_the_time_of_agents():
    found = rows(
        Report.COSTS,
        fact(**{"in": 4}, out=2),
        fact(Group("care", "question", "sms"), hub=1, parts=3),
        fact(Group("care", "question", "phone"), **{"in": 2}, talks=1, talk_seconds=600),
        fact(Group("care", "question", "fax"), **{"in": 1}),
        costs=COSTS,
    )
    assert found["email"]["cost"] == 12  # two answers of six minutes
    assert found["email"]["cost_per_contact"] == 3
    assert found["sms"]["carriers"] == 0.3  # by its parts
    assert found["phone"]["agents"] == 14  # ten minutes, and four for the one of which nobody knows
    assert found["fax"]["carriers"] == 0.5


def test_a_customer_costs_what_all_contacts_cost_by_how_many_there_were():
    found = rows(Report.CUSTOMERS, fact(**{"in": 4}, out=2), costs=COSTS, customers=3)[""]
    assert (found["cost"], found["cost_per_contact"], found["cost_per_customer"]) == (12, 3, 4)


def test_nobody_who_states_no_prices_is_told_any():
    assert rows(Report.COSTS, fact(out=1))["email"]["cost"] is None
    assert rows(Report.CUSTOMERS, fact(out=1), customers=1)[""]["cost_per_customer"] is None
