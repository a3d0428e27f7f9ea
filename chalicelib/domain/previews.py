"""What an answer will be like when it arrives, worked out before anything is queued."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from chalicelib.domain.contact_points import Channel
from chalicelib.domain.sms import SmsEncoding


class AnswerProblem(StrEnum):
    LINK = "link"  # a text message with a web address: people are taught not to follow those
    COSTLY_LETTERS = "costly_letters"  # letters for which a text message takes more segments than without
    UNPRINTABLE_LETTERS = "unprintable_letters"  # letters that a fax has no picture of: boxes stand in their place


@dataclass(frozen=True, slots=True)
class AnswerWarning:
    """`detail`: the address, or the letters."""

    kind: AnswerProblem
    detail: str


@dataclass(frozen=True, slots=True)
class Preview:
    """`text`: all that the customer reads, with signature and quote. `recipient` is "" where nothing is carried.

    `encoding` and `segments`: of a text message. `pages`: of a fax, with its cover and without the files.
    """

    channel: Channel
    sender: str = ""
    recipient: str = ""
    subject: str = ""
    text: str = ""
    encoding: SmsEncoding | None = None
    segments: int | None = None
    pages: int | None = None
    warnings: tuple[AnswerWarning, ...] = ()
