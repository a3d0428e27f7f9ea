"""A past period told again with another policy says what would have been late, and writes nothing."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.errors import InvalidInput
from chalicelib.usecases.reply_to_customer import Answer
from chalicelib.usecases.simulate_policy import SimulatePolicy
from infra.simulate_policy import report
from tests.domain.making import ANNA, BARTEK, MONDAY_TEN, POLICY
from tests.usecases.test_foresee_escalation import ReadOnly

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


class Reading(ReadOnly):
    def __getattr__(self, name):
        assert name.startswith(("get_", "list_")), f"a simulation called {name}"
        return getattr(self._store, name)


def simulate(hub, **policy):
    other = replace(hub.configuration.configuration, policies={"standard": replace(POLICY, **policy)}, version="other")
    until = hub.now()
    return SimulatePolicy(Reading(hub.threads), hub.configuration)("care", MONDAY_TEN - DAY, until, other)


@pytest.fixture
def answered(hub):
    """Anna was answered after two hours and again after three, and the case was closed."""
    case = hub.case(hub.write(sender=ANNA))
    hub.later(hours=2)
    hub.reply(case.reference, "ewa", Answer("Sprawdzam"))
    hub.write(sender=ANNA)
    hub.later(hours=3)
    hub.reply(case.reference, "ewa", Answer("Gotowe"))
    hub.close(case.reference, "ewa")
    hub.later(days=1)
    return case


def test_what_was_in_time_would_have_been_late_with_a_stricter_policy(hub, answered):
    stricter = simulate(hub, first_response_within=HOUR, next_response_within=2 * HOUR)
    (late,) = stricter.late
    assert (late.reference, late.was) == (answered.reference, ())
    assert [(clock.clock, clock.late_by) for clock in late.would_be] == [
        ("first_response", HOUR),
        ("next_response", HOUR),
    ]


def test_with_the_same_policy_it_is_what_it_was(hub, answered):
    same = simulate(hub)
    assert (same.cases, same.clocks, same.late, same.whole) == (1, 2, [], True)


def test_who_still_waits_is_measured_until_now(hub):
    waiting = hub.case(hub.write(sender=BARTEK))
    hub.later(days=1)
    (late,) = simulate(hub, first_response_within=HOUR).late
    assert late.reference == waiting.reference
    assert [clock.ended_at for clock in (*late.would_be, *late.was)] == [None, None]
    assert late.would_be[0].late_by > late.was[0].late_by


def test_a_kind_that_was_changed_later_counts_from_when_it_was(hub, answered):
    case = hub.case(hub.write(sender=BARTEK))
    hub.classify.kind(case.reference, "ewa", "complaint")
    hub.later(days=20)
    late = {clock.clock for found in simulate(hub).late for clock in found.would_be}
    assert late == {"first_response", "legal"}


def test_a_period_that_ends_before_it_begins_is_refused(hub):
    with pytest.raises(InvalidInput):
        SimulatePolicy(hub.threads, hub.configuration)(
            "care", MONDAY_TEN, MONDAY_TEN - DAY, hub.configuration.configuration
        )


def test_the_report_names_each_late_case_and_counts(hub, answered):
    told = [*report(simulate(hub, first_response_within=HOUR))]
    assert told == [
        f"{answered.reference}: first_response by 1:00:00 (now: in time)",
        "1 cases, 2 clocks: 1 cases would be late that are not now",
    ]
