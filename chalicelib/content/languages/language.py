"""What one language writes around messages: the shape of a row of the tables beside this file."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

_EDGES = " \t\xa0*_~.,;:：!?()[]<>|\"'„”“»«-‐–—"


@dataclass(frozen=True, slots=True)
class Language:
    """Every field holds alternatives parted by ` | `, in the words of mail software or of people; letter case, blanks
    and punctuation at the ends do not matter.

    `sender` to `others`: the labels of a header that stands in the text (`From:`), `others` being those we only have to
    know as part of one. `begins`: how the line above a quote begins (`On`), also with a day of the week. `wrote`: the
    single words in it that say that somebody wrote. `forwarded`, `original`: what stands between dashes, or alone
    before a colon, above a forwarded message and above one that is answered. `forward_subject`, `reply_subject`: what
    is put before subjects. `closings`: lines with which people end. `sent_from`: how the lines begin that apps put
    under a message, and `sent` the words for "sent" that stand first or last in those that name a device (`Von meinem
    iPhone gesendet`). `disclaimer`: word stems, three of which in one last paragraph that speaks of a message make it a
    legal notice. `footer`: two of these suffice; what companies must print, and what asks not to print.
    """

    code: str
    sender: str = ""
    date: str = ""
    to: str = ""
    cc: str = ""
    subject: str = ""
    others: str = ""
    begins: str = ""
    wrote: str = ""
    forwarded: str = ""
    original: str = ""
    forward_subject: str = ""
    reply_subject: str = ""
    closings: str = ""
    sent_from: str = ""
    sent: str = ""
    disclaimer: str = ""
    footer: str = ""


def plain(text: str) -> str:
    """For comparing: lower case, one kind of blank and apostrophe, nothing but letters and digits at the ends."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text).replace("’", "'")
    return " ".join(text.split()).strip(_EDGES).casefold()


def alternatives(field: str) -> tuple[str, ...]:
    return tuple(plain(one) for one in field.split(" | ") if one.strip())
