"""What workers ask for, and what can become of each call: it is carried out, or one of the faults happens."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from chalicelib.domain.configuration import Configuration
from chalicelib.domain.errors import HubError, SendingRefused, SendingUnknown, StorageUnavailable, WriteConflict
from tests.fakes.memory_store import MemoryStore
from tests.faults.model.replaying import Call, Ended, Ports, Raises, next_call
from tests.faults.model.tables import Numbers, Tables

REFUSED, TAKEN, UNHEARD = "refused", "taken", "unheard"
"""What the carrier did when it was asked. Unheard: it took nothing, and nobody was told so."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A place where one worker at a time does `run`, on one of the `events` that there may be by then.

    It may start on them at any instant and again and again, because queues and schedules delay and repeat.
    `name` is also where its randomness comes from. `once`: when it has ended well, nobody asks again. `whole`: nobody
    gets in between its calls, and the only fault is the carrier's refusal; for what another model takes apart.
    """

    name: str
    run: Callable[..., Any]
    lives_for: timedelta
    events: Callable[[MemoryStore, datetime], Sequence[tuple[Any, ...]]]
    once: bool = False
    whole: bool = False


class Asked(NamedTuple):
    """What the carrier was asked for, when, by whom, and what it did. `status`: of the entry at that moment."""

    entry_id: str
    tag: str
    how: str
    by: str
    status: str


class Outcome(NamedTuple):
    """What can become of a worker's next call. `log`: what the worker knows then, None when it is gone.

    `faults`: 1 if it is a fault. `well`: it ended by itself and without an error.
    """

    label: str
    faults: int
    table: int
    log: int | None
    asked: Asked | None = None
    well: bool = False

    @property
    def refused(self) -> bool:
        return self.asked is not None and self.asked.how == REFUSED


_NOTHING_HAPPENED = {"fails": Raises(HubError), "is throttled": Raises(StorageUnavailable)}
_REFUSALS = {
    "refuses": Raises(SendingRefused, ("MessageRejected",), (("temporary", False),)),
    "refuses for now": Raises(SendingRefused, ("TooManyRequestsException",), (("temporary", True),)),
}
_LOST = Raises(SendingUnknown, ("no answer from the carrier",))


class Workers:
    """A worker is a log: the number of the list of the answers that it has got."""

    def __init__(self, slots: Sequence[Slot], configuration: Configuration, tables: Tables) -> None:
        self.slots = slots
        self._configuration = configuration
        self._tables = tables
        self._answers = Numbers()
        self._logs = Numbers()
        self._calls: dict[tuple[int, int], Call | Ended] = {}
        self._outcomes: dict[tuple[int, int, int, datetime], list[Outcome]] = {}
        self._ends: dict[tuple[int, int, int, datetime], list[Outcome]] = {}

    def started_on(self, event: tuple[Any, ...]) -> int:
        return self._log((self._answer(event),))

    def outcomes(self, place: int, log: int, table: int, at: datetime) -> list[Outcome]:
        """The first one is no fault, all others are."""
        known = self._outcomes.get((place, log, table, at))
        if known is None:
            self._tables.at = at
            known = self._outcomes[place, log, table, at] = list(self._outcomes_of(place, log, table, at))
        return known

    def ends(self, place: int, log: int, table: int, at: datetime) -> list[Outcome]:
        """What can become of the whole rest of the work, if nobody gets in between."""
        known = self._ends.get((place, log, table, at))
        if known is None:
            first, *others = self.outcomes(place, log, table, at)
            refusal = [other for other in others if other.refused][:1]
            known = self._ends[place, log, table, at] = [
                end for outcome in (first, *refusal) for end in self._ends_after(place, outcome, at)
            ]
        return known

    def _ends_after(self, place: int, outcome: Outcome, at: datetime) -> list[Outcome]:
        if outcome.log is None:
            return [outcome]
        return [
            end._replace(
                label=outcome.label if outcome.asked else end.label,
                faults=outcome.faults + end.faults,
                asked=outcome.asked or end.asked,
            )
            for end in self.ends(place, outcome.log, outcome.table, at)
        ]

    @property
    def calls(self) -> int:
        """How many different calls there were."""
        return len(self._calls)

    def _outcomes_of(self, place: int, log: int, table: int, at: datetime) -> Iterator[Outcome]:
        call = self._call(place, log)
        what = f"{self.slots[place].name}: {call.name}"

        def goes_on(
            label: str, answer: Any, *, faults: int = 1, to: int = table, asked: Asked | None = None
        ) -> Outcome:
            next_log = self._log((*self._logs[log], self._answer(answer)))
            ended = self._call(place, next_log)
            if isinstance(ended, Ended):
                return Outcome(f"{label}, and ends {ended.error}".strip(), faults, to, None, asked, not ended.error)
            return Outcome(label, faults, to, next_log, asked)

        if call.port == "clock":
            yield goes_on(what, at, faults=0)
            return
        yield from (self._carried if call.port == "carrier" else self._kept)(what, call, table, goes_on)

    def _carried(self, what: str, call: Call, table: int, goes_on: Callable[..., Outcome]) -> Iterator[Outcome]:
        (message,) = call.arguments
        entry_id = message.tag.rpartition("-")[0]
        by = what.partition(":")[0]

        def asked(how: str) -> Asked:
            return Asked(entry_id, message.tag, how, by, self._status_of(entry_id, message.tag, table))

        yield goes_on(what, f"carrier-{message.tag}", faults=0, asked=asked(TAKEN))
        yield Outcome(f"{what}, and dies before", 1, table, None)
        yield Outcome(f"{what}, and dies after", 1, table, None, asked(TAKEN))
        yield goes_on(f"{what}, taken, the answer is lost", _LOST, asked=asked(TAKEN))
        yield goes_on(f"{what}, not taken, no answer", _LOST, asked=asked(UNHEARD))
        for name, refusal in _REFUSALS.items():
            yield goes_on(f"{what}, the carrier {name}", refusal, asked=asked(REFUSED))

    def _status_of(self, entry_id: str, tag: str, table: int) -> str:
        """Of the entry while the carrier is asked; "somebody else's" when the table does not know of this attempt."""
        for partition in self._tables[table]._partitions.values():
            entry = partition.get(f"T#{entry_id}")
            if entry:
                mine = f"{entry_id}-{entry.delivery.attempts}" == tag
                return str(entry.delivery.status) if mine else "somebody else's"
        return "nobody's"

    def _kept(self, what: str, call: Call, table: int, goes_on: Callable[..., Outcome]) -> Iterator[Outcome]:
        after, answer = self._carried_out(table, call)
        yield goes_on(what, answer, faults=0, to=after)
        yield Outcome(f"{what}, and dies before", 1, table, None)
        if after != table:
            yield Outcome(f"{what}, and dies after", 1, after, None)
            yield goes_on(f"{what}, done, the answer is lost", Raises(StorageUnavailable), to=after)
        if call.name == "commit":
            yield goes_on(f"{what} collides", Raises(WriteConflict))
        for name, error in _NOTHING_HAPPENED.items():
            yield goes_on(f"{what} {name}", error)

    def _carried_out(self, table: int, call: Call) -> tuple[int, Any]:
        if call.name == "commit":
            after, error = self._tables.commit(table, *call.arguments)
            return after, _raising(error) if error else None
        try:
            answer = self._tables.read(table, call.name, call.arguments)
        except HubError as error:
            return table, _raising(error)
        return table, list(answer) if isinstance(answer, Iterator) else answer

    def _call(self, place: int, log: int) -> Call | Ended:
        known = self._calls.get((place, log))
        if known is None:
            slot = self.slots[place]
            ports = Ports(slot.name, self._configuration, [self._answers[number] for number in self._logs[log]])
            known = self._calls[place, log] = next_call(slot.run, ports)
        return known

    def _log(self, answers: tuple[int, ...]) -> int:
        return self._logs.of(answers, answers)

    def _answer(self, answer: Any) -> int:
        return self._answers.of(answer, repr(answer))


def _raising(error: HubError) -> Raises:
    """The same error again, as often as it is needed."""
    return Raises(type(error), (error.refused,) if isinstance(error, WriteConflict) else ())
