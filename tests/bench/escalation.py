"""What a sweep reads, writes and takes, by how much is open and how much is due; and catching up after an outage.

    python -m tests.bench.escalation [--table [--open 100000]]

In memory the product's use cases run on the store that the contract suite holds to DynamoDB's semantics. A million open
cases are held as what the index `due` knows of them, one instant each, in order; a list reads only those that are due,
and a case of the list becomes a whole record before anybody sees it. From then on it is one like every other. `--table`
runs the smaller sizes on the local DynamoDB, where every open case is an item.

Seconds belong to a machine. In memory they are CPU seconds, the hub's own work and the store's; on the table they are
what the clock says. Pages of the queue are worked off one after the other; on AWS ten workers do it at once.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
from botocore.config import Config

from chalicelib.domain.case_transitions import with_message
from chalicelib.domain.cases import Case
from chalicelib.domain.delivery import DeliveryStatus
from chalicelib.domain.threads import Entry, EntryKind
from chalicelib.storage.keys import key_of
from chalicelib.storage.mapping import item_for
from chalicelib.storage.schema import create_table
from chalicelib.storage.table import Table
from chalicelib.storage.thread_table import ThreadTable
from chalicelib.usecases.escalate_cases import EscalateCases
from chalicelib.usecases.escalate_overdue_cases import EscalateOverdueCases, Swept
from chalicelib.usecases.gather_digests import GatherDigests
from chalicelib.usecases.ports import Due, ThreadStore
from chalicelib.usecases.send_unread_elsewhere import SendUnreadElsewhere
from infra.local.dynoxide import Dynoxide
from tests.domain.making import MONDAY_TEN, RING, Agreed, case, configuration
from tests.fakes.memory_store import Call, MemoryStore, Moment
from tests.fakes.ports import FixedConfiguration, MemoryQueues

# Every case is received within an hour: the overdue ones before ten o'clock, the others after. The team is reminded
# three and a half hours later, and half an hour after that the supervisor is told.
HALF_PAST_ONE = MONDAY_TEN + timedelta(hours=3, minutes=30)
SPREAD = timedelta(minutes=25)
SIZES = (1_000, 100_000, 1_000_000)
DUE = (0, 100, 10_000)
ON_THE_TABLE = ((1_000, 100), (10_000, 100))  # --open 100000 fills that engine for half an hour
AFTER_THE_OUTAGE = 100_000


class RunningClock:
    """Goes on with real time, from when it is set, so that the sweep's limits of time mean what they say."""

    def __init__(self, at: datetime) -> None:
        self.set(at)

    def set(self, at: datetime) -> None:
        self._at, self._since = at, time.perf_counter()

    def __call__(self) -> datetime:
        return self._at + timedelta(seconds=time.perf_counter() - self._since)


def received_at(number: int, due: int, count: int) -> datetime:
    """The first `due` of them are overdue at half past one, the oldest first; the others are not."""
    if number < due:
        return MONDAY_TEN - SPREAD + SPREAD * number / due
    return MONDAY_TEN + timedelta(minutes=5) + SPREAD * (number - due) / (count - due)


def a_case(number: int, received: datetime) -> Case:
    named = case(
        id=f"CASE{number:022}",
        customer_id=f"CUST{number:022}",
        reference=f"B{number:09}",
        subject="Pralka znowu nie wiruje po naprawie",
        opened_at=received,
        last_activity_at=received,
    )
    return with_message(named, f"ENTRY{number:021}", received, Agreed())


class SleepingCases(MemoryStore):
    """Open cases that are an instant each until they are due; then records like all others."""

    def __init__(self, now: Any, count: int, due: int) -> None:
        super().__init__(now)
        self._first_step = HALF_PAST_ONE - MONDAY_TEN
        received = (received_at(number, due, count) for number in range(count))
        self._due_at = array("d", ((at + self._first_step).timestamp() for at in received))
        self._awake = 0

    def list_due_cases(self, team: str, until: datetime) -> Iterator[Due]:
        self.wake(until)
        return super().list_due_cases(team, until)

    def wake(self, until: datetime) -> None:
        for number in range(self._awake, bisect_right(self._due_at, until.timestamp())):
            due_at = datetime.fromtimestamp(self._due_at[number], UTC)
            woken = a_case(number, due_at - self._first_step)
            if woken.next_step_at != due_at:
                raise AssertionError(f"{woken.reference} is due at {woken.next_step_at}, and was held as {due_at}")
            self._store(key_of(woken), None, woken)
            self._awake = number + 1


@dataclass
class Bill:
    """`calls`: of the store, by name. `written`: records. `units`: as the local DynamoDB counts them."""

    calls: Counter[str] = field(default_factory=Counter)
    written: int = 0
    read_units: float = 0.0
    write_units: float = 0.0
    seconds: float = 0.0

    @property
    def queries(self) -> int:
        return self.calls["list_due_cases"] + self.calls["Query"]

    @property
    def reads(self) -> int:
        """Other than the queries for what is due."""
        return self.calls.total() - self.queries - self.commits

    @property
    def commits(self) -> int:
        return self.calls["commit"] + self.calls["TransactWriteItems"]


class Bench:
    def __init__(self, threads: ThreadStore, now: RunningClock, connection: Any = None) -> None:
        self.threads, self.now, self.queues = threads, now, MemoryQueues()
        self._events = connection and connection.client.meta.events
        source = FixedConfiguration(configuration())
        self.escalate = EscalateCases(threads, source, self.queues, lambda: RING, now)
        digests = GatherDigests(threads, source, self.queues, now)
        unread = SendUnreadElsewhere(threads, source, self.queues, lambda: RING, now)
        self.sweep = EscalateOverdueCases(
            threads, source, self.queues, self.escalate, digests, unread, own_share=100, now=now
        )

    @contextmanager
    def billed(self) -> Iterator[Bill]:
        bill = Bill()

        def note(call: Call) -> None:
            if call.moment is Moment.BEFORE:
                bill.calls[call.name] += 1
                bill.written += len(call.changes)

        def count(model: Any, parsed: Any, **_: Any) -> None:
            bill.calls[model.name] += 1
            consumed = parsed.get("ConsumedCapacity", ())
            units = sum(one["CapacityUnits"] for one in ([consumed] if isinstance(consumed, dict) else consumed))
            if model.name == "TransactWriteItems":
                bill.write_units += units
            else:
                bill.read_units += units

        if self._events:
            self._events.register("after-call.dynamodb", count)
        else:
            self.threads.hook = note  # type: ignore[attr-defined]  # the store in memory
        seconds = time.perf_counter if self._events else time.process_time
        begun = seconds()
        try:
            yield bill
        finally:
            bill.seconds = seconds() - begun
            if self._events:
                self._events.unregister("after-call.dynamodb", count)

    def work_off(self) -> int:
        """Pages of the queue, until it is empty. Gives how many steps were taken."""
        steps = 0
        while self.queues.to_escalate:
            taken = self.escalate(self.queues.to_escalate.popleft())
            if taken.failed:
                raise taken.failed[0]
            steps += taken.steps
        return steps


def swept(sweep: EscalateOverdueCases) -> Swept:
    done = sweep()
    if done.failed:
        raise done.failed[0]
    return done


def one_sweep(bench: Bench, count: int, due: int, at: datetime) -> list[str]:
    """The row of a table: the sweep, and the workers that do what it handed over."""
    bench.now.set(at)
    with bench.billed() as sweep:
        done = swept(bench.sweep)
    pages = len(bench.queues.to_escalate)
    with bench.billed() as workers:
        steps = done.steps + bench.work_off()
    if steps != due:
        raise AssertionError(f"{steps} steps were taken, {due} were due")
    numbers = [f"{count:,}", f"{due:,}", sweep.queries, sweep.reads, sweep.commits, f"{sweep.seconds:.3f}"]
    numbers += [pages, f"{workers.reads:,}", f"{workers.commits:,}", f"{workers.seconds:.2f}"]
    if bench._events:
        numbers += [f"{sweep.read_units + workers.read_units:,g}", f"{sweep.write_units + workers.write_units:,g}"]
    return [str(number) for number in numbers]


HEADINGS = ["open", "due", "queries", "reads", "transactions", "seconds"]
HEADINGS += ["pages handed over", "their reads", "their transactions", "their seconds"]


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def print_table(headings: list[str], rows: Iterator[list[str]]) -> None:
    say("| " + " | ".join(headings) + " |\n|" + "---|" * len(headings))
    for row in rows:
        say("| " + " | ".join(row) + " |")


def in_memory() -> Iterator[list[str]]:
    for count in SIZES:
        for due in DUE:
            if due < count:
                now = RunningClock(HALF_PAST_ONE)
                store = SleepingCases(now, count, due)
                store.wake(HALF_PAST_ONE)  # so that no row pays for making its cases
                yield one_sweep(Bench(store, now), count, due, HALF_PAST_ONE)


def on_the_table(sizes: Sequence[tuple[int, int]]) -> Iterator[list[str]]:
    """One table for each size: open, and due of them. An hour before half past one, nothing in it is due."""
    for count, due in sizes:
        process = Dynoxide(path=None, port=None).start()
        try:
            table = Table("splot-bench", randomness=os.urandom, sleep=time.sleep, endpoint=process.endpoint)
            create_table(table.name, table.connection)
            fill(table.name, process.endpoint, count, due)
            now = RunningClock(HALF_PAST_ONE)
            bench = Bench(ThreadTable(table, now), now, table.connection)
            yield one_sweep(bench, count, 0, HALF_PAST_ONE - timedelta(hours=1))
            yield one_sweep(bench, count, due, HALF_PAST_ONE)
        finally:
            process.stop()


def fill(name: str, endpoint: str, count: int, due: int) -> None:
    """Cases that are not due differ in their keys and references alone. The hub's own client is not patient enough."""
    client = boto3.client("dynamodb", endpoint_url=endpoint, config=Config(read_timeout=600))
    template = item_for(a_case(count, received_at(due, due, count))).serialize()
    for first in range(0, count, 25):
        items = [
            item_for(a_case(number, received_at(number, due, count))).serialize()
            if number < due
            else {
                **template,
                "pk": {"S": f"CUST#CUST{number:022}"},
                "sk": {"S": f"CASE#CASE{number:022}"},
                "reference": {"S": f"B{number:09}"},
            }
            for number in range(first, min(first + 25, count))
        ]
        puts = [{"PutRequest": {"Item": item}} for item in items]
        client.batch_write_item(RequestItems={name: puts})
        if first % 5_000 == 0:
            sys.stderr.write(f"filling: {first:,} of {count:,} cases\n")


def catch_up() -> None:
    """Everything is overdue for two days; a sweep every minute, and workers between them, until nothing is left."""
    now = RunningClock(HALF_PAST_ONE + timedelta(days=2))
    store = SleepingCases(now, AFTER_THE_OUTAGE, AFTER_THE_OUTAGE)
    store.wake(now())
    bench = Bench(store, now)
    minute = now()
    steps = sweeps = 0
    first_part = 0.0
    with bench.billed() as bill:
        while True:
            now.set(minute)
            done = swept(bench.sweep)
            sweeps += 1
            worked = bench.work_off()
            steps += done.steps + worked
            if worked:
                first_part = time.process_time()
            if done.digests:
                break
            minute += timedelta(minutes=1)
    settled = time.process_time()
    told = Counter((entry.delivery.status, bool(entry.case_id)) for entry in store.records(Entry) if entry.delivery)
    events = [entry for entry in store.records(Entry) if entry.kind is EntryKind.EVENT]
    once = len({(entry.case_id, entry.facts["clock"], entry.facts["level"]) for entry in events})
    digests = [entry for entry in store.records(Entry) if entry.kind is EntryKind.NOTICE and not entry.case_id]
    say(f"cases overdue for two days: {AFTER_THE_OUTAGE:,}; steps: {steps:,}, of which different: {once:,}")
    say(f"marked late: {sum('late_by_seconds' in event.facts for event in events):,}")
    say(f"sweeps: {sweeps}; reads: {bill.reads + bill.queries:,}; transactions: {bill.commits:,}")
    say(f"records written: {bill.written:,}")
    for_digests = settled - first_part
    say(f"seconds until every step was taken: {bill.seconds - for_digests:.0f}; for the digests: {for_digests:.0f}")
    say(f"single notices: {told[DeliveryStatus.QUEUED, True]}")
    say(f"notices in digests: {told[DeliveryStatus.DIGESTED, True]:,}")
    say(f"digests: {len(digests)}, telling {[digest.facts['notices'] for digest in digests]} notices")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.escalation")
    parser.add_argument("--table", action="store_true", help="the smaller sizes on the local DynamoDB")
    parser.add_argument("--open", type=int, help="with --table: this many open cases, 100 of them due")
    parser.add_argument("--only-catch-up", action="store_true")
    options = parser.parse_args()
    if options.table:
        for name in ("AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            os.environ[name] = "eu-central-1"  # the local DynamoDB takes anything
        sizes = ((options.open, 100),) if options.open else ON_THE_TABLE
        print_table([*HEADINGS, "read units", "write units"], on_the_table(sizes))
        return
    if not options.only_catch_up:
        print_table(HEADINGS, in_memory())
    catch_up()


if __name__ == "__main__":
    main()
