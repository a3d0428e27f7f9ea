"""What an operator sets: inboxes, teams, calendars, policies. Loading checks it whole; what is here is usable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType

from chalicelib.domain.automatic_answers import AcknowledgementRule, AutomaticBudget
from chalicelib.domain.broadcasts import BroadcastRules
from chalicelib.domain.business_hours import BusinessHours
from chalicelib.domain.captcha import Captcha
from chalicelib.domain.case_kinds import QUESTION, SHIPPED_KINDS, CaseKind, OfKind
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.contact_rules import ContactRules
from chalicelib.domain.errors import NotFound, WrongConfiguration
from chalicelib.domain.fax_sending import FaxSending
from chalicelib.domain.faxes import FaxGateway
from chalicelib.domain.notice_limits import NoticeLimit
from chalicelib.domain.report_rules import ReportRules
from chalicelib.domain.routing import RoutingRule
from chalicelib.domain.sla import TELLS_NOBODY, Agreement, Classified, PolicyRule, SlaPolicy, StepAction
from chalicelib.domain.sms import SmsTransport
from chalicelib.domain.survey_rules import SurveyRules
from chalicelib.domain.templates import Template

MOST_SEGMENTS = 6


class Routing(StrEnum):
    """Who takes a team's new cases on."""

    MANUAL = "manual"  # whoever takes it from the list
    BY_LOAD = "by_load"  # the hub gives it to an agent who is there and has the least to do


@dataclass(frozen=True, slots=True)
class Inbox:
    """An address of ours; it decides channel and team.

    `address`: an e-mail address in lower case (channels `email` and `fax`), an E.164 number (`sms`), or "" (`web_form`,
    `app`: the name alone is the address). `country`: ISO 3166, how national phone numbers are read. `kind`: of the
    cases that it opens. `gateways`: for a fax inbox, the sender domains of the fax gateways that it believes.
    `fax_gateways`: how the operator's own gateways word their mails, beside those that are known. `fax`: how
    faxes leave, None where the inbox only receives them.
    `allowed_countries`: to whose numbers an inbox for SMS or fax writes (ISO 3166), () for those of `country` alone;
    `premium_numbers`: also to those that cost more than others.
    `signature`: stands below what agents answer by mail and fax. `allow_links`: whether text messages may have web
    addresses. `most_segments`: how long a text message may be, `sms` how it is carried. `acknowledgement`: None where
    nothing is acknowledged. `allowed_origins`: the web sites (RFC 6454, as browsers write them) whose pages may post a
    form to it. `captcha`: the check that such a form asks its visitors to pass, None for none.
    `form_keys`: of which such a form has to carry one, () where it carries none. They are public.
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
    fax: FaxSending | None = None
    kind: str = QUESTION
    allowed_countries: tuple[str, ...] = ()
    premium_numbers: bool = False
    signature: str = ""
    allow_links: bool = False
    most_segments: int = MOST_SEGMENTS
    sms: SmsTransport = SmsTransport()
    acknowledgement: AcknowledgementRule | None = None
    allowed_origins: tuple[str, ...] = ()
    captcha: Captcha | None = None
    form_keys: tuple[str, ...] = ()

    @property
    def countries(self) -> frozenset[str]:
        return frozenset(self.allowed_countries or (self.country,))

    @property
    def can_write(self) -> bool:
        return self.channel is not Channel.FAX or self.fax is not None


@dataclass(frozen=True, slots=True)
class Team:
    """The group that owns cases. `email` gets reminders, `supervisor_email` escalations, and the phone numbers those
    that a policy sends by SMS. Messages go out from `inbox` when a case has no inbox of the wanted channel itself.
    `fallback`: the team that takes over what this one does not answer, "" for none.
    `away_after`: who is absent for longer is not reminded; the team is.
    """

    name: str
    calendar: str
    policy: str
    email: str
    supervisor_email: str
    inbox: str = ""
    phone: str = ""
    supervisor_phone: str = ""
    fallback: str = ""
    routing: Routing = Routing.MANUAL
    away_after: timedelta = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Configuration:
    """All of it, consistent: every name that one part mentions exists in the other.

    `suppressed_for`: how long nothing is sent to an address after a hard bounce or a complaint. `resends`: an answer
    that did not arrive goes out again by the next permitted channel, without anybody being asked.
    `colleagues`: addresses and domains, in lower case, from which the company's own people write.
    `app_unread_after`: when an answer in the app that nobody has read goes another way; None for never.
    `mail_per_second`: how fast mail goes out where SES does not say it; None for as fast as we can.
    `public_url`: where the API is found from outside, up to and with `/v1`; "" when nobody said.
    `survey_rules`: None when nobody is asked how satisfied they are.
    `undo_window`: for how long an answer waits before it is sent, so that it can be taken back; zero for not at all.
    `company`: its name in what the hub writes. `former_teams`: those that are gone, each with the name of the team that
    has taken over. `templates`: the operator's own, by name; what is shipped stands in `content/texts`.
    """

    version: str
    inboxes: tuple[Inbox, ...]
    teams: Mapping[str, Team]
    calendars: Mapping[str, BusinessHours]
    policies: Mapping[str, SlaPolicy]
    colleagues: frozenset[str] = frozenset()
    former_teams: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    policy_rules: tuple[PolicyRule, ...] = ()
    routing_rules: tuple[RoutingRule, ...] = ()
    kinds: Mapping[str, CaseKind] = field(default_factory=lambda: SHIPPED_KINDS)
    undo_window: timedelta = timedelta(0)
    app_unread_after: timedelta | None = None
    contact_rules: ContactRules = ContactRules()
    notice_limit: NoticeLimit = NoticeLimit()
    company: str = ""
    automatic_budget: AutomaticBudget = AutomaticBudget()
    templates: Mapping[str, Template] = field(default_factory=lambda: MappingProxyType({}))
    suppressed_for: timedelta = timedelta(days=90)
    resends: bool = False
    survey_rules: SurveyRules | None = None
    public_url: str = ""
    broadcasts: BroadcastRules = BroadcastRules()
    report_rules: ReportRules = ReportRules()
    mail_per_second: float | None = None

    def __post_init__(self) -> None:
        for at, inbox in enumerate(self.inboxes):
            _known_at(f"inboxes[{at}].team", inbox.team, self.teams)
            _known_at(f"inboxes[{at}].kind", inbox.kind, self.kinds_in_use)
        names = [inbox.name for inbox in self.inboxes]
        for at, team in enumerate(self.teams.values()):
            _known_at(f"teams[{at}].calendar", team.calendar, self.calendars)
            _known_at(f"teams[{at}].policy", team.policy, self.policies)
            _known_at(f"teams[{at}].fallback", team.fallback, self.teams)
            _known_at(f"teams[{at}].inbox", team.inbox, names)
            self._require_phones(team, f"teams[{at}]")
        for at, (former, successor) in enumerate(self.former_teams.items()):
            _known_at(f"former_teams[{at}].successor", successor, self.teams)
            if former in self.teams:
                raise WrongConfiguration.at(f"former_teams[{at}].name", f"the team {former!r} is still there")
        for at, rule in enumerate(self.policy_rules):
            _known_at(f"policy_rules[{at}].policy", rule.policy, self.policies)
            _known_at(f"policy_rules[{at}].team", rule.team, self.teams)
            _known_at(f"policy_rules[{at}].kind", rule.kind, self.kinds)
        self._check_routing()
        for at, name in enumerate(names):
            if name in names[:at]:
                raise WrongConfiguration.at(f"inboxes[{at}].name", f"{name!r} is there twice")

    def _check_routing(self) -> None:
        """What a rule names exists, and every rule can be the one that decides."""
        for at, rule in enumerate(self.routing_rules):
            place = f"routing_rules[{at}]"
            _known_at(f"{place}.then.team", rule.to_team, self.teams)
            _known_at(f"{place}.then.kind", rule.to_kind, self.kinds_in_use)
            _known_at(f"{place}.when.kind", rule.kind, self.kinds)
            _known_at(f"{place}.when.inbox", rule.inbox, [inbox.name for inbox in self.inboxes])
            if rule.fits_everything and at + 1 < len(self.routing_rules):
                raise WrongConfiguration.at(
                    f"{place}.when", "it fits every message, so the rules after it would never decide"
                )

    def _require_phones(self, team: Team, place: str) -> None:
        """Whoever a policy tells by SMS has a number, and there is an inbox that sends it."""
        told = self._told_by(team, Channel.SMS)
        needed = {"supervisor_phone" if action is StepAction.ESCALATE else "phone" for action in told}
        for phone in sorted(needed):
            if not getattr(team, phone):
                raise WrongConfiguration.at(f"{place}.{phone}", "it is missing, and a policy tells the team by SMS")
        if told and not any(inbox.channel is Channel.SMS for inbox in self.inboxes):
            raise WrongConfiguration.at(f"{place}.policy", "it tells the team by SMS, and there is no inbox for SMS")

    def require_mail_for_notices(self) -> None:
        """Whoever a policy tells by mail can be told: some inbox of ours sends mail. Raises WrongConfiguration."""
        for at, team in enumerate(self.teams.values()):
            if self._told_by(team, Channel.EMAIL) and not self.writes_by(Channel.EMAIL):
                raise WrongConfiguration.at(
                    f"teams[{at}].policy", "it tells the team by e-mail, and there is no inbox for e-mail"
                )

    def _told_by(self, team: Team, channel: Channel) -> set[StepAction]:
        named = {team.policy, *(rule.policy for rule in self.policy_rules if rule.team in ("", team.name))}
        used = [self.policies[name] for name in named if name in self.policies]
        return {step.action for policy in used for step in policy.all_steps if step.by is channel} - TELLS_NOBODY

    @property
    def holidays_until(self) -> date | None:
        """The last day for which every calendar that has public holidays knows them; None when none has any."""
        ends = (calendar.holidays_until for calendar in self.calendars.values())
        return min((end for end in ends if end), default=None)

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

    @property
    def every_team(self) -> tuple[str, ...]:
        """Under whose names cases may be listed."""
        return (*self.teams, *self.former_teams)

    def owner_in_place_of(self, team: str) -> str:
        """That team, or the one that has taken over from it."""
        return self.former_teams.get(team, team)

    def get_team(self, name: str) -> Team:
        """For one that is gone: the team that has taken over. Raises NotFound."""
        team = self.teams.get(self.owner_in_place_of(name))
        if team is None:
            raise NotFound(f"There is no team named {name!r}.")
        return team

    def agreement_for(self, case: Classified) -> Agreement:
        """What a clock of the case that starts now counts by: the first policy rule that fits, else the team's."""
        team = self.get_team(case.team)
        said = {
            "team": case.team,
            "kind": case.kind,
            "segment": case.segment,
            "priority": case.priority,
            "language": case.language,
            "channel": case.channel,
        }
        policy = next((rule.policy for rule in self.policy_rules if rule.fits(said)), team.policy)
        return self._agreement(policy, team.calendar)

    def find_agreement(self, policy: str, calendar: str) -> Agreement | None:
        """None when one of the two is gone."""
        known = policy in self.policies and calendar in self.calendars
        return self._agreement(policy, calendar) if known else None

    @property
    def kinds_in_use(self) -> tuple[str, ...]:
        """Names of those that a case can become."""
        return tuple(name for name, kind in self.kinds.items() if not kind.retired)

    def kind_named(self, name: str) -> CaseKind:
        """A kind that is gone from the configuration has no legal term any more."""
        return self.kinds.get(name) or CaseKind(name)

    def only_teams(self, case: OfKind) -> tuple[str, ...] | None:
        """Those that a case of a restricted kind is closed to all but: whose it is, and who has taken over from them.
        None for a case that everybody may see; `access.py` decides who of them.
        """
        restricted = self.kind_named(case.kind).restricted
        return (case.team, self.owner_in_place_of(case.team)) if restricted else None

    def _agreement(self, policy: str, calendar: str) -> Agreement:
        return Agreement(self.policies[policy], calendar, self.calendars[calendar], self.version)

    def hours_for(self, team: str) -> BusinessHours:
        return self.calendars[self.get_team(team).calendar]

    def writes_by(self, channel: Channel) -> bool:
        """Whether some inbox of ours sends by it."""
        return any(inbox.channel is channel and inbox.can_write for inbox in self.inboxes)

    def inbox_writing(self, channel: Channel, inbox: str, team: str) -> Inbox:
        """The inbox of that channel that writes for a case: its own, the team's, else the first one there is."""
        for name in (inbox, self.get_team(team).inbox):
            found = self.inbox_named(name, channel) if name else None
            if found and found.can_write:
                return found
        for candidate in self.inboxes:
            if candidate.channel is channel and candidate.can_write:
                return candidate
        raise WrongConfiguration(f"No {channel} inbox is configured, so nothing can be sent by {channel}.")


def _known_at(place: str, name: str, names: Iterable[str]) -> None:
    if name and name not in set(names):
        raise WrongConfiguration.at(place, f"{name!r} does not exist")
