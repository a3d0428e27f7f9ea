"""Our faxes: a PDF with a cover page, in a mail or a POST to the gateway that sends it.

What the gateway reports of it names our id, which is in the request, or in the mail's subject and the address to answer
to.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from email.utils import format_datetime
from zoneinfo import ZoneInfo

from chalicelib.channels.answers import require_files, require_header_text, require_text
from chalicelib.channels.fax_posts import render_post
from chalicelib.channels.outgoing_mail import mailbox_field, text_field, write_mail
from chalicelib.content import limits
from chalicelib.content.fax_documents import page_count
from chalicelib.content.fax_rendering import pages_of, printable, render_fax, unprintable_in
from chalicelib.content.plain_text import clean_text, one_line
from chalicelib.content.texts.fax_covers import fax_cover
from chalicelib.domain.configuration import Inbox
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.delivery import Delivery
from chalicelib.domain.errors import InvalidInput, SendingRefused
from chalicelib.domain.fax_sending import FaxByMail, FaxSending, number_for
from chalicelib.domain.messages import Attachment, OutgoingMessage
from chalicelib.domain.previews import AnswerProblem, AnswerWarning, Preview
from chalicelib.domain.remarks import remark
from chalicelib.domain.threads import Entry

PDF = "application/pdf"
_NUMBER = re.compile(r"\+[1-9]\d{6,14}")
_LONGEST_SUBJECT = 120  # what stands beside a label of the cover


def preview_fax(entry: Entry, inbox: Inbox) -> Preview:
    require_text(entry)
    require_header_text("subject", entry.subject)
    require_files(entry)
    sending, delivery = _ways_of(entry, inbox)
    _require_documents(entry, sending)
    text = _text_of(entry)
    pages = pages_of(text)
    if pages > sending.most_pages:
        raise InvalidInput(
            f"The fax would have {pages} pages; this inbox sends at most {sending.most_pages}. Shorten the text, or "
            "answer by mail.",
            field="text",
        )
    lacking = unprintable_in(f"{entry.subject}{text}")
    return Preview(
        channel=Channel.FAX,
        sender=inbox.address,
        recipient=delivery.recipient,
        subject=entry.subject,
        text=printable(text),
        pages=pages,
        warnings=(AnswerWarning(AnswerProblem.UNPRINTABLE_LETTERS, lacking),) if lacking else (),
    )


def render_for_gateway(entry: Entry, inbox: Inbox, files: Sequence[Attachment]) -> OutgoingMessage:
    sending, delivery = _ways_of(entry, inbox)
    number = number_for(sending.number_form, delivery.recipient)
    documents = _documents(entry, inbox, files)
    if sending.mail:
        return _mail(entry, inbox, sending.mail, number, documents)
    if sending.https is None:
        raise SendingRefused(remark("inbox_without_gateway", inbox=inbox.name), temporary=False)
    return OutgoingMessage(
        channel=Channel.FAX,
        sender=inbox.address,
        recipient=delivery.recipient,
        text=_text_of(entry),
        tag=f"{entry.id}-{delivery.attempts}",
        customer_id=entry.customer_id,
        post=render_post(sending.https, number, entry.id, documents),
    )


def _mail(
    entry: Entry, inbox: Inbox, gateway: FaxByMail, number: str, documents: Sequence[Attachment]
) -> OutgoingMessage:
    _, delivery = _ways_of(entry, inbox)
    values = {"number": number, "id": entry.id, "reference": delivery.reference}
    to, subject, text = (_filled(words, values) for words in (gateway.to, gateway.subject, gateway.text))
    sender = gateway.sender or inbox.address
    local, _, domain = inbox.address.rpartition("@")
    fields = [
        mailbox_field("From", one_line(inbox.display_name, limits.LONGEST_NAME), sender),
        mailbox_field("To", "", to),
        text_field("Subject", " ".join(subject.split())),
        text_field("Date", format_datetime(entry.at)),
        text_field("Message-ID", f"<{entry.id}-{delivery.attempts}@{domain}>"),
        mailbox_field("Reply-To", "", f"{local}+{entry.id.lower()}@{domain}"),
    ]
    return OutgoingMessage(
        channel=Channel.FAX,
        sender=sender,
        recipient=to,
        text=_text_of(entry),
        tag=f"{entry.id}-{delivery.attempts}",
        raw=write_mail(fields, entry.id, f"{text}\n", "", documents),
        customer_id=entry.customer_id,
    )


def _ways_of(entry: Entry, inbox: Inbox) -> tuple[FaxSending, Delivery]:
    if entry.delivery is None or not _NUMBER.fullmatch(entry.delivery.recipient):
        raise SendingRefused(remark("no_fax_number"), temporary=False)
    if inbox.fax is None:
        raise SendingRefused(remark("inbox_sends_no_faxes", inbox=inbox.name), temporary=False)
    return inbox.fax, entry.delivery


def _require_documents(entry: Entry, sending: FaxSending) -> None:
    for at, file in enumerate(entry.attachments):
        if not sending.takes_files:
            raise InvalidInput("The fax gateway of this inbox takes no further files.", field=f"attachments[{at}]")
        if file.content_type.partition(";")[0].strip().lower() != PDF:
            problem = f"Only PDF files can be sent by fax; {file.name!r} is {file.content_type}."
            raise InvalidInput(problem, field=f"attachments[{at}]")


def _documents(entry: Entry, inbox: Inbox, files: Sequence[Attachment]) -> list[Attachment]:
    """The fax, and behind it the files."""
    sending, delivery = _ways_of(entry, inbox)
    for file in files:
        if not file.data.startswith(b"%PDF-"):
            raise SendingRefused(remark("file_is_no_pdf", name=file.name), temporary=False)
    text = _text_of(entry)
    counted = [page_count(file.data) for file in files]
    cover = fax_cover(
        inbox.language,
        company=one_line(inbox.display_name, limits.LONGEST_NAME),
        to=delivery.recipient,
        answer_to=sending.own_number,
        at=entry.at.astimezone(ZoneInfo(sending.zone)),
        reference=delivery.reference,
        subject=one_line(entry.subject, _LONGEST_SUBJECT),
        pages=pages_of(text) + sum(pages or 0 for pages in counted),
        and_more=None in counted,
    )
    return [Attachment(f"fax-{entry.id}.pdf", PDF, render_fax(cover, text)), *files]


def _text_of(entry: Entry) -> str:
    text, signature = (clean_text(part).strip("\n") for part in (entry.text, entry.signature))
    return f"{text}\n\n{signature}" if signature else text


def _filled(words: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        words = words.replace(f"{{{name}}}", value)
    return words
