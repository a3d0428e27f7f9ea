"""Who is there and how much they have to do, as one run sees it: each is read once, when it first matters."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from chalicelib.domain.agents import GIVING_DEPENDS_ON, Agent, candidates_for, choose, given_a_case
from chalicelib.domain.cases import Case
from chalicelib.usecases.ports import Now, ThreadStore, Update

MOST_COMPARED = 50  # candidates for one case, those first who were given one longest ago: a count is a read


class Roster:
    """One query for the agents of all teams, and one count for each candidate. What the run itself gives is added to
    the counts, because the list that is counted may lag behind by moments.
    """

    def __init__(self, threads: ThreadStore, now: Now) -> None:
        self._threads = threads
        self._now = now
        self._agents: dict[str, Agent] | None = None
        self._loads: dict[str, int] = {}
        self._known: dict[str, int] = {}

    @property
    def agents(self) -> Mapping[str, Agent]:
        if self._agents is None:
            self._agents = {agent.subject: agent for agent in self._threads.list_agents()}
        return self._agents

    def choose_for(self, case: Case, *, without: Collection[str] = ()) -> Agent | None:
        """Who gets a case by load; nobody when nobody fits or all have enough."""
        candidates = candidates_for(case, self.agents.values(), self._now(), without)[:MOST_COMPARED]
        return choose((agent, self._load_of(agent)) for agent in candidates)

    def has_room(self, agent: Agent) -> bool:
        return agent.is_present(self._now()) and self._load_of(agent) < agent.capacity

    def giving(self, agent: Agent) -> Update:
        """The half of a transaction that gives a case: it holds only if nobody has given them another one since."""
        return Update(agent, given_a_case(agent, self._now()), GIVING_DEPENDS_ON)

    def gave(self, giving: Update) -> None:
        """It is done."""
        agent = giving.after
        if isinstance(agent, Agent) and self._agents is not None:
            self._agents[agent.subject] = agent
            self._loads[agent.subject] = self._load_of(agent) + 1

    def look_again(self) -> None:
        """Somebody else was faster: all is read anew. A count that is behind what this run has given itself is not
        believed.
        """
        self._agents = None
        self._known |= self._loads
        self._loads = {}

    def _load_of(self, agent: Agent) -> int:
        if agent.subject not in self._loads:
            counted = self._threads.count_worklist(agent.subject, max(agent.capacity, 1))
            self._loads[agent.subject] = max(counted, self._known.get(agent.subject, 0))
        return self._loads[agent.subject]
