"""Makes a failing schedule small: fewer choices, and as many of them harmless as still lead to the same breach."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from tests.faults.schedules import Run, run_again

Choices = tuple[int, ...]
Again = Callable[[Sequence[int]], Run]


def shrink(run: Run, again: Again = run_again, most_tries: int = 3_000) -> Run:
    """The smallest run found that breaks the same invariant first."""
    wanted = _name(run)
    tries = 0
    smaller = True
    while smaller:
        smaller = False
        for candidate in _candidates(_trimmed(run.choices)):
            tries += 1
            if tries > most_tries:
                return run
            tried = again(candidate)
            if tried.breaches and _name(tried) == wanted and _size(tried.choices) < _size(run.choices):
                run, smaller = tried, True
                break
    return run


def _name(run: Run) -> str:
    return run.breaches[0].partition(":")[0]


def _size(choices: Choices) -> tuple[int, int, int]:
    """Shorter is smaller, then fewer choices that matter, then smaller ones."""
    trimmed = _trimmed(choices)
    return len(trimmed), sum(choice > 0 for choice in trimmed), sum(trimmed)


def _trimmed(choices: Choices) -> Choices:
    """Zeros at the end say nothing."""
    end = len(choices)
    while end and choices[end - 1] == 0:
        end -= 1
    return choices[:end]


def _candidates(choices: Choices) -> Iterator[Choices]:
    """Big steps first: halves left out or made harmless, then ever smaller parts, then single choices made smaller."""
    length = len(choices) // 2
    while length:
        for start in range(0, len(choices), length):
            part = choices[start : start + length]
            yield choices[:start] + choices[start + length :]
            if any(part):
                yield choices[:start] + (0,) * len(part) + choices[start + length :]
        length //= 2
    for place, choice in enumerate(choices):
        for smaller in {choice // 2, choice - 1} - {choice}:
            if smaller >= 0:
                yield (*choices[:place], smaller, *choices[place + 1 :])
