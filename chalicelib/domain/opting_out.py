"""Somebody says that they do not want to be written to at an address, or that they do again.

By a text message that is one of the usual words (STOP), by a mail to the address that our own mails give for it, by one
click on their link (RFC 8058), or by telling an agent. What a word ends is said in `docs/contact-policy.md`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from chalicelib.domain.cases import Case
from chalicelib.domain.contact_points import Channel, ContactPoint
from chalicelib.domain.messages import InboundMessage, Receipt
from chalicelib.domain.reachability import OptOut, Purpose, Reachability
from chalicelib.domain.remarks import remark
from chalicelib.domain.reply_address import KeyRing
from chalicelib.domain.sms import SmsIntent
from chalicelib.domain.unsubscribing import unsubscribed_purpose

EVERYTHING = (Purpose.SERVICE, Purpose.NOTICE, Purpose.SURVEY, Purpose.MARKETING)
CONFIRMED_AGAIN_AFTER = timedelta(hours=24)
CUSTOMER = "customer"
_LONGEST_WISH = 160


@dataclass(frozen=True, slots=True)
class Wish:
    """`stops`: nothing more for these purposes; else what the same person has said before is taken back. `by` and
    `evidence`: as of an opt-out. `by_text`: carriers want it confirmed.
    """

    point: ContactPoint
    stops: bool
    at: datetime
    by: str = CUSTOMER
    evidence: str = ""
    purposes: tuple[Purpose, ...] = EVERYTHING
    by_text: bool = False


def find_wish(message: InboundMessage, receipt: Receipt, ring: KeyRing) -> Wish | None:
    """What a message certainly asks for, whatever it is an answer to."""
    return _by_mail(message, receipt, ring) or _by_text(message, receipt, uncertain=False)


def find_likely_wish(message: InboundMessage, receipt: Receipt, case: Case | None) -> Wish | None:
    """What an everyday word asks for ("no", "end") where it is no answer: nobody of ours has written in the case."""
    if case is not None and case.messages_out:
        return None
    return _by_text(message, receipt, uncertain=True)


def as_machine_reads(message: InboundMessage, wish: Wish) -> InboundMessage:
    """It stands in the thread for people to see, and nobody has to answer it: no clock starts, nothing opens again.

    Who writes more than that into a mail is read by a person.
    """
    if message.automatic or len(message.visible_text.strip()) > _LONGEST_WISH:
        return message
    return replace(message, automatic=remark("says_stop" if wish.stops else "says_start"))


def wished(known: Reachability | None, wish: Wish) -> Reachability | None:
    """What is known of the address after the wish; None when it changes nothing: it was so already, or a later word of
    the same person has been heard before.
    """
    before = known or Reachability(wish.point)
    if wish.by == CUSTOMER and before.wished_at and before.wished_at >= wish.at:
        return None
    said = dict(before.opt_outs)
    for purpose in wish.purposes:
        if wish.stops:
            said.setdefault(purpose, OptOut(wish.at, wish.by, wish.evidence))
        elif purpose in said and (wish.by != CUSTOMER or said[purpose].by == CUSTOMER):
            del said[purpose]
    if said == before.opt_outs:
        return None
    wished_at = wish.at if wish.by == CUSTOMER else before.wished_at
    return replace(before, opt_outs=MappingProxyType(said), wished_at=wished_at)


def wants_confirming(before: Reachability | None, wish: Wish) -> bool:
    """Carriers want one message that says that it was heard. One in a day is enough, however often somebody changes
    their mind.
    """
    confirmed_at = before.confirmed_at if before else None
    return wish.by_text and (confirmed_at is None or wish.at - confirmed_at >= CONFIRMED_AGAIN_AFTER)


def _by_mail(message: InboundMessage, receipt: Receipt, ring: KeyRing) -> Wish | None:
    if message.channel is not Channel.EMAIL or message.sender is None:
        return None
    for address in receipt.recipients:
        purpose = unsubscribed_purpose(address, message.sender, ring)
        if purpose:
            evidence = f"by a mail to the address for it of {receipt.received_at:%Y-%m-%d}"
            return Wish(message.sender, True, receipt.received_at, evidence=evidence, purposes=(purpose,))
    return None


def _by_text(message: InboundMessage, receipt: Receipt, *, uncertain: bool) -> Wish | None:
    said = message.sms
    if said is None or message.sender is None or said.part or said.certain is uncertain:
        return None
    if said.intent not in (SmsIntent.STOP, SmsIntent.START):
        return None
    return Wish(
        message.sender,
        said.intent is SmsIntent.STOP,
        receipt.received_at,
        evidence=f"by text message: {message.visible_text.strip()[:40]}",
        by_text=True,
    )
