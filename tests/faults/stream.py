"""The stream of the table in the simulated world, with the reader that Lambda puts between it and a function.

Two shards: the changes of one item come in their order, those of different items in any. A batch that fails comes
again, split in two until one record is left; what fails too often or grows too old is given up.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from zlib import crc32

from tests.faults.store import Written
from tests.faults.world import Ending, World

BATCH = 100
MOST_RETRIES = 10
READER_GIVES_UP_AFTER = timedelta(hours=12)
SHARDS = 2

Invoke = Callable[[Sequence[Written], Callable[[Ending], None]], None]


@dataclass(eq=False, slots=True)
class Shard:
    """`waiting`: places in the history. `batch`: how many the next invocation gets."""

    waiting: list[int] = field(default_factory=list)
    batch: int = BATCH
    retries: int = 0
    busy: bool = False


@dataclass
class Stream:
    """`given_up`: places in the history that no function will ever see."""

    world: World
    history: list[Written]
    invoke: Invoke
    seen: int = 0
    given_up: set[int] = field(default_factory=set)
    shards: tuple[Shard, ...] = field(default_factory=lambda: tuple(Shard() for _ in range(SHARDS)))

    def bring(self) -> None:
        """What was written since comes to the function, as far as it is not busy."""
        for place in range(self.seen, len(self.history)):
            self.shards[crc32(self.history[place].key.pk.encode()) % SHARDS].waiting.append(place)
        self.seen = len(self.history)
        for shard in self.shards:
            if not shard.busy:
                self._bring(shard)

    def _bring(self, shard: Shard) -> None:
        oldest = self.world.now() - READER_GIVES_UP_AFTER
        while shard.waiting and self.history[shard.waiting[0]].at < oldest:
            self.given_up.add(shard.waiting.pop(0))
        batch = shard.waiting[: shard.batch]
        if batch:
            shard.busy = True
            self.invoke([self.history[place] for place in batch], lambda ending: self._ended(shard, batch, ending))

    def _ended(self, shard: Shard, batch: list[int], ending: Ending) -> None:
        shard.busy = False
        if not ending.good and len(batch) > 1:
            shard.batch = len(batch) // 2
            return
        if not ending.good:
            shard.retries += 1
            if shard.retries <= MOST_RETRIES:
                return
            self.given_up.update(batch)
        del shard.waiting[: len(batch)]
        shard.batch, shard.retries = BATCH, 0
