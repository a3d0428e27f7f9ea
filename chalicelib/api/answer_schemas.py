"""What the API answers about answers: the one that was given, and the one that would be."""

from __future__ import annotations

import msgspec

from chalicelib.domain.contact_points import Channel
from chalicelib.domain.previews import AnswerProblem
from chalicelib.domain.sms import SmsEncoding


class AnswerWarning(msgspec.Struct):
    """What to think of before sending; nothing is refused for it. `link`: the text message has the web address
    `detail`, and people are taught not to follow those. `costly_letters`: without the letters `detail` the text message
    would take fewer segments. `unprintable_letters`: the fax shows boxes in place of the letters `detail`.
    """

    kind: AnswerProblem
    detail: str


class Preview(msgspec.Struct):
    """`text`: all that the customer would read, with signature and quote. `encoding`, `segments`: of a text message.
    `pages`: of a fax, with its cover and without the files.
    """

    channel: Channel
    sender: str | None
    recipient: str | None
    subject: str | None
    text: str
    encoding: SmsEncoding | None
    segments: int | None
    pages: int | None
    warnings: list[AnswerWarning]
