"""Limits of time that hold on slow and busy machines too.

What stands in seconds is meant for a machine that does a fixed piece of work in 40 ms; what grows is compared with
itself.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

_REFERENCE_SECONDS = 0.04  # of a core at about 3 GHz
_TEXT = "words of a line, and more: " * 4_000
_WORD = re.compile(r"\w+[,:]? ")
_TIMES, _MOST = 4, 7.0
_FEWEST_RUNS, _MOST_RUNS = 2, 40
_LEAST_SECONDS = 0.01


def within(took: float, limit: float) -> bool:
    """Seconds of CPU. How slow the machine is now is looked at only where it matters."""
    return took < limit or took < limit * _slowness()


def _slowness() -> float:
    return max(1.0, min(_work() for _ in range(5)) / _REFERENCE_SECONDS)


def _work() -> float:
    begun = time.process_time()
    sum(number * number % 7 for number in range(300_000))
    for _ in range(6):
        _WORD.findall(_TEXT)
    return time.process_time() - begun


def _seconds(call: Callable[[Any], object], text: Any) -> float:
    begun = time.process_time()
    call(text)
    return time.process_time() - begun


def assert_linear(call: Callable[[Any], object], piece: Any, most_pieces: int) -> None:
    """Four times as many pieces (of text or bytes) take at most 7 times as long: what grows with the square takes 16
    times, and what a full cache slows down by a half takes 6.

    Minima of runs in turns, where one takes long enough to be measured; a busy machine gets more of them.
    """
    count = min(1_000, most_pieces // _TIMES)
    while _seconds(call, piece * count) < _LEAST_SECONDS and count <= most_pieces // (2 * _TIMES):
        count *= 2
    few = many = float("inf")
    for run in range(_MOST_RUNS):
        few = min(few, _seconds(call, piece * count))
        many = min(many, _seconds(call, piece * (_TIMES * count)))
        if run >= _FEWEST_RUNS and many < _MOST * max(few, _LEAST_SECONDS / 2):
            return
    assert many < _MOST * max(few, _LEAST_SECONDS / 2)
