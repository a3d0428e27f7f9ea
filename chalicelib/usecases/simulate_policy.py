"""A past period of a team told again with another configuration: what would have been late, and what really was.

Reads and never writes. Its cost follows the cases of the period, so it is bounded and says where it stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from chalicelib.domain.cases import Case, CaseSummary
from chalicelib.domain.configuration import Configuration
from chalicelib.domain.errors import InvalidInput, NotFound
from chalicelib.domain.replaying import Measured, replay
from chalicelib.domain.threads import Entry
from chalicelib.usecases.agreements import ConfiguredAgreements
from chalicelib.usecases.ports import ConfigurationSource, Page, ThreadStore, closed_in

MOST_CASES = 2000
PAGE = 100

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class LateCase:
    """`would_be`: the clocks that another policy would have found late; `was`: those that today's does."""

    reference: str
    customer_id: str
    would_be: tuple[Measured, ...]
    was: tuple[Measured, ...]


@dataclass(slots=True)
class Simulated:
    """`whole` is False when there were more cases than one simulation reads."""

    cases: int = 0
    clocks: int = 0
    late: list[LateCase] = field(default_factory=list)
    whole: bool = True


@dataclass(frozen=True, slots=True)
class SimulatePolicy:
    threads: ThreadStore
    configuration: ConfigurationSource

    def __call__(self, team: str, since: datetime, until: datetime, other: Configuration) -> Simulated:
        """Cases of the team that were opened before `until` and are open, or were closed in a month of the period.

        `other` is a whole configuration that need not have been saved. Raises InvalidInput for a period that ends
        before it begins, NotFound for an unknown team.
        """
        if since >= until:
            raise InvalidInput("The period ends before it begins.", field="until")
        today = ConfiguredAgreements(self.configuration, self.configuration.current())
        today.configuration.get_team(team)
        other.get_team(team)
        simulated = Simulated()
        for summary in self._cases(team, since, until):
            if simulated.cases == MOST_CASES:
                simulated.whole = False
                break
            try:
                case = self.threads.get_case(summary.customer_id, summary.id)
            except NotFound:
                continue  # the lists lag behind
            if case.opened_at < until:
                self._measure(simulated, case, other, today, until)
        return simulated

    def _measure(
        self,
        simulated: Simulated,
        case: Case,
        other: Configuration,
        today: ConfiguredAgreements,
        until: datetime,
    ) -> None:
        entries = self._entries_of(case)
        would_be = replay(case, entries, ConfiguredAgreements(self.configuration, other), until)
        was = replay(case, entries, today, until)
        simulated.cases += 1
        simulated.clocks += len(would_be)
        late, really = (tuple(clock for clock in clocks if clock.late_by) for clocks in (would_be, was))
        if late or really:
            simulated.late.append(LateCase(case.reference, case.customer_id, late, really))

    def _cases(self, team: str, since: datetime, until: datetime) -> Iterator[CaseSummary]:
        yield from _all(lambda start: self.threads.list_urgent(team, PAGE, start))
        year, month = since.year, since.month
        while (year, month) <= (until.year, until.month):
            yield from self._closed_in(closed_in(team, f"{year:04}{month:02}"))
            year, month = year + month // 12, month % 12 + 1

    def _closed_in(self, owner: str) -> Iterator[CaseSummary]:
        yield from _all(lambda start: self.threads.list_worklist(owner, PAGE, start))

    def _entries_of(self, case: Case) -> list[Entry]:
        """Oldest first."""
        found: list[Entry] = []
        for entry in _all(lambda start: self.threads.list_thread(case.customer_id, PAGE, start)):
            if entry.at < case.opened_at:
                break
            if entry.case_id == case.id:
                found.append(entry)
        return found[::-1]


def _all(page_from: Callable[[Mapping[str, str] | None], Page[T]]) -> Iterator[T]:
    start: Mapping[str, str] | None = None
    while True:
        page = page_from(start)
        yield from page.items
        if page.next is None:
            return
        start = page.next
