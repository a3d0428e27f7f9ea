"""Random schedules: workers, agents, sweeps, deployments, clocks and zombies in any order end well."""

from __future__ import annotations

import time
from itertools import count

import pytest

from tests.faults.faults import Fault
from tests.faults.kept_runs import kept_runs
from tests.faults.reading import report
from tests.faults.schedules import BY_LOAD, OF_TEAMS, TO_MANY, run_again, run_seed
from tests.faults.shrinking import shrink

SECONDS = 30


def check(seed: int) -> int:
    """How many messages went out in it, each once."""
    tried = run_seed(seed)
    if tried.breaches:
        small = shrink(tried)
        pytest.fail(f"seed {seed}, made small: {report(small.outside, small.breaches)}", pytrace=False)
    return sum(len(carrier.accepted) for carrier in (tried.outside.ports.mail, tried.outside.ports.sms))


@pytest.mark.parametrize("hundred", range(4))
def test_the_first_schedules_break_nothing(hundred):
    for seed in range(100 * hundred, 100 * (hundred + 1)):
        check(seed)


@pytest.mark.parametrize("hundred", range(2))
def test_schedules_in_which_cases_are_given_to_agents_who_come_and_go_break_nothing(hundred):
    for seed in range(100 * hundred, 100 * (hundred + 1)):
        tried = run_seed(seed, setting=BY_LOAD)
        assert not tried.breaches, report(tried.outside, tried.breaches)


def test_schedules_in_which_teams_come_and_go_break_nothing():
    for seed in range(100):
        tried = run_seed(seed, setting=OF_TEAMS)
        assert not tried.breaches, report(tried.outside, tried.breaches)


def test_schedules_in_which_many_are_written_to_at_once_break_nothing():
    for seed in range(100):
        tried = run_seed(seed, setting=TO_MANY)
        assert not tried.breaches, report(tried.outside, tried.breaches)


@pytest.mark.faults
@pytest.mark.parametrize("worker", range(2))
def test_no_schedule_breaks_anything_within_half_a_minute_on_each_of_two_cores(worker, figure):
    began, went_out = time.monotonic(), 0
    for tried in count(1):
        went_out += check(2 * tried + worker)
        if time.monotonic() - began > SECONDS:
            figure(f"{tried:7,} random schedules, {tried / SECONDS:.0f} a second; {went_out:,} messages, none twice")
            return


@pytest.mark.parametrize("what_broke", kept_runs())
def test_what_broke_once_does_not_break_again(what_broke):
    run = run_again(kept_runs()[what_broke])
    assert not run.breaches, report(run.outside, run.breaches)


def told(run) -> str:
    return report(run.outside, run.breaches)


def test_the_same_seed_gives_the_same_run_to_the_last_word():
    for seed in range(20):
        assert told(run_seed(seed)) == told(run_seed(seed))


def test_the_choices_of_a_run_give_the_run_again():
    for seed in range(20):
        run = run_seed(seed)
        assert told(run_again(run.choices)) == told(run)


@pytest.mark.faults
def test_schedules_differ_and_reach_what_they_are_for():
    """Without these in it, a schedule that breaks nothing would say nothing."""
    runs = [run_seed(seed) for seed in range(1_600)]
    worlds = [run.outside.world for run in runs]
    assert len({run.choices for run in runs}) == len(runs)
    assert {fault for world in worlds for fault in world.struck} == {*Fault}
    assert any(world.clock_off for world in worlds)
    assert any(run.outside.simulation.stream.given_up for run in runs)
