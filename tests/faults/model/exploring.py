"""Breadth first through every state that can be reached, with a check of each of them.

A state is what the table holds, what each worker knows, what the carrier was asked, the time, and how many faults may
still come. Two ways into the same state are one, so the search ends; that it has ended is the proof.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from chalicelib.domain.configuration import Configuration
from tests.fakes.memory_store import MemoryStore
from tests.faults.model.tables import Numbers, Tables
from tests.faults.model.working import Asked, Outcome, Slot, Workers

MOST_ROUNDS = 100


class Working(NamedTuple):
    """A worker in the middle of its work. `until`: when Lambda ends it; None for one that has outlived that."""

    log: int
    until: datetime | None


class State(NamedTuple):
    """`table`, `asked`: numbers. `workers`: one place for each slot, None where nobody works. `faults`: how many may
    still come. `done`: places of slots whose work is never asked for again.
    """

    at: datetime
    table: int
    workers: tuple[Working | None, ...]
    asked: int
    faults: int
    done: frozenset[int] = frozenset()


@dataclass
class Explored:
    """`breach`: what was broken, and the way there; empty when every state is sound. `seconds` of a processor."""

    states: int = 0
    moves: int = 0
    tables: int = 0
    seconds: float = 0.0
    breach: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.states:,} states, {self.moves:,} moves, {self.tables:,} tables, {self.seconds:.1f} s"


class Model:
    """What a search goes through. `alike`: places of slots that do the same; the first of them that is idle starts.

    `zombies`: whether the platform may fail to end a worker in time; that is one of the faults.
    """

    def __init__(
        self,
        slots: Sequence[Slot],
        configuration: Configuration,
        first: Sequence[Any],
        at: datetime,
        *,
        store: type[MemoryStore] = MemoryStore,
        zombies: bool = False,
    ) -> None:
        self.slots = tuple(slots)
        self.zombies = zombies
        self.tables = Tables(first, at, store)
        self.workers = Workers(self.slots, configuration, self.tables)
        self._at = at
        self._asked = Numbers()
        self._nothing_asked = self._asked.of((), ())
        self._instants: dict[int, tuple[datetime, ...]] = {}
        self._ready: dict[tuple[int, int, datetime], list[Working]] = {}

    # What a model says of itself.

    def instants(self, table: MemoryStore) -> Iterator[datetime]:
        """When something becomes due, by what the table holds."""
        raise NotImplementedError

    def check_write(self, before: MemoryStore, after: MemoryStore, at: datetime) -> Iterator[str]:
        """What a change of the table broke."""
        raise NotImplementedError

    def check(self, table: MemoryStore, asked: Sequence[Asked]) -> Iterator[str]:
        """What is wrong at any moment."""
        raise NotImplementedError

    def check_end(self, table: MemoryStore, asked: Sequence[Asked]) -> Iterator[str]:
        """What is wrong when nobody works and nothing will ever be due any more."""
        raise NotImplementedError

    # The states and the ways between them.

    def first(self, faults: int) -> State:
        return State(self._at, self.tables.first, (None,) * len(self.slots), self._nothing_asked, faults)

    def asked(self, state: State) -> tuple[Asked, ...]:
        return self._asked[state.asked]

    def moves(self, state: State) -> Iterator[tuple[str, State]]:
        started: set[Any] = set()
        for place, working in enumerate(state.workers):
            if working is None:
                run = self.slots[place].run
                if run not in started:  # of several idle ones that do the same the first one starts
                    started.add(run)
                    for ready in self._starts(state, place):
                        yield from self._goes_on(state, place, ready)
                continue
            yield from self._goes_on(state, place, working)
            if self.zombies and state.faults and working.until:
                outlives = _with(state.workers, place, Working(working.log, None))
                yield (
                    f"{self.slots[place].name} is not ended in time",
                    state._replace(workers=outlives, faults=state.faults - 1),
                )
        later = self._next_instant(state)
        if later:
            yield f"it is {later:%d %H:%M:%S}", state._replace(at=later)

    def rest_of(self, state: State) -> State:
        """How it ends if every worker dies now and no more fault happens: only what is due brings it to an end."""
        state = state._replace(workers=(None,) * len(self.slots), faults=0)
        for _ in range(MOST_ROUNDS):
            before = state
            for place in range(len(self.slots)):
                for ready in self._starts(state, place):
                    state = self._carried_to_the_end(state, place, ready)
            later = self._next_instant(state)
            if state == before and not later:
                return state
            state = state._replace(at=later or state.at)
        raise AssertionError(f"no rest after {MOST_ROUNDS} rounds")

    def _starts(self, state: State, place: int) -> Sequence[Working]:
        if place in state.done:
            return []
        key = (place, state.table, state.at)
        ready = self._ready.get(key)
        if ready is None:
            slot = self.slots[place]
            ready = self._ready[key] = [
                Working(self.workers.started_on(event), state.at + slot.lives_for)
                for event in slot.events(self.tables[state.table], state.at)
            ]
        return ready

    def _goes_on(self, state: State, place: int, working: Working) -> Iterator[tuple[str, State]]:
        become = self.workers.ends if self.slots[place].whole else self.workers.outcomes
        for outcome in become(place, working.log, state.table, state.at):
            if outcome.faults <= state.faults:
                yield outcome.label, self._after(state, place, working, outcome)

    def _carried_to_the_end(self, state: State, place: int, working: Working | None) -> State:
        while working:
            outcome = self.workers.outcomes(place, working.log, state.table, state.at)[0]
            state = self._after(state, place, working, outcome)
            working = state.workers[place]
        return state

    def _after(self, state: State, place: int, working: Working, outcome: Outcome) -> State:
        asked = state.asked
        if outcome.asked:
            whole = (*self._asked[asked], outcome.asked)
            asked = self._asked.of(whole, whole)
        done = state.done | {place} if outcome.well and self.slots[place].once else state.done
        worker = None if outcome.log is None else Working(outcome.log, working.until)
        return State(
            state.at, outcome.table, _with(state.workers, place, worker), asked, state.faults - outcome.faults, done
        )

    def _next_instant(self, state: State) -> datetime | None:
        """Only what becomes due makes a difference. Before a worker outlives its time it has to end, or to die, which
        is one of the faults.
        """
        instants = self._instants.get(state.table)
        if instants is None:
            instants = self._instants[state.table] = tuple(sorted(self.instants(self.tables[state.table])))
        later = next((at for at in instants if at > state.at), None)
        if later is None:
            return None
        until = min((working.until for working in state.workers if working and working.until), default=later)
        return later if later <= until else None


def explore(model: Model, faults: int, most_states: int = 5_000_000) -> Explored:
    """Every state that can be reached with so many faults; stops at the first that is not sound."""
    started = time.process_time()
    explored = Explored()
    first = model.first(faults)
    came_from: dict[State, tuple[State, str] | None] = {first: None}
    waiting = deque([first])
    checked: set[Any] = set()
    while waiting and not explored.breach:
        state = waiting.popleft()
        for label, after in model.moves(state):
            explored.moves += 1
            if after in came_from:
                continue
            came_from[after] = (state, label)
            waiting.append(after)
            broken = _broken(model, state, after, checked)
            if broken:
                explored.breach = [*broken, *_way_to(after, came_from)]
                break
        if len(came_from) > most_states:
            raise AssertionError(f"more than {most_states:,} states")
    explored.states, explored.tables = len(came_from), len(model.tables)
    explored.seconds = time.process_time() - started
    return explored


def _broken(model: Model, before: State, after: State, checked: set[Any]) -> list[str]:
    """Each question is asked once: most states differ only in what their workers know."""
    broken: list[str] = []
    written = (before.table, after.table, after.at)
    if before.table != after.table and written not in checked:
        checked.add(written)
        broken += model.check_write(model.tables[before.table], model.tables[after.table], after.at)
    stands = (after.table, after.asked)
    if stands not in checked:
        checked.add(stands)
        broken += model.check(model.tables[after.table], model.asked(after))
    abandoned = (after.table, after.asked, after.at, after.done)
    if abandoned not in checked:
        checked.add(abandoned)
        end = model.rest_of(after)
        broken += model.check(model.tables[end.table], model.asked(end))
        broken += model.check_end(model.tables[end.table], model.asked(end))
    return broken


def _way_to(state: State, came_from: Mapping[State, tuple[State, str] | None]) -> list[str]:
    labels: list[str] = []
    while step := came_from[state]:
        state, label = step
        labels.append(label)
    return labels[::-1]


def _with(workers: tuple[Working | None, ...], place: int, worker: Working | None) -> tuple[Working | None, ...]:
    return (*workers[:place], worker, *workers[place + 1 :])
