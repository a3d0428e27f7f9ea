"""What DynamoDB takes in one transaction and in one item, checked before the call so that the answer is clear.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.domain.errors import TooLarge
from chalicelib.storage.keys import Key

MOST_CHANGES = 100
LARGEST_ITEM = 400 * 1024
LARGEST_TRANSACTION = 4 * 1024 * 1024

AttributeValue = Mapping[str, Any]
"""One value as DynamoDB's API writes it: `{"S": "text"}`, `{"M": {...}}`."""


def check_changes(keys: Sequence[Key]) -> None:
    """Raises TooLarge for more than 100 changes, ValueError when two of them change the same record."""
    if len(keys) > MOST_CHANGES:
        raise TooLarge(f"{len(keys)} records cannot change at once; {MOST_CHANGES} is the limit.")
    if len(set(keys)) != len(keys):
        raise ValueError("one record is changed twice in one transaction")


def check_sizes(sizes: Sequence[int]) -> None:
    """`sizes` of the changed items in bytes. Raises TooLarge."""
    if max(sizes) > LARGEST_ITEM:
        raise TooLarge(f"A record of {max(sizes)} bytes cannot be kept; {LARGEST_ITEM} is the limit.")
    if sum(sizes) > LARGEST_TRANSACTION:
        raise TooLarge(f"{sum(sizes)} bytes cannot change at once; {LARGEST_TRANSACTION} is the limit.")


def size_of(item: Mapping[str, AttributeValue]) -> int:
    """Bytes of an item with its keys.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
    """
    return sum(len(name.encode()) + _size_of_value(value) for name, value in item.items())


def _size_of_value(value: AttributeValue) -> int:
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "B":
            return len(content)
        case "N":
            return (len(content) + 1) // 2 + 1
        case "M":
            return 3 + sum(1 + len(name.encode()) + _size_of_value(part) for name, part in content.items())
        case "L":
            return 3 + sum(1 + _size_of_value(part) for part in content)
        case _:  # BOOL and NULL; sets are not used
            return 1
