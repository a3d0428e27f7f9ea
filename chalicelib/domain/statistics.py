"""Figures that can be added up: counts, times in buckets for percentiles, and how many different customers there were.

Everything that is counted in two periods can be counted in both together by adding, whatever the periods are.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

BUCKETS_IN_DOUBLING = 8  # a bucket ends 9 % above where it begins, so its middle is less than 4.5 % off
MOST_MARKS = 512
_MARKS_THERE_ARE = 2**40


def timed(name: str, lasted: timedelta) -> dict[str, int]:
    """A time as counts: how many, the sum of their seconds, and the bucket of this one."""
    seconds = max(0, round(lasted.total_seconds()))
    return {f"{name}.n": 1, f"{name}.sum": seconds, f"{name}.{bucket_of(seconds)}": 1}


def bucket_of(seconds: int) -> int:
    """0 up to a second."""
    return 0 if seconds <= 1 else math.ceil(BUCKETS_IN_DOUBLING * math.log2(seconds))


def middle_of(bucket: int) -> float:
    """In seconds."""
    return 0.5 if bucket == 0 else float(2 ** ((bucket - 0.5) / BUCKETS_IN_DOUBLING))


@dataclass(frozen=True, slots=True)
class Times:
    """In seconds; None where there is none. Percentiles are those of buckets: less than 4.5 % off."""

    count: int
    mean: float | None
    buckets: Mapping[int, int]

    def percentile(self, share: float) -> float | None:
        """The time that `share` of them took at most."""
        wanted, seen = math.ceil(share * self.count), 0
        for bucket, count in sorted(self.buckets.items()):
            seen += count
            if seen >= wanted > 0:
                return middle_of(bucket)
        return None


def times_in(counts: Mapping[str, int], name: str) -> Times:
    """The inverse of `timed`, of any number of them added up."""
    start = f"{name}."
    found = {key.removeprefix(start): count for key, count in counts.items() if key.startswith(start)}
    count, total = found.pop("n", 0), found.pop("sum", 0)
    return Times(count, total / count if count else None, {int(bucket): number for bucket, number in found.items()})


def added(many: Iterable[Mapping[str, int]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for counts in many:
        for name, count in counts.items():
            total[name] += count
    return total


def fewest(marks: Iterable[int]) -> frozenset[int]:
    """Of the marks of customers the lowest `MOST_MARKS`: enough to tell how many different ones there are."""
    return frozenset(sorted(set(marks))[:MOST_MARKS])


def customers_behind(marks: frozenset[int]) -> int:
    """Exact below `MOST_MARKS`, beyond that an estimate: of marks that are spread evenly, the k-th lowest tells how
    many there are (Bar-Yossef et al., Counting Distinct Elements in a Data Stream, 2002). Its standard error is 4.4 %.
    """
    if len(marks) < MOST_MARKS:
        return len(marks)
    return round((MOST_MARKS - 1) * _MARKS_THERE_ARE / max(marks))
