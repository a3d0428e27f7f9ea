"""May we write to this address, now, for this purpose? And if only not now, from when on?

The rules in their order; the first that holds decides, and says in words what it saw. They look at values alone, so the
same question always has the same answer. `docs/contact-policy.md` tells them to people.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from chalicelib.domain.contact_points import Channel
from chalicelib.domain.contact_rules import ContactRules, QuietHours
from chalicelib.domain.inboxes import is_of_ours
from chalicelib.domain.reachability import Purpose, Reachability
from chalicelib.domain.remarks import remark


class LineKind(StrEnum):
    """What the numbering plans say of a telephone number."""

    MOBILE = "mobile"
    FIXED = "fixed"
    PREMIUM = "premium"  # whoever calls or texts it pays more than for an ordinary number
    OTHER = "other"  # pagers, numbers that forward, numbers of whole companies


@dataclass(frozen=True, slots=True)
class PhoneLine:
    """`country`: ISO 3166, "" where the number belongs to none."""

    country: str
    kind: LineKind


class Rule(StrEnum):
    NULL_SENDER = "null_sender"
    OWN_ADDRESS = "own_address"
    NO_REPLY = "no_reply"
    PREMIUM_NUMBER = "premium_number"
    FOREIGN_NUMBER = "foreign_number"
    CANNOT_RECEIVE = "cannot_receive"
    SUPPRESSED = "suppressed"
    OPTED_OUT = "opted_out"
    NO_SURVEYS = "no_surveys"
    NO_CONSENT = "no_consent"
    QUIET_HOURS = "quiet_hours"


@dataclass(frozen=True, slots=True)
class Sending:
    """A message that is to go out, as far as the rules look at it.

    `by_person`: an agent answers; else the hub writes by itself. `urgent`: a person takes it on themselves to disturb.
    `wrote_at`: when the customer last wrote from this very address, in the case that is answered. `line`: of a number
    that is to get a text message or a fax; `countries`: those to which the inbox writes; `premium`: also to numbers
    that cost more. `consented`: to marketing in this channel. `quiet_hours`: the customer's own, else the
    operator's; `zone`: the customer's, else the team's.
    """

    channel: Channel
    address: str
    purpose: Purpose
    now: datetime
    zone: ZoneInfo
    ours: frozenset[str] = frozenset()
    rules: ContactRules = ContactRules()
    reachability: Reachability | None = None
    by_person: bool = False
    urgent: bool = False
    wrote_at: datetime | None = None
    line: PhoneLine | None = None
    countries: frozenset[str] = frozenset()
    premium: bool = False
    consented: bool = False
    no_surveys: bool = False
    quiet_hours: QuietHours | None = None


@dataclass(frozen=True, slots=True)
class Ruling:
    """`rule` None: it may go, now. With `not_before` it may go, then. Else it may not. `why`: in words."""

    rule: Rule | None = None
    why: str = ""
    not_before: datetime | None = None

    @property
    def refuses(self) -> bool:
        return self.rule is not None and self.not_before is None


MAY_GO = Ruling()


def ruling_on(sending: Sending) -> Ruling:
    return next((ruling for rule in _RULES if (ruling := rule(sending))), MAY_GO)


def line_ruling(
    address: str, line: PhoneLine, countries: frozenset[str], *, premium: bool = False, by_fax: bool = False
) -> Ruling:
    """Whoever makes us write to numbers of their own is paid for each (SMS pumping), so not every number is written to.
    A fax goes to any kind of line: the plans do not say which of them has a fax machine.
    """
    if line.kind is LineKind.PREMIUM and not premium:
        return Ruling(Rule.PREMIUM_NUMBER, remark("number_costs_more", address=address))
    if line.country not in countries:
        country, ours = line.country or "no country", ", ".join(sorted(countries))
        code = "faxes_not_to_country" if by_fax else "texts_not_to_country"
        return Ruling(Rule.FOREIGN_NUMBER, remark(code, address=address, country=country, ours=ours))
    if not by_fax and line.kind in (LineKind.FIXED, LineKind.OTHER):
        return Ruling(Rule.CANNOT_RECEIVE, remark("no_mobile_number", address=address))
    return MAY_GO


def is_no_reply(address: str, further: frozenset[str] = frozenset()) -> bool:
    """By its local part, whole or as the beginning or end of its words: `no-reply`, `noreply-shop`, `shop.noreply`."""
    words = [word for word in re.split(r"[._-]+", _local_part(address).rstrip("0123456789")) if word]
    known = _NO_REPLY | {re.sub(r"[._-]+", "", local) for local in further}
    joined = {"".join(words[:at]) for at in range(1, len(words) + 1)}
    return not known.isdisjoint(joined | {"".join(words[at:]) for at in range(len(words))})


# Without separators. Machines that send reports read no more than those that say so.
_NO_REPLY = frozenset(
    {
        *("noreply", "donotreply", "dontreply", "noreplies", "noresponse", "mailerdaemon", "autoreply"),
        *("nieodpowiadaj", "prosimynieodpowiadac", "nichtantworten", "keineantwort", "nepasrepondre", "noresponder"),
        *("naoresponda", "naoresponder", "nonrispondere", "nietbeantwoorden", "neodpovidejte", "neodpovidat"),
        *("svarainte", "svarikke", "eivastausta"),
    }
)
NUMBERED = frozenset({Channel.SMS, Channel.FAX})
"""Whatever goes out by them costs what its number costs."""

# A call or a letter is a person's, and no machine that sends reports of failures about addresses.
_CARRIED = frozenset({Channel.EMAIL, Channel.SMS, Channel.FAX})
# Where STOP does not reach: it was said of what is sent to the number.
_SPOKEN = frozenset({Channel.PHONE, Channel.LETTER, Channel.IN_PERSON, Channel.APP})


def _null_sender(sending: Sending) -> Ruling | None:
    if sending.channel in _CARRIED and sending.address.strip("<> ") == "":
        return Ruling(Rule.NULL_SENDER, remark("to_null_sender"))
    return None


def _own_address(sending: Sending) -> Ruling | None:
    if sending.channel in _CARRIED and is_of_ours(sending.address.lower(), sending.ours):
        return Ruling(Rule.OWN_ADDRESS, remark("to_address_of_ours", address=sending.address))
    return None


def _no_reply(sending: Sending) -> Ruling | None:
    if sending.channel is Channel.EMAIL and is_no_reply(sending.address, sending.rules.no_reply):
        return Ruling(Rule.NO_REPLY, remark("nobody_reads_there", address=sending.address))
    return None


def _number(sending: Sending) -> Ruling | None:
    if sending.channel not in NUMBERED or sending.line is None:
        return None
    by_fax = sending.channel is Channel.FAX
    ruling = line_ruling(sending.address, sending.line, sending.countries, premium=sending.premium, by_fax=by_fax)
    return ruling if ruling.rule else None


def _suppressed(sending: Sending) -> Ruling | None:
    known = sending.reachability
    if sending.channel not in _CARRIED or known is None or not known.is_suppressed(sending.now):
        return None
    until = f"{known.suppressed_until:%Y-%m-%d %H:%M} UTC"
    told = {"address": sending.address, "until": until}
    if known.suppressed_by:
        return Ruling(Rule.SUPPRESSED, remark("suppressed_by", **told, what=known.suppressed_by))
    return Ruling(Rule.SUPPRESSED, remark("suppressed", **told))


def _opted_out(sending: Sending) -> Ruling | None:
    opt_out = sending.reachability.opt_out_of(sending.purpose) if sending.reachability else None
    if opt_out is None or may_be_answered_all_the_same(sending):
        return None
    code, said = _OPTED_OUT_OF[sending.purpose], opt_out.evidence or _ERASED
    why = remark(code, address=sending.address, day=f"{opt_out.at:%Y-%m-%d}", said=said)
    return Ruling(Rule.OPTED_OUT, why)


def may_be_answered_all_the_same(sending: Sending) -> bool:
    """Whoever asks from an address after opting out there is answered there by a person, and by nobody else."""
    opt_out = sending.reachability.opt_out_of(sending.purpose) if sending.reachability else None
    if opt_out is None or not sending.by_person or sending.purpose is not Purpose.SERVICE:
        return False
    has_asked_since = sending.wrote_at is not None and sending.wrote_at > opt_out.at
    return has_asked_since or sending.channel in _SPOKEN


_ERASED = "–"  # how it was said went with an erasure; that it was said stays
_OPTED_OUT_OF = {
    Purpose.SERVICE: "opted_out_of_all",
    Purpose.NOTICE: "opted_out_of_notices",
    Purpose.SURVEY: "opted_out_of_surveys",
    Purpose.MARKETING: "opted_out_of_marketing",
}


def _no_surveys(sending: Sending) -> Ruling | None:
    if sending.purpose is Purpose.SURVEY and sending.no_surveys:
        return Ruling(Rule.NO_SURVEYS, remark("wants_no_surveys"))
    return None


def _no_consent(sending: Sending) -> Ruling | None:
    if sending.purpose is Purpose.MARKETING and not sending.consented:
        return Ruling(Rule.NO_CONSENT, remark("no_consent", channel=sending.channel))
    return None


def _quiet_hours(sending: Sending) -> Ruling | None:
    hours = sending.quiet_hours or sending.rules.quiet_hours
    if hours is None or sending.urgent or sending.channel not in sending.rules.bound.get(sending.purpose, ()):
        return None
    until = hours.end_of(sending.now, sending.zone)
    if until is None:
        return None
    local = f"{until.astimezone(sending.zone):%Y-%m-%d %H:%M}"
    return Ruling(Rule.QUIET_HOURS, remark("in_quiet_hours", until=local, zone=sending.zone.key), until)


_RULES: tuple[Callable[[Sending], Ruling | None], ...] = (
    _null_sender,
    _own_address,
    _no_reply,
    _number,
    _suppressed,
    _opted_out,
    _no_surveys,
    _no_consent,
    _quiet_hours,
)


def _local_part(address: str) -> str:
    return address.strip().lower().rpartition("@")[0].partition("+")[0]
