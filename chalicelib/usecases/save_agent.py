"""Who leads says what an agent can do, for which teams, and where they are told of something."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chalicelib.domain.agents import PRESENCE_DEPENDS_ON, USUAL_CAPACITY, Agent
from chalicelib.domain.errors import Conflict, InvalidInput
from chalicelib.usecases.customer_changes import change_customers
from chalicelib.usecases.once import Once, remember
from chalicelib.usecases.ports import Change, ConfigurationSource, Create, Now, ThreadStore, Update


@dataclass(frozen=True, slots=True)
class Profile:
    """As `Agent` has them."""

    name: str = ""
    email: str = ""
    phone: str = ""
    teams: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    capacity: int = USUAL_CAPACITY


@dataclass(frozen=True, slots=True)
class SaveAgent:
    threads: ThreadStore
    configuration: ConfigurationSource
    now: Now

    def __call__(self, subject: str, profile: Profile, *, version: int | None = None, once: Once | None = None) -> None:
        """Replaces what was said before, and leaves the presence as it is. `version`: as it was read, None for any.

        Raises InvalidInput for a team that there is not, Conflict.
        """
        known_teams = self.configuration.current().teams
        for team in profile.teams:
            if team not in known_teams:
                raise InvalidInput(f"There is no team {team!r}.", field="teams")

        def decide() -> tuple[str, Sequence[Change]]:
            known = self.threads.find_agent(subject)
            before = known or Agent(subject)
            if version is not None and version != before.version:
                raise Conflict()
            agent = replace(
                before,
                name=profile.name,
                email=profile.email,
                phone=profile.phone,
                teams=profile.teams,
                skills=profile.skills,
                languages=profile.languages,
                capacity=profile.capacity,
                version=before.version + 1,
            )
            change = Update(known, agent, PRESENCE_DEPENDS_ON) if known else Create(agent)
            return "", [change, *remember(once, "", self.now())]

        change_customers(self.threads, once, decide)
