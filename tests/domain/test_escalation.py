"""Steps happen when they are due, once per cycle, and all of them after an outage."""

from dataclasses import replace
from datetime import timedelta

from chalicelib.domain.clocks import Clock
from chalicelib.domain.escalation import next_step_at, steps_due
from chalicelib.domain.sla import ClockName, EscalationStep, StepAction
from tests.domain.making import AGREEMENT, MONDAY_TEN, POLICY

DUE = MONDAY_TEN + timedelta(hours=4)
SECOND = timedelta(seconds=1)


def agreement_of(_clock):
    return AGREEMENT


def clocks(level=0):
    return {ClockName.FIRST_RESPONSE: Clock(MONDAY_TEN, DUE, 1, "standard", level)}


def test_nothing_is_due_before_its_time():
    assert steps_due(clocks(), agreement_of, DUE - timedelta(minutes=30) - SECOND) == ()


def test_the_reminder_comes_first_and_the_escalation_at_the_deadline():
    (remind,) = steps_due(clocks(), agreement_of, DUE - timedelta(minutes=30))
    assert (remind.step.action, remind.level) == (StepAction.REMIND, 1)
    (escalate,) = steps_due(clocks(level=1), agreement_of, DUE)
    assert (escalate.step.action, escalate.level) == (StepAction.ESCALATE, 2)
    assert escalate.late_by == timedelta(0)


def test_after_an_outage_every_missed_step_is_due_at_once_and_marked_late():
    missed = steps_due(clocks(), agreement_of, DUE + timedelta(days=2))
    assert [step.level for step in missed] == [1, 2]
    assert missed[0].late_by == timedelta(days=2, minutes=30)
    assert missed[1].late_by == timedelta(days=2)


def test_a_sweep_that_runs_every_minute_is_never_called_late():
    (step,) = steps_due(clocks(), agreement_of, DUE - timedelta(minutes=29))
    assert step.late_by == timedelta(0)


def test_when_every_step_is_done_nothing_is_due_any_more():
    assert steps_due(clocks(level=2), agreement_of, DUE + timedelta(days=99)) == ()
    assert next_step_at(clocks(level=2), agreement_of) is None
    assert next_step_at({}, agreement_of) is None


def test_the_sweep_has_to_look_at_the_earliest_step_of_all_clocks():
    two = {**clocks(level=1), ClockName.NEXT_RESPONSE: Clock(MONDAY_TEN, DUE - timedelta(hours=1), 1, "standard")}
    assert next_step_at(two, agreement_of) == DUE - timedelta(hours=1, minutes=30)


def test_a_policy_that_lost_steps_since_finds_nothing_left_to_do():
    assert next_step_at(clocks(level=5), agreement_of) is None
    assert steps_due(clocks(level=5), agreement_of, DUE) == ()


def test_a_step_is_late_from_five_minutes_on():
    at = DUE - timedelta(minutes=25)
    assert [step.late_by for step in steps_due(clocks(), agreement_of, at)] == [timedelta(minutes=5)]
    assert [step.late_by for step in steps_due(clocks(), agreement_of, at - SECOND)] == [timedelta(0)]


def test_a_kind_of_clock_that_has_steps_of_its_own_goes_by_them_and_their_tiers():
    hand_on = EscalationStep(StepAction.REASSIGN, timedelta(0))
    policy = replace(POLICY, own_steps={ClockName.PROMISE: (hand_on, hand_on)})
    both = clocks() | {"promise:1": Clock(MONDAY_TEN, DUE, 1, "standard")}
    due = steps_due(both, lambda _clock: replace(AGREEMENT, policy=policy), DUE)
    assert [(step.clock, step.step.action, step.tier) for step in due] == [
        (ClockName.FIRST_RESPONSE, StepAction.REMIND, 0),
        (ClockName.FIRST_RESPONSE, StepAction.ESCALATE, 0),
        ("promise:1", StepAction.REASSIGN, 0),
        ("promise:1", StepAction.REASSIGN, 1),
    ]


def test_a_step_in_business_time_is_counted_back_over_the_night():
    early = EscalationStep(StepAction.REMIND, timedelta(hours=-8), business=True)
    agreement = replace(AGREEMENT, policy=replace(POLICY, steps=(early,)))
    due_at = MONDAY_TEN + timedelta(days=1)
    found = next_step_at({ClockName.NEXT_RESPONSE: Clock(MONDAY_TEN, due_at, 1, "standard")}, lambda _clock: agreement)
    assert found == MONDAY_TEN  # an office day has eight hours
