"""An agent is there, or is not: whom the hub gives cases to and reminds hangs on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.access import require_own_presence
from chalicelib.domain.agents import PRESENCE_DEPENDS_ON, Agent, Presence, with_presence
from chalicelib.domain.errors import InvalidInput, NotFound
from chalicelib.domain.principals import Principal
from chalicelib.usecases.customer_changes import change_customers
from chalicelib.usecases.once import Once, remember
from chalicelib.usecases.ports import Change, ConfigurationSource, Create, Now, ThreadStore, Update


@dataclass(frozen=True, slots=True)
class SetPresence:
    threads: ThreadStore
    configuration: ConfigurationSource
    now: Now

    def __call__(
        self,
        subject: str,
        caller: Principal,
        presence: Presence,
        absent_until: datetime | None = None,
        *,
        once: Once | None = None,
    ) -> None:
        """The first time that an agent says it of themselves makes their record, with what their token says of them.

        Raises Forbidden for somebody else's, NotFound for one that there is not, InvalidInput for a time that has
        passed or belongs to nobody absent.
        """
        require_own_presence(caller, subject)
        if absent_until and (presence is Presence.PRESENT or absent_until <= self.now()):
            raise InvalidInput("It says until when somebody is absent, and is still to come.", field="absent_until")

        def decide() -> tuple[str, Sequence[Change]]:
            now = self.now()
            known = self.threads.find_agent(subject)
            if known is None and caller.subject != subject:
                raise NotFound("There is no such agent.")
            agent = known or Agent(subject)
            if caller.subject == subject:
                agent = self._as_token_says(agent, caller)
            agent = with_presence(agent, presence, absent_until, now, caller.subject)
            change = Update(known, agent, PRESENCE_DEPENDS_ON) if known else Create(agent)
            return "", [change, *remember(once, "", now)]

        change_customers(self.threads, once, decide)

    def _as_token_says(self, agent: Agent, caller: Principal) -> Agent:
        """Only what nobody has said yet: who leads may know better."""
        teams = [team for team in caller.teams if team in self.configuration.current().teams]
        return replace(
            agent,
            name=agent.name or caller.name,
            email=agent.email or caller.email,
            phone=agent.phone or caller.phone,
            teams=agent.teams or tuple(teams),
        )
