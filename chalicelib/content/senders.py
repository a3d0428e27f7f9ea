"""Who wrote a mail: the From field, if it can be read in one way only; where it names nobody, another stands in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.content.addresses import as_written, email_point
from chalicelib.content.encoded_words import decode_field
from chalicelib.content.headers import Header
from chalicelib.content.mailboxes import Mailbox, author_elsewhere, parse_mailboxes
from chalicelib.content.plain_text import deceives
from chalicelib.domain.contact_points import ContactPoint
from chalicelib.domain.messages import ParkedMessage
from chalicelib.domain.remarks import remark
from chalicelib.domain.sender_warnings import SenderWarning, WarningKind

_ADDRESS_IN_NAME = re.compile(r"[^\s<>()\[\]\"',;:@]+@[^\s<>()\[\]\"',;:@]+\.[^\s<>()\[\]\"',;:@]+")


@dataclass(frozen=True, slots=True)
class Sender:
    """`point` is None for an address that could not be answered. `address`: whatever stands in its place.

    `repair`: that From names no address and which field stands in for it, in words; nothing binds that to the sender.
    """

    name: str
    address: str
    point: ContactPoint | None
    warnings: tuple[SenderWarning, ...] = ()
    repair: str = ""

    @property
    def in_from(self) -> str:
        return "" if self.repair else self.address

    @property
    def spelling(self) -> str:
        """The address with its letters as written, "" where the point says the same."""
        written = as_written(self.address)
        return "" if self.point and written == self.point.value else written


def read_sender(header: Header) -> Sender | ParkedMessage:
    """Whoever wrote it decides whose thread it joins, so a field that two readers could read differently is parked.

    Reply-To, Sender and Cc are nobody's identity; where they differ from From, a person is warned. Where From names
    nobody they only stand in.
    """
    author = _author(header)
    if isinstance(author, ParkedMessage):
        return author
    found, repair = (author, "") if author.address else author_elsewhere(header)
    point = email_point(found.address)
    warnings = tuple(_warnings(header, author, point))
    return Sender(author.name or found.name, found.address, point, warnings, repair)


def _author(header: Header) -> Mailbox | ParkedMessage:
    if header.all("from "):
        return ParkedMessage("ambiguous_sender", remark("blank_before_colon"))
    fields = set(header.all("from"))
    if len(fields) > 1:
        return ParkedMessage("ambiguous_sender", remark("several_from_fields"))
    read = parse_mailboxes(next(iter(fields), b""))
    if read.doubtful:
        return ParkedMessage("ambiguous_sender", remark("from_doubtful", why=read.doubtful))
    written = [mailbox for mailbox in read.mailboxes if mailbox.address]
    if len(written) > 1:
        return ParkedMessage("ambiguous_sender", remark("from_names_several"))
    return next(iter((*written, *read.mailboxes)), Mailbox("", ""))


def _warnings(header: Header, author: Mailbox, point: ContactPoint | None) -> Iterator[SenderWarning]:
    if deceives(decode_field(header.first("from")).text):
        yield SenderWarning(WarningKind.HIDDEN_LETTERS, author.name or author.address)
    named = _ADDRESS_IN_NAME.search(author.name)
    if named and email_point(named[0]) not in (None, point):
        yield SenderWarning(WarningKind.ADDRESS_IN_NAME, named[0])
    for name, kind in (("reply-to", WarningKind.ANSWER_ELSEWHERE), ("sender", WarningKind.SENT_BY_ANOTHER)):
        others = [email_point(mailbox.address) for mailbox in parse_mailboxes(header.first(name)).mailboxes]
        other = next((one for one in others if one and one != point), None)
        if other:
            yield SenderWarning(kind, other.value)
