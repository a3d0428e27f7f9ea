"""A dry run decides what would happen and changes nothing."""

from datetime import timedelta

import pytest

from chalicelib.domain.errors import NotFound
from chalicelib.domain.sla import StepAction
from chalicelib.usecases.foresee_escalation import ForeseeEscalation
from chalicelib.usecases.reply_to_customer import Answer
from tests.domain.making import ANNA, BARTEK, MONDAY_TEN


class ReadOnly:
    """A store whose every method that writes is a failure."""

    def __init__(self, store):
        self._store = store

    def __getattr__(self, name):
        assert name in {"list_due_cases", "get_case"}, f"a dry run called {name}"
        return getattr(self._store, name)


def foresee(hub, **within):
    use_case = ForeseeEscalation(ReadOnly(hub.threads), hub.configuration, hub.now)
    return use_case("care", timedelta(**within))


def test_what_would_happen_is_told_in_order_and_nothing_is_written(hub):
    anna = hub.case(hub.write(sender=ANNA))
    hub.later(minutes=10)
    bartek = hub.case(hub.write(sender=BARTEK))
    hub.later(minutes=-10)
    foreseen = foresee(hub, hours=4)
    assert [(step.reference, step.action, step.at - MONDAY_TEN) for step in foreseen] == [
        (anna.reference, StepAction.REMIND, timedelta(hours=3, minutes=30)),
        (bartek.reference, StepAction.REMIND, timedelta(hours=3, minutes=40)),
        (anna.reference, StepAction.ESCALATE, timedelta(hours=4)),
    ]


def test_what_is_foreseen_is_what_the_sweep_does(hub):
    hub.write(sender=ANNA)
    hub.write(sender=BARTEK)
    foreseen = foresee(hub, hours=4)
    hub.later(hours=4)
    assert hub.sweep().steps == len(foreseen) == 4


def test_who_was_answered_is_not_foreseen(hub):
    case = hub.case(hub.write(sender=ANNA))
    hub.reply(case.reference, "ewa", Answer("Dzień dobry"))
    assert foresee(hub, days=9) == ()


def test_a_team_that_does_not_exist_is_not_a_team_without_work(hub):
    with pytest.raises(NotFound):
        ForeseeEscalation(hub.threads, hub.configuration, hub.now)("nobody", timedelta(hours=1))
