"""The world in which the hub is simulated: one thread, one clock, workers that run until they call something outside.

A worker is one invocation of a Lambda function, as a greenlet. Before each call of something outside itself it gives
way: everybody else may act first, and the call may meet a fault. What happens next is decided by `Choices` alone, so
the same choices give the same run.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from greenlet import getcurrent, greenlet

from chalicelib import wiring
from tests.domain.making import MONDAY_TEN
from tests.faults.choices import Choices
from tests.faults.faults import STRIKES_AFTER, Fault, Raised, faults_of

LATENCY = timedelta(milliseconds=7)
LAST_SECOND = timedelta(seconds=1)
ZOMBIE_SLEEPS = timedelta(minutes=10)


class Killed(BaseException):
    """The end of a worker that dies. No `except Exception` holds it, as nothing holds a SIGKILL."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How an invocation ended for whoever asked for it: with a value, with an error, or with neither: it died."""

    value: Any = None
    error: Exception | None = None
    died: bool = False

    @property
    def good(self) -> bool:
        return self.error is None and not self.died


@dataclass(eq=False, slots=True, weakref_slot=True)
class Worker:
    """`deadline`: when Lambda ends it; None for one that outlived that. `asleep_until`: None while it can go on."""

    name: str
    run: greenlet
    hub: wiring.Hub
    deadline: datetime | None
    ended: Callable[[Ending], None]
    before: str = "its first call"
    asleep_until: datetime | None = None
    killed: bool = False
    reported: bool = False


@dataclass
class World:
    """`plan`: the faults of chosen calls, by number, from the moment that `armed` is set; beyond it each call meets a
    fault with `probability`. `zombies`: whether the platform may break its promise to end a worker in time.
    `clock_off`: by how much the clocks that the hub reads differ from the time that passes.
    """

    choices: Choices = field(default_factory=Choices)
    plan: Mapping[int, Fault] = field(default_factory=dict)
    probability: float = 0.0
    zombies: bool = False
    armed: bool = True
    at: datetime = MONDAY_TEN
    clock_off: timedelta = timedelta(0)
    calls: int = 0
    struck: Counter[Fault] = field(default_factory=Counter)
    met: list[tuple[str, Raised]] = field(default_factory=list)
    workers: list[Worker] = field(default_factory=list)
    current: Worker | None = None
    failures: list[Exception] = field(default_factory=list)
    trace: list[tuple[datetime, str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._scheduler = getcurrent()
        self._timers: list[tuple[datetime, int, Callable[[], None]]] = []
        self._numbers = count(1)

    def now(self) -> datetime:
        return self.at + self.clock_off

    # Workers.

    def start(
        self,
        name: str,
        body: Callable[[], Any],
        hub: wiring.Hub,
        time_limit: timedelta,
        ended: Callable[[Ending], None],
    ) -> None:
        """A worker that will run when it is resumed. `ended` hears at the latest when its time is over."""
        run = greenlet(lambda: self._live(worker, body), self._scheduler)
        worker = Worker(f"{name} {next(self._numbers)}", run, hub, self.at + time_limit, ended)
        self.workers.append(worker)

    def runnable(self) -> list[Worker]:
        return [worker for worker in self.workers if worker.asleep_until is None]

    def resume(self, worker: Worker) -> None:
        """The worker goes on until it is about to call something outside again, or ends."""
        self.at += LATENCY
        wiring.use(worker.hub)
        self.current = worker
        worker.run.switch()
        self.current = None

    def run_all(self) -> None:
        """Every worker that can goes on to its end, the oldest first: nobody overtakes anybody."""
        while runnable := self.runnable():
            self.resume(runnable[0])

    def kill_all(self) -> None:
        """Every worker dies where it stands: a deployment at its worst."""
        for worker in self.workers.copy():
            worker.killed = True
            self.resume(worker)

    def _live(self, worker: Worker, body: Callable[[], Any]) -> None:
        try:
            ending = Ending(value=body())
        except Killed:
            ending = Ending(died=True)
        except Exception as error:  # noqa: BLE001  # as Lambda does with whatever comes out of a function
            ending = Ending(error=error)
        self.workers.remove(worker)
        self._report(worker, Ending(died=True) if worker.killed else ending)

    def _report(self, worker: Worker, ending: Ending) -> None:
        if worker.reported:
            return
        worker.reported = True
        if ending.error:
            self.failures.append(ending.error)
        self.note("died" if ending.died else ending.error or ("ended", ending.value))
        worker.ended(ending)

    # Calls of something outside.

    @contextmanager
    def call(self, what: str, raised: Raised, detail: Any = None) -> Iterator[None]:
        """Around what the call does. Outside any worker (a test that looks) nothing is disturbed."""
        fault = self.before(what, raised, detail)
        yield
        self.after(fault, raised)

    def before(self, what: str, raised: Raised, detail: Any = None) -> Fault | None:
        worker = self.current
        if worker is None:
            return None
        worker.before = what
        self.give_way()
        fault = self._fault(what, raised)
        self.note((what, detail, fault))
        if fault is Fault.ZOMBIE:
            self._outlive(worker)
            return None
        if fault is Fault.SLOW and worker.deadline:
            self._fall_asleep(worker, worker.deadline)
            return fault  # what it asked for is carried out, whatever becomes of the worker
        if fault is Fault.STALLS:
            if worker.deadline:
                self._fall_asleep(worker, worker.deadline - LAST_SECOND)
                self._end_if_killed(worker)
            return None
        if fault and fault not in STRIKES_AFTER:
            self._strike(fault, raised)
        return fault

    def after(self, fault: Fault | None, raised: Raised) -> None:
        if fault:
            self._strike(fault, raised)

    def wait(self, how_long: timedelta) -> None:
        """The worker waits, as a client does before it asks again. A deadline in between is its end."""
        worker = self.current
        if worker is None:
            return
        until = self.at + how_long
        if worker.deadline and worker.deadline <= until:
            self._kill(worker)
            until = worker.deadline
        self._fall_asleep(worker, until)
        self._end_if_killed(worker)

    def outlive(self) -> None:
        """The worker freezes now, the platform fails to end it, and minutes later it goes on."""
        if self.current:
            self._outlive(self.current)

    def give_way(self) -> None:
        """Others may act now."""
        worker = self.current
        if worker is None:
            return
        self._scheduler.switch()
        self._end_if_killed(worker)

    def _end_if_killed(self, worker: Worker) -> None:
        if worker.killed:
            raise Killed()

    def _fault(self, what: str, raised: Raised) -> Fault | None:
        if not self.armed:
            return None
        self.calls += 1
        self.met.append((what, raised))
        fault = self.plan.get(self.calls)
        if fault is None and self.probability and self.choices.happens(self.probability):
            kinds = faults_of(raised, zombies=self.zombies)
            fault = kinds[self.choices.among(len(kinds))]
        if fault:
            self.struck[fault] += 1
        return fault

    def _strike(self, fault: Fault, raised: Raised) -> None:
        if fault not in raised:
            self._kill(self.current)
            raise Killed()
        make = raised[fault]
        if make:
            raise make()

    def _kill(self, worker: Worker | None) -> None:
        if worker:
            worker.killed = True

    def _outlive(self, worker: Worker) -> None:
        """Whoever asked for the work hears in time that it is over; the worker does not."""
        if worker.deadline:
            self.later(worker.deadline - self.at, lambda: self._report(worker, Ending(died=True)))
        worker.deadline = None
        self._fall_asleep(worker, self.at + ZOMBIE_SLEEPS)
        self._end_if_killed(worker)

    def _fall_asleep(self, worker: Worker, until: datetime) -> None:
        worker.asleep_until = until
        self._scheduler.switch()

    # Time.

    def later(self, delay: timedelta, act: Callable[[], None]) -> None:
        heapq.heappush(self._timers, (self.at + delay, next(self._numbers), act))

    def next_event_at(self) -> datetime | None:
        """When something happens by itself: a timer, a sleeper that wakes, a worker whose time is over."""
        times = [at for worker in self.workers for at in (worker.asleep_until or worker.deadline,) if at]
        if self._timers:
            times.append(self._timers[0][0])
        return min(times, default=None)

    def pass_time(self, until: datetime) -> None:
        """All that happens by itself until then happens, in its order."""
        while (at := self.next_event_at()) is not None and at <= until:
            self.at = max(self.at, at)
            self._happen()
        self.at = max(self.at, until)

    def _happen(self) -> None:
        if self._timers and self._timers[0][0] <= self.at:
            heapq.heappop(self._timers)[2]()
            return
        for worker in self.workers:
            if worker.asleep_until and worker.asleep_until <= self.at:
                worker.asleep_until = None
                if worker.deadline and worker.deadline <= self.at:
                    self.resume(worker)  # what it asked for is still carried out
                return
            if worker.asleep_until is None and worker.deadline and worker.deadline <= self.at:
                worker.killed = True
                self.resume(worker)  # and dies where it stands: what it was about to ask for never left
                return

    # What happened, for whoever reads a failing run.

    def note(self, what: Any) -> None:
        self.trace.append((self.at, self.current.name if self.current else "world", what))
