"""What callers send and get about how customers may and want to be written to."""

from __future__ import annotations

import msgspec

from chalicelib.api.message_schemas import Instant
from chalicelib.domain.contact_points import Channel


class ContactWarning(msgspec.Struct):
    """What to know of the way that an answer takes. `not_asked_for`, `not_preferred`: the customer named another one.
    `not_proved`: nobody ever proved that the address is theirs. `opted_out_before`: the customer wrote from there after
    opting out. `quiet_hours`: it waits until they are over.
    """

    name: str
    text: str


class ReplyMade(msgspec.Struct):
    """`channel`: the one that it goes out by. `not_before`: it is sent no earlier, or null. `passed_over`: better ways
    that the contact policy forbids, in words.
    """

    entry_id: str
    channel: Channel | None
    not_before: Instant | None
    warnings: list[ContactWarning]
    passed_over: list[str]
