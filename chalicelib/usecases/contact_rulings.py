"""Asks the contact policy about a message, with what it looks at: the address, its owner, the operator's rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType

from chalicelib.domain.configuration import Configuration, Inbox
from chalicelib.domain.contact_points import Channel, ContactPoint
from chalicelib.domain.contact_policy import MAY_GO, NUMBERED, LineKind, PhoneLine, Ruling, Sending, ruling_on
from chalicelib.domain.customers import Customer
from chalicelib.domain.inboxes import addresses_of_ours
from chalicelib.domain.preferences import NO_PREFERENCES, has_consented, zone_of
from chalicelib.domain.reachability import Purpose, Reachability
from chalicelib.domain.threads import Entry, EntryKind
from chalicelib.usecases.find_customer import surviving_customer
from chalicelib.usecases.ports import ThreadStore

NOTHING_KNOWN: Mapping[ContactPoint, Reachability] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Intent:
    """What somebody wants to send. `by_person`: an agent answers. `urgent`: at night, too."""

    now: datetime
    purpose: Purpose = Purpose.SERVICE
    by_person: bool = False
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who is to get it: `customer` answers for `others`, who were merged into them. None: nobody's, as of a code.

    `wrote_from`, `wrote_by` and `wrote_at`: of the customer's newest message in the case. `team`: of the case.
    """

    team: str
    customer: Customer | None = None
    others: Sequence[Customer] = ()
    wrote_from: ContactPoint | None = None
    wrote_by: Channel | None = None
    wrote_at: datetime | None = None
    known: Mapping[ContactPoint, Reachability] = field(default_factory=lambda: NOTHING_KNOWN)


def sending_of(
    intent: Intent,
    channel: Channel,
    address: str,
    point: ContactPoint | None,
    to: Addressee,
    configuration: Configuration,
    inbox: Inbox | None = None,
) -> Sending:
    """`address`: the carrier's, `point`: the same, normalised. `inbox`: of ours, that writes."""
    preferences = to.customer.preferences if to.customer else NO_PREFERENCES
    return Sending(
        channel=channel,
        address=address,
        purpose=intent.purpose,
        now=intent.now,
        zone=zone_of(preferences, configuration.hours_for(to.team).zone),
        ours=addresses_of_ours(configuration),
        rules=configuration.contact_rules,
        reachability=to.known.get(point) if point else None,
        by_person=intent.by_person,
        urgent=intent.urgent,
        wrote_at=to.wrote_at if point and to.wrote_from == point else None,
        line=_line_of(point, to) if channel in NUMBERED and point else None,
        countries=inbox.countries if inbox else frozenset(),
        premium=inbox.premium_numbers if inbox else False,
        consented=_has_consented(channel, to),
        no_surveys=preferences.no_surveys or any(one.preferences.no_surveys for one in to.others),
        quiet_hours=preferences.quiet_hours,
    )


def ruling_before_sending(threads: ThreadStore, entry: Entry, configuration: Configuration, now: datetime) -> Ruling:
    """Right before an entry goes out, when it is claimed already: what was said until then is heard.

    One read more; several where quiet hours, consents or an opt-out are to be looked at.
    """
    delivery = entry.delivery
    if delivery is None:
        return MAY_GO
    inbox = configuration.find_inbox(delivery.sender, [entry.channel] if entry.channel else [])
    channel = entry.channel or Channel.EMAIL
    to_nobody = entry.kind in (EntryKind.CODE, EntryKind.NOTICE)
    intent = Intent(
        now,
        delivery.purpose,
        by_person=entry.author.startswith("agent:"),
        urgent=delivery.urgent or to_nobody,
    )
    known = threads.find_reachabilities([delivery.point]) if delivery.point else NOTHING_KNOWN
    to = Addressee(team=inbox.team if inbox else "", known=known)
    if not to_nobody and _hangs_on_customer(intent, channel, known, configuration):
        to = _addressee(threads, entry, to)
    return ruling_on(sending_of(intent, channel, delivery.recipient, delivery.point, to, configuration, inbox))


def _hangs_on_customer(
    intent: Intent, channel: Channel, known: Mapping[ContactPoint, Reachability], configuration: Configuration
) -> bool:
    is_bound = not intent.urgent and channel in configuration.contact_rules.bound.get(intent.purpose, ())
    is_for_some = intent.purpose in (Purpose.SURVEY, Purpose.MARKETING)
    is_text = channel is Channel.SMS  # a fixed line gets one only where it has sent one
    return is_bound or is_for_some or is_text or any(one.has_opted_out(intent.purpose) for one in known.values())


def _addressee(threads: ThreadStore, entry: Entry, to: Addressee) -> Addressee:
    customer = surviving_customer(threads, entry.customer_id)
    case = threads.get_case(entry.customer_id, entry.case_id) if entry.case_id else None
    last = threads.get_entry(case.customer_id, case.last_inbound_id) if case and case.last_inbound_id else None
    return replace(
        to,
        team=case.team if case else to.team,
        customer=customer,
        others=[threads.get_customer(id_) for id_ in customer.merged_from],
        wrote_from=last.arrival.point if last and last.arrival else None,
        wrote_by=last.channel if last else None,
        wrote_at=last.at if last else None,
    )


def _line_of(point: ContactPoint, to: Addressee) -> PhoneLine:
    """Whatever the numbering plan says, a line from which a text message came gets one, too."""
    from chalicelib.content.phone_numbers import line_of  # mail does not need it

    line = line_of(point)
    has_texted = to.wrote_by is Channel.SMS and to.wrote_from == point
    return replace(line, kind=LineKind.MOBILE) if has_texted and line.kind is LineKind.FIXED else line


def _has_consented(channel: Channel, to: Addressee) -> bool:
    if to.customer is None:
        return False
    return has_consented(channel, to.customer.consents, [one.consents for one in to.others])
