"""How the values of our records become DynamoDB attributes and come back equal.

The one rule for emptiness: a value that equals its attribute's `empty` (None, "", 0, False, ()) is not stored, and
what is not stored reads as `empty`. So a field that a later version adds reads as empty in older items.
Mappings are the exception: they are always stored, because DynamoDB can change one key of a map only if the map exists.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import Enum
from types import MappingProxyType
from typing import Any

from pynamodb.attributes import (
    Attribute,
    BinaryAttribute,
    BooleanAttribute,
    NumberAttribute,
    TTLAttribute,
    UnicodeAttribute,
)
from pynamodb.constants import LIST, MAP, NUMBER, STRING

from chalicelib.domain.contact_points import ContactPoint, parse_contact_point
from chalicelib.storage.instants import parse_instant, render_instant


class TextAttribute(UnicodeAttribute):
    null = True
    empty = ""


FORMER_EVENTS: Mapping[str, str] = MappingProxyType(
    {
        "case.promised": "promise.made",
        "case.promise_kept": "promise.kept",
        "case.promise_renegotiated": "promise.renegotiated",
        "case.promise_withdrawn": "promise.withdrawn",
        "case.promise_broken": "promise.broken",
    }
)
"""Names under which earlier versions wrote what has another one now."""


class EventNameAttribute(TextAttribute):
    """What was written under an earlier name is read under the one of now, so nobody else knows that there was one."""

    def deserialize(self, value: str) -> str:
        return FORMER_EVENTS.get(value, value)


class FlagAttribute(BooleanAttribute):
    null = True
    empty = False


class WholeNumberAttribute(NumberAttribute):
    null = True
    empty = 0


class CounterAttribute(WholeNumberAttribute):
    """A number that changes by being added to, so that two changes at once both count."""


class DurationAttribute(NumberAttribute):
    """A timedelta, as microseconds."""

    null = True
    empty = timedelta(0)

    def serialize(self, value: timedelta) -> str:
        return super().serialize(value // timedelta(microseconds=1))

    def deserialize(self, value: str) -> timedelta:
        return timedelta(microseconds=int(value))


class InstantAttribute(Attribute[datetime]):
    attr_type = STRING
    null = True

    def serialize(self, value: datetime) -> str:
        return render_instant(value)

    def deserialize(self, value: str) -> datetime:
        return parse_instant(value)


class ExpiryAttribute(TTLAttribute):
    """When the table may forget the item. DynamoDB wants whole seconds, so fractions are cut off.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html
    """

    null = True


class PointAttribute(Attribute[ContactPoint]):
    attr_type = STRING
    null = True

    def serialize(self, value: ContactPoint) -> str:
        return str(value)

    def deserialize(self, value: str) -> ContactPoint:
        return parse_contact_point(value)


class ChoiceAttribute(Attribute[Enum]):
    """A member of an enumeration, by its value. `empty`: the member that is not stored, None for none of them."""

    null = True

    def __init__(self, choices: type[Enum], empty: Enum | None = None) -> None:
        super().__init__()
        self.empty = empty
        self._choices = choices
        self._value_type = int if issubclass(choices, int) else str
        self.attr_type = NUMBER if self._value_type is int else STRING

    def serialize(self, value: Enum) -> str:
        return str(value.value)

    def deserialize(self, value: str) -> Enum:
        return self._choices(self._value_type(value))


class CompressedTextAttribute(BinaryAttribute):
    """A text, kept as zlib of its UTF-8."""

    null = True
    empty = ""

    def __init__(self) -> None:
        super().__init__(legacy_encoding=False)

    def serialize(self, value: str) -> bytes:
        return zlib.compress(value.encode(), 9)

    def deserialize(self, value: bytes) -> str:
        return zlib.decompress(value).decode()


class TupleAttribute(Attribute[tuple[Any, ...]]):
    attr_type = LIST
    null = True
    empty = ()

    def __init__(self, element: Attribute[Any]) -> None:
        super().__init__()
        self._element = element

    def serialize(self, value: tuple[Any, ...]) -> list[dict[str, Any]]:
        return [{self._element.attr_type: self._element.serialize(part)} for part in value]

    def deserialize(self, value: list[dict[str, Any]]) -> tuple[Any, ...]:
        return tuple(self._element.deserialize(self._element.get_value(part)) for part in value)


class MappingAttribute(Attribute[Mapping[Any, Any]]):
    """A mapping whose keys are texts or members of a text enumeration. It changes key by key."""

    attr_type = MAP
    null = True
    empty: Mapping[Any, Any] = MappingProxyType({})

    def __init__(self, element: Attribute[Any], key: type[str] = str) -> None:
        super().__init__()
        self._element = element
        self._key = key

    def serialize(self, value: Mapping[Any, Any]) -> dict[str, dict[str, Any]]:
        return {str(key): {self._element.attr_type: self._element.serialize(part)} for key, part in value.items()}

    def deserialize(self, value: dict[str, dict[str, Any]]) -> Mapping[Any, Any]:
        element = self._element
        return MappingProxyType(
            {self._key(key): element.deserialize(element.get_value(part)) for key, part in value.items()}
        )


class DocumentAttribute(Attribute[Any]):
    """A value object as a map of its fields. `kind` is its class, `fields` say how each of its fields is kept. `empty`:
    the one that is not stored.
    """

    attr_type = MAP
    null = True

    def __init__(self, kind: type, /, *, empty: Any = None, **fields: Attribute[Any]) -> None:
        super().__init__()
        self.empty = empty
        self._kind = kind
        self._fields = fields

    def serialize(self, value: Any) -> dict[str, dict[str, Any]]:
        stored = {name: stored_value(part, getattr(value, name)) for name, part in self._fields.items()}
        return {
            name: {self._fields[name].attr_type: self._fields[name].serialize(part)}
            for name, part in stored.items()
            if part is not None
        }

    def deserialize(self, value: dict[str, dict[str, Any]]) -> Any:
        return self._kind(
            **{
                name: part.deserialize(part.get_value(value[name])) if name in value else empty_of(part)
                for name, part in self._fields.items()
            }
        )


def empty_of(attribute: Attribute[Any]) -> Any:
    return getattr(attribute, "empty", None)


def stored_value(attribute: Attribute[Any], value: Any) -> Any:
    """The value, or None where it is the one that is not stored."""
    return value if value != empty_of(attribute) or isinstance(attribute, MappingAttribute) else None
