"""What was given to the hub, what it answered, and when each mark stood in a thread. Written by many threads."""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import dataclass, field, replace

from tests.load.reckoning import Given, Outcome, mark_of_answer, mark_of_message


@dataclass
class Book:
    """Instants are those of `time.monotonic`. `points`: person -> the addresses and numbers at which they are answered.

    `repeats`: how often something was sent again because nobody had answered; `refusals`: reason -> how often.
    """

    messages: dict[str, Given] = field(default_factory=dict)
    answers: dict[str, Given] = field(default_factory=dict)
    points: dict[str, frozenset[str]] = field(default_factory=dict)
    channels: dict[str, str] = field(default_factory=dict)
    begun: dict[str, float] = field(default_factory=dict)
    accepted: dict[str, float] = field(default_factory=dict)
    stood: dict[str, float] = field(default_factory=dict)
    repeats: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin_message(self, channel: str, person: str, *, with_file: bool = False) -> str:
        """The mark of a new message; until something else is known, nobody has answered it."""
        with self._lock:
            mark = mark_of_message(len(self.messages) + 1)
            self.messages[mark] = Given(mark, person, Outcome.UNANSWERED, f"{mark}.png" if with_file else "")
            self.channels[mark], self.begun[mark] = channel, time.monotonic()
        return mark

    def begin_answer(self, person: str) -> str:
        with self._lock:
            mark = mark_of_answer(len(self.answers) + 1)
            self.answers[mark] = Given(mark, person, Outcome.UNANSWERED)
            self.channels[mark], self.begun[mark] = "answer", time.monotonic()
        return mark

    def settle(self, mark: str, outcome: Outcome) -> None:
        with self._lock:
            given = self.messages if mark in self.messages else self.answers
            given[mark] = replace(given[mark], outcome=outcome)
            if outcome is Outcome.ACCEPTED:
                self.accepted[mark] = time.monotonic()

    def stands(self, mark: str, at: float) -> None:
        with self._lock:
            self.stood.setdefault(mark, at)

    def count_repeat(self, channel: str) -> None:
        with self._lock:
            self.repeats[channel] += 1

    def count_refusal(self, reason: str) -> None:
        with self._lock:
            self.refusals[reason] += 1

    def person_of(self, mark: str) -> str:
        given = self.messages.get(mark) or self.answers.get(mark)
        return given.person if given else ""

    def backlog(self) -> int:
        """Accepted, and not yet in a thread."""
        with self._lock:
            return len(self.accepted.keys() - self.stood.keys())

    def stood_between(self, start: float, end: float) -> int:
        with self._lock:
            return sum(start <= at < end for at in self.stood.values())

    def accepted_between(self, start: float, end: float) -> list[str]:
        with self._lock:
            return [mark for mark, at in self.accepted.items() if start <= at < end]
