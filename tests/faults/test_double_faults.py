"""Every pair of faults within one story: what mends the first one must survive the second."""

from __future__ import annotations

import pytest

from tests.faults.exhaustive import double_plans, try_plan
from tests.faults.stories import STORIES


@pytest.mark.faults
@pytest.mark.parametrize("name", [name for name, story in STORIES.items() if not story.long])
def test_no_two_faults_break_anything(name, figure):
    tried = 0
    for plan in double_plans(name, every=False):
        end = try_plan(name, plan)
        assert not end.breaches, end
        tried += 1
    assert tried > 500
    figure(f"{tried:7,} pairs of faults: {name}")
