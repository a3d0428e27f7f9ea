"""What web form and app have in common when a customer asks to be called: the schema, and what is made of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import msgspec

from chalicelib.content.addresses import phone_point
from chalicelib.content.phone_numbers import may_be_called
from chalicelib.domain.configuration import Inbox
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.messages import ParkedMessage, Receipt
from chalicelib.domain.remarks import remark
from chalicelib.domain.tasks import CallWish, Wish, require_time_to_come

Phone = Annotated[str, msgspec.Meta(max_length=40)]
Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class PostedCallWish(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The customer asks to be called, at `number`, not before `from` and by `until`; both may be left out."""

    number: Phone = ""
    since: Instant | None = msgspec.field(name="from", default=None)
    until: Instant | None = None


def call_wish_in(
    posted: PostedCallWish | None, other_number: str, receipt: Receipt, inbox: Inbox
) -> CallWish | ParkedMessage | None:
    """`other_number`: that of the form, if none is named for the call. A time counts by when the message came."""
    if posted is None:
        return None
    number = phone_point(posted.number or other_number, inbox.country)
    if number is None or not may_be_called(number):
        return ParkedMessage("unreadable", remark("call_back_not_understood"), field="call_back.number")
    wish = Wish(*(at.astimezone(UTC) if at else None for at in (posted.since, posted.until)))
    try:
        require_time_to_come(wish, None, receipt.received_at, "call_back.")
    except InvalidInput as wrong:
        return ParkedMessage("unreadable", wrong.public_text, field=wrong.field or "")
    return CallWish(number.value, wish)
