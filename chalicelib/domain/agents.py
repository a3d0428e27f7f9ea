"""The people who answer, as the hub knows them: where they are told of something, what they can do, whether they are
there. And who of them gets a case: their customer's carer first, else whoever has the least to do.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from chalicelib.domain.cases import Case
from chalicelib.domain.contact_points import Channel

USUAL_CAPACITY = 20
_NEVER = datetime.min.replace(tzinfo=UTC)


class Presence(StrEnum):
    PRESENT = "present"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Agent:
    """`subject`: of their access tokens; cases are assigned to it.

    `email`, `phone`: where they are told of their own cases, "" for not at all. `skills`: what cases can ask for.
    `languages`: codes such as `pl`; an agent who names none is given cases in any. `capacity`: how many open cases the
    hub lets them have before it gives them no more; 0: it gives them none.
    `absent_until`: when an absence ends by itself; None: when the agent says so. `presence_set_at`, `presence_set_by`:
    who said so, and when.
    `given`, `given_at`: how many cases the hub has given them, and when the last one. `version` grows with every other
    change.
    """

    subject: str
    name: str = ""
    email: str = ""
    phone: str = ""
    teams: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    capacity: int = USUAL_CAPACITY
    presence: Presence = Presence.ABSENT
    absent_until: datetime | None = None
    presence_set_at: datetime | None = None
    presence_set_by: str = ""
    given: int = 0
    given_at: datetime | None = None
    version: int = 0

    def is_present(self, now: datetime) -> bool:
        back = self.absent_until is not None and self.absent_until <= now
        return self.presence is Presence.PRESENT or back

    def is_away(self, now: datetime, longer_than: timedelta) -> bool:
        """Absent, and not back soon: for so long somebody else has to be told of what they would be told."""
        soon = self.absent_until is not None and self.absent_until <= now + longer_than
        return not self.is_present(now) and not soon

    def address(self, channel: Channel) -> str:
        """Where they are told of something by e-mail or SMS, or ""."""
        return {Channel.EMAIL: self.email, Channel.SMS: self.phone}.get(channel, "")

    def can_take(self, case: Case) -> bool:
        """A member of its team, with its skills, who speaks its language."""
        return case.team in self.teams and {*case.skills} <= {*self.skills} and self.speaks(case.language)

    def speaks(self, language: str) -> bool:
        return not language or not self.languages or language.partition("-")[0] in self.languages


PRESENCE_DEPENDS_ON = ("version",)
# Of two who give at once, the second looks again: else both would give everything to whoever has the least to do.
GIVING_DEPENDS_ON = ("given", "version")


def with_presence(agent: Agent, presence: Presence, until: datetime | None, at: datetime, by: str) -> Agent:
    return replace(
        agent,
        presence=presence,
        absent_until=until if presence is Presence.ABSENT else None,
        presence_set_at=at,
        presence_set_by=by,
        version=agent.version + 1,
    )


def given_a_case(agent: Agent, at: datetime) -> Agent:
    return replace(agent, given=agent.given + 1, given_at=max(at, agent.given_at or at))


def candidates_for(
    case: Case, agents: Iterable[Agent], now: datetime, without: Collection[str] = ()
) -> tuple[Agent, ...]:
    """Who could get it, if they have not too much to do: who was given one longest ago first."""
    fit = [
        agent
        for agent in agents
        if agent.capacity > 0 and agent.is_present(now) and agent.can_take(case) and agent.subject not in without
    ]
    return tuple(sorted(fit, key=_turn))


def choose(loaded: Iterable[tuple[Agent, int]]) -> Agent | None:
    """Of candidates with their numbers of open cases the one with the least, relative to what they can have; among
    equals whoever was given one longest ago. None when all have enough.
    """
    free = [(agent, load) for agent, load in loaded if load < agent.capacity]
    return min(free, key=lambda one: (one[1] / one[0].capacity, _turn(one[0])), default=(None, 0))[0]


def _turn(agent: Agent) -> tuple[datetime, str]:
    return agent.given_at or _NEVER, agent.subject
