"""E-mail: mails that SES received, and the mails that we give it to send."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from email.utils import format_datetime

from chalicelib.channels.answers import require_files, require_header_text, require_text
from chalicelib.channels.outgoing_mail import Field, ids_field, mailbox_field, text_field, write_mail
from chalicelib.content import limits
from chalicelib.content.addresses import email_point
from chalicelib.content.automatic import OWN_FIELD, machine_behind
from chalicelib.content.encoded_words import decode_field
from chalicelib.content.headers import message_ids, written_at
from chalicelib.content.html_from_text import html_from_text
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
from chalicelib.domain.machines import BY_PEOPLE, MachineKind, MachineMail
from chalicelib.domain.messages import (
    Attachment,
    InboundMessage,
    OutgoingMessage,
    ParkedMessage,
    ParsedMessage,
    Receipt,
)
from chalicelib.domain.previews import Preview
from chalicelib.domain.remarks import remark
from chalicelib.domain.threads import Entry
from chalicelib.domain.trust import Trust, trust_of_mail

_ADDRESS = re.compile(r"[!#-'*+\-./-9=?A-Z^-~]+@[A-Za-z0-9._-]+")
_NOTED_RECIPIENT = re.compile(r"\bfor <?([^\s<>;]+@[^\s<>;]+)>?;")
_LANGUAGE = re.compile(r"([a-z]{2})(?:-[a-z0-9]+)*")


def parse_inbound(raw: bytes, receipt: Receipt, inbox: Inbox, ours: frozenset[str]) -> ParsedMessage:  # noqa: ARG001 (every mail inbox reads alike)
    parked = parked_by_verdict(receipt)
    if parked:
        return parked
    return message_in(read_mail(raw), receipt, ours)


def parked_by_verdict(receipt: Receipt) -> ParkedMessage | None:
    """SES takes no action on what it finds; we do: nobody answers spam, and nobody opens a virus by accident."""
    if receipt.verdicts.virus == "FAIL":
        return ParkedMessage("virus", remark("virus_found"))
    if receipt.verdicts.spam == "FAIL":
        return ParkedMessage("spam", remark("taken_for_spam"))
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
    machine = machine_behind(mail, author.in_from.lower(), null_sender=_is_null_sender(mail, receipt), ours=ours)
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
        names_us=_names_us(mail, ours),
        automatic=machine.evidence if machine and machine.kind not in BY_PEOPLE else "",
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


def render_outbound(entry: Entry, inbox: Inbox, files: Sequence[Attachment] = ()) -> OutgoingMessage:
    """A complete mail. SES replaces Message-ID and Date (https://docs.aws.amazon.com/ses/latest/dg/header-fields.html).

    Subject and names are made one line; an address that is not plainly one address is refused.
    """
    delivery = _delivery_of(entry)
    plain, page = _versions(entry)
    return OutgoingMessage(
        channel=Channel.EMAIL,
        sender=delivery.sender,
        recipient=delivery.recipient,
        text=plain,
        tag=f"{entry.id}-{delivery.attempts}",
        raw=write_mail(_header_fields(entry, delivery, inbox), entry.id, f"{plain}\n", page, files),
        customer_id=entry.customer_id,
    )


def preview_outbound(entry: Entry, inbox: Inbox) -> Preview:
    require_text(entry)
    require_header_text("subject", entry.subject)
    require_files(entry)
    delivery = _delivery_of(entry)
    return Preview(
        channel=Channel.EMAIL,
        sender=inbox.address,
        recipient=delivery.recipient,
        subject=one_line(entry.subject, limits.LONGEST_SUBJECT),
        text=_versions(entry)[0],
    )


def _versions(entry: Entry) -> tuple[str, str]:
    parts = (entry.text, entry.signature, entry.quoted_text)
    text, signature, quoted = (clean_text(part).strip("\n") for part in parts)
    plain = "\n\n".join(part for part in (text, f"-- \n{signature}" if signature else "", quoted) if part)
    return plain, html_from_text(text, signature, quoted)


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
        raise Unparsable(remark("addresses_too_many", most=limits.MOST_ADDRESSES))
    points = dict.fromkeys(email_point(mailbox.address) for mailbox in mailboxes)
    others = [point for point in points if point and point != sender and not is_of_ours(point.value, ours)]
    return tuple(others[: limits.MOST_PARTICIPANTS])


def _names_us(mail: Mail, ours: frozenset[str]) -> bool:
    """RFC 5230, 4.5: who finds themselves in none of these fields is not the one who was written to."""
    fields = [field for name in ("to", "cc", "resent-to", "resent-cc") for field in mail.header.all(name)]
    mailboxes = (mailbox for field in fields for mailbox in parse_mailboxes(field).mailboxes)
    return any(is_of_ours(point.value, ours) for mailbox in mailboxes if (point := email_point(mailbox.address)))


def _delivery_of(entry: Entry) -> Delivery:
    if entry.delivery is None:
        raise SendingRefused(remark("nobody_to_go_to"), temporary=False)
    for address in (entry.delivery.recipient, entry.delivery.sender, entry.delivery.reply_to or entry.delivery.sender):
        if not _ADDRESS.fullmatch(address):
            raise SendingRefused(remark("no_mail_address", address=address), temporary=False)
    return entry.delivery


def _header_fields(entry: Entry, delivery: Delivery, inbox: Inbox) -> list[Field]:
    domain = delivery.sender.rpartition("@")[2]
    automatic = "auto-replied" if delivery.in_reply_to else "auto-generated"
    fields = [
        mailbox_field("From", one_line(inbox.display_name, limits.LONGEST_NAME), delivery.sender),
        mailbox_field("To", "", delivery.recipient),
        text_field("Subject", one_line(entry.subject, limits.LONGEST_SUBJECT)),
        text_field("Date", format_datetime(entry.at)),
        Field("Message-ID", (f"<{entry.id}-{delivery.attempts}@{domain}>",)),
        mailbox_field("Reply-To", "", delivery.reply_to) if delivery.reply_to else None,
        ids_field("In-Reply-To", [delivery.in_reply_to]),
        ids_field("References", delivery.references),
        # RFC 3834; and for Exchange, whose absence notes look at nothing else ([MS-OXCMAIL] 2.2.3.2.14).
        text_field("Auto-Submitted", automatic) if delivery.automatic else None,
        text_field("X-Auto-Response-Suppress", "OOF, AutoReply") if delivery.automatic else None,
        text_field(OWN_FIELD, delivery.sender),
    ]
    return [field for field in fields if field]
