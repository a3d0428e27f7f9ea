"""When the hub answers by itself, and above all when it does not. RFC 3834; RFC 5230, 4.2, 4.5 and 4.6.

An automatic answer is a weapon: whoever can have us answer can have us write to a third person, or to a machine that
answers back. So it says no word of theirs, goes only to who is believed or known, and counts on its address, on the
case and for the whole hub.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from zlib import crc32

from chalicelib.domain.contact_points import Channel, ContactPoint, PointKind
from chalicelib.domain.reachability import AutomaticAnswer, Purpose, Reachability
from chalicelib.domain.verification import Allowance

ONCE_IN = timedelta(hours=24)
TIERS = ((timedelta(days=7), 4), (timedelta(days=30), 8))
"""To one address from one inbox of ours: no more than that many automatic answers in that time."""
REMEMBERED_ANSWERS = 16
LATEST = timedelta(hours=24)  # what comes to light later than that is not acknowledged "at once" any more

QUICK = timedelta(minutes=2)
MOST_QUICK = 10
SILENT_FOR = timedelta(hours=24)

COUNTED_IN_A_PART = 100  # a budget is spread over parts of at least that many, so that no counter becomes a hot key
MOST_PARTS = 16


class NotAnswered(StrEnum):
    """Why a message that opened a case was not acknowledged."""

    AUTOMATIC = "automatic"  # a machine wrote it, or a list passed it on
    NOBODY = "nobody"  # no address can be made out, or none that we could write to by that channel
    NO_REPLY_ADDRESS = "no_reply_address"  # a mailbox that only machines use, or the null sender
    OWN_ADDRESS = "own_address"  # one of ours, or a colleague's
    NOT_ADDRESSED = "not_addressed"  # no address of ours stands in To or Cc
    UNPROVED = "unproved"  # a stranger whom nothing binds to the address
    CHANNEL_OFF = "channel_off"  # the inbox does not acknowledge by the channel at which they are reached
    RELEASED = "released"  # a person has let it in and can answer
    LATE = "late"
    OPTED_OUT = "opted_out"
    SUPPRESSED = "suppressed"
    SILENCED = "silenced"  # messages came in quick succession: two machines may be talking
    ANSWERED_LATELY = "answered_lately"  # a machine of ours has written there within a day
    TOO_MANY = "too_many"  # the tiers of the address are used up
    BUDGET_USED_UP = "budget_used_up"


@dataclass(frozen=True, slots=True)
class AcknowledgementRule:
    """What an inbox acknowledges. `channels`: by which the acknowledgement may go out. `template`: the name of its
    text, `sms_template` that of the one for SMS; `out_of_hours` and `notice`: names of what it says besides, outside of
    business hours and always; "" for nothing.
    """

    channels: tuple[Channel, ...]
    template: str = "acknowledgement"
    sms_template: str = "acknowledgement_sms"
    out_of_hours: str = "out_of_hours"
    notice: str = ""
    on_reopening: bool = False


@dataclass(frozen=True, slots=True)
class AutomaticBudget:
    """How many automatic answers the whole hub gives: to who is believed or known, and to whose address is only typed.

    The second is apart, so that a flood of invented addresses leaves the first untouched.
    """

    per_hour: int = 600
    per_day: int = 4000
    typed_per_hour: int = 60
    typed_per_day: int = 300


@dataclass(frozen=True, slots=True)
class Counted:
    """A counter that the answer would add one to. `most`: what this part of the budget has."""

    name: str
    period: str
    most: int
    expires_at: datetime


def counted_for(point: ContactPoint, budget: AutomaticBudget, now: datetime, *, believed: bool) -> tuple[Counted, ...]:
    """The part of an address is always the same one, so it can be read before anything is decided."""
    kind = "believed" if believed else "typed"
    per_hour = budget.per_hour if believed else budget.typed_per_hour
    per_day = budget.per_day if believed else budget.typed_per_day
    day_after = (now + timedelta(days=2)).replace(microsecond=0)
    return (
        _counted(f"automatic-{kind}-hour", f"{now:%Y%m%d%H}", per_hour, point, day_after),
        _counted(f"automatic-{kind}-day", f"{now:%Y%m%d}", per_day, point, day_after),
    )


def _counted(name: str, period: str, most: int, point: ContactPoint, expires_at: datetime) -> Counted:
    parts = min(MOST_PARTS, max(1, most // COUNTED_IN_A_PART))
    part = crc32(str(point).encode()) % parts
    return Counted(f"{name}-{part}", period, most // parts + (part < most % parts), expires_at)


def budget_is_used_up(counted: tuple[Counted, ...], used: Mapping[tuple[str, str], Allowance]) -> bool:
    """`used`: by name and period, as they were read. Coarse: answers of the same moment may go a little beyond."""
    return any((used[key].used if (key := (one.name, one.period)) in used else 0) >= one.most for one in counted)


def reason_at_address(known: Reachability | None, inbox: str, now: datetime) -> NotAnswered | None:
    """What is known of the address that speaks against an automatic answer from that inbox of ours."""
    if known is None:
        return None
    if known.has_opted_out(Purpose.NOTICE):
        return NotAnswered.OPTED_OUT
    if known.is_suppressed(now):
        return NotAnswered.SUPPRESSED
    if known.acknowledged_at and now - known.acknowledged_at < ONCE_IN:
        return NotAnswered.ANSWERED_LATELY
    if tiers_are_used_up(known, inbox, now):
        return NotAnswered.TOO_MANY
    return None


def tiers_are_used_up(known: Reachability, inbox: str, now: datetime) -> bool:
    given = [answer.at for answer in known.automatic_answers if answer.inbox == inbox]
    return any(sum(now - at < within for at in given) >= most for within, most in TIERS)


def with_automatic_answer(known: Reachability, inbox: str, at: datetime, *, acknowledges: bool = True) -> Reachability:
    """A machine of ours writes there. The oldest that are remembered fall out."""
    answers = (*known.automatic_answers, AutomaticAnswer(inbox, at))[-REMEMBERED_ANSWERS:]
    return replace(known, automatic_answers=answers, acknowledged_at=at if acknowledges else known.acknowledged_at)


ANSWERED_DEPENDS_ON = ("acknowledged_at", "automatic_answers")


# RFC 5230, 4.6: "owner-", "-request", LISTSERV, majordomo, MAILER-DAEMON; and what software calls itself since.
_MACHINES = frozenset(
    {
        "mailer-daemon", "postmaster", "listserv", "majordomo", "mailman", "daemon", "root", "nobody", "bounce",
        "bounces", "noreply", "no-reply", "no_reply", "no.reply", "donotreply", "do-not-reply", "do_not_reply",
        "dont-reply", "nie-odpowiadaj", "nieodpowiadaj", "niereply", "autoresponder", "auto-reply", "autoreply",
        "notification", "notifications", "powiadomienia", "newsletter",
    }
)  # fmt: skip
_BEGINNINGS = ("owner-", "bounce-", "bounces-", "noreply-", "no-reply-", "mailer-daemon")
_ENDINGS = ("-request", "-owner", "-bounces", "-bounce", "-noreply", "-no-reply", "-daemon")


def is_machines_address(address: str) -> bool:
    """Whether nobody reads what is sent there, by the mailbox's name alone. The null sender is one, too."""
    local = address.lower().rpartition("@")[0].partition("+")[0]
    return not local or local in _MACHINES or local.startswith(_BEGINNINGS) or local.endswith(_ENDINGS)


@dataclass(frozen=True, slots=True)
class Quick:
    """The last messages of a case came from `point` alone, each soon after the one before; `count` of them followed
    another one so quickly.
    """

    point: ContactPoint
    count: int


def quick_after(so_far: Quick | None, sender: ContactPoint | None, since_last: timedelta | None) -> Quick | None:
    """`since_last`: between this message and the newest before it; None for the first. None: not in quick succession.

    Messages of the same moment may be counted as one: a loop's come one after the other.
    """
    if sender is None or since_last is None or abs(since_last) > QUICK:
        return None
    return Quick(sender, so_far.count + 1 if so_far and so_far.point == sender else 1)


def too_quick(quick: Quick | None) -> bool:
    return quick is not None and quick.count >= MOST_QUICK - 1


def is_reached_at(channel: Channel, point: ContactPoint) -> bool:
    kinds = {Channel.EMAIL: PointKind.EMAIL, Channel.SMS: PointKind.PHONE, Channel.APP: PointKind.APP}
    return kinds.get(channel) is point.kind
