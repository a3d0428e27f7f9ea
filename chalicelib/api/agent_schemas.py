"""What callers send and get about agents: who they are, what they can do, whether they are there."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.api.asked import AgentName, Asked, Segment, TeamName, Why
from chalicelib.api.message_schemas import Instant
from chalicelib.domain.agents import USUAL_CAPACITY, Presence
from chalicelib.domain.case_presence import Doing

Email = Annotated[str, Meta(max_length=254, pattern=r"^[^@\s,;<>\"]+@[^@\s,;<>\"]+$(?!\n)")]
Phone = Annotated[str, Meta(pattern=r"^\+[1-9]\d{6,14}$(?!\n)")]
Language = Annotated[str, Meta(pattern=r"^[a-z]{2,3}$(?!\n)")]
Label = Annotated[str, Meta(max_length=100, pattern=r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$(?!\n)")]


class AgentsWanted(Asked):
    """`team`: only its members."""

    team: TeamName | None = None


class NewProfile(Asked):
    """`email`, `phone` (E.164): where they are told of their own cases. `capacity`: how many open cases the hub lets
    them have before it gives them no more; 0: it gives them none. No `languages`: cases in any.
    """

    name: Label = ""
    email: Email | None = None
    phone: Phone | None = None
    teams: Annotated[tuple[TeamName, ...], Meta(max_length=20)] = ()
    skills: Annotated[tuple[Segment, ...], Meta(max_length=50)] = ()
    languages: Annotated[tuple[Language, ...], Meta(max_length=20)] = ()
    capacity: Annotated[int, Meta(ge=0, le=200)] = USUAL_CAPACITY


class NewPresence(Asked):
    """`absent_until`: when an absence ends by itself; null for when it is said."""

    presence: Presence
    absent_until: Instant | None = None


class NewCasePresence(Asked):
    """`writing`: an answer is in the making, which colleagues should wait for."""

    doing: Doing


class CasePresence(msgspec.Struct):
    """`name`: as the agent's token gives it, or "". `since`: when they began with what they do. `until`: for how long
    that is taken to hold if they say nothing more.
    """

    subject: str
    name: str
    doing: Doing
    since: Instant
    until: Instant


class CasePresences(msgspec.Struct):
    """Besides the caller, who writes first. `again_after`: after how many seconds to say it again, or to ask."""

    present: list[CasePresence]
    again_after: int


class HandOver(Asked):
    """`to`: who gets all of them; null for whoever is there and has the least to do. `why`: for colleagues."""

    why: Why
    to: AgentName | None = None


class Agent(msgspec.Struct):
    """`presence`: now. `absent_until`, `presence_set_at`, `presence_set_by`: as it was said last. `email` and `phone`
    are shown to the agent and to who leads. `given`: how many cases the hub has given them, the last one `given_at`.
    `version`: grows with every change; it is the ETag.
    """

    subject: str
    name: str | None
    email: str | None
    phone: str | None
    teams: list[str]
    skills: list[str]
    languages: list[str]
    capacity: int
    presence: Presence
    absent_until: Instant | None
    presence_set_at: Instant | None
    presence_set_by: str | None
    given: int
    given_at: Instant | None
    version: int


class Agents(msgspec.Struct):
    agents: list[Agent]


class HandedOver(msgspec.Struct):
    """`to`: by reference of the case who has it now, null for its team. `left`: those that stayed, each with the code
    of the error. `more`: there are others; ask again.
    """

    to: dict[str, str | None]
    left: dict[str, str]
    more: bool
