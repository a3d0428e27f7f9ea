"""Every story, without a fault and with every fault at every call: nothing is lost, nothing happens twice."""

from __future__ import annotations

import pytest

from tests.faults.exhaustive import single_plans, try_plan
from tests.faults.stories import STORIES


@pytest.mark.parametrize("story", STORIES)
def test_a_story_without_trouble_breaks_nothing(story):
    tried = try_plan(story, {})
    assert not tried.breaches, tried
    assert tried.outside.world.calls


@pytest.mark.parametrize("story", STORIES)
def test_no_fault_at_any_call_breaks_anything(story, figure):
    plans = [*single_plans(story)]
    for plan in plans:
        tried = try_plan(story, plan)
        assert not tried.breaches, tried
        assert sum(tried.outside.world.struck.values()) == 1, tried
    figure(f"{len(plans):7,} single faults: {story}")
