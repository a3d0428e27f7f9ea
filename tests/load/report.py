"""What a run says at its end, as Markdown for docs/performance.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from tests.load.book import Book
from tests.load.processes import MAY_GROW_BY, MAY_GROW_TO, Held
from tests.load.reckoning import Outcome, Reckoning

CHANNELS = ("mail", "sms", "form", "app", "answer")
FAULTS_SHOWN = 10


@dataclass(frozen=True)
class Run:
    """`began` and `ended`: of the sustained part, by `time.monotonic`. `capacity`: None where the rate was given."""

    date: str
    rate: float
    capacity: float | None
    began: float
    ended: float
    at_rest_after: float | None
    kills: Mapping[str, int] | None
    dead_letters: int
    memory: Mapping[str, Held]
    largest_backlog: int

    @property
    def minutes(self) -> float:
        return (self.ended - self.began) / 60


def render(run: Run, book: Book, result: Reckoning) -> str:
    return "\n".join([*_heading(run), "", *_account(run, book, result), "", *_times(run, book), "", *_memory(run)])


def _heading(run: Run) -> Iterator[str]:
    found = f"70 % of {run.capacity:.2f}, which was measured right before" if run.capacity else "as it was given"
    killed = "no process was killed"
    if run.kills is not None:
        told = ", ".join(f"{name} {times}" for name, times in sorted(run.kills.items()))
        killed = f"{sum(run.kills.values())} times `kill -9` ({told})"
    yield f"{run.date}: {run.minutes:.0f} minutes at {run.rate:.2f} things a second ({found}); {killed}."


def _account(run: Run, book: Book, result: Reckoning) -> Iterator[str]:
    rest = "not within its time" if run.at_rest_after is None else f"{run.at_rest_after:.0f} s after the last"
    seconds = run.ended - run.began
    yield "| account | |"
    yield "|---|---|"
    yield f"| messages given in | {len(book.messages):,} |"
    yield f"| accepted | {result.accepted:,} |"
    yield f"| stand in exactly one thread or are parked | {result.standing:,}, parked {result.parked:,} |"
    yield f"| never answered, so not repeated (text messages) or given up | {result.unanswered:,} |"
    yield f"| refused | {result.refused:,} |"
    yield f"| requests and mails repeated | {sum(book.repeats.values()):,} |"
    yield f"| second copies of repeated mails, not shown | {result.second_copies:,} |"
    yield f"| answers of agents in threads | {result.answers:,} |"
    told = ", ".join(f"{status} {times:,}" for status, times in sorted(result.statuses.items()))
    yield f"| what became of them | {told} |"
    stood = book.stood_between(run.began, run.ended) / seconds
    yield f"| stood in threads, a second, while it lasted | {stood:.2f} |"
    yield f"| largest backlog | {run.largest_backlog:,} |"
    yield f"| at rest | {rest} |"
    yield f"| dead letters | {run.dead_letters:,} |"
    yield f"| **faults** | {_faults(result)} |"


def _faults(result: Reckoning) -> str:
    return ", ".join(f"{kind} {len(told)}" for kind, told in sorted(result.faults.items()) if told) or "none"


def _times(run: Run, book: Book) -> Iterator[str]:
    yield "| | number | acceptance, s: 50 % | 95 % | 99 % | most | until it stands, s: 50 % | 95 % | 99 % | most |"
    yield "|---|---|---|---|---|---|---|---|---|---|"
    marks = book.accepted_between(run.began, run.ended)
    for channel in CHANNELS:
        own = [mark for mark in marks if book.channels[mark] == channel]
        taken = [book.accepted[mark] - book.begun[mark] for mark in own]
        stood = [max(0.0, book.stood[mark] - book.accepted[mark]) for mark in own if mark in book.stood]
        yield f"| {channel} | {len(own):,} | {_percentiles(taken)} | {_percentiles(stood)} |"


def _percentiles(values: Sequence[float]) -> str:
    if not values:
        return "| | |"
    return " | ".join(f"{percentile(values, share):.2f}" for share in (0.5, 0.95, 0.99, 1.0))


def percentile(values: Sequence[float], share: float) -> float:
    """The least of the values that at least that share of them does not exceed."""
    ordered = sorted(values)
    return ordered[max(1, ceil(round(share * len(ordered), 6))) - 1]


def _memory(run: Run) -> Iterator[str]:
    yield f"Flat: at the end at most {MAY_GROW_BY:.0f} MB or {MAY_GROW_TO - 1:.0%} more than at the beginning."
    yield ""
    yield "| process | MB at the beginning | at the end | most | flat |"
    yield "|---|---|---|---|---|"
    for name, held in sorted(run.memory.items()):
        flat = "yes" if held.is_flat else "**no**"
        yield f"| {name} | {held.begin:.0f} | {held.end:.0f} | {held.most:.0f} | {flat} |"


def explain(book: Book, result: Reckoning) -> Iterator[str]:
    """What is not for the table: each kind of fault with its first cases, and why something was refused."""
    for kind, told in sorted(result.faults.items()):
        yield f"{kind}: {len(told)}"
        yield from (f"  {one}" for one in told[:FAULTS_SHOWN])
    for reason, times in book.refusals.most_common():
        yield f"refused {times} times: {reason}"
    unanswered = [one.mark for one in book.messages.values() if one.outcome is Outcome.UNANSWERED]
    if unanswered:
        yield f"without an answer: {', '.join(unanswered[:FAULTS_SHOWN])}"
