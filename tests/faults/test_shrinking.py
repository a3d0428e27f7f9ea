"""A failing schedule is made small, and reads as a story."""

from __future__ import annotations

import pytest

from tests.faults.mutants import MUTANTS
from tests.faults.reading import report
from tests.faults.schedules import run_again, run_seed
from tests.faults.shrinking import shrink

DESIGN = MUTANTS["sends and then marks"]


@pytest.fixture(scope="module")
def failing():
    return next(run for seed in range(100) if (run := run_seed(seed, DESIGN)).breaches)


@pytest.fixture(scope="module")
def small(failing):
    return shrink(failing, lambda choices: run_again(choices, DESIGN), most_tries=500)


def test_the_small_run_breaks_the_same_invariant(failing, small):
    assert small.breaches[0].partition(":")[0] == failing.breaches[0].partition(":")[0]


def test_it_is_smaller_and_fails_again_by_its_choices_alone(failing, small):
    assert len(small.outside.world.trace) <= len(failing.outside.world.trace)
    assert sum(choice > 0 for choice in small.choices) < sum(choice > 0 for choice in failing.choices)
    assert run_again(small.choices, DESIGN).breaches == small.breaches


def test_it_says_who_did_what_which_call_and_what_the_store_held(small):
    told = report(small.outside, small.breaches)
    assert told.startswith(small.breaches[0])
    assert "deliver_message" in told
    assert "mail.send" in told or "sms.send" in told
    _, end = told.split("In the end:")
    assert "case " in end
    assert "attempts 1" in end
