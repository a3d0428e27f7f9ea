"""Shows what `content/` and the mail channels read in the shape that the scoring of public corpora expects.

python <corpora>/score.py tests.corpus.adapter:normalise [corpus ...]
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from chalicelib.channels import email, fax
from chalicelib.content.automatic import machine_behind
from chalicelib.content.encoded_words import decode_field
from chalicelib.content.headers import message_ids
from chalicelib.content.mailboxes import Mailbox, parse_mailboxes
from chalicelib.content.mime import Mail, read_mail
from chalicelib.content.plain_text import one_line
from chalicelib.content.quotes import divide
from chalicelib.domain.configuration import Inbox
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.faxes import Fax
from chalicelib.domain.machines import BY_PEOPLE, MachineKind
from chalicelib.domain.messages import ForwardedMessage, InboundMessage, Receipt

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
FAX = Inbox("fax", Channel.FAX, "care", "hub@example.net", country="DE")


def normalise(raw: bytes) -> dict[str, Any]:
    mail = read_mail(raw)
    header = mail.header
    subject = one_line(decode_field(header.first("subject")).text, 10_000)
    people = {name: _people(header.all(field)) for name, field in _PEOPLE.items()}
    author = people["from"][0] if people["from"] else {"name": "", "addr": ""}
    answers = bool(header.first("in-reply-to") or header.first("references"))
    divided = divide(mail.text, subject, answers=answers, marks=mail.marks)
    null_sender = header.first("return-path").strip() == b"<>"
    return {
        **people,
        "from": author,
        "subject": subject,
        "message_id": next(iter(message_ids(header.first("message-id"))), ""),
        "in_reply_to": next(iter(message_ids(header.first("in-reply-to"))), ""),
        "references": list(message_ids(header.first("references"))),
        "text": mail.text,
        "html": mail.html,
        "text_new": divided.visible,
        "signature": divided.signature,
        "forward": _forward(divided.forward),
        "attachments": [
            {"filename": file.name, "content_type": file.content_type, "data": file.data} for file in mail.attachments
        ],
        **_machine(mail, author["addr"].lower(), null_sender=null_sender),
        **_fax(raw),
    }


_PEOPLE = {"from": "from", "to": "to", "cc": "cc", "reply_to": "reply-to"}


def _people(fields: tuple[bytes, ...]) -> list[dict[str, str]]:
    found: list[Mailbox] = [one for field in fields for one in parse_mailboxes(field).mailboxes]
    return [{"name": one.name, "addr": one.address} for one in found]


def _forward(forward: ForwardedMessage | None) -> dict[str, Any] | None:
    if forward is None:
        return None
    sender = {"name": forward.sender_name, "addr": forward.sender_address}
    return {"from": sender, "subject": forward.subject, "body": forward.body}


def _machine(mail: Mail, author: str, *, null_sender: bool) -> dict[str, Any]:
    machine = machine_behind(mail, author, null_sender=null_sender)
    if machine is None:
        return {"auto": False, "bounce": False}
    first = next(iter(machine.recipients), None)
    return {
        "auto": machine.kind not in BY_PEOPLE,
        "bounce": machine.kind in (MachineKind.BOUNCE, MachineKind.DELAY),
        "bounce_status": first.status if first else "",
        "bounce_hard": first.hard if first else False,
    }


def _fax(raw: bytes) -> dict[str, Any]:
    receipt = Receipt("email", "corpus", AT, ("hub@example.net",), "gateway@example.net")
    message = fax.parse_inbound(raw, receipt, FAX, frozenset())
    if not isinstance(message, InboundMessage) or message.channel is not Channel.FAX:
        return {"channel": email.Channel.EMAIL.value}
    told = message.fax or Fax()
    number = message.sender.value if message.sender else told.number
    return {"channel": "fax", "fax": {"sender": number, "pages": told.pages}}
