"""One run: the capacity, the sustained traffic, the rest after it, and the account."""

from __future__ import annotations

import random
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

from infra.local.outside import Outside
from infra.local.stack import LocalStack
from tests.load import rest
from tests.load.book import Book
from tests.load.processes import Killer, MemoryWatch
from tests.load.reckoning import Reckoning, reckon
from tests.load.report import Run
from tests.load.traffic import Traffic
from tests.load.watching import Mailboxes, ThreadWatch, left

SHARE_OF_CAPACITY = 0.7
WARM_UP_SECONDS, MEASURED_SECONDS = 45.0, 60.0
MOST_WAITING = 16  # while the capacity is measured: no more than these are accepted and not yet in a thread
CLIENTS = 8
MOST_CLIENTS = 12  # many more would only start functions for each other that then wait for a processor
SAYS_SOMETHING_EVERY = 5.0
REST_WITHIN_SECONDS = 900.0


class NotPossible(Exception):
    """The text is for whoever gave the command."""


def say(text: str) -> None:
    sys.stdout.write(f"{time.strftime('%H:%M:%S')} {text}\n")
    sys.stdout.flush()


@dataclass
class Load:
    """One run on a stack that is up. `killer`: None where nothing is killed."""

    stack: LocalStack
    seed: int
    killer: Killer | None
    book: Book = field(default_factory=Book)
    largest_backlog: int = 0

    def __post_init__(self) -> None:
        self.traffic = Traffic(Outside(self.stack), self.book, random.Random(self.seed))
        self.memory = MemoryWatch(self.stack)

    def measure_capacity(self) -> float:
        """What comes to stand in threads, a second, while clients give as much as the hub works off."""
        ended = threading.Event()

        def give() -> None:
            while not (ended.is_set() or self.traffic.given_up.is_set()):
                if self.book.backlog() < MOST_WAITING:
                    self.traffic.act()
                else:
                    ended.wait(0.1)

        with self._clients(CLIENTS) as pool:
            giving = [pool.submit(give) for _ in range(CLIENTS)]
            self._pass(WARM_UP_SECONDS, "warming up")
            start = time.monotonic()
            self._pass(MEASURED_SECONDS, "measuring the capacity")
            capacity = self.book.stood_between(start, time.monotonic()) / MEASURED_SECONDS
            ended.set()
        for one in giving:
            one.result()
        if not capacity:
            raise NotPossible(f"Nothing came to stand in a thread within a minute; see {self.stack.folder}/log.")
        return capacity

    def sustain(self, rate: float, seconds: float) -> tuple[float, float]:
        """So many things a second, at random moments, whether or not the hub keeps up. When it began and ended."""
        chance = random.Random(self.seed + 1)
        began = time.monotonic()
        with self._clients(MOST_CLIENTS) as pool, self._beside(self.memory.run), self._killing():
            acting, at, said_at = [], began, 0.0
            while (now := time.monotonic()) < began + seconds:
                if now >= at:
                    acting.append(pool.submit(self.traffic.act))
                    at += chance.expovariate(rate)
                if now - said_at >= SAYS_SOMETHING_EVERY:
                    said_at = now
                    self._progress(f"{(now - began) / 60:.1f} of {seconds / 60:.0f} min")
                time.sleep(max(0.0, min(at - time.monotonic(), 0.2)))
            ended = time.monotonic()
            say("the last was given in; waiting for those that have no answer yet")
        for one in acting:
            one.result()
        return began, ended

    def _pass(self, seconds: float, what: str) -> None:
        end = time.monotonic() + seconds
        while (left_ := end - time.monotonic()) > 0:
            self._progress(f"{what}, {left_:.0f} s left")
            time.sleep(min(SAYS_SOMETHING_EVERY, left_))

    def _progress(self, phase: str) -> None:
        now, backlog = time.monotonic(), self.book.backlog()
        self.largest_backlog = max(self.largest_backlog, backlog)
        killed = f", killed {sum(self.killer.killed.values())} {self.killer.last}" if self.killer else ""
        say(
            f"{phase}: given {len(self.book.messages):,}, answers {len(self.book.answers):,}, backlog {backlog}, "
            f"{self.book.stood_between(now - 30, now) / 30:.2f} a second{killed}"
        )

    @contextmanager
    def _clients(self, number: int) -> Iterator[ThreadPoolExecutor]:
        """Waits for them at the end. When the run is stopped, they try nothing again."""
        with ThreadPoolExecutor(number) as pool:
            try:
                yield pool
            except BaseException:
                self.traffic.given_up.set()
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    @contextmanager
    def _beside(self, run: Callable[[threading.Event], None]) -> Iterator[None]:
        ended = threading.Event()
        thread = threading.Thread(target=run, args=(ended,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    @contextmanager
    def _killing(self) -> Iterator[None]:
        if self.killer is None:
            yield
            return
        with self._beside(self.killer.run):
            yield

    def perform(self, minutes: float, rate: float | None) -> tuple[Run, Reckoning]:
        watch, mailboxes = ThreadWatch(self.stack, self.book), Mailboxes(self.stack.outbox, self.traffic)
        with self._beside(watch.run), self._beside(mailboxes.run):
            capacity = None if rate else self.measure_capacity()
            rate = rate or SHARE_OF_CAPACITY * float(capacity or 0)
            say(f"sending {rate:.2f} a second for {minutes:g} minutes")
            began, ended = self.sustain(rate, minutes * 60)
            at_rest = rest.wait_for_rest(self.stack, REST_WITHIN_SECONDS, say)
            rested = time.monotonic() - ended if at_rest else None
            time.sleep(1)  # the watch of the stream looks once more
        run = Run(
            date=time.strftime("%Y-%m-%d"),
            rate=rate,
            capacity=capacity,
            began=began,
            ended=ended,
            at_rest_after=rested,
            kills=self.killer.killed if self.killer else None,
            dead_letters=rest.dead_letters(self.stack),
            memory=self.memory.held(),
            largest_backlog=self.largest_backlog,
        )
        result = self.account(at_rest=at_rest)
        if not at_rest:
            result.faults["not at rest"].append("something still waited when the time was over")
        return run, result

    def account(self, *, at_rest: bool) -> Reckoning:
        return reckon(
            [*self.book.messages.values()],
            [*self.book.answers.values()],
            rest.standing(self.stack),
            left(self.stack.outbox),
            self.book.points,
            reports_may_be_lost=self.killer is not None,
            at_rest=at_rest,
        )
