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
    `reports_on`: the id of the case of the message that it reports on, where it is a report.
    `goes_on_with`: the reference of the case that a visitor of a form goes on with.
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
    reports_on: str = ""
    goes_on_with: str = ""


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


def report_bytes(said: Said, message_id: str, recipient: str) -> bytes:
    """A mail system could not deliver a mail of ours, and says so as RFC 3464 has it."""
    parts = (
        f"Content-Type: text/plain\r\n\r\nList #{said.mark}#",
        (
            f"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.pl\r\n\r\n"
            f"Final-Recipient: rfc822; {recipient}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
            "Diagnostic-Code: smtp; 550 5.1.1 user unknown"
        ),
        f"Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{message_id}>\r\nSubject: Re",
    )
    head = (
        f"From: <{said.sender}>\r\nTo: {OUR_ADDRESS}\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n"
        f"Message-ID: <m{said.mark}@mx.example.pl>\r\nAuto-Submitted: auto-replied\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
    )
    return (head + "".join(f"--b\r\n{part}\r\n" for part in parts) + "--b--\r\n").encode()


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


def fax_report_bytes(said: Said, entry_id: str, words: str) -> bytes:
    head = f"From: Fax <{said.sender}>\r\nTo: {OUR_FAX}\r\nSubject: Fax report {entry_id}\r\n"
    return f"{head}Message-ID: <m{said.mark}@gateway.example>\r\n\r\n{words}\r\nList #{said.mark}#".encode()


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
