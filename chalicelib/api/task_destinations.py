"""Where a task leads: a number that can be called, or a postal address, as agents write them."""

from __future__ import annotations

from chalicelib import wiring
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.tasks import TaskKind


def parse_destination(kind: TaskKind, text: str, field: str = "to") -> str:
    """E.164, or the lines of the address. A number without a country code is read as one of the country of the first
    inbox in the configuration. Raises InvalidInput, which names `field`.
    """
    if kind is TaskKind.LETTER:
        from chalicelib.content.plain_text import clean_text

        address = clean_text(text).strip()
        if not any(letter.isalnum() for letter in address):
            raise InvalidInput("A letter needs a postal address.", field=field)
        return address
    from chalicelib.content.addresses import phone_point  # numbering plans: large, and rarely needed
    from chalicelib.content.phone_numbers import may_be_called

    inboxes = wiring.hub().ports.configuration.current().inboxes
    point = phone_point(text, inboxes[0].country if inboxes else "")
    if point is None or not may_be_called(point):
        raise InvalidInput("This is not a number that can be called.", field=field)
    return point.value
