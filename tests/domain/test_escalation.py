"""Steps happen when they are due, once per cycle, and all of them after an outage."""

from datetime import timedelta

from chalicelib.domain.clocks import Clock
from chalicelib.domain.escalation import next_step_at, steps_due
from chalicelib.domain.sla import ClockName, StepAction
from tests.domain.making import AGREEMENT, MONDAY_TEN

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
