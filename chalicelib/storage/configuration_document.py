"""The configuration as an operator writes it: JSON, checked whole, every mistake named with its place.

`docs/configuration.md` shows the document. `holidays` of a calendar are for the tool that saves the document: it adds
their dates to `closed` and says in `holidays_until` how far they reach.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, time, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import msgspec

from chalicelib.domain.broadcasts import BroadcastRules
from chalicelib.domain.business_hours import BusinessHours, Slot
from chalicelib.domain.case_kinds import QUESTION, SHIPPED_KINDS, CaseKind, LegalTerm
from chalicelib.domain.cases import Priority
from chalicelib.domain.configuration import MOST_SEGMENTS, Configuration, Inbox, Routing, Team
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.errors import WrongConfiguration
from chalicelib.domain.faxes import FaxGateway
from chalicelib.domain.notice_limits import NoticeLimit
from chalicelib.domain.sla import ClockName, EscalationStep, PolicyRule, SlaPolicy, StepAction
from chalicelib.storage.automatic_sections import (
    AcknowledgementSection,
    AutomaticBudgetSection,
    acknowledgement_of,
    budget_of,
    check_acknowledgements,
)
from chalicelib.storage.captcha_section import CaptchaSection, captcha_of
from chalicelib.storage.contact_policy_document import ContactPolicySection, contact_rules
from chalicelib.storage.document_parts import Country, Email, Language, Name, Sender, Url
from chalicelib.storage.fax_gateway_section import FaxGatewaySection, fax_gateway_of
from chalicelib.storage.fax_sending_section import FaxByMailSection, FaxOverHttpsSection, fax_sending_of
from chalicelib.storage.reports_section import ReportsSection, report_rules_of
from chalicelib.storage.routing_sections import RoutingRuleSection, check_words, routing_rule_of
from chalicelib.storage.sms_section import SmsSection, sms_transport_of
from chalicelib.storage.survey_section import SurveySection, survey_rules_of
from chalicelib.storage.template_sections import TemplateSection, check_templates, template_of

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Hours = Annotated[str, msgspec.Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$")]
Days = Annotated[int, msgspec.Meta(ge=0, le=3650)]
Minutes = Annotated[int, msgspec.Meta(ge=1, le=365 * 24 * 60)]
Months = Annotated[int, msgspec.Meta(ge=0, le=120)]
Phone = Annotated[str, msgspec.Meta(pattern=r"^(\+[1-9]\d{6,14})?$")]  # E.164
ONE_LINE = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$(?!\n)"
# As a browser writes it (RFC 6454, 6.1); without TLS only on the developer's own machine.
_SITE = r"^(https://[a-z0-9-]+(\.[a-z0-9-]+)+|http://(localhost|127\.0\.0\.1))(:[1-9]\d{0,4})?$(?!\n)"
FormKey = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{8,100}$(?!\n)")]
Origin = Annotated[str, msgspec.Meta(pattern=_SITE, max_length=280)]
_PHONE = re.compile(r"\+[1-9]\d{6,14}")  # E.164


class InboxSection(msgspec.Struct, forbid_unknown_fields=True):
    name: Name
    channel: Channel
    team: Name
    address: str = ""
    country: Country = "PL"
    language: Language = "pl"
    display_name: Annotated[str, msgspec.Meta(max_length=100, pattern=ONE_LINE)] = ""
    continuity_days: Days = 14
    reopen_days: Days = 14
    gateways: tuple[str, ...] = ()
    fax: FaxByMailSection | FaxOverHttpsSection | None = None
    kind: Name = QUESTION
    allowed_countries: Annotated[tuple[Country, ...], msgspec.Meta(max_length=250)] = ()
    premium_numbers: bool = False
    signature: Annotated[str, msgspec.Meta(max_length=1_000)] = ""
    allow_links: bool = False
    most_segments: Annotated[int, msgspec.Meta(ge=1, le=10)] = MOST_SEGMENTS
    sms: SmsSection = SmsSection()
    acknowledgement: AcknowledgementSection | None = None
    allowed_origins: Annotated[tuple[Origin, ...], msgspec.Meta(max_length=50)] = ()
    captcha: CaptchaSection | None = None
    form_keys: Annotated[tuple[FormKey, ...], msgspec.Meta(max_length=10)] = ()


class TeamSection(msgspec.Struct, forbid_unknown_fields=True):
    name: Name
    calendar: Name
    policy: Name
    email: Email
    supervisor_email: Email
    inbox: str = ""
    phone: Phone = ""
    supervisor_phone: Phone = ""
    fallback: str = ""
    routing: Routing = Routing.MANUAL
    away_minutes: Minutes = 240


class FormerTeamSection(msgspec.Struct, forbid_unknown_fields=True):
    name: Name
    successor: Name


class CalendarSection(msgspec.Struct, forbid_unknown_fields=True):
    name: Name
    zone: str
    week: dict[str, tuple[Hours, ...]]
    closed: tuple[date, ...] = ()
    open: dict[date, tuple[Hours, ...]] = {}
    holidays: Any = None
    holidays_until: date | None = None


class StepSection(msgspec.Struct, forbid_unknown_fields=True):
    action: StepAction
    minutes: Annotated[int, msgspec.Meta(ge=-366 * 24 * 60, le=366 * 24 * 60)]
    business: bool = False
    by: Literal["email", "sms"] = "email"


Steps = Annotated[tuple[StepSection, ...], msgspec.Meta(max_length=20)]


class PolicySection(msgspec.Struct, forbid_unknown_fields=True):
    name: Name
    first_response_minutes: Minutes
    next_response_minutes: Minutes
    resolution_minutes: Minutes | None = None
    update_minutes: Minutes | None = None
    call_back_minutes: Minutes | None = None
    letter_minutes: Minutes | None = None
    steps: Steps = ()
    own_steps: dict[ClockName, Steps] = {}


class NoticesSection(msgspec.Struct, forbid_unknown_fields=True):
    most: Annotated[int, msgspec.Meta(ge=0, le=1000)] = NoticeLimit().most
    within_minutes: Annotated[int, msgspec.Meta(ge=1, le=24 * 60)] = NoticeLimit().within // timedelta(minutes=1)


Price = Annotated[str, msgspec.Meta(pattern=r"^\d{1,6}(\.\d{1,6})?$(?!\n)")]


class BroadcastsSection(msgspec.Struct, forbid_unknown_fields=True):
    per_minute: Annotated[int, msgspec.Meta(ge=1, le=400)] = BroadcastRules().per_minute
    prices: dict[Literal["email", "sms", "app", "fax"], Price] = {}
    currency: Annotated[str, msgspec.Meta(pattern=r"^([A-Z]{3})?$(?!\n)")] = ""


class PolicyRuleSection(msgspec.Struct, forbid_unknown_fields=True):
    policy: Name
    team: str = ""
    kind: str = ""
    segment: str = ""
    priority: Priority | None = None
    language: str = ""
    channel: Channel | None = None


class LegalTermSection(msgspec.Struct, forbid_unknown_fields=True):
    days: Days = 0
    months: Months = 0
    longest_days: Days = 0
    longest_months: Months = 0
    durable: tuple[Channel, ...] = ()


class KindSection(msgspec.Struct, forbid_unknown_fields=True):
    name: Name
    legal: LegalTermSection | None = None
    restricted: bool = False
    keep_days: Annotated[int, msgspec.Meta(ge=0, le=36_600)] = 0
    retired: bool = False


class Document(msgspec.Struct, forbid_unknown_fields=True):
    inboxes: tuple[InboxSection, ...]
    teams: tuple[TeamSection, ...]
    calendars: tuple[CalendarSection, ...]
    policies: tuple[PolicySection, ...]
    former_teams: Annotated[tuple[FormerTeamSection, ...], msgspec.Meta(max_length=1000)] = ()
    policy_rules: Annotated[tuple[PolicyRuleSection, ...], msgspec.Meta(max_length=200)] = ()
    routing_rules: Annotated[tuple[RoutingRuleSection, ...], msgspec.Meta(max_length=100)] = ()
    kinds: Annotated[tuple[KindSection, ...], msgspec.Meta(max_length=50)] = ()
    fax_gateways: Annotated[tuple[FaxGatewaySection, ...], msgspec.Meta(max_length=50)] = ()
    colleagues: Annotated[tuple[Sender, ...], msgspec.Meta(max_length=1000)] = ()
    undo_seconds: Annotated[int, msgspec.Meta(ge=0, le=600)] = 0
    app_unread_hours: Annotated[int, msgspec.Meta(ge=0, le=30 * 24)] = 0
    contact_policy: ContactPolicySection = ContactPolicySection()
    public_url: Url = ""
    mail_per_second: Annotated[float, msgspec.Meta(ge=0.1, le=10_000)] | None = None
    notices: NoticesSection = msgspec.field(default_factory=NoticesSection)
    company: Annotated[str, msgspec.Meta(max_length=100)] = ""
    automatic_answers: AutomaticBudgetSection = AutomaticBudgetSection()
    templates: Annotated[tuple[TemplateSection, ...], msgspec.Meta(max_length=500)] = ()
    suppression_days: Annotated[int, msgspec.Meta(ge=1, le=3650)] = 90
    resend_undelivered: bool = False
    surveys: SurveySection | None = None
    broadcasts: BroadcastsSection = msgspec.field(default_factory=BroadcastsSection)
    reports: ReportsSection = msgspec.field(default_factory=ReportsSection)


def parse_configuration(text: str | bytes, version: str) -> Configuration:
    """Raises WrongConfiguration, whose text and `field` name the place of the first mistake."""
    try:
        document = msgspec.json.decode(text, type=Document)
    except msgspec.DecodeError as error:  # broken JSON, and everything that does not fit the sections above
        problem, _, place = str(error).partition(" - at `$.")
        raise WrongConfiguration.at(place.rstrip("`"), problem) from error
    gateways = tuple(_by_name("fax_gateways", document.fax_gateways, fax_gateway_of).values())
    teams = _by_name("teams", document.teams, _team)
    calendars = _by_name("calendars", document.calendars, _calendar)
    rules = tuple(_by_name("routing_rules", document.routing_rules, routing_rule_of).values())
    check_words(rules)
    return Configuration(
        version=version,
        inboxes=tuple(
            _inbox(section, f"inboxes[{at}]", gateways, _zone_of(section.team, teams, calendars), document.company)
            for at, section in enumerate(document.inboxes)
        ),
        teams=teams,
        calendars=calendars,
        policies=_by_name("policies", document.policies, _policy),
        colleagues=frozenset(document.colleagues),
        notice_limit=NoticeLimit(document.notices.most, timedelta(minutes=document.notices.within_minutes)),
        former_teams=_by_name("former_teams", document.former_teams, lambda section, _place: section.successor),
        policy_rules=tuple(_policy_rule(section) for section in document.policy_rules),
        routing_rules=rules,
        kinds={**SHIPPED_KINDS, **_by_name("kinds", document.kinds, _kind)},
        undo_window=timedelta(seconds=document.undo_seconds),
        app_unread_after=timedelta(hours=document.app_unread_hours) or None,
        contact_rules=contact_rules(document.contact_policy),
        public_url=document.public_url,
        mail_per_second=document.mail_per_second,
        company=document.company,
        automatic_budget=budget_of(document.automatic_answers),
        templates=_by_name("templates", document.templates, template_of),
        suppressed_for=timedelta(days=document.suppression_days),
        resends=document.resend_undelivered,
        survey_rules=survey_rules_of(document.surveys, document.public_url),
        broadcasts=_broadcast_rules(document.broadcasts),
        report_rules=report_rules_of(document.reports),
    )


def _broadcast_rules(section: BroadcastsSection) -> BroadcastRules:
    if section.prices and not section.currency:
        raise WrongConfiguration.at("broadcasts.currency", "prices need one, such as PLN")
    prices = {channel: Decimal(price) for channel, price in section.prices.items()}
    return BroadcastRules(section.per_minute, prices, section.currency)


def _by_name(place: str, sections: Iterable[Any], build: Any) -> Mapping[str, Any]:
    built: dict[str, Any] = {}
    for at, section in enumerate(sections):
        if section.name in built:
            raise WrongConfiguration.at(f"{place}[{at}].name", f"{section.name!r} is there twice")
        built[section.name] = build(section, f"{place}[{at}]")
    return built


def check_examples(configuration: Configuration) -> None:
    """Raises WrongConfiguration when a text names a variable that does not exist, when a fax gateway does not read its
    own example, or when a policy tells colleagues by mail and no inbox sends any.

    Only where a document is saved: one that was saved must stay usable, whatever later versions read differently.
    """
    from chalicelib.content.fax_notices import example_problem  # brings the numbering plans with it

    configuration.require_mail_for_notices()
    check_templates(configuration)
    check_acknowledgements(configuration)
    gateways = dict.fromkeys(gateway for inbox in configuration.inboxes for gateway in inbox.fax_gateways)
    for at, gateway in enumerate(gateways):
        problem = example_problem(gateway)
        if problem:
            raise WrongConfiguration.at(f"fax_gateways[{at}].example", problem)


def _zone_of(team: str, teams: Mapping[str, Team], calendars: Mapping[str, BusinessHours]) -> str:
    """What does not exist is found out when the whole is put together."""
    calendar = calendars.get(teams[team].calendar) if team in teams else None
    return calendar.zone.key if calendar else "UTC"


def _inbox(section: InboxSection, place: str, gateways: tuple[FaxGateway, ...], zone: str, company: str) -> Inbox:
    match section.channel:
        case Channel.EMAIL | Channel.FAX:
            right, wanted = "@" in section.address, "an e-mail address in lower case"
            right = right and section.address == section.address.lower()
        case Channel.SMS:
            right, wanted = bool(_PHONE.fullmatch(section.address)), "a phone number such as +48601234567"
        case Channel.PHONE:
            right = not section.address or bool(_PHONE.fullmatch(section.address))
            wanted = "a phone number such as +48601234567, or left out"
        case _:
            right, wanted = not section.address, "left out: the inbox's name is its address"
    if not right:
        raise WrongConfiguration.at(f"{place}.address", f"for {section.channel} it must be {wanted}")
    _require_used(section, place)
    return Inbox(
        name=section.name,
        channel=section.channel,
        team=section.team,
        address=section.address,
        country=section.country,
        language=section.language,
        display_name=section.display_name or (company if section.channel is Channel.FAX else ""),
        continuity_window=timedelta(days=section.continuity_days),
        reopen_within=timedelta(days=section.reopen_days),
        gateways=section.gateways,
        fax_gateways=gateways if section.channel is Channel.FAX else (),
        fax=fax_sending_of(section.fax, f"{place}.fax", zone) if section.fax else None,
        kind=section.kind,
        allowed_countries=section.allowed_countries,
        premium_numbers=section.premium_numbers,
        signature=section.signature,
        allow_links=section.allow_links,
        most_segments=section.most_segments,
        sms=sms_transport_of(section.sms, f"{place}.sms"),
        acknowledgement=acknowledgement_of(section.acknowledgement, section.channel, f"{place}.acknowledgement"),
        allowed_origins=section.allowed_origins,
        captcha=captcha_of(section.captcha),
        form_keys=section.form_keys,
    )


def _require_used(section: InboxSection, place: str) -> None:
    """A member that this channel does not read was meant for another one."""
    used = {
        "signature": (Channel.EMAIL, Channel.FAX),
        "fax": (Channel.FAX,),
        "allow_links": (Channel.SMS,),
        "most_segments": (Channel.SMS,),
        "sms": (Channel.SMS,),
        "allowed_origins": (Channel.WEB_FORM,),
        "captcha": (Channel.WEB_FORM,),
        "form_keys": (Channel.WEB_FORM,),
    }
    unset = InboxSection(name="unset", channel=section.channel, team=section.team)
    for member, channels in used.items():
        if section.channel not in channels and getattr(section, member) != getattr(unset, member):
            raise WrongConfiguration.at(f"{place}.{member}", f"an inbox for {section.channel} has none")


def _team(section: TeamSection, _place: str) -> Team:
    return Team(
        name=section.name,
        calendar=section.calendar,
        policy=section.policy,
        email=section.email,
        supervisor_email=section.supervisor_email,
        inbox=section.inbox,
        phone=section.phone,
        supervisor_phone=section.supervisor_phone,
        fallback=section.fallback,
        routing=section.routing,
        away_after=timedelta(minutes=section.away_minutes),
    )


def _calendar(section: CalendarSection, place: str) -> BusinessHours:
    try:
        zone = ZoneInfo(section.zone)
    except (KeyError, ValueError, OSError) as error:  # unknown, ill-formed, a folder of the zone files
        raise WrongConfiguration.at(
            f"{place}.zone", f"{section.zone!r} is not a time zone such as Europe/Warsaw"
        ) from error
    for day in section.week:
        if day not in WEEKDAYS:
            raise WrongConfiguration.at(f"{place}.week", f"{day!r} is not one of {', '.join(WEEKDAYS)}")
    if not any((*section.week.values(), *section.open.values())):
        raise WrongConfiguration.at(f"{place}.week", "no day has a slot, so no deadline could ever be reckoned")
    return BusinessHours(
        zone=zone,
        week={WEEKDAYS.index(day): _slots(hours, f"{place}.week.{day}") for day, hours in section.week.items()},
        closed=frozenset(section.closed),
        open_days={day: _slots(hours, f"{place}.open.{day}") for day, hours in section.open.items()},
        holidays_until=_holidays_until(section),
    )


def _holidays_until(section: CalendarSection) -> date | None:
    """Documents that were saved before it was said: as far as the last closed day."""
    if section.holidays is None:
        return None
    return section.holidays_until or max(section.closed, default=None)


def _slots(hours: tuple[str, ...], place: str) -> tuple[Slot, ...]:
    """In order, and none begins before the one before it has ended: each minute must count once."""
    try:
        slots = sorted((_slot(text) for text in hours), key=lambda slot: slot.opens)
    except WrongConfiguration as error:
        raise WrongConfiguration.at(place, error.public_text.rstrip(".")) from error
    for earlier, later in pairwise(slots):
        if earlier.closes == time(0) or later.opens < earlier.closes:
            raise WrongConfiguration.at(place, "two slots overlap")
    return tuple(slots)


def _slot(text: str) -> Slot:
    opens, _, closes = text.partition("-")
    return Slot(time.fromisoformat(opens), time.fromisoformat(closes))


def _policy(section: PolicySection, place: str) -> SlaPolicy:
    for name in (ClockName.RESOLUTION, ClockName.UPDATE):
        if name in section.own_steps and getattr(section, f"{name}_minutes") is None:
            raise WrongConfiguration.at(f"{place}.own_steps.{name}", f"there is no such clock without {name}_minutes")
    return SlaPolicy(
        name=section.name,
        first_response_within=timedelta(minutes=section.first_response_minutes),
        next_response_within=timedelta(minutes=section.next_response_minutes),
        steps=_steps(section.steps),
        resolution_within=_minutes(section.resolution_minutes),
        update_within=_minutes(section.update_minutes),
        call_back_within=_minutes(section.call_back_minutes),
        letter_within=_minutes(section.letter_minutes),
        own_steps={name: _steps(steps) for name, steps in section.own_steps.items()},
    )


def _steps(sections: Iterable[StepSection]) -> tuple[EscalationStep, ...]:
    steps = [
        EscalationStep(step.action, timedelta(minutes=step.minutes), step.business, Channel(step.by))
        for step in sections
    ]
    return tuple(sorted(steps, key=lambda step: step.after))


def _minutes(minutes: int | None) -> timedelta | None:
    return None if minutes is None else timedelta(minutes=minutes)


def _policy_rule(section: PolicyRuleSection) -> PolicyRule:
    return PolicyRule(**{name: getattr(section, name) or "" for name in section.__struct_fields__})


def _kind(section: KindSection, place: str) -> CaseKind:
    legal = _legal_term(section.legal, f"{place}.legal") if section.legal else None
    return CaseKind(section.name, legal, section.restricted, section.keep_days, section.retired)


def _legal_term(section: LegalTermSection, place: str) -> LegalTerm:
    term = LegalTerm(**{name: getattr(section, name) for name in section.__struct_fields__})
    if not term.days and not term.months:
        raise WrongConfiguration.at(place, "a term has days or months")
    if term.extensible and (term.longest_months, term.longest_days) <= (term.months, term.days):
        raise WrongConfiguration.at(place, "the longest term is not longer than the term")
    return term
