"""Which cases the hub still has to give to somebody, told from the records alone."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from chalicelib.domain.agents import Agent, candidates_for
from chalicelib.domain.cases import Case, CaseStatus
from chalicelib.domain.configuration import Configuration, Routing
from tests.fakes.memory_store import MemoryStore


def left_behind(threads: MemoryStore, configuration: Configuration) -> list[Case]:
    """Open cases of teams that are gone."""
    gone = configuration.former_teams
    if not gone:
        return []  # asked at every tick, and months of a company have many cases
    return [case for case in threads.records(Case) if case.status is CaseStatus.OPEN and case.team in gone]


def still_to_give(threads: MemoryStore, configuration: Configuration, now: datetime) -> list[Case]:
    by_load = {team.name for team in configuration.teams.values() if team.routing is Routing.BY_LOAD}
    agents = threads.records(Agent) if by_load else []
    if not agents:
        return []
    open_cases = [case for case in threads.records(Case) if case.status is CaseStatus.OPEN]
    loads = Counter(case.assignee for case in open_cases)
    free = [agent for agent in agents if loads[agent.subject] < agent.capacity]
    return [
        case
        for case in open_cases
        if case.team in by_load
        and not case.assignee
        and (case.awaiting_since or case.deadline_at)
        and candidates_for(case, free, now, case.passed_over)
    ]
