"""Which inbox of ours a message belongs to: from the envelope's recipients, never from To.

One mail is one message, however many of our addresses it was sent to: a signed reply address wins, then a fax inbox,
then the order of the configuration.
"""

from __future__ import annotations

from collections.abc import Iterable

from chalicelib.domain.configuration import Configuration, Inbox
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.messages import Receipt
from chalicelib.domain.unsubscribing import UNSUBSCRIBE_LOCAL_PART

REPLY_LOCAL_PART = "reply"
# Under every domain of our mail inboxes, whatever their own names are.
_OF_EVERY_DOMAIN = frozenset({REPLY_LOCAL_PART, UNSUBSCRIBE_LOCAL_PART})

# What is posted to the API names its inbox, whoever posts it: a form, an app, or an agent who tells of a contact.
_POSTED = {
    channel.value: channel
    for channel in (Channel.WEB_FORM, Channel.APP, Channel.PHONE, Channel.LETTER, Channel.IN_PERSON)
}
CONNECT = "connect"


def inbox_for(receipt: Receipt, configuration: Configuration) -> Inbox | None:
    if receipt.transport in _POSTED:
        return _first(configuration.inbox_named(name, _POSTED[receipt.transport]) for name in receipt.recipients)
    if receipt.transport == CONNECT:
        called = (configuration.find_inbox(number, [Channel.PHONE]) for number in receipt.recipients)
        return _first(called) or configuration.find_inbox("", [Channel.PHONE])
    if receipt.transport == "sms":
        return _first(configuration.find_inbox(number, [Channel.SMS]) for number in receipt.recipients)
    return _mail_inbox(receipt.recipients, configuration)


def addresses_of_ours(configuration: Configuration) -> frozenset[str]:
    return frozenset(inbox.address for inbox in configuration.inboxes if inbox.address)


def is_of_ours(address: str, ours: frozenset[str]) -> bool:
    """`address` in lower case. Plus-tags of our addresses are ours to read (`help+shop@...`), and so is everything that
    begins with `reply` or `unsubscribe`.
    """
    local, _, domain = address.rpartition("@")
    name = local.partition("+")[0]
    if name in _OF_EVERY_DOMAIN:
        return any(known.endswith(f"@{domain}") for known in ours)
    return address in ours or f"{name}@{domain}" in ours


def _mail_inbox(recipients: tuple[str, ...], configuration: Configuration) -> Inbox | None:
    addressed = [_without_tag(recipient.strip().lower()) for recipient in recipients]
    reply_domains = {domain for local, domain in addressed if local in _OF_EVERY_DOMAIN}
    plain = {f"{local}@{domain}" for local, domain in addressed}
    mail = [inbox for inbox in configuration.inboxes if inbox.channel is Channel.EMAIL]
    return (
        _first(inbox for inbox in mail if inbox.address.rpartition("@")[2] in reply_domains)
        or _first(inbox for inbox in configuration.inboxes if inbox.channel is Channel.FAX and inbox.address in plain)
        or _first(inbox for inbox in mail if inbox.address in plain)
    )


def _without_tag(address: str) -> tuple[str, str]:
    """Plus-tags of our own addresses are ours to read; those of senders are never folded."""
    local, _, domain = address.rpartition("@")
    return local.partition("+")[0], domain


def _first(inboxes: Iterable[Inbox | None]) -> Inbox | None:
    return next((inbox for inbox in inboxes if inbox), None)
