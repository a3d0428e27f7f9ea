"""Fax: what a fax gateway mails to an inbox of ours, with the document as TIFF or PDF.

Every gateway words its mails in its own way; `docs/channels/fax.md` lists them. A mail to a fax inbox that is no fax
is an e-mail, and treated as one.
"""

from __future__ import annotations

import re
from dataclasses import replace

from chalicelib.channels import email
from chalicelib.content import limits
from chalicelib.content.addresses import phone_point
from chalicelib.content.fax_documents import find_fax_document, page_count
from chalicelib.content.mime import read_mail
from chalicelib.content.plain_text import one_line
from chalicelib.domain.configuration import Inbox
from chalicelib.domain.contact_points import Channel, ContactPoint, PointKind
from chalicelib.domain.identifiers import parse_case_reference
from chalicelib.domain.messages import InboundMessage, ParsedMessage, Receipt
from chalicelib.domain.trust import Trust

_FAX_WORD = re.compile(r"fax|faks|facsimile|télécopie", re.IGNORECASE)
_REPORT_OF_OURS = re.compile(
    r"\bfax (?:to:|sent\b|transmission report)|outgoing fax|ums connector|fa(?:ks|x) wysłany", re.IGNORECASE
)
_LONGEST_WORDING = 10_000  # characters of a gateway's text that are searched; what gateways write is far shorter

_NUMBER = r"(\+?\(?\d[\d ().\-/]{3,24}\d)"
_CALLER_ID = re.compile(rf"caller[ -]?id\s{{0,5}}:?\s{{0,5}}{_NUMBER}", re.IGNORECASE)
_IN_LOCAL_PART = re.compile(r"fax=(\+?\d{4,20})@.*")  # RFC 3965, 3: FAX=number@host
_AFTER_FROM = re.compile(
    rf"\b(?:from|von|od|de la|de|da)\b\s{{0,5}}:?\s{{0,5}}[\"'„“<]?\s{{0,5}}{_NUMBER}", re.IGNORECASE
)
_LABELLED = re.compile(
    rf"\b(?:sender|caller|nadawca|numer nadawcy|absender|mittente|expeditor|exp[ée]diteur|remitente"
    rf"|call ?id ?1|połączenie id1|anrufe id 1)\s{{0,5}}:\s{{0,20}}{_NUMBER}",
    re.IGNORECASE,
)
_REMOTE_NAME = re.compile(r"\b(?:from|id)\s{1,5}[\"'„“]([^\"'”“]{1,40})[\"'”“]", re.IGNORECASE)
_NAMELESS = frozenset({"unknown", "unavailable", "anonymous", "none", "withheld", "private"})
_PAGES = re.compile(
    r"\b(\d{1,4})\s{0,5}(?:pages?\b|page\(s\)|stron[ay]?\b|seiten?\b)|\b(?:pages|stron|seiten)\s{0,5}:\s{0,20}(\d{1,4})\b",
    re.IGNORECASE,
)
_REFERENCE = re.compile(r"\b[0-9A-Za-z]{5}[ \-–—]?[0-9A-Za-z]{5}[ \-–—]?[0-9A-Za-z]\b")


def parse_inbound(raw: bytes, receipt: Receipt, inbox: Inbox, ours: frozenset[str]) -> ParsedMessage:
    parked = email.parked_by_verdict(receipt)
    if parked:
        return parked
    mail = read_mail(raw)
    message = email.message_in(mail, receipt, ours)
    if isinstance(message, InboundMessage):
        if _is_fax(message, inbox):
            return _fax(message, inbox)
        if _is_from_gateway(message, inbox):
            return replace(message, automatic=message.automatic or "report of the fax gateway")
    return email.parked_as_bounce(mail, receipt) or message


def _is_fax(message: InboundMessage, inbox: Inbox) -> bool:
    """A gateway's mail is, unless it reports on a fax that we sent. Anybody else's is if it holds a document and looks
    like a gateway's: people, too, write "my fax" and attach a PDF, and are answered by mail.
    """
    has_number = bool(_number_in_subject(message))
    if _REPORT_OF_OURS.search(message.subject) and not has_number:
        return False
    if _is_from_gateway(message, inbox):
        return True
    address = message.sender.value if message.sender else ""
    looks_like_gateway = _FAX_WORD.search(f"{message.sender_name} {address}") or (
        has_number and _FAX_WORD.search(message.subject)
    )
    return bool(looks_like_gateway) and find_fax_document(message.attachments) is not None


def _is_from_gateway(message: InboundMessage, inbox: Inbox) -> bool:
    return message.sender is not None and message.sender.value.rpartition("@")[2] in inbox.gateways


def _fax(mail: InboundMessage, inbox: Inbox) -> InboundMessage:
    """The gateway's mail as the fax that it carries. The number is believed no further than the gateway's mail is."""
    text = f"{mail.visible_text}\n\n{mail.quoted_text}".strip()
    told = text[:_LONGEST_WORDING]
    number = _number(mail, told)
    sender = _fax_point(number, inbox.country)
    believed = mail.trust is Trust.AUTHENTICATED and _is_from_gateway(mail, inbox)
    trust = Trust.AUTHENTICATED if believed and sender else min(mail.trust, Trust.UNVERIFIED)
    return replace(
        mail,
        channel=Channel.FAX,
        sender=sender,
        trust=trust,
        sender_name=_remote_name(mail.subject),
        visible_text=_summary(mail, told, sender.value if sender else number),
        quoted_text=text,
        participants=(),
        case_reference=_case_reference(f"{mail.subject}\n{told}"),
        automatic="",  # a machine wrote the mail, a person sent the fax
    )


def _number(mail: InboundMessage, told: str) -> str:
    """The sender's number as the gateway gives it, or ""."""
    in_text = (_CALLER_ID.search(told), _LABELLED.search(told), _AFTER_FROM.search(told))
    return _number_in_subject(mail) or next((found[1].strip() for found in in_text if found), "")


def _number_in_subject(mail: InboundMessage) -> str:
    """Or in the address. Caller-ID is the network's word and goes first; the rest is the sender's own."""
    address = mail.sender.value if mail.sender else ""
    tries = (_CALLER_ID.search(mail.subject), _IN_LOCAL_PART.fullmatch(address), _AFTER_FROM.search(mail.subject))
    return next((found[1].strip() for found in tries if found), "")


def _fax_point(number: str, country: str) -> ContactPoint | None:
    """Some gateways leave out the plus of an international number; a national one has less than eleven digits."""
    point = phone_point(number, country, PointKind.FAX)
    if point is None and number[:1] in "123456789" and sum(letter.isdigit() for letter in number) > 10:
        return phone_point(f"+{number}", country, PointKind.FAX)
    return point


def _remote_name(subject: str) -> str:
    """The name that the sending machine gives itself, when it is a name."""
    found = _REMOTE_NAME.search(subject)
    name = one_line(found[1], limits.LONGEST_NAME) if found else ""
    is_name = any(letter.isalpha() for letter in name) and name.lower() not in _NAMELESS
    return name if is_name else ""


def _summary(mail: InboundMessage, told: str, number: str) -> str:
    document = find_fax_document(mail.attachments)
    stated = _PAGES.search(f"{mail.subject}\n{told}")
    pages = page_count(document.data) if document else None
    if pages is None and stated:
        pages = int(stated[1] or stated[2])
    counted = "" if pages is None else f", {pages} {'page' if pages == 1 else 'pages'}"
    file = f" Document: {document.name}." if document else " The gateway sent no document with it."
    return f"Fax{counted}, from {number or 'a withheld number'}.{file}"


def _case_reference(text: str) -> str:
    """Written with its dashes it is meant; without them a word of eleven letters passes the check one time in 32."""
    written = sorted(_REFERENCE.findall(text), key=lambda one: one.isalnum())
    return next((reference for one in written if (reference := parse_case_reference(one))), "")
