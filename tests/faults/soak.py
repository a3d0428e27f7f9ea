"""Thirty days of a company, in simulated time: `make soak`, which goes on where it was stopped.

A month is one world: some two hundred customers who write in every channel, agents who answer, close, merge and split,
AWS that loses one call in a hundred, deployments, clocks that are corrected. Nothing is judged before its end, so what
goes wrong on the third day has four weeks to become worse. A million messages are five hundred such months, each from
a seed of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import timedelta
from multiprocessing import Pool
from pathlib import Path

from tests.domain.making import MONDAY_TEN
from tests.faults import stories
from tests.faults.acts import ACTS, Acts, one_of
from tests.faults.choices import Choices
from tests.faults.functions import silence
from tests.faults.invariants.judging import breaches
from tests.faults.outside import Outside
from tests.faults.simulation import Restless, Simulation
from tests.faults.world import World

LASTS = timedelta(days=30)
MESSAGES_OF_A_MONTH = 2_000
FAULTS = 0.01
KEPT_IN = Path(".local") / "soak.jsonl"
_AT_ONCE = 0.2  # of the acts begin while the one before is still being worked on
_ACTS_A_MESSAGE = 0.7  # of the pauses, so that as many messages take about thirty days
_MOST_MORE = 5  # messages that one act can bring


@dataclass(frozen=True, slots=True)
class Month:
    """`messages`: of customers. `sent`: by us, to customers and colleagues. `faults`: that struck a call. `seconds`: of
    CPU. `megabytes`: the most that its process ever took.
    """

    seed: int
    messages: int
    days: float
    sent: int
    faults: int
    seconds: float
    megabytes: int
    breaches: tuple[str, ...]


def a_mail_of_somebody(outside: Outside) -> None:
    outside.mail(one_of(outside, MAILERS), dmarc=("PASS", "GRAY", "FAIL")[outside.world.choices.weighted(8, 2, 1)])


def a_text_of_somebody(outside: Outside) -> None:
    outside.sms(one_of(outside, PHONES))


def a_fax_of_somebody(outside: Outside) -> None:
    outside.fax(one_of(outside, FAXES))


def a_form_of_somebody(outside: Outside) -> None:
    outside.post_form(one_of(outside, MAILERS), tries=1 + outside.world.choices.among(3))


MAILERS = tuple(f"k{number}@example.pl" for number in range(120))
PHONES = tuple(f"+4860{number:07}" for number in range(1, 60))
FAXES = tuple(f"+4822{number:07}" for number in range(1, 20))
OF_MANY: Acts = (
    (200, a_mail_of_somebody),
    (80, a_text_of_somebody),
    (20, a_fax_of_somebody),
    (40, a_form_of_somebody),
    *ACTS,
)


def month(seed: int, messages: int, design: Callable[[World], Simulation] = Simulation) -> Month:
    """Deterministic: the same seed and number give the same month. `design`: a known-bad one that it has to find."""
    began, choices = time.process_time(), Choices(seed)
    world = World(choices, probability=FAULTS)
    outside = stories.begin(world, design, MONDAY_TEN, stories.nothing, escalates=True)
    outside.acknowledge()
    pause = LASTS / messages * _ACTS_A_MESSAGE
    while len(outside.said) < messages:
        OF_MANY[choices.weighted(*(weight for weight, _ in OF_MANY))][1](outside)
        if not choices.happens(_AT_ONCE):
            until = world.at + pause * choices.among(4)
            with suppress(Restless):  # while so much goes wrong that may take for ever
                outside.simulation.settle(until=until)
            world.pass_time(until)
    days = (world.at - MONDAY_TEN) / timedelta(days=1)
    found = _at_rest(outside)
    sent = sum(len(carrier.accepted) for carrier in (outside.ports.mail, outside.ports.sms))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    seconds = time.process_time() - began
    return Month(seed, len(outside.said), round(days, 1), sent, sum(world.struck.values()), seconds, peak, tuple(found))


def _at_rest(outside: Outside) -> list[str]:
    outside.world.probability = 0.0
    outside.simulation.threads.catch_up()
    try:
        outside.simulation.settle()
        for queue in outside.simulation.queues.values():
            queue.redrive()
        outside.simulation.settle()
    except Restless as restless:
        return [str(restless)]
    return breaches(outside)


def finished(kept_in: Path, messages: int) -> dict[int, Month]:
    """The months of that length that an earlier run has finished, by seed. A line that was cut short is no month."""
    if not kept_in.exists():
        return {}
    months = []
    for line in kept_in.read_text(encoding="utf-8").splitlines():
        with suppress(ValueError, TypeError):
            told = json.loads(line)
            months.append(Month(**{**told, "breaches": tuple(told["breaches"])}))
    return {each.seed: each for each in months if each.messages >= messages > each.messages - _MOST_MORE}


def run(seeds: range, messages: int, kept_in: Path, jobs: int) -> Iterator[Month]:
    """Those of earlier runs first. What is new is kept as soon as it is done."""
    known = finished(kept_in, messages)
    yield from (known[seed] for seed in seeds if seed in known)
    left = [(seed, messages) for seed in seeds if seed not in known]
    kept_in.parent.mkdir(parents=True, exist_ok=True)
    with Pool(jobs) as pool, kept_in.open("a", encoding="utf-8") as kept:
        for each in pool.imap_unordered(_silent_month, left):
            kept.write(json.dumps(asdict(each)) + "\n")
            kept.flush()
            yield each


def _silent_month(of: tuple[int, int]) -> Month:
    with silence():
        return month(*of)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.soak", description=__doc__)
    parser.add_argument("--messages", type=float, default=1e6, help="in all; 1e6 without it")
    parser.add_argument("--a-month", type=int, default=MESSAGES_OF_A_MONTH, help="messages of one world")
    parser.add_argument("--kept-in", type=Path, default=KEPT_IN, help="what is finished; remove it to begin anew")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    given = parser.parse_args()
    if given.a_month < 1 or given.messages < given.a_month:
        parser.error(f"{given.messages:,.0f} messages are less than one month of {given.a_month:,}")
    months = round(given.messages / given.a_month)
    done: list[Month] = []
    for each in run(range(months), given.a_month, given.kept_in, given.jobs):
        done.append(each)
        _say(f"{len(done):,} of {months:,} months, {sum(one.messages for one in done):,} messages; {each}")
    bad = [each for each in done if each.breaches]
    sizes = [each.megabytes for each in done]
    _say(
        f"{sum(one.messages for one in done):,} messages in {sum(one.days for one in done):,.0f} days, "
        f"{sum(one.faults for one in done):,} faults, {sum(one.sent for one in done):,} messages sent; "
        f"at most {sizes[0]} MB after the first month and {max(sizes)} MB in all; {len(bad)} months with breaches"
    )
    return 1 if bad else 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
