"""What a caller may see of cases of restricted kinds. `domain/access.py` decides; here it is told what it has to know.

Where no kind is restricted, which is so unless an operator says otherwise, nothing is read for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Protocol, TypeVar

from chalicelib import wiring
from chalicelib.domain.access import may_see_case
from chalicelib.domain.case_kinds import OfKind
from chalicelib.domain.errors import NotFound
from chalicelib.domain.principals import Principal, Role
from chalicelib.domain.search import OPEN
from chalicelib.domain.threads import Entry
from chalicelib.usecases.find_case import find_where_it_went, get_case_by_reference


class _InCase(Protocol):
    @property
    def customer_id(self) -> str: ...

    @property
    def case_id(self) -> str: ...


C = TypeVar("C", bound=OfKind)
R = TypeVar("R", bound=_InCase)


class Sight:
    """Of one caller, during one call."""

    def __init__(self, principal: Principal) -> None:
        self._principal = principal
        self._threads = wiring.hub().ports.threads
        self._configuration = wiring.hub().ports.configuration

    @cached_property
    def is_limited(self) -> bool:
        return any(kind.restricted for kind in self._configuration.current().kinds.values())

    @cached_property
    def _known_in(self) -> tuple[str, ...]:
        agent = self._threads.find_agent(self._principal.subject)
        return agent.teams if agent else ()

    def sees(self, case: OfKind) -> bool:
        teams = self._configuration.current().only_teams(case)
        return teams is None or may_see_case(self._principal, teams, self._known_in)

    def _is_of(self, team: str) -> bool:
        successor = self._configuration.current().owner_in_place_of(team)
        return may_see_case(self._principal, (team, successor), self._known_in)

    @property
    def teams(self) -> tuple[str, ...]:
        """The caller's, by the token and by what those who lead have said."""
        return tuple(dict.fromkeys((*self._principal.teams, *self._known_in)))

    @property
    def shelves(self) -> tuple[str, ...]:
        """Those of the index of words that the caller reads."""
        if not self.is_limited:
            return (OPEN,)
        teams = sorted(self._configuration.current().every_team)
        return (OPEN, *filter(self._is_of, teams))

    def cases(self, cases: Iterable[C]) -> list[C]:
        return [case for case in cases if self.sees(case)]

    def within(self, rows: Sequence[R]) -> list[R]:
        """Those of entries, or of rows about them, whose cases may be seen: a round trip for each hundred cases."""
        if not self.is_limited:
            return [*rows]
        names = dict.fromkeys((row.customer_id, row.case_id) for row in rows if row.case_id)
        hidden = {case.id for case in self._threads.find_cases(names) if not self.sees(case)}
        return [row for row in rows if row.case_id not in hidden]

    def require(self, case: OfKind) -> None:
        """Raises NotFound, as for a case that there is not."""
        if not self.sees(case):
            raise NotFound("There is no such case.")

    def require_reference(self, reference: str) -> None:
        """Raises NotFound, in the same words for a case that may not be seen and for one that there is not."""
        if self.is_limited and reference:
            self.require(get_case_by_reference(self._threads, reference))

    def sees_reference(self, reference: str) -> bool:
        """Whether there is such a case for the caller; where no kind is restricted, nobody looks."""
        try:
            self.require_reference(reference)
        except NotFound:
            return False
        return True

    def require_entry(self, customer_id: str, entry_id: str) -> None:
        if not self.is_limited:
            return
        try:
            entry = self._threads.get_entry(customer_id, entry_id)
            case = find_where_it_went(self._threads, customer_id, entry.case_id) if entry.case_id else None
        except NotFound:
            return
        if case and not self.sees(case):
            raise NotFound


def guard(principal: Principal, path: Mapping[str, str]) -> None:
    """Before an operation runs: the case or the entry that its path names. Raises NotFound."""
    if Role.CUSTOMER in principal.roles or not principal.subject:
        return
    if "reference" in path:
        Sight(principal).require_reference(path["reference"])
    elif "customer_id" in path and "entry_id" in path:
        Sight(principal).require_entry(path["customer_id"], path["entry_id"])


def shown_of(principal: Principal, entries: Sequence[Entry], *, second_copies: bool) -> list[Entry]:
    """What of a page of a thread is shown."""
    return [entry for entry in Sight(principal).within(entries) if second_copies or not entry.is_second_copy]
