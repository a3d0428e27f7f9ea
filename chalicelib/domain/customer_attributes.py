"""What other systems of the company know of a customer (orders, payments, a tariff), for agents to read. Pure.

Each has a name inside the namespace of the system that writes it, and says who wrote it and when. All of one customer
stand in one record, so their number and size are bounded.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from chalicelib.domain.customers import Attribute, CustomerAttributes, Value
from chalicelib.domain.errors import TooLarge

# `shop.last_order`: the namespace, then the name.
ATTRIBUTE_NAME = r"^[a-z0-9][a-z0-9_-]{0,39}\.[a-z0-9][a-z0-9_-]{0,59}$(?!\n)"
MOST_ATTRIBUTES = 100
LONGEST_VALUE = 1_000  # characters
LARGEST_NUMBER = 2**53 - 1  # what every JSON reader takes for exactly this number (RFC 8259, section 6)
MOST_BYTES = 32_768  # of all names and values, so that one record holds them with who wrote them

ATTRIBUTES_DEPEND_ON = ("version",)


def with_attributes(
    known: CustomerAttributes, said: Mapping[str, Value | None], by: str, now: datetime
) -> CustomerAttributes:
    """`said`: None takes one away; one that says what it said before keeps its writer and its time. The record itself
    when nothing changes. Raises TooLarge.
    """
    values = {**known.values}
    for name, value in said.items():
        before = values.get(name)
        if value is None:
            values.pop(name, None)
        elif before is None or (type(before.value), before.value) != (type(value), value):
            values[name] = Attribute(value, by, now)
    if values == known.values:
        return known
    _require_small(values)
    return replace(known, values=MappingProxyType(values), version=known.version + 1)


def _require_small(values: Mapping[str, Attribute]) -> None:
    if len(values) > MOST_ATTRIBUTES:
        raise TooLarge(
            f"A customer has at most {MOST_ATTRIBUTES} attributes, and this would make {len(values)}. "
            "Take away (null) what nobody reads.",
            field="attributes",
        )
    size = sum(len(name) + len(json.dumps(one.value, ensure_ascii=False).encode()) for name, one in values.items())
    if size > MOST_BYTES:
        raise TooLarge(
            f"The attributes of a customer are {MOST_BYTES} bytes at most, and this would make {size}. Write less.",
            field="attributes",
        )
