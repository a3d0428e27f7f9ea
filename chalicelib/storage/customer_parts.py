"""How the parts of a customer are kept: what they prefer, and what they have agreed to."""

from __future__ import annotations

from pynamodb.attributes import Attribute
from pynamodb.constants import STRING

from chalicelib.domain.contact_points import Channel
from chalicelib.domain.contact_rules import QuietHours, parse_quiet_hours
from chalicelib.domain.customers import Hold
from chalicelib.domain.preferences import NO_PREFERENCES, Consent, Preferences
from chalicelib.storage.attributes import (
    ChoiceAttribute,
    DocumentAttribute,
    FlagAttribute,
    InstantAttribute,
    TextAttribute,
    WholeNumberAttribute,
)


class _HoursAttribute(Attribute[QuietHours]):
    """`21:00-08:00`."""

    attr_type = STRING
    null = True

    def serialize(self, value: QuietHours) -> str:
        return f"{value.starts.isoformat()}-{value.ends.isoformat()}"

    def deserialize(self, value: str) -> QuietHours:
        return parse_quiet_hours(value)


PREFERENCES = DocumentAttribute(
    Preferences,
    empty=NO_PREFERENCES,
    channel=ChoiceAttribute(Channel),
    quiet_hours=_HoursAttribute(),
    language=TextAttribute(),
    time_zone=TextAttribute(),
    no_surveys=FlagAttribute(),
    version=WholeNumberAttribute(),
)

CONSENT = DocumentAttribute(
    Consent,
    given_at=InstantAttribute(),
    how=TextAttribute(),
    wording=TextAttribute(),
    recorded_by=TextAttribute(),
    withdrawn_at=InstantAttribute(),
    withdrawn_by=TextAttribute(),
)

HOLD = DocumentAttribute(Hold, at=InstantAttribute(), by=TextAttribute(), why=TextAttribute())
