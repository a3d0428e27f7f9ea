"""What an operator sets: inboxes, teams, calendars, policies. Loading checks it whole; what is here is usable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from chalicelib.domain.business_hours import BusinessHours
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.errors import NotFound, WrongConfiguration
from chalicelib.domain.faxes import FaxGateway
from chalicelib.domain.sla import SlaPolicy


@dataclass(frozen=True, slots=True)
class Inbox:
    """An address of ours; it decides channel and team.

    `address`: an e-mail address in lower case (channels `email` and `fax`), an E.164 number (`sms`), or "" (`web_form`,
    `app`: the name alone is the address). `country`: ISO 3166, how national phone numbers are read.
    `gateways`: for a fax inbox, the sender domains of the fax gateways that it believes. `fax_gateways`: how the
    operator's own gateways word their mails, beside those that are known.
    """

    name: str
    channel: Channel
    team: str
    address: str = ""
    country: str = "PL"
    language: str = "pl"
    display_name: str = ""
    continuity_window: timedelta = timedelta(days=14)
    reopen_within: timedelta = timedelta(days=14)
    gateways: tuple[str, ...] = ()
    fax_gateways: tuple[FaxGateway, ...] = ()


@dataclass(frozen=True, slots=True)
class Team:
    """The group that owns cases. `email` gets reminders, `supervisor_email` escalations; messages go out from
    `inbox` when a case has no inbox of the wanted channel itself.
    """

    name: str
    calendar: str
    policy: str
    email: str
    supervisor_email: str
    inbox: str = ""


@dataclass(frozen=True, slots=True)
class Configuration:
    """All of it, consistent: every name that one part mentions exists in the other.

    `colleagues`: addresses and domains, in lower case, from which the company's own people write.
    """

    version: str
    inboxes: tuple[Inbox, ...]
    teams: Mapping[str, Team]
    calendars: Mapping[str, BusinessHours]
    policies: Mapping[str, SlaPolicy]
    colleagues: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        for inbox in self.inboxes:
            _known(inbox.team, self.teams, f"inbox {inbox.name}: team")
        for team in self.teams.values():
            _known(team.calendar, self.calendars, f"team {team.name}: calendar")
            _known(team.policy, self.policies, f"team {team.name}: policy")
            if team.inbox:
                _known(team.inbox, {inbox.name for inbox in self.inboxes}, f"team {team.name}: inbox")
        names = [inbox.name for inbox in self.inboxes]
        if len(set(names)) != len(names):
            raise WrongConfiguration("Two inboxes have the same name.")

    def get_inbox(self, name: str) -> Inbox:
        for inbox in self.inboxes:
            if inbox.name == name:
                return inbox
        raise NotFound(f"There is no inbox named {name!r}.")

    def inbox_named(self, name: str, channel: Channel) -> Inbox | None:
        """The inbox of that name if it is of that channel, else None."""
        return next((inbox for inbox in self.inboxes if inbox.name == name and inbox.channel is channel), None)

    def find_inbox(self, address: str, channels: Iterable[Channel]) -> Inbox | None:
        """The inbox with that exact address on one of the channels."""
        wanted = set(channels)
        return next((inbox for inbox in self.inboxes if inbox.address == address and inbox.channel in wanted), None)

    def is_colleague(self, address: str) -> bool:
        """`address`: an e-mail address in lower case. Teams and their supervisors need not be listed."""
        teams = {mail for team in self.teams.values() for mail in (team.email, team.supervisor_email)}
        return address in teams or not self.colleagues.isdisjoint((address, address.rpartition("@")[2]))

    def get_team(self, name: str) -> Team:
        team = self.teams.get(name)
        if team is None:
            raise NotFound(f"There is no team named {name!r}.")
        return team

    def policy_for(self, team: str) -> SlaPolicy:
        return self.policies[self.get_team(team).policy]

    def hours_for(self, team: str) -> BusinessHours:
        return self.calendars[self.get_team(team).calendar]

    def inbox_writing(self, channel: Channel, inbox: str, team: str) -> Inbox:
        """The inbox of that channel that writes for a case: its own, the team's, else the first one there is."""
        for name in (inbox, self.get_team(team).inbox):
            found = self.inbox_named(name, channel) if name else None
            if found:
                return found
        for candidate in self.inboxes:
            if candidate.channel is channel:
                return candidate
        raise WrongConfiguration(f"No {channel} inbox is configured, so nothing can be sent by {channel}.")


def _known(name: str, names: Iterable[str], where: str) -> None:
    if name not in set(names):
        raise WrongConfiguration(f"{where} {name!r} does not exist.")
