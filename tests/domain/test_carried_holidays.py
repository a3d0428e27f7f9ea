from __future__ import annotations

import pytest

from chalicelib.domain.carried_holidays import carry_holidays, require_known_rules
from chalicelib.domain.errors import InvalidInput

POLISH = {"country": "PL"}
CURRENT = {
    "name": "office",
    "holidays": POLISH,
    "closed": ["2026-12-25", "2027-12-25", "2028-12-25"],
    "holidays_until": "2028-12-31",
}


def test_a_calendar_that_keeps_its_rule_gets_the_days_beyond_its_own_end():
    edited = {**CURRENT, "closed": ["2026-12-24"], "holidays_until": "2027-12-31"}
    (carried,) = carry_holidays([edited], [CURRENT])
    assert carried["closed"] == ["2026-12-24", "2028-12-25"]  # a day before it was taken out on purpose
    assert carried["holidays_until"] == "2028-12-31"


@pytest.mark.parametrize(
    "edited",
    [CURRENT, {"name": "office"}, {**CURRENT, "holidays": {"country": "DE"}}, {**CURRENT, "name": "depot"}],
)
def test_any_other_calendar_stays_as_it_is(edited):
    assert carry_holidays([edited], [CURRENT]) == [edited]


def test_a_calendar_without_an_end_gets_all_days():
    (carried,) = carry_holidays([{"name": "office", "holidays": POLISH}], [CURRENT])
    assert (carried["closed"], carried["holidays_until"]) == (CURRENT["closed"], "2028-12-31")


@pytest.mark.parametrize("edited", [{**CURRENT, "holidays": {"country": "DE"}}, {**CURRENT, "name": "depot"}])
def test_a_rule_whose_days_are_not_known_is_refused(edited):
    with pytest.raises(InvalidInput, match=r"infra\.configure") as refused:
        require_known_rules([{"name": "other"}, edited], [CURRENT])
    assert refused.value.field == "calendars[1].holidays"


def test_known_rules_and_calendars_without_one_may_be_saved():
    require_known_rules([CURRENT, {"name": "depot"}], [CURRENT])
