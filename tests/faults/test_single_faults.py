"""Every story, without a fault and with a fault at every call: nothing is lost, nothing happens twice.

Faults that end as another one does are left out (`faults_beyond`), and of the longer stories two thirds of the rest:
every call still meets some fault, and what they call is called in shorter stories, too. `make torture-singles` leaves
out nothing.
"""

from __future__ import annotations

import pytest

from tests.faults.exhaustive import single_plans, try_plan
from tests.faults.stories import STORIES

MANY = 100  # plans: half of the stories have more, and they took half the time of all fast tests
ONE_IN = 3  # a call can meet four faults or more


@pytest.mark.parametrize("story", STORIES)
def test_a_story_without_trouble_breaks_nothing(story):
    tried = try_plan(story, {})
    assert not tried.breaches, tried
    assert tried.outside.world.calls


@pytest.mark.parametrize("story", STORIES)
def test_no_fault_at_any_call_breaks_anything(story, figure):
    plans = [*single_plans(story, every=False)]
    if len(plans) > MANY:
        plans = plans[::ONE_IN]
    for plan in plans:
        tried = try_plan(story, plan)
        assert not tried.breaches, tried
        assert sum(tried.outside.world.struck.values()) == 1, tried
    figure(f"{len(plans):7,} single faults: {story}")
