"""Many workers at once, in one thread: before each call of the store any other worker may go on, as a seed decides."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from typing import Any

from greenlet import getcurrent, greenlet

from chalicelib.domain.errors import StorageUnavailable
from tests.fakes.memory_store import Call, MemoryStore, Moment


def at_once(store: MemoryStore, seed: int, jobs: Iterable[Callable[[], Any]]) -> list[Any]:
    """What each job gave, in the order of the jobs. One that finds the store unavailable is asked again, as a queue
    does it.
    """
    chance = random.Random(seed)
    scheduler = getcurrent()
    results: dict[int, Any] = {}

    def give_way(call: Call) -> None:
        if call.moment is Moment.BEFORE and getcurrent() is not scheduler:
            scheduler.switch()

    def work(number: int, job: Callable[[], Any]) -> None:
        while number not in results:
            try:
                results[number] = job()
            except StorageUnavailable:
                scheduler.switch()

    workers = [greenlet(lambda n=number, j=job: work(n, j)) for number, job in enumerate(jobs)]
    before, store.hook = store.hook, give_way
    try:
        while workers:
            place = chance.randrange(len(workers))
            workers[place].switch()
            if workers[place].dead:
                workers.pop(place)
    finally:
        store.hook = before
    return [results[number] for number in sorted(results)]
