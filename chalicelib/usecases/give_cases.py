"""Cases that nobody has taken are given to agents who are there, in the teams that want it so.

It runs with the sweep, behind the way in: a message's arrival never waits for it, and whatever makes a case free (a new
one, one that was given back, somebody who comes to work) is seen within a minute. Nobody fits: the case stays with its
team.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from chalicelib.domain.agents import Agent
from chalicelib.domain.cases import GIVING_CASE_DEPENDS_ON, Case, CaseStatus, CaseSummary, assigned
from chalicelib.domain.configuration import Configuration, Routing
from chalicelib.domain.errors import NotFound, WriteConflict
from chalicelib.domain.identifiers import ulid_for
from chalicelib.domain.threads import event_entry
from chalicelib.usecases.find_customer import surviving_customer
from chalicelib.usecases.ports import ConfigurationSource, Create, Now, Page, ThreadStore, Update, unassigned_in
from chalicelib.usecases.roster import Roster

MOST_LOOKED_AT = 200  # cases of a team in one run; those without activity for longest come first
A_PAGE = 100
GIVES_FOR = timedelta(seconds=6)  # the last part of a sweep, whose time limit is 60 s (.chalice/config.json)
MOST_RACES = 3
_LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(slots=True)
class Given:
    """`cases`: how many were given. `failed`: what could not be handled and stays with its team."""

    cases: int = 0
    failed: list[Exception] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class GiveCases:
    threads: ThreadStore
    configuration: ConfigurationSource
    now: Now

    def __call__(self) -> Given:
        given = Given()
        configuration = self.configuration.current()
        roster = Roster(self.threads, self.now)
        until = self.now() + GIVES_FOR
        for team in configuration.teams.values():
            if team.routing is not Routing.BY_LOAD:
                continue
            waiting = [*self._waiting(team.name)]
            if not waiting or not any(agent.is_present(self.now()) for agent in roster.agents.values()):
                continue
            for summary in sorted(waiting, key=lambda case: (case.deadline_at or _LAST, case.last_activity_at)):
                if self.now() >= until:
                    return given  # the next run goes on
                try:
                    given.cases += self._give(summary, configuration, roster)
                except NotFound:
                    continue  # it was moved to another customer
                except Exception as error:  # noqa: BLE001  # one that cannot be handled does not hold up the others
                    given.failed.append(error)
        return given

    def _waiting(self, team: str) -> Iterator[CaseSummary]:
        """Those in which something is owed: where it is the customer's turn, nobody has to do anything."""
        page: Page[CaseSummary] = Page(())
        for number in range(MOST_LOOKED_AT // A_PAGE):
            if number and page.next is None:
                return
            page = self.threads.list_worklist(unassigned_in(team), A_PAGE, page.next, oldest_first=True)
            yield from (case for case in page.items if case.awaiting_since or case.deadline_at)

    def _give(self, summary: CaseSummary, configuration: Configuration, roster: Roster) -> bool:
        """Whoever loses a race looks again; after some of them the next run does."""
        for _ in range(MOST_RACES):
            case = self.threads.get_case(summary.customer_id, summary.id)
            if case.status is not CaseStatus.OPEN or case.assignee or case.team != summary.team:
                return False
            agent, why = self._chosen(case, configuration, roster)
            if agent is None:
                return False
            now = self.now()
            facts = {"assignee": agent.subject, "by": why}
            id_ = ulid_for(now, "given", case.id, str(case.version))
            giving = roster.giving(agent)
            after = assigned(case, agent.subject)
            try:
                self.threads.commit(
                    [
                        Update(case, after, GIVING_CASE_DEPENDS_ON),
                        giving,
                        Create(event_entry(id_, case, now, "hub", "case.assigned", facts)),
                    ]
                )
            except WriteConflict:
                roster.look_again()
                continue
            roster.gave(giving)
            return True
        return False

    def _chosen(self, case: Case, configuration: Configuration, roster: Roster) -> tuple[Agent | None, str]:
        """The customer's own carer first, of whatever team, unless the kind is closed to other teams."""
        carer = roster.agents.get(surviving_customer(self.threads, case.customer_id).carer)
        if carer and carer.subject not in case.passed_over and roster.has_room(carer):
            closed_to_them = configuration.kind_named(case.kind).restricted and case.team not in carer.teams
            if not closed_to_them:
                return carer, "carer"
        return roster.choose_for(case, without=case.passed_over), "load"
