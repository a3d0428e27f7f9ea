"""The hub in the simulated world: what wakes each function, and what comes to rest in the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chalicelib import wiring
from tests.faults.disposing import disposable, next_walk_at
from tests.faults.functions import (
    MISTAKES,
    TIME_LIMITS,
    api_event,
    call_function,
    scheduled_event,
    stream_event,
    token_event,
)
from tests.faults.giving import left_behind, still_to_give
from tests.faults.ports import WorldPorts
from tests.faults.queues import Queue, QueueKind
from tests.faults.store import Written
from tests.faults.stream import Stream
from tests.faults.world import Ending, World

LEFT_OVER_AFTER = timedelta(minutes=15)
SWEPT_EVERY = timedelta(minutes=1)
RECONCILED_EVERY = timedelta(minutes=15)
MOST_ROUNDS = 1_000  # what a month left undone took up to 428

QUEUES = (
    QueueKind("receive", "receive_message", most_receives=8, hidden_for=timedelta(seconds=360)),
    QueueKind("deliver", "deliver_message", most_receives=5, hidden_for=timedelta(seconds=360), batch_size=10),
    QueueKind("escalate", "escalate_cases", most_receives=5, hidden_for=timedelta(seconds=360)),
    QueueKind("receipts", "record_receipt", most_receives=8, hidden_for=timedelta(seconds=360), batch_size=10),
    QueueKind("read_fax", "read_fax", most_receives=5, hidden_for=timedelta(seconds=1800)),
)


class Restless(AssertionError):
    """Something goes on for ever."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    text: str


def _index_nothing(_written: object) -> int:
    return 0


def _count_nothing(_entries: object, _cases: object) -> int:
    return 0


_IDLE = (_index_nothing, _count_nothing)


Heard = Callable[[Answer | None], None]
"""What a caller hears; None when no answer came back."""


class Simulation:
    """`hub` and `ports` can be others than the product's: that is how a known-bad design is put in (`mutants.py`)."""

    def __init__(
        self,
        world: World | None = None,
        hub: Callable[[WorldPorts], wiring.Hub] = wiring.Hub,
        ports: type[WorldPorts] = WorldPorts,
    ) -> None:
        self.world = world or World()
        self.hub = hub
        self.queues = {kind.name: Queue(self.world, kind, self._function(kind.function)) for kind in QUEUES}
        self.receive = self.queues["receive"]
        self.ports = ports(self.world, self.queues)
        self.threads = self.ports.threads
        self.stream = Stream(self.world, self.threads.history, self._publish)
        self.used: set[str] = set()
        self.invoked: set[str] = set()
        self.mistakes: list[str] = []
        self.listening = True
        self._next_sweep_at = self._next_reconciling_at = self.world.at

    def take_over(self, other: Simulation) -> None:
        """All that stands in the other world, which has come to rest."""
        self.world.at = other.world.at
        self.ports.take_over(other.ports)
        self.stream.history = self.threads.history
        self.stream.seen = len(self.threads.history)
        self._next_sweep_at, self._next_reconciling_at = other._next_sweep_at, other._next_reconciling_at

    # What wakes functions.

    def invoke(self, function: str, event: Mapping[str, Any], ended: Callable[[Ending], None]) -> None:
        self._start(function, lambda: call_function(function, event), ended)

    def sweep(self) -> None:
        self._next_sweep_at = self.world.at + SWEPT_EVERY
        self.invoke("escalate_overdue_cases", scheduled_event(), lambda _ending: None)

    def reconcile(self) -> None:
        self._next_reconciling_at = self.world.at + RECONCILED_EVERY
        self.invoke("reconcile_incoming", scheduled_event(), lambda _ending: None)

    def call_api(
        self, method: str, path: str, body: bytes, *, token: str = "", headers: Mapping[str, str], heard: Heard
    ) -> None:
        """`token`: `<subject>:<role>`, or "" for a call that needs none. API Gateway asks the authorizer first."""

        def call() -> Any:
            said = self._authorized(token) if token else None
            if token and said is None:
                return {"statusCode": 401, "body": ""}
            return call_function("api_handler", api_event(method, path, body, headers, said))

        def ended(ending: Ending) -> None:
            answer = ending.value if ending.good else None
            heard(Answer(answer["statusCode"], answer["body"]) if answer else None)

        self._start("api_handler", call, ended)

    def _authorized(self, token: str) -> Mapping[str, Any] | None:
        self.invoked.add("authorize_request")
        try:
            said = call_function("authorize_request", token_event(token))
        except Exception:  # noqa: BLE001  # whatever it is, API Gateway lets nobody in
            return None
        return {"principalId": said["principalId"], **said["context"]}

    def _publish(self, changes: Sequence[Written], ended: Callable[[Ending], None]) -> None:
        whole_cases = self.ports.statistics.watched or self.ports.search_index.watched
        self.invoke("publish_changes", stream_event(changes, whole_cases=whole_cases), ended)

    def _function(self, name: str) -> Callable[[Mapping[str, Any], Callable[[Ending], None]], None]:
        return lambda event, ended: self.invoke(name, event, ended)

    def _start(self, function: str, body: Callable[[], Any], ended: Callable[[Ending], None]) -> None:
        hub = self.hub(self.ports)
        if not self.ports.search_index.watched:
            hub.__dict__["index_texts"] = _index_nothing
        if not self.ports.statistics.watched:
            hub.__dict__["count_facts"] = _count_nothing
        self.invoked.add(function)

        def note_used() -> Any:
            try:
                return body()
            finally:
                self.used.update(name for name, used in hub.__dict__.items() if used not in _IDLE)
                self.mistakes += MISTAKES
                MISTAKES.clear()

        self.world.start(function, note_used, hub, TIME_LIMITS[function], ended)

    # Coming to rest.

    def settle(self, until: datetime | None = None) -> None:
        """Everything is carried out, swept, reconciled and published, however late, until nothing happens any more.

        `until`: what would happen by itself after that is left for later.
        """
        for _ in range(MOST_ROUNDS):
            self.world.run_all()
            if self.tick():
                continue
            at = self._next_at()
            if at is None or (until and at > until):
                return
            self.threads.catch_up()
            self.world.pass_time(at)
        raise Restless(f"no rest after {MOST_ROUNDS} rounds")

    def tick(self) -> bool:
        """The schedules and the stream bring what there is for them to do. Whether there was anything."""
        before = len(self.world.workers)
        if self.listening:
            self.stream.bring()
        if (sweep_at := self._sweep_at()) and sweep_at <= self.world.at:
            self.sweep()
        if (reconcile_at := self._reconcile_at()) and reconcile_at <= self.world.at:
            self.reconcile()
        return len(self.world.workers) > before

    def _next_at(self) -> datetime | None:
        times = (self.world.next_event_at(), self._sweep_at(), self._reconcile_at())
        return min((at for at in times if at), default=None)

    def _sweep_at(self) -> datetime | None:
        """The first sweep that finds something. The others are left out: they would read an empty list."""
        due_at = self.threads.first_due_at()
        found_at = [due_at - self.world.clock_off] if due_at else []
        configuration = self.ports.configuration.saved[-1][1]
        if still_to_give(self.threads, configuration, self.world.at) or left_behind(self.threads, configuration):
            found_at.append(self.world.at)
        if disposable(self.threads, configuration, self.world.at):
            found_at.append(next_walk_at(self.world.at) - self.world.clock_off)
        return max(min(found_at), self._next_sweep_at) if found_at else None

    def _reconcile_at(self) -> datetime | None:
        stored = [found.stored_at for key, found in self.ports.raw.objects.items() if key.startswith("incoming/")]
        left_over_at = min(stored) + LEFT_OVER_AFTER + timedelta(seconds=1) if stored else None
        return max(left_over_at, self._next_reconciling_at) if left_over_at else None
