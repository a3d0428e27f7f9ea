"""What there is to know of a text message beside its words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class SmsEncoding(StrEnum):
    GSM7 = "gsm7"  # 3GPP TS 23.038: 160 letters in one segment, 153 in each of several
    UCS2 = "ucs2"  # any script, 70 and 67


class SmsIntent(StrEnum):
    """What a message that is one of the usual words asks for."""

    STOP = "stop"  # no more messages to this number
    START = "start"  # messages again
    HELP = "help"
    CALL = "call"  # call me, at this number


@dataclass(frozen=True, slots=True)
class SmsTransport:
    """How an inbox has its text messages carried. What is "" or None is left to the service.

    `max_price`: US dollars for one message, as text ("0.25"): a dearer one is refused. `valid_for`: how long the
    service tries to hand it over. `protect_configuration`: the id of the one that says which countries may be written
    to.
    `configuration_set`: through which it is reported, "" for that of the deployment. `parts_per_second`: how many the
    number may send, None for as fast as we can.
    """

    max_price: str = ""
    valid_for: timedelta | None = None
    protect_configuration: str = ""
    configuration_set: str = ""
    parts_per_second: float | None = None


@dataclass(frozen=True, slots=True)
class SmsPart:
    """Where a part stands in a message that travelled in several: by its own header, which a carrier left in the text.

    `reference`: what the parts of one message have in common. `number` counts from 1.
    """

    reference: str
    number: int
    of: int


@dataclass(frozen=True, slots=True)
class SmsFacts:
    """`encoding` and `segments`: how the text travels, and how many messages it costs; computed from the text.

    `keyword`: the carrier's, as registered for our number, or "". `intent`: None for an ordinary message. `certain`:
    False where the word of the intent is an everyday answer, too ("nie" after a question). `part`: None where the text
    carries no header of a part. `full`: it fills a part of a longer message to the last letter.
    """

    encoding: SmsEncoding
    segments: int
    keyword: str = ""
    intent: SmsIntent | None = None
    certain: bool = False
    part: SmsPart | None = None
    full: bool = False
