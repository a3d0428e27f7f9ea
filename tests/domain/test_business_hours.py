"""Business time is exact to the second, in every zone and on every odd day."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.business_hours import BusinessHours, Slot
from chalicelib.domain.errors import WrongConfiguration

WARSAW = ZoneInfo("Europe/Warsaw")
NINE_TO_FIVE = {day: (Slot(time(9), time(17)),) for day in range(5)}
OFFICE = BusinessHours(WARSAW, NINE_TO_FIVE, closed=frozenset({date(2026, 11, 11)}))
LUNCH = BusinessHours(WARSAW, {day: (Slot(time(8), time(12)), Slot(time(13), time(16))) for day in range(5)})
ALWAYS = BusinessHours(WARSAW, {day: (Slot(time(0), time(0)),) for day in range(7)})


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=WARSAW)


@pytest.mark.parametrize(
    ("hours", "start", "within", "end"),
    [
        (OFFICE, "2026-11-23 10:00", "4h", "2026-11-23 14:00"),
        (OFFICE, "2026-11-23 15:00", "4h", "2026-11-24 11:00"),
        (OFFICE, "2026-11-20 16:59", "2m", "2026-11-23 09:01"),  # over a weekend
        (OFFICE, "2026-11-10 16:00", "2h", "2026-11-12 10:00"),  # over Independence Day
        (OFFICE, "2026-11-21 12:00", "1h", "2026-11-23 10:00"),  # written on a Saturday
        (OFFICE, "2026-11-23 09:00", "8h", "2026-11-23 17:00"),  # the whole day ends with the day
        (LUNCH, "2026-11-23 11:30", "1h", "2026-11-23 13:30"),
        (ALWAYS, "2026-03-28 12:00", "24h", "2026-03-29 13:00"),  # spring takes an hour
        (ALWAYS, "2026-10-24 12:00", "24h", "2026-10-25 11:00"),  # autumn gives one
        (OFFICE, "2028-02-28 16:00", "2h", "2028-02-29 10:00"),  # a leap day is a day
    ],
)
def test_a_deadline_falls_where_people_expect_it(hours, start, within, end):
    amount = timedelta(**{{"h": "hours", "m": "minutes"}[within[-1]]: int(within[:-1])})
    assert hours.add(at(start), amount) == at(end)
    assert hours.between(at(start), at(end)) == amount


def test_a_deadline_is_given_in_utc():
    assert OFFICE.add(at("2026-11-23 10:00"), timedelta(hours=1)).tzinfo is UTC


def test_open_means_from_the_first_second_to_before_the_last():
    assert not OFFICE.is_open(at("2026-11-23 08:59:59"))
    assert OFFICE.is_open(at("2026-11-23 09:00:00"))
    assert OFFICE.is_open(at("2026-11-23 16:59:59"))
    assert not OFFICE.is_open(at("2026-11-23 17:00:00"))


def test_an_extra_open_day_wins_over_a_weekend_and_over_a_holiday():
    saturday, holiday = date(2026, 11, 21), date(2026, 11, 11)
    short = (Slot(time(10), time(12)),)
    hours = BusinessHours(WARSAW, NINE_TO_FIVE, frozenset({holiday}), {saturday: short, holiday: short})
    assert hours.is_open(at("2026-11-21 11:00"))
    assert hours.is_open(at("2026-11-11 11:00"))
    assert not hours.is_open(at("2026-11-11 13:00"))


def test_a_slot_inside_the_hour_that_spring_skips_is_no_time_at_all():
    hours = BusinessHours(WARSAW, {6: (Slot(time(2, 10), time(2, 50)),)})
    assert hours.between(at("2026-03-29 00:00"), at("2026-03-30 00:00")) == timedelta(0)


def test_a_slot_that_begins_in_the_skipped_hour_begins_when_the_clocks_have_moved():
    hours = BusinessHours(WARSAW, {6: (Slot(time(2, 30), time(5)),)})
    assert hours.between(at("2026-03-29 00:00"), at("2026-03-30 00:00")) == timedelta(hours=2)


def test_a_slot_over_the_hour_that_autumn_repeats_is_longer():
    hours = BusinessHours(WARSAW, {6: (Slot(time(1), time(4)),)})
    assert hours.between(at("2026-10-25 00:00"), at("2026-10-26 00:00")) == timedelta(hours=4)


@pytest.mark.parametrize("week", [{}, {0: ()}])
def test_a_calendar_that_never_opens_says_so(week):
    with pytest.raises(WrongConfiguration, match="open time"):
        BusinessHours(WARSAW, week).add(at("2026-11-23 10:00"), timedelta(seconds=1))


def test_a_slot_that_ends_before_it_begins_is_refused():
    with pytest.raises(WrongConfiguration):
        Slot(time(17), time(9))


SLOTS = st.lists(st.integers(0, 24 * 60 - 1), min_size=0, max_size=6, unique=True).map(
    lambda minutes: tuple(
        Slot(time(a // 60, a % 60), time(b // 60, b % 60))
        for a, b in zip(sorted(minutes)[::2], sorted(minutes)[1::2], strict=False)
    )
)
CALENDARS = st.builds(
    BusinessHours,
    st.sampled_from([WARSAW, ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe"), ZoneInfo("UTC")]),
    st.dictionaries(st.integers(0, 6), SLOTS),
    st.frozensets(st.dates(date(2026, 1, 1), date(2027, 12, 31)), max_size=20),
    st.dictionaries(st.dates(date(2026, 1, 1), date(2027, 12, 31)), SLOTS, max_size=5),
)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 6, 1)).map(lambda d: d.replace(tzinfo=UTC))  # noqa: DTZ001 made aware
DURATIONS = st.integers(1, 60 * 60 * 60).map(lambda seconds: timedelta(seconds=seconds))


@given(CALENDARS, MOMENTS, DURATIONS)
def test_adding_and_then_measuring_gives_the_duration_back(hours, start, within):
    try:
        end = hours.add(start, within)
    except WrongConfiguration:
        return
    assert hours.between(start, end) == within
    assert hours.between(start, end - timedelta(microseconds=1)) < within


@given(CALENDARS, MOMENTS, DURATIONS, DURATIONS)
def test_more_time_is_never_an_earlier_deadline(hours, start, some, more):
    try:
        assert hours.add(start, some) < hours.add(start, some + more)
    except WrongConfiguration:
        return


@given(CALENDARS, MOMENTS, DURATIONS, DURATIONS)
def test_time_adds_up_over_any_point_between(hours, start, first, second):
    middle, end = start + first, start + first + second
    assert hours.between(start, end) == hours.between(start, middle) + hours.between(middle, end)


@given(CALENDARS, MOMENTS, DURATIONS)
def test_going_back_measures_the_same_and_no_later_instant_does(hours, end, within):
    try:
        start = hours.back(end, within)
    except WrongConfiguration:
        return
    assert hours.between(start, end) == within
    assert hours.between(start + timedelta(microseconds=1), end) < within


@pytest.mark.parametrize("week", [{}, {0: ()}])
def test_going_back_in_a_calendar_that_never_opens_says_so(week):
    with pytest.raises(WrongConfiguration, match="open time"):
        BusinessHours(WARSAW, week).back(at("2026-11-23 10:00"), timedelta(seconds=1))
