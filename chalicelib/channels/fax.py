"""Fax: what a fax gateway mails to an inbox of ours, with the document as TIFF or PDF, and what we have it send.

Every gateway words its mails in its own way: `content/fax_gateways.py` has those that are known, the configuration the
operator's. A mail to a fax inbox that is no fax is an e-mail, and treated as one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace

from chalicelib.channels import email
from chalicelib.content import limits
from chalicelib.content.fax_documents import case_reference_in, find_fax_document, page_count
from chalicelib.content.fax_notices import FaxNotice, fax_point, read_fax_notice, read_unworded
from chalicelib.content.fax_reports import our_id_in, read_fax_report
from chalicelib.content.mime import read_mail
from chalicelib.content.plain_text import one_line
from chalicelib.domain.configuration import Inbox
from chalicelib.domain.contact_points import Channel, ContactPoint
from chalicelib.domain.faxes import FAX_REPORT, Fax
from chalicelib.domain.machines import REPORTS, MachineKind, MachineMail
from chalicelib.domain.messages import Attachment, InboundMessage, OutgoingMessage, ParsedMessage, Receipt
from chalicelib.domain.previews import Preview
from chalicelib.domain.remarks import remark
from chalicelib.domain.threads import Entry
from chalicelib.domain.trust import Trust

_FAX_WORD = re.compile(r"fax|faks|facsimile|télécopie|ixi-ums|факс", re.IGNORECASE)
_LONGEST_WORDING = 10_000  # characters of a gateway's text that are searched; what gateways write is far shorter


def parse_inbound(raw: bytes, receipt: Receipt, inbox: Inbox, ours: frozenset[str]) -> ParsedMessage:
    parked = email.parked_by_verdict(receipt)
    if parked:
        return parked
    message = email.message_in(read_mail(raw), receipt, ours)
    if isinstance(message, InboundMessage):
        return _as_fax_or_mail(message, inbox)
    return replace(message, read=_as_fax_or_mail(message.read, inbox)) if message.read else message


def preview_outbound(entry: Entry, inbox: Inbox) -> Preview:
    from chalicelib.channels.outgoing_fax import preview_fax  # what comes in needs none of it

    return preview_fax(entry, inbox)


def render_outbound(entry: Entry, inbox: Inbox, files: Sequence[Attachment] = ()) -> OutgoingMessage:
    from chalicelib.channels.outgoing_fax import render_for_gateway

    return render_for_gateway(entry, inbox, files)


def _as_fax_or_mail(mail: InboundMessage, inbox: Inbox) -> InboundMessage:
    """A gateway's mail is a fax unless it reports on one that we sent. Anybody else's is one if it holds a document and
    looks like a gateway's: people, too, write "my fax" and attach a PDF, and are answered by mail.
    """
    sender = mail.sender.value if mail.sender else ""
    told = mail.whole_text[:_LONGEST_WORDING]
    notice = read_fax_notice(inbox.fax_gateways, sender, mail.subject, told)
    document = find_fax_document(mail.attachments)
    from_gateway = sender.rpartition("@")[2] in inbox.gateways
    looks_like_gateway = from_gateway or _FAX_WORD.search(f"{mail.sender_name} {sender}") is not None
    if mail.machine and mail.machine.kind in REPORTS and not (from_gateway and document):
        return mail
    if notice and notice.is_report:
        return _report(mail, inbox, believed=from_gateway) if looks_like_gateway else mail
    if from_gateway and inbox.fax and our_id_in(mail.addressed_to, mail.subject):
        return _report(mail, inbox, believed=True)
    passed_on = bool(mail.in_reply_to or mail.references or mail.forward)  # by somebody who was told of the fax
    names_number = notice is not None and bool(notice.numbers) and not passed_on
    if from_gateway or (document and (looks_like_gateway or names_number)):
        return _fax(mail, inbox, notice or read_unworded(sender, mail.subject, told), document, told)
    if notice and not document:
        return replace(mail, repairs=(*mail.repairs, remark("fax_missing")))
    return mail


def _report(mail: InboundMessage, inbox: Inbox, *, believed: bool) -> InboundMessage:
    """Where the inbox sends no faxes, it speaks of one that left the company by another way."""
    evidence = mail.automatic or remark("is_fax_report")
    if inbox.fax is None:
        notification = MachineMail(MachineKind.NOTIFICATION, evidence, reason=FAX_REPORT)
        return replace(mail, automatic=evidence, machine=notification)
    machine = read_fax_report(
        mail.subject,
        mail.whole_text,
        evidence=evidence,
        addressed_to=mail.addressed_to,
        answers=(*mail.in_reply_to, *mail.references),
        country=inbox.country,
        believed=believed and mail.trust is Trust.AUTHENTICATED,
    )
    return replace(mail, automatic=evidence, machine=machine)


def _fax(
    mail: InboundMessage, inbox: Inbox, notice: FaxNotice, document: Attachment | None, told: str
) -> InboundMessage:
    """The gateway's mail as the fax that it carries. The number is believed no further than the gateway's mail is."""
    sender, number, number_from = _sender(notice, inbox.country)
    counted = page_count(document.data) if document else None
    pages = notice.pages if counted is None else counted
    from_gateway = mail.sender is not None and mail.sender.value.rpartition("@")[2] in inbox.gateways
    believed = mail.trust is Trust.AUTHENTICATED and from_gateway and sender is not None
    return replace(
        mail,
        channel=Channel.FAX,
        sender=sender,
        trust=Trust.AUTHENTICATED if believed else min(mail.trust, Trust.UNVERIFIED),
        sender_name=one_line(notice.name, limits.LONGEST_NAME),
        visible_text=_summary(document, pages, sender.value if sender else number),
        quoted_text=mail.whole_text,
        signature="",
        forward=None,
        forwarded_from=None,
        participants=(),
        case_reference=case_reference_in(f"{mail.subject}\n{told}"),
        automatic="",  # a machine wrote the mail, a person sent the fax
        machine=None,
        fax=Fax(
            gateway=notice.gateway,
            number=number,
            number_from=number_from,
            pages=pages,
            pages_from="" if pages is None else "gateway" if counted is None else "document",
            document=hashlib.sha256(document.data).hexdigest() if document else "",
        ),
        repairs=(*mail.repairs, *_contradictions(counted, notice.pages)),
    )


def _sender(notice: FaxNotice, country: str) -> tuple[ContactPoint | None, str, str]:
    """The first number that some numbering plan has; else the first at all, to be shown."""
    for number, place in notice.numbers:
        point = fax_point(number, country)
        if point:
            return point, number, place
    return None, *(notice.numbers[0] if notice.numbers else ("", ""))


def _contradictions(counted: int | None, said: int | None) -> tuple[str, ...]:
    if counted is None or said is None or counted == said:
        return ()
    return (remark("fax_pages_differ", said=said, counted=counted),)


def _summary(document: Attachment | None, pages: int | None, number: str) -> str:
    counted = "" if pages is None else f", {pages} {'page' if pages == 1 else 'pages'}"
    file = f" Document: {document.name}." if document else " The gateway sent no document with it."
    return f"Fax{counted}, from {number or 'a withheld number'}.{file}"
