"""A suite that lets a known-bad design pass proves nothing: each of them is found out, and soon."""

from __future__ import annotations

from itertools import count

import pytest

from tests.faults.exhaustive import single_plans, try_plan
from tests.faults.mutants import MUTANTS
from tests.faults.schedules import run_seed
from tests.faults.stories import STORIES

MOST_SEEDS = 6_000
NEEDS_SEVERAL_FAULTS = {
    "SNS straight to the function",
    "unsigned reply addresses are believed",
    "the contact policy is asked only when an answer is kept",
}


@pytest.mark.faults
@pytest.mark.parametrize("mutant", MUTANTS)
def test_random_schedules_find_every_bad_design(mutant, figure):
    survived = next((seed for seed in range(MOST_SEEDS) if run_seed(seed, MUTANTS[mutant]).breaches), None)
    assert survived is not None, f"{mutant}: no breach within {MOST_SEEDS} seeds"
    figure(f"{survived:7,} schedules survived by: {mutant}")


@pytest.mark.faults
@pytest.mark.parametrize("mutant", [mutant for mutant in MUTANTS if mutant not in NEEDS_SEVERAL_FAULTS])
def test_single_faults_find_most_bad_designs(mutant, figure):
    numbers = count()
    for story in STORIES:
        for plan in single_plans(story):
            if try_plan(story, plan, MUTANTS[mutant]).breaches:
                figure(f"{next(numbers):7,} single faults survived by: {mutant}")
                return
            next(numbers)
    pytest.fail(f"{mutant}: no single fault finds it")


def test_a_design_that_sends_and_then_marks_is_found_out_within_fifty_schedules():
    assert any(run_seed(seed, MUTANTS["sends and then marks"]).breaches for seed in range(50))
