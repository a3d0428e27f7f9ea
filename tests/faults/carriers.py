"""What customers write and what carriers say of it, as it comes over the wire."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

from tests.faults.ports import POISON

MARK = re.compile(rb"#(\d+)#")
_REPLY_TO = re.compile(rb"^Reply-To: (\S+)", re.MULTILINE)
OUR_ADDRESS = "pomoc@hub.example"
OUR_NUMBER = "+48700100200"
OUR_FAX = "fax@hub.example"
FAX_GATEWAY = "fax@gateway.example"


@dataclass
class Said:
    """What somebody wrote to the hub. `kept_by_right`: somebody answered for it, so it must be in the hub for good.

    `dmarc`: SES's verdict of a mail. `to_case`: the reference whose reply address it was sent to; `genuine`: whether
    that address was one that the hub had signed. `parked_as`: why it must wait for a person, "" if it must not.
    `copies`: how often its server handed it over, each time under another id.
    """

    mark: int
    transport: str
    sender: str
    at: datetime
    kept_by_right: bool
    dmarc: str = ""
    to_case: str = ""
    genuine: bool = True
    automatic: bool = False
    parked_as: str = ""
    copies: int = 1


def mail_bytes(said: Said, to: str, in_reply_to: str, *, poison: bool) -> bytes:
    fields = [
        f"From: Anna <{said.sender}>",
        f"To: {to}",
        "Subject: Sprawa",
        f"Message-ID: <m{said.mark}@example.pl>",
        *([f"In-Reply-To: <{in_reply_to}>"] if in_reply_to else []),
        *(["Auto-Submitted: auto-replied"] if said.automatic else []),
    ]
    text = f"List #{said.mark}#\r\n".encode() + (POISON if poison else b"")
    return "\r\n".join(fields).encode() + b"\r\n\r\n" + text


def fax_bytes(said: Said, number: str) -> bytes:
    """A gateway's mail with the fax as a PDF."""
    mail = EmailMessage()
    mail["From"] = f"Fax <{said.sender}>"
    mail["To"] = OUR_FAX
    mail["Subject"] = f"Fax from {number}, 2 pages"
    mail["Message-ID"] = f"<m{said.mark}@gateway.example>"
    mail.set_content(f"List #{said.mark}#")
    document = b"%PDF-1.4\n<</Type/Page>><</Type/Page>> " + str(said.mark).encode()
    mail.add_attachment(document, maintype="application", subtype="pdf", filename="fax.pdf")
    mail.set_boundary("pages")  # else it is left to chance
    return mail.as_bytes(policy=SMTP)


def receipt_notification(said: Said, name: str, key: str, to: str) -> dict[str, Any]:
    verdicts = {f"{name}Verdict": {"status": "PASS"} for name in ("spf", "dkim", "spam", "virus")}
    return {
        "notificationType": "Received",
        "mail": {"source": said.sender, "messageId": name},
        "receipt": {
            "timestamp": stamp(said.at),
            "recipients": [to],
            "action": {"type": "S3", "objectKey": key},
            "dmarcVerdict": {"status": said.dmarc},
            **verdicts,
        },
    }


def sms_event(said: Said, in_reply_to: str, text: str = "") -> dict[str, Any]:
    """`text`: in place of the usual words; then the mark stands beside it."""
    return {
        "originationNumber": said.sender,
        "destinationNumber": OUR_NUMBER,
        "messageBody": text or f"SMS #{said.mark}#",
        **({"mark": f"#{said.mark}#"} if text else {}),
        "inboundMessageId": f"sms{said.mark}",
        "previousPublishedMessageId": in_reply_to,
    }


def reply_to_in(raw: bytes | None) -> str:
    """The signed address to which a customer's mail program answers a mail of ours."""
    found = _REPLY_TO.search(raw or b"")
    return found[1].decode() if found else OUR_ADDRESS


def marks_in(bodies: Iterable[bytes]) -> list[int]:
    return [int(mark) for body in bodies for mark in MARK.findall(body)]


def stamp(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
