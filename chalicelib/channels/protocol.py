"""What a channel is: a module of this package, named after the channel, that satisfies `Channel`.

See `docs/adding-a-channel.md`. The name of the module is stored with every message, so it is never changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Protocol, cast

from chalicelib.domain import contact_points
from chalicelib.domain.configuration import Inbox
from chalicelib.domain.errors import NoWayToReach, WrongConfiguration
from chalicelib.domain.messages import Attachment, OutgoingMessage, ParsedMessage, Receipt
from chalicelib.domain.previews import Preview
from chalicelib.domain.threads import Entry


class Channel(Protocol):
    def parse_inbound(self, raw: bytes, receipt: Receipt, inbox: Inbox, ours: frozenset[str]) -> ParsedMessage:
        """What a raw message says. Pure: the same bytes and receipt always give the same.

        `inbox` is the one that it came to; `ours` are all addresses of ours. Raises Unparsable, and nothing else.
        """
        ...


class SendingChannel(Channel, Protocol):
    """A channel on which we can also write."""

    def preview_outbound(self, entry: Entry, inbox: Inbox) -> Preview:
        """What an answer with a delivery will be like when it arrives, before it is queued.

        Raises InvalidInput, with the field of the answer that is to be corrected, for what could not be sent.
        """
        ...

    def render_outbound(self, entry: Entry, inbox: Inbox, files: Sequence[Attachment] = ()) -> OutgoingMessage:
        """An entry with a delivery, ready for its carrier. `files`: its attachments, in their order.

        Raises SendingRefused (never temporary) for what the carrier could not take.
        """
        ...


def channel_for(channel: contact_points.Channel) -> Channel:
    """Loaded when it is first needed, so that a function pays only for the channels that it meets."""
    try:
        return cast("Channel", import_module(f"chalicelib.channels.{channel.value}"))
    except ModuleNotFoundError as missing:
        if missing.name != f"chalicelib.channels.{channel.value}":
            raise
        raise WrongConfiguration(f"The channel {channel.value!r} receives no messages.") from None


def sending_channel_for(channel: contact_points.Channel) -> SendingChannel:
    found = channel_for(channel)
    if not hasattr(found, "render_outbound"):
        raise NoWayToReach(f"Nothing can be sent on the channel {channel.value!r}.")
    return cast("SendingChannel", found)


def parse_in_process(raw: bytes, receipt: Receipt, inbox: Inbox, ours: frozenset[str]) -> ParsedMessage:
    """The port `Parse`, here and now; `gateways/parsing_process.py` has the one with walls around it."""
    return channel_for(inbox.channel).parse_inbound(raw, receipt, inbox, ours)
