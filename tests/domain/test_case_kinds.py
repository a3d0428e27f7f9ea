"""A legal term counts days of the receiving office, from the day after the receipt."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain.case_kinds import SHIPPED_KINDS, LegalTerm

WARSAW = ZoneInfo("Europe/Warsaw")


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=WARSAW)


@pytest.mark.parametrize(
    ("kind", "received", "deadline"),
    [
        ("complaint", "2026-11-23 10:00", "2026-12-08 00:00"),  # the day after is day 1, day 14 is 7 December
        ("complaint", "2026-11-23 23:59", "2026-12-08 00:00"),
        ("complaint", "2026-11-24 00:00", "2026-12-09 00:00"),
        ("complaint", "2026-10-20 10:00", "2026-11-04 00:00"),  # autumn's change of the clocks lies between
        ("financial_complaint", "2026-01-15 10:00", "2026-02-15 00:00"),
        ("personal_data_request", "2026-11-23 10:00", "2026-12-24 00:00"),
        ("personal_data_request", "2026-01-31 10:00", "2026-03-01 00:00"),  # February has no 31st
        ("personal_data_request", "2028-01-30 10:00", "2028-03-01 00:00"),  # a leap year's February has no 30th
        ("personal_data_request", "2026-12-31 10:00", "2027-02-01 00:00"),
    ],
)
def test_a_term_ends_with_the_last_second_of_its_last_day(kind, received, deadline):
    assert SHIPPED_KINDS[kind].legal.deadline(at(received), WARSAW) == at(deadline)


def test_the_day_of_receipt_is_that_of_the_office_and_not_of_utc():
    late_evening_in_utc = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)  # half past midnight in Warsaw
    assert LegalTerm(days=1).deadline(late_evening_in_utc, WARSAW) == at("2026-11-26 00:00")


def test_a_term_that_may_be_extended_says_to_when():
    term = SHIPPED_KINDS["personal_data_request"].legal
    assert term.extensible
    assert term.longest_deadline(at("2026-11-23 10:00"), WARSAW) == at("2027-02-24 00:00")
    assert not SHIPPED_KINDS["complaint"].legal.extensible
