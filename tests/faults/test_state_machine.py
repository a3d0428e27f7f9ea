"""Any sequence of what customers and agents do, on the whole hub, against the plain dictionaries of `expected.py`."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from chalicelib.domain import customers
from chalicelib.usecases.ports import Update
from tests.budgets import examples
from tests.faults.functions import silence
from tests.faults.mutants import with_store
from tests.faults.state_machine import HubMachine
from tests.faults.store import WorldStore

STEPS = 40
LONG = "STATE_MACHINE_EXAMPLES"
"""Set in the environment: so many sequences, other ones every time."""


def run(machine, examples, *, others_every_time=False, shrinks=True):
    plan = settings(
        max_examples=examples,
        stateful_step_count=STEPS,
        deadline=None,
        derandomize=not others_every_time,
        database=None,
        phases=[Phase.generate, Phase.shrink] if shrinks else [Phase.generate],
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    with silence():
        run_state_machine_as_test(machine, settings=plan)


@pytest.mark.parametrize("examples", [60, pytest.param(examples(300, LONG), marks=pytest.mark.faults)])
def test_whatever_customers_and_agents_do_the_hub_knows_what_it_should(record_property, examples):
    before = HubMachine.steps
    run(HubMachine, examples, others_every_time=LONG in os.environ)
    record_property("figure", f"state machine: {examples:,} sequences, {HubMachine.steps - before:,} steps")


class ForgetsKeys(WorldStore):
    """Every request is the first one under its key."""

    def find_seen_key(self, principal, key):
        return None


class NeverReopens(WorldStore):
    """The customer's page does not learn that a closed case is open again."""

    def commit(self, changes):
        super().commit([change for change in changes if not _is_reopening(change)])


def _is_reopening(change):
    return (
        isinstance(change, Update)
        and isinstance(change.before, customers.Customer)
        and set(customers.REOPENING_DEPENDS_ON) <= set(change.depends_on)
    )


class TakesTheFirstCase(WorldStore):
    """A number belongs to whichever case it was first written about."""

    def commit(self, changes):
        super().commit(
            [change for change in changes if not isinstance(getattr(change, "after", None), customers.PointOwner)]
        )


@pytest.mark.parametrize("store", [ForgetsKeys, NeverReopens, TakesTheFirstCase])
def test_a_hub_that_errs_is_found_out(store):
    machine = type("OtherMachine", (HubMachine,), {"design": staticmethod(with_store(store))})
    with pytest.raises((AssertionError, ExceptionGroup)):
        run(machine, 3000, shrinks=False)
