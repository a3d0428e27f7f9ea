"""Random schedules: a seed decides who acts when and what goes wrong; then all heals, comes to rest and is judged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tests.domain.making import MONDAY_TEN
from tests.faults import stories, stories_many, stories_merging, stories_routing
from tests.faults.acts import ACTS, ACTS_OF_AGENTS, ACTS_OF_TEAMS, ACTS_TO_MANY, Acts
from tests.faults.choices import Choices
from tests.faults.invariants.judging import breaches
from tests.faults.outside import Outside
from tests.faults.simulation import Restless, Simulation
from tests.faults.world import World

MOST_ACTS = 8
MOST_MOVES = 400
_PROBABILITIES = (0.0, 0.02, 0.05, 0.15, 0.4)
_STARTS = (
    MONDAY_TEN,
    datetime(2026, 11, 23, 23, 59, 50, tzinfo=UTC),  # the day changes
    datetime(2026, 10, 25, 0, 50, tzinfo=UTC),  # summer time ends in ten minutes
    datetime(2026, 11, 27, 14, 50, tzinfo=UTC),  # Friday, ten minutes before everybody goes home
)
_BEFORE = (
    stories.nothing,
    stories.anna_writes,
    stories.anna_got_an_answer,
    stories.anna_wrote_again_after_the_answer,
    stories.a_closed_case,
    stories.anna_texts,
    stories_merging.two_customers,
    stories_merging.two_merged,
)


@dataclass(frozen=True, slots=True)
class Setting:
    """What has happened before a schedule begins, one of `before`, and who can do what in it."""

    before: tuple[Callable[[Outside], None], ...]
    acts: Acts


USUAL = Setting(_BEFORE, ACTS)
# Cases are given to two agents, who come and go.
BY_LOAD = Setting(
    (stories_routing.two_agents_are_there, stories_routing.three_customers_wait, stories_routing.all_are_given),
    (*ACTS, *ACTS_OF_AGENTS),
)
# Teams come and go.
OF_TEAMS = Setting(_BEFORE, (*ACTS, *ACTS_OF_TEAMS))
# Incidents begin and end, and messages go to many, while everything else happens.
TO_MANY = Setting(
    (
        stories_many.an_incident_and_two_who_wrote,
        stories_many.two_cases_are_linked,
        stories_many.somebody_prepares_a_broadcast,
        stories_many.its_recipients_are_chosen_and_foreseen,
    ),
    (*ACTS, *ACTS_TO_MANY),
)
_TICKS = 0.7  # of the times that the schedules should wake somebody they do
_MOMENTS = (timedelta(seconds=5), timedelta(seconds=25), timedelta(minutes=2))
_STRETCHES = (timedelta(minutes=15), timedelta(hours=4), timedelta(days=1), timedelta(days=16))


@dataclass(frozen=True, slots=True)
class Run:
    """A schedule that was carried out. `choices` is all that it depended on."""

    choices: tuple[int, ...]
    outside: Outside
    breaches: list[str]


def run(choices: Choices, simulation: Callable[[World], Simulation] = Simulation, setting: Setting = USUAL) -> Run:
    outside = _prepared(choices, simulation, setting)
    troubles = _unfold(outside, setting)
    return Run(tuple(choices.taken), outside, troubles or breaches(outside))


def run_seed(seed: int, simulation: Callable[[World], Simulation] = Simulation, setting: Setting = USUAL) -> Run:
    return run(Choices(seed), simulation, setting)


def run_again(choices: Sequence[int], simulation: Callable[[World], Simulation] = Simulation) -> Run:
    return run(Choices(given=choices), simulation)


def _prepared(choices: Choices, simulation: Callable[[World], Simulation], setting: Setting) -> Outside:
    """Each schedule has a character of its own: how much goes wrong, whether clocks run out, who listens."""
    probability = _PROBABILITIES[choices.among(len(_PROBABILITIES))]
    world = World(choices, probability=probability, zombies=choices.happens(0.2))
    at = _STARTS[choices.weighted(4, 1, 1, 1)]
    before = setting.before[choices.among(len(setting.before))]
    outside = stories.begin(world, simulation, at, before, escalates=choices.happens(0.4))
    outside.acknowledge()
    outside.simulation.listening = choices.happens(0.1)
    return outside


def _unfold(outside: Outside, setting: Setting) -> list[str]:
    try:
        _act(outside, setting.acts)
        _heal(outside)
        outside.simulation.settle()
        left = [f"{key} waits for an operator" for key in outside.ports.raw.objects if key.startswith("incoming/")]
        for queue in outside.simulation.queues.values():
            queue.redrive()
        outside.simulation.settle()
    except Restless as restless:
        return [str(restless)]
    return left


def _act(outside: Outside, possible: Acts) -> None:
    """Workers, people and time move in an order that is left to chance."""
    world = outside.world
    acts = 1 + world.choices.among(MOST_ACTS)
    kinds = [act for act in possible if not world.choices.happens(0.5)] or possible
    for _ in range(MOST_MOVES):
        runnable = world.runnable()
        move = world.choices.weighted(12, 4, 2, 2, 1)
        if move == 0 and runnable:
            world.resume(runnable[world.choices.among(len(runnable))])
        elif move == 2 and (at := world.next_event_at()):
            world.pass_time(at)
        elif move == 3:
            world.pass_time(world.at + _MOMENTS[world.choices.among(len(_MOMENTS))])
            if world.choices.happens(_TICKS):
                outside.simulation.tick()
        elif move == 4:
            with suppress(Restless):  # while so much goes wrong that may take for ever
                outside.simulation.settle(until=world.at + _STRETCHES[world.choices.weighted(6, 3, 2, 1)])
        elif acts:
            acts -= 1
            kinds[world.choices.weighted(*(weight for weight, _ in kinds))][1](outside)
        elif not runnable:
            return


def _heal(outside: Outside) -> None:
    outside.world.probability = 0.0
    outside.simulation.threads.catch_up()
