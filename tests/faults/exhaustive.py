"""Every fault at every call of a story, alone and in pairs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from tests.faults.faults import Fault, Raised, faults_of
from tests.faults.invariants.judging import breaches
from tests.faults.outside import Outside
from tests.faults.simulation import Simulation
from tests.faults.stories import STORIES, tell
from tests.faults.world import World

Plan = Mapping[int, Fault]

_SAME_AT_A_READ = {Fault.CRASH_BEFORE, Fault.CRASH_AFTER, Fault.SLOW}


@dataclass(frozen=True, slots=True)
class Tried:
    """A story told with a plan, and what was wrong in the end."""

    story: str
    plan: Plan
    outside: Outside
    breaches: list[str]

    def __str__(self) -> str:
        faults = ", ".join(
            f"call {number} ({self.outside.world.met[number - 1][0]}): {fault.name}"
            for number, fault in self.plan.items()
        )
        return f"{self.story!r} with {faults or 'no fault'}:\n  " + "\n  ".join(self.breaches)


def try_plan(name: str, plan: Plan, simulation: Callable[[World], Simulation] = Simulation) -> Tried:
    outside, restless = tell(STORIES[name], plan, simulation)
    return Tried(name, plan, outside, [*restless, *breaches(outside)])


def single_plans(name: str, *, every: bool = True) -> Iterator[Plan]:
    """`every`: as in `faults_beyond`."""
    yield from _plans_beyond(try_plan(name, {}), every=every)


def double_plans(name: str, *, every: bool) -> Iterator[Plan]:
    """Every second fault at a call that comes after the first one has struck, in the run that the first one made.

    `every`: as in `faults_beyond`.
    """
    for first in _plans_beyond(try_plan(name, {}), every=every):
        yield from _plans_beyond(try_plan(name, first), every=every)


def _plans_beyond(tried: Tried, *, every: bool) -> Iterator[Plan]:
    for number, (_, raised) in enumerate(tried.outside.world.met, start=1):
        if number <= max(tried.plan, default=0):
            continue
        for fault in faults_beyond(raised, every=every):
            yield {**tried.plan, number: fault}


def faults_beyond(raised: Raised, *, every: bool) -> list[Fault]:
    """Those that a call can meet. Without `every` those are left out that end as another one does: a worker that dies
    at a read leaves behind what it leaves when it dies before its next write, or, if it writes nothing more, when it is
    refused.
    """
    reads = Fault.ANSWER_LOST not in raised
    faults = faults_of(raised, zombies=True)
    return [fault for fault in faults if every or not (reads and fault in _SAME_AT_A_READ)]
