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
TIMES, _MOST = 4, 7.0
_MOST_RUNS = 40
_LEAST_SECONDS = 0.01
_TOO_SHORT = 0.004  # seconds, to tell anything by


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
    """Of as many pieces (of text or bytes) as take long enough to be measured: as `assert_in_proportion`."""
    count = min(1_000, most_pieces // TIMES)
    while _seconds(call, piece * count) < _LEAST_SECONDS and count <= most_pieces // (2 * TIMES):
        count *= 2
    assert_in_proportion(call, piece * count, piece * (TIMES * count))


def assert_in_proportion(call: Callable[[Any], object], few: Any, many: Any) -> None:
    """`many` is TIMES as much as `few`, and takes at most 7 times as long: what grows with the square takes 16 times,
    and what a full cache slows down by a half takes 6.

    Minima of runs in turns, because noise only ever adds; a busy machine gets more of them.
    """
    of_few = of_many = float("inf")
    for _ in range(_MOST_RUNS):
        of_few, of_many = min(of_few, _seconds(call, few)), min(of_many, _seconds(call, many))
        if of_many < max(_TOO_SHORT, _MOST * of_few):
            return
    assert of_many < _MOST * of_few
