"""Whom a note mentions: colleagues and whole teams, and the rows by which each of them finds what mentions them.

A row says where to look and no word of what was written. Of a team there is one, however many are in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

MOST_AGENTS = 10
MOST_TEAMS = 5
KEPT_FOR = timedelta(days=90)
_AGENT = "agent:"
_TEAM = "team:"


@dataclass(frozen=True, slots=True)
class Mentioned:
    """Whom somebody wants to mention: agents by their subjects, teams by their names."""

    agents: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()

    def but(self, agent: str) -> tuple[str, ...]:
        """As an entry keeps them, each once, without the agent who mentions them."""
        agents = (agent_mentioned(subject) for subject in self.agents if subject != agent)
        return tuple(dict.fromkeys((*agents, *map(team_mentioned, self.teams))))


NOBODY = Mentioned()


@dataclass(frozen=True, slots=True)
class Mention:
    """`whom`: as an entry names them. `customer_id`: in whose thread the note was written; it may have moved since."""

    whom: str
    entry_id: str
    customer_id: str
    expires_at: datetime


def agent_mentioned(subject: str) -> str:
    return f"{_AGENT}{subject}"


def team_mentioned(name: str) -> str:
    return f"{_TEAM}{name}"


def agents_in(mentions: Iterable[str]) -> list[str]:
    return [one.removeprefix(_AGENT) for one in mentions if one.startswith(_AGENT)]


def teams_in(mentions: Iterable[str]) -> list[str]:
    return [one.removeprefix(_TEAM) for one in mentions if one.startswith(_TEAM)]


def mention_rows(mentions: Sequence[str], entry_id: str, customer_id: str, at: datetime) -> list[Mention]:
    expires_at = at.replace(microsecond=0) + KEPT_FOR  # the table keeps whole seconds
    return [Mention(whom, entry_id, customer_id, expires_at) for whom in mentions]
