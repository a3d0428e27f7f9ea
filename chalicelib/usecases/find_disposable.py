"""Once a day: which closed cases are not kept any longer? Each of them is given up, and a worker deletes what it held.

They are found in the lists of what a team closed in a month, by what a row of those lists shows: no case is read for it
but those whose time may be over. A walk stops in time and goes on from where it was; one that is lost begins anew the
next day. A legal hold stands against it: the case stays, and is asked for again every day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chalicelib.domain.cases import Case, CaseSummary
from chalicelib.domain.disposal import DISPOSING_DEPENDS_ON, Disposal, begun, months_over, over_since
from chalicelib.domain.errors import HubError, NotFound, StorageUnavailable, WriteConflict
from chalicelib.usecases.escalate_cases import WORKS_FOR
from chalicelib.usecases.find_customer import surviving_customer
from chalicelib.usecases.ports import (
    Change,
    ConfigurationSource,
    Create,
    Delete,
    Now,
    ThreadStore,
    Update,
    WorkQueues,
    closed_in,
)
from chalicelib.usecases.request_erasure import family_of
from chalicelib.usecases.task_changes import rows_named

MOST_AT_ONCE = 200  # that one walk gives up: their workers get through them in minutes
_PAGE = 100
_HOLD_DEPENDS_ON = ("hold", "merged_into", "merged_from")


@dataclass(slots=True)
class Walked:
    """`given_up`: cases that workers now delete. `held`: those whose time is over and that a legal hold keeps. `late`:
    since when the longest overdue of those given up was. `failed`: what befell others, which the next day finds again.
    """

    given_up: int = 0
    held: int = 0
    late: timedelta = timedelta(0)
    failed: list[Exception] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a walk goes on: in which list, and behind which row of it (`start` belongs to the store)."""

    team: str
    month: str
    start: Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class FindDisposable:
    threads: ThreadStore
    configuration: ConfigurationSource
    queues: WorkQueues
    now: Now

    def __call__(self, place: Mapping[str, str], until: datetime | None = None) -> Walked:
        """`place`: what an earlier walk had handed over, empty at the beginning. Raises StorageUnavailable."""
        now = self.now()
        until = until or now + WORKS_FOR
        kinds = self.configuration.current().kinds
        walked = Walked()
        for at, rows in self._lists(place, now):
            if walked.given_up >= MOST_AT_ONCE or self.now() >= until:
                self.queues.ask_to_find_disposable({"team": at.team, "month": at.month, **(at.start or {})})
                return walked
            for row in rows:
                kind = kinds.get(row.kind)
                if kind and kind.keep_days:
                    self._look_at(row, walked)
        return walked

    def _lists(self, place: Mapping[str, str], now: datetime) -> Iterator[tuple[Place, tuple[CaseSummary, ...]]]:
        """Each page, with the place where it begins."""
        configuration = self.configuration.current()
        months = months_over(configuration.kinds.values(), now)
        first = (place.get("month", ""), place.get("team", ""))
        for month in months:
            for team in sorted(configuration.every_team):
                if (month, team) < first:
                    continue
                rest = {name: value for name, value in place.items() if name not in ("team", "month")}
                start: Mapping[str, str] | None = rest or None if (month, team) == first else None
                while True:
                    at = Place(team, month, start)
                    page = self.threads.list_worklist(closed_in(team, month), _PAGE, start, oldest_first=True)
                    yield at, page.items
                    start = page.next
                    if start is None:
                        break

    def _look_at(self, row: CaseSummary, walked: Walked) -> None:
        """One that cannot be looked at does not stop the others."""
        try:
            case = self.threads.get_case(row.customer_id, row.id)
            now = self.now()
            over = over_since(case, self.configuration.current().kinds.get(case.kind))
            if over is None or over > now:
                return
            disposal = self._given_up(case, now)
        except (NotFound, WriteConflict):
            return  # somebody was faster
        except HubError as error:
            walked.failed.append(error)
            return
        if disposal is None:
            walked.held += 1
            return
        walked.given_up += 1
        walked.late = max(walked.late, now - over)
        with suppress(StorageUnavailable):  # the queue is a hint: the sweep names what is due
            self.queues.ask_to_dispose(disposal.customer_id, disposal.id)

    def _given_up(self, case: Case, now: datetime) -> Disposal | None:
        """None for a customer under a legal hold. From now on nobody finds the case, so nobody writes into it."""
        survivor = surviving_customer(self.threads, case.customer_id)
        family = family_of(self.threads, survivor)
        if any(member.hold for member in family):
            return None
        disposal = begun(case, now)
        changes: list[Change] = [Delete(case, DISPOSING_DEPENDS_ON), Create(disposal)]
        changes += [Update(one, one, _HOLD_DEPENDS_ON) for one in family if one.id in (survivor.id, case.customer_id)]
        pointer = self.threads.find_pointer(case.reference)
        if pointer and (pointer.customer_id, pointer.case_id) == (case.customer_id, case.id):
            changes.append(Delete(pointer, ("customer_id", "case_id")))
        changes += [Delete(row, if_there=True) for row in rows_named(case)]
        self.threads.commit(changes)
        return disposal
