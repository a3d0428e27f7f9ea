"""What a person should know about a sender before they answer. A warning decides nothing and joins nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.domain.confusables import find_lookalike, imitates_latin
from chalicelib.domain.contact_points import ContactPoint, PointKind


class WarningKind(StrEnum):
    LOOKALIKE = "lookalike"  # the address is easily read as another one: of ours, a colleague's, a participant's
    MIXED_ALPHABETS = "mixed_alphabets"  # letters of another alphabet stand for Latin ones
    HIDDEN_LETTERS = "hidden_letters"  # the name holds letters that show nothing, or that turn the reading around
    ADDRESS_IN_NAME = "address_in_name"  # the name is another address: it is what a mail program shows
    ANSWER_ELSEWHERE = "answer_elsewhere"  # Reply-To asks for an answer at another address
    SENT_BY_ANOTHER = "sent_by_another"  # Sender names somebody else (RFC 5322, 3.6.2: a secretary, a service)
    BROKEN_SIGNATURE = "broken_signature"  # it was sent to a reply address of ours that is not genuine


@dataclass(frozen=True, slots=True)
class SenderWarning:
    """`detail`: the other address, or what else was seen."""

    kind: WarningKind
    detail: str


def warnings_about_address(sender: ContactPoint | None, known: Iterable[ContactPoint]) -> Iterator[SenderWarning]:
    """`known`: addresses that a forger would imitate here."""
    if sender is None or sender.kind is not PointKind.EMAIL:
        return
    if imitates_latin(sender.value):
        yield SenderWarning(WarningKind.MIXED_ALPHABETS, sender.value)
    imitated = find_lookalike(sender, known)
    if imitated:
        yield SenderWarning(WarningKind.LOOKALIKE, imitated.value)
