"""Why a mail was not delivered: from status codes and words of mail systems to the few reasons that we tell apart.

Status codes: RFC 3463, RFC 5248, RFC 7372, RFC 7505, and
https://www.iana.org/assignments/smtp-enhanced-status-codes/ .
"""

from __future__ import annotations

from collections.abc import Iterable

from chalicelib.content.bounce_words import (
    AFTER_UNKNOWN,
    BEFORE_UNKNOWN,
    COMMANDS,
    UNKNOWN_FOR_SURE,
    UNKNOWN_MAYBE,
    Phrases,
)
from chalicelib.content.smtp_sessions import Command, refused_in_transcript, reply_class
from chalicelib.domain.machines import BounceReason

_BAD_ADDRESS = "5.1.1"
# What is said of a mailbox in words is the same as that code: the address is no good. (Elsewhere the words decide.)
_OF_MAILBOX = frozenset({BounceReason.DISABLED, BounceReason.REFUSED_BY_RECIPIENT})
_LONGEST_TOLD = 4_000  # characters in which words are looked for: what a system says of one recipient is far shorter

# By subject and detail; with the class only where it changes the meaning.
_REASON_OF_CODE = {
    "1.1": BounceReason.NO_SUCH_ADDRESS,
    "1.2": BounceReason.NO_SUCH_DOMAIN,
    "1.3": BounceReason.NO_SUCH_ADDRESS,  # it cannot be one
    "1.6": BounceReason.MOVED,
    "1.7": BounceReason.SENDER_REFUSED,
    "1.8": BounceReason.SENDER_REFUSED,
    "1.10": BounceReason.TAKES_NO_MAIL,  # RFC 7505; Exchange Online says it of unknown recipients, which is as lasting
    "2.1": BounceReason.DISABLED,
    "2.2": BounceReason.MAILBOX_FULL,
    "2.3": BounceReason.TOO_BIG,
    "3.1": BounceReason.OVERLOADED,
    "3.2": BounceReason.OVERLOADED,
    "3.4": BounceReason.TOO_BIG,
    "5.4.4": BounceReason.TAKES_NO_MAIL,
    "4.5": BounceReason.OVERLOADED,
    "4.6": BounceReason.SYSTEM_ERROR,  # mail that goes in circles
    "4.7": BounceReason.EXPIRED,
    "7.8": BounceReason.NOT_AUTHENTICATED,
    "7.13": BounceReason.DISABLED,
    "7.17": BounceReason.MOVED,  # RFC 7293: the address has another owner now
    "7.18": BounceReason.MOVED,
    **{f"7.{detail}": BounceReason.NOT_AUTHENTICATED for detail in (20, 21, 22, 23, 24, 26, 29, 509, 515)},
    "7.25": BounceReason.BLOCKED,
    "7.27": BounceReason.SENDER_REFUSED,
    "7.28": BounceReason.OVERLOADED,
    "7.650": BounceReason.BLOCKED,  # Exchange Online's own
    "7.708": BounceReason.BLOCKED,
}
_REASON_OF_SUBJECT = {
    "3": BounceReason.SYSTEM_ERROR,
    "4": BounceReason.UNREACHABLE,
    "5": BounceReason.PROTOCOL,
    "6": BounceReason.POLICY,
    "7": BounceReason.POLICY,
}
# PowerMTA adds its own word for it to the report (X-PowerMTA-BounceCategory).
_REASON_OF_CATEGORY = {
    "bad-mailbox": BounceReason.NO_SUCH_ADDRESS,
    "inactive-mailbox": BounceReason.DISABLED,
    "quota-issues": BounceReason.MAILBOX_FULL,
    "bad-domain": BounceReason.NO_SUCH_DOMAIN,
}


def command_in(text: str) -> Command:
    """Which command of the SMTP session was refused, as far as the text tells."""
    words = _plain(text)
    said = next((command for command, phrases in COMMANDS if any_of(phrases, words)), Command.UNKNOWN)
    return refused_in_transcript(text) or said


def reason_for(told: str, status: str, command: Command, category: str = "") -> BounceReason:
    """`told`: what was said about the recipient; `status`: its best code, or ""; `category`: PowerMTA's word, or ""."""
    words = _plain(told[:_LONGEST_TOLD])
    reason = (
        _REASON_OF_CATEGORY.get(category)
        or _first(BEFORE_UNKNOWN, words)
        or _unknown_address(words, status, command)
        or _first(AFTER_UNKNOWN, words)
        or reason_of_code(status)
    )
    if status == _BAD_ADDRESS and reason in _OF_MAILBOX:
        return BounceReason.NO_SUCH_ADDRESS
    passing = (status[:1] or reply_class(words)) == "4" or "try again" in words
    if reason is BounceReason.NO_SUCH_DOMAIN and passing:
        return BounceReason.UNREACHABLE  # the name service may answer tomorrow
    return reason


def reason_of_code(status: str) -> BounceReason:
    detail = status.partition(".")[2]
    found = _REASON_OF_CODE.get(status) or _REASON_OF_CODE.get(detail)
    return found or _REASON_OF_SUBJECT.get(detail.partition(".")[0], BounceReason.OTHER)


def any_of(phrases: Iterable[str], words: str) -> bool:
    """`words` in lower case, blanks evened out. A star in a phrase stands for anything between."""
    return any(_says_in_order(phrase, words) if "*" in phrase else phrase in words for phrase in phrases)


def _unknown_address(words: str, status: str, command: Command) -> BounceReason | None:
    """Words alone condemn no address: the code, the command or the speaker has to agree.

    What is refused at RCPT TO is the recipient; after DATA the message had its share in it. Codes of the subjects
    mailbox (x.2) and security (x.7) say that the mailbox is there.
    """
    sure = any_of(UNKNOWN_FOR_SURE, words)
    if not sure and not any_of(UNKNOWN_MAYBE, words):
        return None
    about_address = status[2:4] == "1." or command is Command.RCPT
    about_mailbox = status[2:4] in {"2.", "7."} or command is not Command.UNKNOWN
    unknown = about_address or (sure and not about_mailbox)
    return BounceReason.NO_SUCH_ADDRESS if unknown else BounceReason.REFUSED_BY_RECIPIENT


def _first(table: Iterable[tuple[BounceReason, Phrases]], words: str) -> BounceReason | None:
    return next((reason for reason, phrases in table if any_of(phrases, words)), None)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _says_in_order(phrase: str, words: str) -> bool:
    at = 0
    for piece in phrase.split("*"):
        at = words.find(piece.strip(), at)
        if at < 0:
            return False
        at += len(piece.strip())
    return True
