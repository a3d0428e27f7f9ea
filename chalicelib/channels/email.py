"""E-mail: mails that SES received, and the mails that we give it to send."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from email.charset import QP, Charset
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime, formataddr

from chalicelib.content import limits
from chalicelib.content.addresses import email_point
from chalicelib.content.automatic import machine_behind
from chalicelib.content.encoded_words import decode_field
from chalicelib.content.headers import message_ids, written_at
from chalicelib.content.html_version import html_version_of
from chalicelib.content.mailboxes import parse_mailboxes
from chalicelib.content.mime import Mail, read_mail
from chalicelib.content.plain_text import clean_text, one_line
from chalicelib.content.quotes import divide
from chalicelib.content.senders import Sender, read_sender
from chalicelib.domain.configuration import Inbox
from chalicelib.domain.contact_points import Channel, ContactPoint
from chalicelib.domain.delivery import Delivery
from chalicelib.domain.errors import SendingRefused, Unparsable
from chalicelib.domain.inboxes import is_of_ours
from chalicelib.domain.machines import MachineKind, MachineMail
from chalicelib.domain.messages import InboundMessage, OutgoingMessage, ParkedMessage, ParsedMessage, Receipt
from chalicelib.domain.threads import Entry
from chalicelib.domain.trust import Trust, trust_of_mail

_ADDRESS = re.compile(r"[!#-'*+\-./-9=?A-Z^-~]+@[A-Za-z0-9._-]+")
_MESSAGE_ID = re.compile(r"[!-;=?-~]+")
_NOTED_RECIPIENT = re.compile(r"\bfor <?([^\s<>;]+@[^\s<>;]+)>?;")
_LANGUAGE = re.compile(r"([a-z]{2})(?:-[a-z0-9]+)*")
_OUR_WIRE_FORMAT = compat32.clone(linesep="\r\n", mangle_from_=False)


def parse_inbound(raw: bytes, receipt: Receipt, inbox: Inbox, ours: frozenset[str]) -> ParsedMessage:  # noqa: ARG001 (every mail inbox reads alike)
    parked = parked_by_verdict(receipt)
    if parked:
        return parked
    return message_in(read_mail(raw), receipt, ours)


def parked_by_verdict(receipt: Receipt) -> ParkedMessage | None:
    """SES takes no action on what it finds; we do: nobody answers spam, and nobody opens a virus by accident."""
    if receipt.verdicts.virus == "FAIL":
        return ParkedMessage("virus", "SES found a virus in it.")
    if receipt.verdicts.spam == "FAIL":
        return ParkedMessage("spam", "SES takes it for spam.")
    return None


def message_in(mail: Mail, receipt: Receipt, ours: frozenset[str]) -> ParsedMessage:
    """Whose author is ambiguous is parked, with what it says as nobody's: for a person who says whose it is."""
    author = read_sender(mail.header)
    if isinstance(author, Sender):
        return _message_of(mail, author, receipt, ours)
    try:
        return replace(author, read=_message_of(mail, Sender("", "", None), receipt, ours))
    except Unparsable:
        return author


def _message_of(mail: Mail, author: Sender, receipt: Receipt, ours: frozenset[str]) -> InboundMessage:
    sender = author.point
    trust = trust_of_mail(receipt.verdicts)
    subject = decode_field(mail.header.first("subject"))
    answers = bool(mail.header.first("in-reply-to") or mail.header.first("references"))
    ours |= frozenset(receipt.recipients)
    divided = divide(mail.text, subject.text, answers=answers, ours=ours, marks=mail.marks)
    page, page_repair = html_version_of(mail)
    language = _LANGUAGE.fullmatch(mail.header.word("content-language").partition(",")[0])
    machine = machine_behind(mail, author.in_from.lower(), null_sender=_is_null_sender(mail, receipt))
    return InboundMessage(
        channel=Channel.EMAIL,
        sender=sender,
        trust=trust if sender and not author.repair else min(trust, Trust.UNVERIFIED),
        visible_text=divided.visible,
        quoted_text=divided.quoted,
        signature=divided.signature,
        forward=divided.forward,
        forwarded_from=email_point(divided.forward.sender_address) if divided.forward else None,
        html=page,
        sender_name=author.name,
        sender_address=author.spelling,
        warnings=author.warnings,
        subject=one_line(subject.text, limits.LONGEST_SUBJECT),
        attachments=mail.attachments,
        message_id=next(iter(message_ids(mail.header.first("message-id"))), ""),
        in_reply_to=_answered(mail, machine),
        references=message_ids(mail.header.first("references")),
        participants=_participants(mail, sender, ours),
        addressed_to=receipt.recipients,
        automatic=machine.evidence if machine and machine.kind is not MachineKind.MAILING_LIST else "",
        machine=machine,
        written_at=written_at(mail.header.first("date")),
        language=language[1] if language else "",
        repairs=tuple(
            dict.fromkeys(repair for repair in (*mail.repairs, subject.repair, page_repair, author.repair) if repair)
        ),
    )


def recipients_named_in(raw: bytes) -> tuple[str, ...]:
    """Whom a mail was for as far as it says so itself, for want of an envelope: the receipt of it was lost.

    SES notes the recipient in its own Received field, the topmost (`... for help@hub.example; ...`).
    """
    try:
        header = read_mail(raw).header
        noted = _NOTED_RECIPIENT.search(header.first("received").decode("ascii", "replace"))
        fields = (*header.all("delivered-to"), *header.all("to"), *header.all("cc"))
        named = [mailbox.address for field in fields for mailbox in parse_mailboxes(field).mailboxes]
    except Unparsable:
        return ()
    points = (email_point(address) for address in ((noted[1],) if noted else named))
    return tuple(dict.fromkeys(point.value for point in points if point))


def render_outbound(entry: Entry, inbox: Inbox) -> OutgoingMessage:
    """A complete mail. SES replaces Message-ID and Date (https://docs.aws.amazon.com/ses/latest/dg/header-fields.html).

    Subject and names are made one line; an address that is not plainly one address is refused.
    """
    delivery = _delivery_of(entry)
    text = clean_text(entry.text)
    mail = MIMEMultipart("alternative", boundary=f"=_{entry.id}")  # cannot occur in quoted-printable
    for name, value in _header_fields(entry, delivery, inbox):
        mail[name] = value
    charset = Charset("utf-8")
    charset.body_encoding = QP
    mail.attach(MIMEText(text, "plain", charset))  # type: ignore[arg-type] # typeshed forgets that a Charset is taken
    mail.attach(MIMEText(_page(text), "html", charset))  # type: ignore[arg-type] # the same
    return OutgoingMessage(
        channel=Channel.EMAIL,
        sender=delivery.sender,
        recipient=delivery.recipient,
        text=text,
        tag=f"{entry.id}-{delivery.attempts}",
        raw=mail.as_bytes(policy=_OUR_WIRE_FORMAT),
        customer_id=entry.customer_id,
    )


def _answered(mail: Mail, machine: MachineMail | None) -> tuple[str, ...]:
    """A read receipt names the message in a part of its own; mail software may leave it out of the header."""
    ids = message_ids(mail.header.first("in-reply-to"))[: limits.MOST_IN_REPLY_TO]
    is_receipt = machine is not None and machine.kind is MachineKind.READ_RECEIPT
    if machine is None or not is_receipt or machine.answers_message_id in {"", *ids}:
        return ids
    return (machine.answers_message_id, *ids)


def _is_null_sender(mail: Mail, receipt: Receipt) -> bool:
    """SES writes the envelope sender into Return-Path, which is what is left when its notification was lost."""
    noted = mail.header.first("return-path").strip()
    return noted == b"<>" if receipt.source is None else not receipt.source and noted in (b"", b"<>")


def _participants(mail: Mail, sender: ContactPoint | None, ours: frozenset[str]) -> tuple[ContactPoint, ...]:
    fields = (*mail.header.all("to"), *mail.header.all("cc"))
    mailboxes = [mailbox for field in fields for mailbox in parse_mailboxes(field).mailboxes]
    if len(mailboxes) > limits.MOST_ADDRESSES:
        raise Unparsable(f"The message names more than {limits.MOST_ADDRESSES} addresses.")
    points = dict.fromkeys(email_point(mailbox.address) for mailbox in mailboxes)
    others = [point for point in points if point and point != sender and not is_of_ours(point.value, ours)]
    return tuple(others[: limits.MOST_PARTICIPANTS])


def _delivery_of(entry: Entry) -> Delivery:
    if entry.delivery is None:
        raise SendingRefused("The entry has nobody to go to.", temporary=False)
    for address in (entry.delivery.recipient, entry.delivery.sender, entry.delivery.reply_to or entry.delivery.sender):
        if not _ADDRESS.fullmatch(address):
            raise SendingRefused(f"{address!r} is no address that mail can be sent to.", temporary=False)
    return entry.delivery


def _header_fields(entry: Entry, delivery: Delivery, inbox: Inbox) -> list[tuple[str, str]]:
    domain = delivery.sender.rpartition("@")[2]
    references = [f"<{one}>" for one in delivery.references if _MESSAGE_ID.fullmatch(one)]
    fields = [
        ("From", formataddr((one_line(inbox.display_name, limits.LONGEST_NAME), delivery.sender))),
        ("To", delivery.recipient),
        ("Subject", _unstructured("Subject", one_line(entry.subject, limits.LONGEST_SUBJECT))),
        ("Date", format_datetime(entry.at)),
        ("Message-ID", f"<{entry.id}-{delivery.attempts}@{domain}>"),
    ]
    if delivery.reply_to:
        fields.append(("Reply-To", delivery.reply_to))
    if _MESSAGE_ID.fullmatch(delivery.in_reply_to):
        fields.append(("In-Reply-To", f"<{delivery.in_reply_to}>"))
    if references:
        fields.append(("References", " ".join(references)))
    if delivery.automatic:
        fields.append(("Auto-Submitted", "auto-generated"))
    return fields


def _unstructured(name: str, text: str) -> str:
    """Text that looks like an encoded word would be decoded by whoever reads it, so it is encoded."""
    return text if text.isascii() and "=?" not in text else Header(text, "utf-8", header_name=name).encode()


def _page(text: str) -> str:
    paragraphs = (html.escape(paragraph).replace("\n", "<br>\n") for paragraph in re.split(r"\n{2,}", text.strip("\n")))
    return "<html><body>\n" + "".join(f"<p>{paragraph}</p>\n" for paragraph in paragraphs) + "</body></html>\n"
