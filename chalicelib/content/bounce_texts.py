"""Reads reports that are written for people only, as Exim, qmail, Gmail, Yahoo and many others send them.

What they have in common is read, not each system by itself: an address at the beginning of a line, what was said about
it in the lines below, and the message that came back at the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from chalicelib.content import limits
from chalicelib.content.bounce_reasons import command_in, reason_for
from chalicelib.content.bounce_words import RETURNED_BELOW
from chalicelib.content.delivery_reports import Fields, field_groups, reported_address
from chalicelib.content.plain_text import one_line
from chalicelib.content.smtp_sessions import Command, best_code, codes_in
from chalicelib.domain.machines import ReportedRecipient

_RULER = "-*_=~>|# \t"
_KNOWN_FIELD = re.compile(
    r"[ \t]*(?:>[ \t]*)?(received|return-path|message-id|from|to|subject|date|mime-version|dkim-signature|content-type"
    r"|x-[a-z-]{1,40}):",
    re.IGNORECASE,
)
_LINES_OF_A_HEADER = 40
_LONGEST_HEADER = 20_000  # characters of a returned header that are searched
_MESSAGE_ID = re.compile(
    r"^[ \t>]{0,12}message-id[ \t]{0,5}:[ \t]{0,20}(?:\n[ \t]{1,20})?<([^<>\s]{1,900})>", re.IGNORECASE | re.MULTILINE
)
_SENDER_FIELD = re.compile(
    r"^[ \t>]{0,12}(?:from|return-path)[ \t]{0,5}:[^\n<@]{0,200}<?([^\s<>\"@]{1,64}@[^\s<>\"]{1,255})>?",
    re.IGNORECASE | re.MULTILINE,
)
_STATUS_FIELD = re.compile(
    r"^[ \t]{0,8}(?:reporting-mta|original-recipient|final-recipient)[ \t]{0,3}:", re.IGNORECASE | re.MULTILINE
)
_INDENTED_FIELD = re.compile(r"[ \t]{1,8}[A-Za-z-]{4,30}:")

_ADDRESS = r"[^\s<>\"'(),;:\[\]@]{1,64}@[A-Za-z0-9.\-]{1,255}[A-Za-z0-9]"
_AT_LINE_START = re.compile(
    rf"(?P<before>[ \t]{{0,40}}(?:[*>•-]{{1,3}}[ \t]{{1,3}}|[45]\d\d[ -](?:[45]\.\d+\.\d+[ \t])?)?)"
    rf"(?:<(?P<angled>{_ADDRESS})>|(?P<bare>{_ADDRESS}))(?P<rest>.*)"
)
_LABELLED = re.compile(
    rf"(?P<before>[ \t]{{0,40}}(?:>>>[ \t])?(?:rcpt to|recipient address|recipient|final recipient|failed recipient"
    rf"|failed address|addressed to|adresat|odbiorca|empfänger|destinataire|destinatario|destinatário)"
    r"[ \t]{0,3}:[ \t]{0,20})"
    rf"(?:<(?P<angled>{_ADDRESS})>|(?P<bare>{_ADDRESS}))(?P<rest>.*)",
    re.IGNORECASE,
)
_INLINE = re.compile(
    r"(?:\b(?:to|in|for|userid|user|address|recipients?|mailbox|do|na adres|odbiorcy|an|à|a|para)\b[ \t]{0,3}:?\s{0,3}"
    rf"(?:<({_ADDRESS})>|({_ADDRESS})))|\b(?:user|nobody)[^\n(]{{0,60}}\(({_ADDRESS})\)"
    rf"|:[ \t]{{1,3}}({_ADDRESS})[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True)
class ReportText:
    """`told`: what the mail system says; `returned`: the message that came back below it, or "".

    `own`: addresses of the sender, which stand in reports, too, and are not what failed.
    """

    told: str
    returned: str
    own: frozenset[str]

    @cached_property
    def message_id(self) -> str:
        """Of the message that came back, or named in the report itself."""
        found = _MESSAGE_ID.search(self.returned[:_LONGEST_HEADER]) or _MESSAGE_ID.search(self.told)
        return found[1] if found else ""

    @cached_property
    def sections(self) -> Mapping[str, str]:
        """What is said about each address that begins a line, up to the next one."""
        found: dict[str, list[str]] = {}
        current = ""
        for line in self.told.splitlines():
            opened = _opened_by(line)
            if opened and opened[0] not in self.own:
                current, line = opened  # noqa: PLW2901  # the rest of it is the first line of the section
                if len(found) < limits.MOST_REPORTED_RECIPIENTS or current in found:
                    found.setdefault(current, [])
            if current in found:
                found[current].append(line)
        return {address: "\n".join(lines).strip(" .:\n") for address, lines in found.items()}

    @cached_property
    def first_address(self) -> str:
        """The first address that the report is about, wherever it stands in a line, or ""."""
        typed = (found[found.lastindex or 0] for found in _INLINE.finditer(self.told))
        named = (*self.sections, *(reported_address(one) for one in typed))
        return next((one for one in named if one and one not in self.own), "")


def split_report(text: str, own: frozenset[str]) -> ReportText:
    """`own`: whom the report was sent to."""
    lines = text[: limits.LONGEST_REPORT].splitlines()
    announced = (at for at, line in enumerate(lines) if _announces_return(line) and _is_near_header(lines, at + 1))
    begin = next(announced, None)
    if begin is None:
        begin = next((at for at in range(len(lines)) if _is_header(lines, at)), len(lines))
    returned = "\n".join(lines[begin:])
    senders = (reported_address(found[1]) for found in _SENDER_FIELD.finditer(returned[:_LONGEST_HEADER]))
    return ReportText("\n".join(lines[:begin]), returned, own | (frozenset(senders) - {""}))


def embedded_groups(text: str) -> list[Fields]:
    """The fields of RFC 3464 where they stand in the text itself: the structure of the mail was lost on the way."""
    found = _STATUS_FIELD.search(text[: limits.LONGEST_REPORT])
    if found is None:
        return []
    lines = text[found.start() : found.start() + limits.LONGEST_REPORT].splitlines()
    return field_groups("\n".join(line.strip() if _INDENTED_FIELD.match(line) else line for line in lines))


def recipients_in(report: ReportText, named: Iterable[str]) -> tuple[ReportedRecipient, ...]:
    """`named`: who failed according to the header of the mail.

    Without any address there is one recipient all the same, with "" for the address: the rest is still told.
    """
    wanted = dict.fromkeys(address for one in named if (address := reported_address(one)))
    if wanted:
        told = {address: report.sections.get(address) or report.told for address in wanted}
    else:
        told = dict(report.sections) or {report.first_address: report.told}
    whole = best_code(codes_in(report.told)), command_in(report.told)
    found = [_recipient(address, words or report.told, *whole) for address, words in told.items()]
    return tuple(found[: limits.MOST_REPORTED_RECIPIENTS])


def _recipient(address: str, words: str, any_code: str, any_command: Command) -> ReportedRecipient:
    status = best_code(codes_in(words)) or any_code
    command = command_in(words) or any_command
    diagnostic = one_line(words, limits.LONGEST_DIAGNOSTIC)
    return ReportedRecipient(address, status, reason_for(words, status, command), diagnostic)


def _opened_by(line: str) -> tuple[str, str] | None:
    """The address that a line begins with, and what the line says about it.

    `<a@b>: 550 ...`, `a@b`, `a@b on Thu, ...`, `550 <a@b>... User unknown`, `Recipient: <a@b>`.
    """
    found = _LABELLED.match(line) or _AT_LINE_START.match(line)
    address = reported_address(found["angled"] or found["bare"]) if found else ""
    if not found or not address or found["rest"].lstrip().startswith((",", ";", "@")):  # a list of addresses
        return None
    is_reply = any(letter.isdigit() for letter in found["before"])
    return address, line.strip() if is_reply else found["rest"]


def _announces_return(line: str) -> bool:
    return line.strip(_RULER).lower().startswith(RETURNED_BELOW)


def _is_near_header(lines: list[str], at: int) -> bool:
    """Else the words are part of a sentence."""
    return any(_KNOWN_FIELD.match(line) or line.lstrip().startswith("From ") for line in lines[at : at + 6])


def _is_header(lines: list[str], at: int) -> bool:
    first = _KNOWN_FIELD.match(lines[at])
    if first is None or first[1].lower() in {"subject", "to", "from", "date"}:
        return False  # reports name these of the message, too, before they say what is wrong
    names = {found[1].lower() for line in lines[at : at + _LINES_OF_A_HEADER] if (found := _KNOWN_FIELD.match(line))}
    return len(names) > 3 and bool(names & {"received", "message-id"})
