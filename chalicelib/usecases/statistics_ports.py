"""What counting needs: a place for facts, and for what was added up of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from chalicelib.domain.facts import Fact
from chalicelib.domain.reports import HourSummary


class Statistics(Protocol):
    """Facts, each under the hour in which it happened, and what was added up of them.

    Whoever adds up the facts of an hour reads its mark first: as long as the hour has that mark, the sum is right.
    """

    def write(self, put: Sequence[Fact], drop: Sequence[tuple[str, str]] = ()) -> None:
        """`drop`: hour and id. Afterwards each of their hours has another mark. Repeating it changes nothing else. Not
        all or nothing. Raises StorageUnavailable.
        """
        ...

    def marks(self, first: str, last: str) -> Mapping[str, str]:
        """Of the hours from `first` to `last` in which there are facts."""
        ...

    def facts(self, hour: str) -> Sequence[Fact]: ...

    def summaries(self, first: str, last: str) -> Sequence[HourSummary]:
        """Those that were kept, whether or not they are still right."""
        ...

    def keep(self, summary: HourSummary) -> None: ...
