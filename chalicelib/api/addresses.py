"""Addresses as callers write them, made into contact points."""

from __future__ import annotations

from chalicelib import wiring
from chalicelib.api import asked
from chalicelib.domain.contact_points import ContactPoint, PointKind
from chalicelib.domain.errors import InvalidInput


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
