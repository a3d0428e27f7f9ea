"""Whether a message asks for silence, or for its end, and where it then belongs: nobody has to answer it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.domain.messages import InboundMessage, Receipt
from chalicelib.domain.opting_out import Wish, as_machine_reads, find_likely_wish, find_wish
from chalicelib.domain.reply_address import KeyRing
from chalicelib.domain.satisfaction import Rating
from chalicelib.usecases.inbound_changes import Place


@dataclass(frozen=True, slots=True)
class Heard:
    """`message`: as it is to be kept. What it asks for, or how it rates a case."""

    message: InboundMessage
    place: Place
    wish: Wish | None = None
    rating: Rating | None = None


def hear_wish(
    message: InboundMessage, receipt: Receipt, ring: KeyRing, place_of: Callable[[InboundMessage], Place]
) -> Heard:
    """Where an everyday word belongs decides what it means, so then its place is asked for twice."""
    wish = find_wish(message, receipt, ring)
    if wish:
        message = as_machine_reads(message, wish)
        return Heard(message, place_of(message), wish)
    place = place_of(message)
    wish = find_likely_wish(message, receipt, place.case)
    if wish is None:
        return Heard(message, place)
    message = as_machine_reads(message, wish)
    return Heard(message, place_of(message), wish)
