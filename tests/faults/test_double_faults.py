"""Every pair of faults within one story: what mends the first one must survive the second.

One in eleven is tried, or all of them.
"""

from __future__ import annotations

from itertools import islice

import pytest

from tests.faults.exhaustive import double_plans, try_plan
from tests.faults.stories import STORIES

ONE_IN = 11  # a prime: a call meets four faults or five, and it shall not be the same one at each


@pytest.mark.faults
@pytest.mark.parametrize("one_in", [ONE_IN, pytest.param(1, marks=pytest.mark.whole)])
@pytest.mark.parametrize("name", [name for name, story in STORIES.items() if not story.long])
def test_no_two_faults_break_anything(name, one_in, figure):
    tried = 0
    for plan in islice(double_plans(name, every=False), 0, None, one_in):
        end = try_plan(name, plan)
        assert not end.breaches, end
        tried += 1
    assert tried > 500 / one_in
    figure(f"{tried:7,} pairs of faults: {name}")
