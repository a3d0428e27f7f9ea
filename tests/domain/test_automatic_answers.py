from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.automatic_answers import (
    MOST_PARTS,
    MOST_QUICK,
    ONCE_IN,
    REMEMBERED_ANSWERS,
    TIERS,
    AutomaticBudget,
    NotAnswered,
    Quick,
    budget_is_used_up,
    counted_for,
    is_machines_address,
    quick_after,
    reason_at_address,
    too_quick,
    with_automatic_answer,
)
from chalicelib.domain.contact_points import ContactPoint, PointKind
from chalicelib.domain.reachability import OptOut, Reachability
from chalicelib.domain.verification import Allowance
from tests.domain.making import ANNA, BARTEK, MONDAY_TEN

SOON = timedelta(seconds=40)


def addresses(many):
    return [ContactPoint(PointKind.EMAIL, f"a{number}@example.pl") for number in range(many)]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "<>",
        "MAILER-DAEMON@example.pl",
        "postmaster@example.pl",
        "no-reply@shop.example",
        "noreply+7@shop.example",
        "owner-list@lists.example",
        "list-request@lists.example",
        "list-bounces@lists.example",
        "bounces+123-abc@sendgrid.example",
        "LISTSERV@lists.example",
        "majordomo@lists.example",
        "nie-odpowiadaj@bank.example",
    ],
)
def test_nothing_goes_to_a_mailbox_that_only_machines_use(address):
    assert is_machines_address(address)


@pytest.mark.parametrize(
    "address", ["anna@example.pl", "requests@example.pl", "owner@firma.example", "anna.noreply@a.pl"]
)
def test_people_may_be_called_what_they_like(address):
    assert not is_machines_address(address)


def test_an_address_is_answered_once_in_a_day_whatever_inbox_it_writes_to():
    known = with_automatic_answer(Reachability(ANNA), "support", MONDAY_TEN)
    just_before = MONDAY_TEN + ONCE_IN - timedelta(microseconds=1)
    assert reason_at_address(known, "billing", just_before) is NotAnswered.ANSWERED_LATELY
    assert reason_at_address(known, "support", MONDAY_TEN + ONCE_IN) is None


@given(st.lists(st.integers(0, 40 * 24), min_size=1, max_size=80))
def test_over_any_time_no_tier_of_an_address_is_ever_passed(hours):
    """Whenever it writes, and however often."""
    known, given_at = Reachability(ANNA), []
    for now in (MONDAY_TEN + timedelta(hours=hour) for hour in sorted(hours)):
        if reason_at_address(known, "support", now) is None:
            known = with_automatic_answer(known, "support", now)
            given_at.append(now)
    for within, most in ((ONCE_IN, 1), *TIERS):
        assert all(sum(at <= other < at + within for other in given_at) <= most for at in given_at)
    assert len(known.automatic_answers) <= REMEMBERED_ANSWERS


def test_the_tiers_are_counted_for_each_inbox_of_ours():
    known = Reachability(ANNA)
    for day in range(TIERS[0][1]):
        known = with_automatic_answer(known, "support", MONDAY_TEN + timedelta(days=day))
    later = MONDAY_TEN + timedelta(days=5)
    assert reason_at_address(known, "support", later) is NotAnswered.TOO_MANY
    assert reason_at_address(known, "billing", later) is None
    assert reason_at_address(known, "support", later + timedelta(days=5)) is None  # it passes by itself


def test_who_opted_out_or_bounced_hears_nothing():
    out = Reachability(ANNA, opt_outs={"service": OptOut(MONDAY_TEN, "customer")})
    gone = Reachability(ANNA, suppressed_until=MONDAY_TEN + SOON)
    assert reason_at_address(out, "support", MONDAY_TEN) is NotAnswered.OPTED_OUT
    assert reason_at_address(gone, "support", MONDAY_TEN) is NotAnswered.SUPPRESSED
    assert reason_at_address(gone, "support", MONDAY_TEN + SOON) is None


@given(st.integers(0, 5_000), st.integers(1, 400), st.booleans())
def test_a_budget_is_never_passed_however_its_addresses_fall(per_hour, many, believed):
    budget = AutomaticBudget(per_hour, 10**6, per_hour, 10**6)
    used: dict[tuple[str, str], Allowance] = {}
    answered = 0
    for point in addresses(many):
        counted = counted_for(point, budget, MONDAY_TEN, believed=believed)
        if budget_is_used_up(counted, used):
            continue
        answered += 1
        for one in counted:
            key = (one.name, one.period)
            before = used[key].used if key in used else 0
            used[key] = Allowance(one.name, one.period, before + 1, one.expires_at)
    assert answered <= per_hour


def test_a_large_budget_is_spread_so_that_no_counter_becomes_a_hot_key():
    budget = AutomaticBudget(per_hour=5_000)
    names = {counted_for(point, budget, MONDAY_TEN, believed=True)[0].name for point in addresses(500)}
    assert len(names) == MOST_PARTS
    small = AutomaticBudget(per_hour=50)
    assert len({counted_for(point, small, MONDAY_TEN, believed=True)[0].name for point in addresses(500)}) == 1


def test_hours_days_and_typed_addresses_are_counted_apart():
    hour, day = counted_for(ANNA, AutomaticBudget(), datetime(2026, 11, 23, 9, 59, tzinfo=UTC), believed=True)
    assert (hour.period, day.period) == ("2026112309", "20261123")
    typed = counted_for(ANNA, AutomaticBudget(), MONDAY_TEN, believed=False)
    assert {one.name for one in typed}.isdisjoint({hour.name, day.name})


def test_ten_messages_of_one_address_in_quick_succession_are_too_many():
    quick = None
    for number in range(MOST_QUICK):
        assert not too_quick(quick)
        quick = quick_after(quick, ANNA, SOON if number else None)
    assert too_quick(quick)


def test_a_pause_or_somebody_else_in_between_begins_the_count_anew():
    quick = Quick(ANNA, 7)
    assert quick_after(quick, ANNA, timedelta(minutes=3)) is None
    assert quick_after(quick, BARTEK, SOON) == Quick(BARTEK, 1)
    assert quick_after(quick, None, SOON) is None
