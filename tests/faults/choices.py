"""Every decision of a run, in order: drawn by a seed, or given. What is not given is 0, and 0 is always harmless."""

from __future__ import annotations

import random
from collections.abc import Sequence


class Choices:
    """A run depends on nothing else, so the list `taken` is the run: given again, it runs again.

    With a seed each choice is drawn. Without one the choices are those `given`, and 0 after them: nothing fails,
    nobody overtakes anybody, nothing more happens. That is what makes a failing run shrink to its reason.
    """

    def __init__(self, seed: int | None = None, given: Sequence[int] = ()) -> None:
        self._draw = None if seed is None else random.Random(seed).random
        self._given = given
        self.taken: list[int] = []

    def among(self, count: int) -> int:
        """One of `range(count)`, all alike."""
        choice = int(self._draw() * count) if self._draw else min(self._next_given(), count - 1)
        self.taken.append(choice)
        return choice

    def weighted(self, *weights: float) -> int:
        """The position of one of the weights, drawn in their proportion."""
        if self._draw is None:
            return self.among(len(weights))
        left = self._draw() * sum(weights)
        choice = 0
        while choice < len(weights) - 1 and left >= weights[choice]:
            left -= weights[choice]
            choice += 1
        self.taken.append(choice)
        return choice

    def happens(self, probability: float) -> bool:
        if self._draw is None:
            return self.among(2) == 1
        self.taken.append(int(self._draw() < probability))
        return self.taken[-1] == 1

    def _next_given(self) -> int:
        place = len(self.taken)
        return self._given[place] if place < len(self._given) else 0
