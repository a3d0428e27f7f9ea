"""How the parts of a customer are kept: what they prefer, and what they have agreed to."""

from __future__ import annotations

import json

from pynamodb.attributes import Attribute as StoredAttribute
from pynamodb.constants import STRING

from chalicelib.domain.contact_points import Channel
from chalicelib.domain.contact_rules import QuietHours, parse_quiet_hours
from chalicelib.domain.customers import Attribute, Hold, Value
from chalicelib.domain.preferences import NO_PREFERENCES, Consent, Preferences
from chalicelib.storage.attributes import (
    ChoiceAttribute,
    DocumentAttribute,
    FlagAttribute,
    InstantAttribute,
    MappingAttribute,
    TextAttribute,
    WholeNumberAttribute,
)


class _HoursAttribute(StoredAttribute[QuietHours]):
    """`21:00-08:00`."""

    attr_type = STRING
    null = True

    def serialize(self, value: QuietHours) -> str:
        return f"{value.starts.isoformat()}-{value.ends.isoformat()}"

    def deserialize(self, value: str) -> QuietHours:
        return parse_quiet_hours(value)


class _ValueAttribute(StoredAttribute[Value]):
    """A text, a whole number or a truth, as JSON: so that each comes back as what it was."""

    attr_type = STRING
    null = True

    def serialize(self, value: Value) -> str:
        return json.dumps(value, ensure_ascii=False)

    def deserialize(self, value: str) -> Value:
        parsed: Value = json.loads(value)
        return parsed


PREFERENCES = DocumentAttribute(
    Preferences,
    empty=NO_PREFERENCES,
    channel=ChoiceAttribute(Channel),
    quiet_hours=_HoursAttribute(),
    language=TextAttribute(),
    time_zone=TextAttribute(),
    no_surveys=FlagAttribute(),
    version=WholeNumberAttribute(),
    chosen_at=MappingAttribute(InstantAttribute()),
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

ATTRIBUTE = DocumentAttribute(Attribute, value=_ValueAttribute(), by=TextAttribute(), at=InstantAttribute())
