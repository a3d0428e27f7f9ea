"""Reads the parts of a report that are made for machines, field by field.

Delivery status (RFC 3464), read receipts (RFC 8098) and feedback reports (RFC 5965) are written alike: groups of fields
with blank lines between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from chalicelib.content import limits
from chalicelib.content.addresses import email_point
from chalicelib.content.charsets import decode
from chalicelib.content.headers import Header, read_header
from chalicelib.content.plain_text import one_line
from chalicelib.domain.errors import Unparsable
from chalicelib.domain.machines import MachineKind
from chalicelib.domain.messages import Attachment

STATUS_TYPES = frozenset({"message/delivery-status", "message/global-delivery-status"})
RECEIPT_TYPES = frozenset({"message/disposition-notification", "message/global-disposition-notification"})
FEEDBACK_TYPES = frozenset({"message/feedback-report"})
_RETURNED_TYPES = frozenset({"message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"})

_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9-]{0,60})[ \t]{0,5}:[ \t]*(.*)")
# Some systems forget the blank line between two recipients: these stand once in a group.
_ONCE = frozenset({"final-recipient", "original-recipient", "action", "status"})
_OF_RECIPIENT = _ONCE | {"diagnostic-code"}

_ACTIONS = {
    "failed": MachineKind.BOUNCE,
    "failure": MachineKind.BOUNCE,
    "delayed": MachineKind.DELAY,
    "delivered": MachineKind.DELIVERED,
    "relayed": MachineKind.DELIVERED,
    "expanded": MachineKind.DELIVERED,
}
_KIND_OF_CLASS = {"2": MachineKind.DELIVERED, "4": MachineKind.DELAY, "5": MachineKind.BOUNCE}

Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RecipientStatus:
    """A recipient's group: `status` and `diagnostic` as written, without the name of their type.

    `category`: PowerMTA's own word for the reason (`X-PowerMTA-BounceCategory`), or "".
    """

    kind: MachineKind
    address: str
    status: str
    diagnostic: str
    category: str


def field_groups(text: str) -> list[Fields]:
    """Names in lower case, folded values on one line. As many groups and lines as `limits.py` allows."""
    groups: list[dict[str, str]] = [{}]
    name = ""
    for line in text[: limits.LONGEST_REPORT].splitlines():
        field = _FIELD.match(line)
        if not line.strip():
            name = ""
            groups.append({})
        elif line[0] in " \t" and name:
            groups[-1][name] += " " + line.strip()
        elif field:
            name = field[1].lower()
            if name in groups[-1] and name in _ONCE:
                groups.append({})
            groups[-1].setdefault(name, field[2].strip())
        else:
            name = ""
    return [group for group in groups if group]


def recipient_statuses(groups: Iterable[Fields]) -> list[RecipientStatus]:
    """Of the groups that are about a recipient, at most `limits.MOST_REPORTED_RECIPIENTS`."""
    found = [_recipient_status(group) for group in groups if _OF_RECIPIENT & group.keys()]
    return found[: limits.MOST_REPORTED_RECIPIENTS]


def reported_address(typed: str) -> str:
    """`rfc822; <Anna@Example.pl>` -> `anna@example.pl`; "" for what is no address (a program, a nickname)."""
    point = email_point(typed.rpartition(";")[2].strip().strip("<>"))
    return point.value if point else ""


def find_part(files: Iterable[Attachment], kinds: frozenset[str]) -> str | None:
    """The text of the first file of those kinds."""
    found = next((file for file in files if file.content_type in kinds), None)
    return decode(found.data[: limits.LONGEST_REPORT]).text if found else None


def find_returned_header(files: Iterable[Attachment]) -> Header | None:
    """The header of the message that a report is about, as it came back with it."""
    returned = next((file for file in files if file.content_type in _RETURNED_TYPES), None)
    if returned is None:
        return None
    try:
        return read_header(returned.data.lstrip(b"\r\n"), 0, lambda _: False)[0]
    except Unparsable:
        return None


def _recipient_status(group: Fields) -> RecipientStatus:
    address = reported_address(group.get("original-recipient", ""))
    diagnostic = group.get("diagnostic-code", "")
    status = group.get("status", "")
    return RecipientStatus(
        kind=_kind(group.get("action", ""), status),
        address=address or reported_address(group.get("final-recipient", "")),
        status=status,
        diagnostic=one_line(_without_type(diagnostic), limits.LONGEST_DIAGNOSTIC),
        category=group.get("x-powermta-bouncecategory", "").lower(),
    )


def _kind(action: str, status: str) -> MachineKind:
    """What is not told is taken for a failure: better looked at in vain than overlooked."""
    word = re.split(r"[\s;(]", action.strip().lower(), maxsplit=1)[0]
    return _ACTIONS.get(word) or _KIND_OF_CLASS.get(status[:1], MachineKind.BOUNCE)


def _without_type(diagnostic: str) -> str:
    """`smtp; 550 5.1.1 ...` -> `550 5.1.1 ...`"""
    kind, semicolon, words = diagnostic.partition(";")
    return words.strip() if semicolon and re.fullmatch(r"\s*[A-Za-z][A-Za-z0-9-]*\s*", kind) else diagnostic.strip()
