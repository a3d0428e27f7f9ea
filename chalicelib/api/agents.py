"""Agents: who they are, whether they are there, and what becomes of their cases when they are not."""

from __future__ import annotations

from datetime import UTC, datetime

from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api import agent_schemas, asked
from chalicelib.api.cases import agent_named, require_team
from chalicelib.api.operations import Call, Result, operation
from chalicelib.domain.access import Action, may_see_how_to_reach
from chalicelib.domain.agents import Agent, Presence
from chalicelib.domain.errors import Conflict, KeyReused, NotFound
from chalicelib.domain.principals import Principal
from chalicelib.usecases.save_agent import Profile

bp = Blueprint(__name__)


@operation(
    bp,
    "GET",
    "/v1/agents",
    summary="List agents",
    action=Action.READ_AGENTS,
    query=agent_schemas.AgentsWanted,
    answers={200: agent_schemas.Agents},
    errors=(NotFound,),
)
def list_agents(call: Call[agent_schemas.AgentsWanted, None]) -> Result:
    """Every agent that the hub knows, or those of a team. Whoever has said that they are there is known."""
    team = call.query.team
    if team:
        require_team(team)
    ports = wiring.hub().ports
    agents = [agent for agent in ports.threads.list_agents() if team is None or team in agent.teams]
    return Result(agent_schemas.Agents([_rendered(agent, call.principal, ports.now()) for agent in agents]))


@operation(
    bp,
    "GET",
    "/v1/agents/{subject}",
    summary="Read an agent",
    action=Action.READ_AGENTS,
    answers={200: agent_schemas.Agent},
    answer_headers=("ETag",),
    errors=(NotFound,),
)
def read_agent(call: Call[asked.Nothing, None], subject: str) -> Result:
    """`me` is the caller. The ETag is the record's version."""
    ports = wiring.hub().ports
    agent = ports.threads.find_agent(agent_named(subject, call.principal))
    if agent is None:
        raise NotFound("There is no such agent.")
    return Result(_rendered(agent, call.principal, ports.now()), {"ETag": f'"{agent.version}"'})


@operation(
    bp,
    "PUT",
    "/v1/agents/{subject}",
    summary="Say what an agent can do, and where they are told of something",
    action=Action.LEAD_AGENTS,
    body=lambda: agent_schemas.NewProfile,
    versioned=True,
    answers={204: None},
    errors=(Conflict, KeyReused),
)
def save_agent(call: Call[asked.Nothing, agent_schemas.NewProfile], subject: str) -> Result:
    """Replaces what was said before; the presence stays. Of an agent who was not known it makes the record."""
    body = call.body
    profile = Profile(
        name=body.name,
        email=body.email or "",
        phone=body.phone or "",
        teams=tuple(dict.fromkeys(body.teams)),
        skills=tuple(dict.fromkeys(body.skills)),
        languages=tuple(dict.fromkeys(body.languages)),
        capacity=body.capacity,
    )
    wiring.hub().save_agent(agent_named(subject, call.principal), profile, version=call.version, once=call.once)
    return Result()


@operation(
    bp,
    "PUT",
    "/v1/agents/{subject}/presence",
    summary="Say whether an agent is there",
    action=Action.SET_PRESENCE,
    body=lambda: agent_schemas.NewPresence,
    answers={204: None},
    errors=(NotFound, KeyReused),
)
def set_presence(call: Call[asked.Nothing, agent_schemas.NewPresence], subject: str) -> Result:
    """`me` is the caller; of somebody else only who leads says it. The first time that an agent says it makes their
    record, with the name, the teams and the verified addresses of their token.
    """
    body = call.body
    until = body.absent_until and body.absent_until.astimezone(UTC)
    wiring.hub().set_presence(
        agent_named(subject, call.principal), call.principal, body.presence, until, once=call.once
    )
    return Result()


@operation(
    bp,
    "POST",
    "/v1/agents/{subject}/hand-over",
    summary="Hand over all open cases of an agent",
    action=Action.LEAD_AGENTS,
    body=lambda: agent_schemas.HandOver,
    answers={200: agent_schemas.HandedOver},
    errors=(Conflict,),
    keeps_answer=True,
)
def hand_over_cases(call: Call[asked.Nothing, agent_schemas.HandOver], subject: str) -> Result:
    """The first 50, to one colleague or to whoever is there and has the least to do; where nobody fits, back to the
    team. Repeating it goes on with what is left; give each call a key of its own.
    """
    principal, body = call.principal, call.body
    to = agent_named(body.to or "", principal)
    done = wiring.hub().hand_over_cases(agent_named(subject, principal), principal.subject, body.why, to)
    handed_over = {reference: assignee or None for reference, assignee in done.to.items()}
    return Result(agent_schemas.HandedOver(handed_over, dict(done.left), done.more))


def _rendered(agent: Agent, caller: Principal, now: datetime) -> agent_schemas.Agent:
    shown = may_see_how_to_reach(caller, agent.subject)
    return agent_schemas.Agent(
        subject=agent.subject,
        name=agent.name or None,
        email=agent.email or None if shown else None,
        phone=agent.phone or None if shown else None,
        teams=list(agent.teams),
        skills=list(agent.skills),
        languages=list(agent.languages),
        capacity=agent.capacity,
        presence=Presence.PRESENT if agent.is_present(now) else Presence.ABSENT,
        absent_until=agent.absent_until,
        presence_set_at=agent.presence_set_at,
        presence_set_by=agent.presence_set_by or None,
        given=agent.given,
        given_at=agent.given_at,
        version=agent.version,
    )
