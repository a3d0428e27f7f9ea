"""Addresses as callers write them, made into contact points."""

from __future__ import annotations

from chalicelib import wiring
from chalicelib.api import asked
from chalicelib.domain.contact_points import ContactPoint, PointKind
from chalicelib.domain.errors import InvalidInput

_KINDS = {kind.value for kind in PointKind} - {PointKind.EXTERNAL.value}


def parse_named_point(text: str) -> ContactPoint:
    """`email:anna@example.pl` as answers name contact points, or only the address as people write it: what has an @ is
    one of e-mail, anything else is a telephone number. Raises InvalidInput, which names `contact_point`.
    """
    kind, colon, value = text.partition(":")
    if not colon or kind not in _KINDS:
        kind, value = ("email" if "@" in text else "phone"), text
    if kind == PointKind.APP:
        return ContactPoint(PointKind.APP, value)
    return parse_point(asked.ContactAddress(kind, value), "contact_point")  # type: ignore[arg-type]  # one of _KINDS


def parse_point(wanted: asked.ContactAddress, field: str) -> ContactPoint:
    """Raises InvalidInput, which names `field`."""
    from chalicelib.content.addresses import email_point, phone_point  # numbering plans: large, and rarely needed

    kind = PointKind(wanted.kind)
    if kind is PointKind.EMAIL:
        point = email_point(wanted.value)
    else:
        inboxes = wiring.hub().ports.configuration.current().inboxes
        point = phone_point(wanted.value, inboxes[0].country if inboxes else "", kind)
    if point is None:
        raise InvalidInput("This is not an address of that kind.", field=field)
    return point
