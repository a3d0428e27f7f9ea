"""Schedules by the million, or every fault or pair of faults, on all cores: `make torture SEEDS=0-1000000`.

What fails is made small, told, and kept in `kept_runs.json` for every later test run.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from multiprocessing import Pool

from tests.faults.exhaustive import double_plans, single_plans, try_plan
from tests.faults.functions import silence
from tests.faults.kept_runs import keep
from tests.faults.reading import report
from tests.faults.schedules import run_seed
from tests.faults.shrinking import shrink
from tests.faults.stories import STORIES

_SEEDS_AT_ONCE = 200
_PLANS_AT_ONCE = 100
_MOST_FAILURES = 5
_SAYS_SOMETHING_EVERY = 5.0  # seconds

Failed = list[tuple[str, str, tuple[int, ...]]]
"""Name, what to read, and the choices of a schedule; () for a plan, which is its own description."""


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seeds", default="0-100000", help="from-to, the last one not included")
    arguments.add_argument("--pairs", action="store_true", help="every pair of faults of every story instead")
    arguments.add_argument("--singles", action="store_true", help="every single fault of every story instead")
    arguments.add_argument("--jobs", type=int, default=os.cpu_count())
    given = arguments.parse_args()
    if given.pairs or given.singles:
        return _work(given.jobs, _try_plans, [*_plans(pairs=given.pairs)], "stories told with faults")
    seeds = re.fullmatch(r"(\d+)-(\d+)", given.seeds)
    if not seeds or int(seeds[1]) >= int(seeds[2]):
        arguments.error(f"{given.seeds!r} are no seeds: say from-to, as in 0-1000 (the last one is not included)")
    first, last = int(seeds[1]), int(seeds[2])
    chunks = [range(start, min(start + _SEEDS_AT_ONCE, last)) for start in range(first, last, _SEEDS_AT_ONCE)]
    return _work(given.jobs, _run_seeds, chunks, "schedules")


def _work(jobs: int, try_them: Callable[..., Failed], chunks: list, what: str) -> int:
    total = sum(len(chunk) for chunk in chunks)
    done, failures, began, said_at = 0, 0, time.monotonic(), 0.0
    with Pool(jobs) as pool:
        for count, failed in pool.imap_unordered(_Counted(try_them), chunks):
            done += count
            for name, told, choices in failed:
                failures += 1
                _say(f"\n{name}\n{told}\n")
                if choices:
                    keep(name, choices)
            seconds = time.monotonic() - began
            if seconds - said_at >= _SAYS_SOMETHING_EVERY or done == total or failed:
                said_at = seconds
                _say(f"{done:,} of {total:,} {what}, {done / seconds:,.0f} a second, {failures} failed")
            if failures >= _MOST_FAILURES:
                _say("That is enough to look at.")
                break
    return 1 if failures else 0


class _Counted:
    """`try_them`, with how many there were: a local function could not be sent to another process."""

    def __init__(self, try_them: Callable[..., Failed]) -> None:
        self._try_them = try_them

    def __call__(self, chunk) -> tuple[int, Failed]:
        with silence():
            return len(chunk), self._try_them(chunk)


def _run_seeds(seeds: Iterable[int]) -> Failed:
    failed: Failed = []
    for seed in seeds:
        run = run_seed(seed)
        if run.breaches:
            small = shrink(run)
            name = f"seed {seed}: {small.breaches[0].partition(':')[0]}"
            failed.append((name, report(small.outside, small.breaches), small.choices))
    return failed


def _plans(*, pairs: bool) -> Iterator[list]:
    with silence():
        for name in STORIES:
            doubles = double_plans(name, every=True) if pairs else ()
            plans = [(name, plan) for plan in (*single_plans(name), *doubles)]
            _say(f"{len(plans):9,} single faults{' and pairs' if pairs else ''}: {name}")
            yield from (plans[start : start + _PLANS_AT_ONCE] for start in range(0, len(plans), _PLANS_AT_ONCE))


def _try_plans(plans: Iterable) -> Failed:
    tried = [try_plan(name, plan) for name, plan in plans]
    return [(str(each), report(each.outside, each.breaches), ()) for each in tried if each.breaches]


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
