"""A contact point: one normalised address on one channel.

The normalisation of what people and carriers write stands in `content/addresses.py`, because it needs the tables of
international domain names and telephone numbering plans; here is only the value.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Channel(StrEnum):
    """How the customer experiences it. The values are stored and are the file names of `channels/`."""

    EMAIL = "email"
    SMS = "sms"
    WEB_FORM = "web_form"
    APP = "app"
    FAX = "fax"
    PHONE = "phone"
    LETTER = "letter"
    IN_PERSON = "in_person"


class PointKind(StrEnum):
    EMAIL = "email"
    PHONE = "phone"
    FAX = "fax"
    APP = "app"
    EXTERNAL = "external"  # an id of another system: known by it, never written to (`external_ids.py`)


@dataclass(frozen=True, slots=True, order=True)
class ContactPoint:
    """`email:anna@example.pl`, `phone:+48601234567`, `fax:+48221112233`, `app:<issuer>|<subject>`,
    `external:<system>:<id>`.

    `value` is already normalised. Two contact points are the same address exactly when they are equal.
    """

    kind: PointKind
    value: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"


def is_external(point: ContactPoint) -> bool:
    return point.kind is PointKind.EXTERNAL


def system_of(point: ContactPoint) -> str:
    """The name of the system whose id it is."""
    return point.value.partition(":")[0]


def masked(point: ContactPoint) -> str:
    """So much of an address that whoever knows it recognises it, and nobody learns it."""
    if point.kind is not PointKind.EMAIL:
        return f"…{point.value[-2:]}"
    mailbox, _, domain = point.value.rpartition("@")
    name, dot, ending = domain.rpartition(".")
    return f"{mailbox[:1]}…@{name[:1]}…{dot}{ending}"


def parse_contact_point(text: str) -> ContactPoint:
    """The inverse of `str(point)`. Raises ValueError on anything else."""
    kind, colon, value = text.partition(":")
    if not colon or not value:
        raise ValueError(f"not a contact point: {text!r}")
    return ContactPoint(PointKind(kind), value)
