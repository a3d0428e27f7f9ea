"""What can be read out of a piece of an SMTP session: the status codes, and which command was refused."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

# Not a network address (4.16.55.1), not a version.
_CODE = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?!\.?\d)")
_REPLY = re.compile(r"(?<![\d.])([45])\d\d(?=[ :-])")
# `>>>` and `<<<` of Sendmail, Courier and others; InterScan turns them round, MDaemon writes `-->` behind the time.
_SAID = re.compile(
    r"^.{0,40}(?:sent[ \t]{0,5}<<<|>>>|-->)[ \t]*(MAIL|RCPT|DATA|EHLO|HELO)\b", re.IGNORECASE | re.MULTILINE
)
_ANSWERED = re.compile(r"^.{0,40}(?:received[ \t]{0,5}>>>|<<<|<--)[ \t]*[45]\d\d", re.IGNORECASE | re.MULTILINE)


class Command(StrEnum):
    """What was being said when the other system refused."""

    CONNECT = "connect"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    UNKNOWN = ""


_COMMANDS = {"mail": Command.MAIL, "rcpt": Command.RCPT, "data": Command.DATA}


def codes_in(text: str) -> list[str]:
    """Enhanced status codes (RFC 3463, `5.1.1`) in the order in which they stand there."""
    return [".".join(code) for code in _CODE.findall(text)]


def best_code(codes: Iterable[str]) -> str:
    """The first of those that say most, or "": `5.0.0` says nothing, `5.1.0` little, and `4.4.7` (its time is over)
    hides the trouble behind it.
    """
    return min(codes, key=_vagueness, default="")


def says_nothing(code: str) -> bool:
    return code[2:] in {"", "0.0"}


def reply_class(text: str) -> str:
    """`4` or `5` by the first three-digit reply code (RFC 5321), or ""."""
    reply = _REPLY.search(text)
    return reply[1] if reply else ""


def refused_in_transcript(text: str) -> Command:
    """The last command before the first refusal."""
    refused = _ANSWERED.search(text)
    said = [found[1].lower() for found in _SAID.finditer(text, 0, refused.start())] if refused else []
    return _COMMANDS.get(said[-1], Command.CONNECT) if said else Command.UNKNOWN


def _vagueness(code: str) -> int:
    _, subject, detail = code.split(".")
    if subject == "0":
        return 3
    if detail == "0":
        return 2
    return 1 if (subject, detail) == ("4", "7") else 0
