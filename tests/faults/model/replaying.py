"""A worker that can be copied: all that it knows are the answers that it was given.

A running use case cannot be copied, and an exhaustive search has to go on from every state in every direction. So a
worker is kept as the list of the answers that its calls have got so far. The use case, the product's own, is run again
on those answers and stopped at the first call that has none yet: that is what the worker asks next.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.domain.configuration import Configuration
from chalicelib.domain.messages import OutgoingMessage, Receipt
from chalicelib.usecases.ports import Incoming


@dataclass(frozen=True, slots=True)
class Call:
    """`port`: `threads`, `carrier` or `clock`."""

    port: str
    name: str
    arguments: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Raises:
    """An answer that is an error. It is made anew each time, because a raised one remembers where."""

    kind: type[Exception]
    arguments: tuple[Any, ...] = ()
    named: tuple[tuple[str, Any], ...] = ()

    def make(self) -> Exception:
        return self.kind(*self.arguments, **dict(self.named))


@dataclass(frozen=True, slots=True)
class Ended:
    """The worker came to its end. `error`: the name of what it raised, "" if it returned."""

    value: Any = None
    error: str = ""


class _Unanswered(BaseException):
    """No `except Exception` of a use case holds it."""

    def __init__(self, call: Call) -> None:
        self.call = call


class Ports:
    """What a use case is given. `name` makes the random bytes: they differ from worker to worker and call to call."""

    def __init__(self, name: str, configuration: Configuration, answers: Sequence[Any]) -> None:
        self._name = name
        self._configuration = configuration
        self._answers = iter(answers)
        self._drawn = 0
        self.threads = _Threads(self)
        self.configuration = self
        self.queues = _Queues()
        self.raw = _Raw()

    def ask(self, call: Call) -> Any:
        try:
            answer = next(self._answers)
        except StopIteration:
            raise _Unanswered(call) from None
        if isinstance(answer, Raises):
            raise answer.make()
        return answer

    def now(self) -> Any:
        return self.ask(Call("clock", "now"))

    def send(self, message: OutgoingMessage) -> Any:
        return self.ask(Call("carrier", "send", (message,)))

    def carrier(self) -> Ports:
        return self

    def current(self) -> Configuration:
        return self._configuration

    def randomness(self, length: int) -> bytes:
        self._drawn += 1
        return hashlib.shake_256(f"{self._name}/{self._drawn}".encode()).digest(length)


class _Threads:
    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return lambda *arguments: self._answered(Call("threads", name, arguments))

    def list_due_broadcasts(self, _now: datetime) -> Iterator[str]:
        """What goes to many has no part in a case's waiting, and asking for it would double the states."""
        return iter(())

    list_due_erasures = list_due_exports = list_due_disposals = list_due_broadcasts  # nobody is erased or exported

    def _answered(self, call: Call) -> Any:
        answer = self._ports.ask(call)
        return iter(answer) if call.name.startswith("list_due") else answer


class _Queues:
    """Queues are hints: in the model a worker may start at any time anyway, asked or not, as often as it likes."""

    def ask_to_deliver(self, customer_id: str, entry_id: str, *, not_before: datetime | None = None) -> None:
        """Nothing."""


class _Raw:
    """Where the bytes lie is no part of the model."""

    def keep(self, incoming: Incoming, _receipt: Receipt) -> str:
        return incoming.key.replace("incoming/", "raw/")

    def forget_incoming(self, key: str) -> None:
        """Nothing."""


def next_call(run: Callable[..., Any], ports: Ports) -> Call | Ended:
    """The first answer of all is the event that the worker was started with: the further arguments of `run`."""
    try:
        return Ended(run(ports, *ports.ask(Call("event", "event"))))
    except _Unanswered as unanswered:
        return unanswered.call
    except Exception as error:  # noqa: BLE001  # as Lambda does with whatever comes out of a function
        return Ended(error=type(error).__name__)
