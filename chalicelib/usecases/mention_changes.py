"""Who may be mentioned in a note, and the notices to where they are told of what happens in their cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.content.texts.mentions import mention_notice
from chalicelib.domain.access import may_see_case
from chalicelib.domain.agents import Agent
from chalicelib.domain.cases import Case
from chalicelib.domain.configuration import Configuration
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.delivery import Delivery, DeliveryStatus, queued
from chalicelib.domain.errors import InvalidInput, MayNotSee
from chalicelib.domain.identifiers import ulid_for
from chalicelib.domain.mentions import Mentioned, agent_mentioned, team_mentioned
from chalicelib.domain.principals import Principal, Role
from chalicelib.domain.threads import Entry, EntryKind
from chalicelib.usecases.ports import ThreadStore

_COLLEAGUE = frozenset({Role.AGENT})


@dataclass(frozen=True, slots=True)
class Addressee:
    """`team`: the one that is mentioned; "" for the agent themselves."""

    address: str
    team: str = ""


def agents_mentioned(
    threads: ThreadStore, configuration: Configuration, case: Case, mentioned: Mentioned, by: str
) -> Mapping[str, Agent]:
    """The agents but for `by`, who mentions them, as the hub knows them: a read for each.

    Raises InvalidInput for whom there is not, MayNotSee for who may not see the case. Of a colleague the hub knows the
    teams, not the token: whoever sees more by their role alone cannot be mentioned for it.
    """
    teams = configuration.only_teams(case)
    agents: dict[str, Agent] = {}
    for at, subject in enumerate(mentioned.agents):
        if subject == by or subject in agents:
            continue
        field = f"mentions.agents[{at}]"
        agent = threads.find_agent(subject)
        if agent is None:
            raise InvalidInput(f"There is no agent {subject!r}.", field=field)
        if teams is not None and not may_see_case(Principal("", subject, _COLLEAGUE), teams, agent.teams):
            raise MayNotSee(f"{subject!r} may not see this case. Leave them out.", field=field)
        agents[subject] = agent
    for at, name in enumerate(mentioned.teams):
        field = f"mentions.teams[{at}]"
        if name not in configuration.teams:
            raise InvalidInput(f"There is no team {name!r}.", field=field)
        if teams is not None and not may_see_case(Principal("", "", _COLLEAGUE, teams=(name,)), teams):
            raise MayNotSee(f"The team {name!r} may not see this case. Leave it out.", field=field)
    return agents


def addressees_of(
    mentions: tuple[str, ...], agents: Mapping[str, Agent], configuration: Configuration
) -> list[Addressee]:
    """Each address once. None where no inbox of ours writes mail.

    Themselves first: who is mentioned by name hears that it is them, also where their team hears of it there.
    """
    if not configuration.writes_by(Channel.EMAIL):
        return []
    found: dict[str, Addressee] = {}
    for subject, agent in agents.items():
        if agent_mentioned(subject) in mentions and agent.email:
            found.setdefault(agent.email, Addressee(agent.email))
    for name, team in configuration.teams.items():
        if team_mentioned(name) in mentions and team.email:
            found.setdefault(team.email, Addressee(team.email, name))
    return [*found.values()]


def notices_to(
    addressees: Sequence[Addressee], case: Case, by: str, configuration: Configuration, now: datetime
) -> list[Entry]:
    """By mail, a millisecond apart behind the note. `by`: the name of who wrote it, "" where nobody knows it."""
    inbox = configuration.inbox_writing(Channel.EMAIL, case.inbox, case.team)
    notices: list[Entry] = []
    for number, addressee in enumerate(addressees, start=1):
        at = now + timedelta(milliseconds=number)
        notice = mention_notice(inbox.language, case, by, addressee.team)
        delivery = Delivery(DeliveryStatus.QUEUED, recipient=addressee.address, sender=inbox.address, automatic=True)
        notices.append(
            Entry(
                id=ulid_for(at, "mention", case.id, addressee.address),
                customer_id=case.customer_id,
                case_id=case.id,
                at=at,
                kind=EntryKind.NOTICE,
                author="hub",
                channel=Channel.EMAIL,
                subject=notice.subject,
                text=notice.text,
                delivery=queued(delivery, at),
            )
        )
    return notices
