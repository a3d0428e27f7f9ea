"""What there is to know of a text message beside its words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class SmsEncoding(StrEnum):
    GSM7 = "gsm7"  # 3GPP TS 23.038: 160 letters in one segment, 153 in each of several
    UCS2 = "ucs2"  # any script, 70 and 67


class SmsIntent(StrEnum):
    """What a message that is one of the usual words asks for."""

    STOP = "stop"  # no more messages to this number
    START = "start"  # messages again
    HELP = "help"


@dataclass(frozen=True, slots=True)
class SmsFacts:
    """`encoding` and `segments`: how the text travels, and how many messages it costs; computed from the text.

    `keyword`: the carrier's, as registered for our number, or "". `intent`: None for an ordinary message. `certain`:
    False where the word of the intent is an everyday answer, too ("nie" after a question).
    """

    encoding: SmsEncoding
    segments: int
    keyword: str = ""
    intent: SmsIntent | None = None
    certain: bool = False
