"""What SES says of a mail that it received: the header fields it puts on top, and the notification it publishes.

https://docs.aws.amazon.com/ses/latest/dg/receiving-email-notifications-contents.html; the header fields as they stand
in mails that SES has stored.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import format_datetime, getaddresses
from typing import Any

from infra.local.stack import REGION

CHECKS = ("spam", "virus", "spf", "dkim", "dmarc")
STATUSES = frozenset({"PASS", "FAIL", "GRAY", "PROCESSING_FAILED", "DISABLED"})
VERDICTS_FIELD = "X-Local-Verdicts"
# Longer header sections are cut in the notification, never in the stored mail.
_LONGEST_HEADERS = 10_000


@dataclass(frozen=True)
class ReceivedMail:
    """`message_id` is SES's own, the name of the S3 object; `sender` is the envelope's, "" for `<>`."""

    message_id: str
    sender: str
    recipients: tuple[str, ...]
    received_at: datetime
    verdicts: Mapping[str, str]


def parse_verdicts(text: str) -> dict[str, str]:
    """`dmarc=FAIL spam=GRAY` -> {"dmarc": "FAIL", "spam": "GRAY"}; what is neither a check nor a status is left out."""
    pairs = re.findall(r"(\w+)=(\w+)", text)
    return {check.lower(): status.upper() for check, status in pairs
            if check.lower() in CHECKS and status.upper() in STATUSES}  # fmt: skip


def verdicts_for(raw: bytes, usual: Mapping[str, str]) -> dict[str, str]:
    """All checks pass unless the option or, stronger, the mail's own `X-Local-Verdicts` says otherwise."""
    said = str(BytesHeaderParser(policy=compat32).parsebytes(raw[:100_000]).get(VERDICTS_FIELD, ""))
    return {**dict.fromkeys(CHECKS, "PASS"), **usual, **parse_verdicts(said)}


def render_stored_mail(mail: ReceivedMail, raw: bytes) -> bytes:
    """The mail as SES would store it: its own fields on top, and below them every byte as it came."""
    spf, dkim, dmarc = (mail.verdicts[check].lower() for check in ("spf", "dkim", "dmarc"))
    domain = mail.sender.rpartition("@")[2] or "localhost"
    fields = [
        f"Return-Path: <{mail.sender}>",
        f"Received: from {domain} (localhost [127.0.0.1])",
        f" by inbound-smtp.{REGION}.amazonaws.com with SMTP id {mail.message_id}",
        f" for {mail.recipients[0]};",
        f" {format_datetime(mail.received_at)} (UTC)",
        f"X-SES-Spam-Verdict: {mail.verdicts['spam']}",
        f"X-SES-Virus-Verdict: {mail.verdicts['virus']}",
        f"Received-SPF: {spf} (spfCheck: local) client-ip=127.0.0.1; envelope-from={mail.sender}; helo={domain};",
        "Authentication-Results: amazonses.com;",
        f" spf={spf} (spfCheck: local) client-ip=127.0.0.1; envelope-from={mail.sender}; helo={domain};",
        f" dkim={dkim} header.i=@{domain};",
        f" dmarc={dmarc} header.from={domain};",
    ]
    return "".join(f"{field}\r\n" for field in fields).encode() + raw


def render_notification(mail: ReceivedMail, stored: bytes, bucket: str, prefix: str, topic: str) -> dict[str, Any]:
    """The `Received` notification of an S3 action, as it stands in the `Message` of SNS."""
    headers, truncated = _headers(stored)
    at = f"{mail.received_at:%Y-%m-%dT%H:%M:%S}.{mail.received_at.microsecond // 1000:03d}Z"
    recipients = list(mail.recipients)
    receipt: dict[str, Any] = {
        "timestamp": at,
        "processingTimeMillis": 1,
        "recipients": recipients,
        **{f"{check}Verdict": {"status": mail.verdicts[check]} for check in CHECKS},
        "action": {
            "type": "S3",
            "topicArn": topic,
            "bucketName": bucket,
            "objectKeyPrefix": prefix,
            "objectKey": prefix + mail.message_id,
        },
    }
    if mail.verdicts["dmarc"] == "FAIL":
        receipt["dmarcPolicy"] = "none"
    return {
        "notificationType": "Received",
        "mail": {
            "timestamp": at,
            "source": mail.sender,
            "messageId": mail.message_id,
            "destination": recipients,
            "headersTruncated": truncated,
            "headers": headers,
            "commonHeaders": _common_headers(headers),
        },
        "receipt": receipt,
    }


def _headers(stored: bytes) -> tuple[list[dict[str, str]], bool]:
    parsed = BytesHeaderParser(policy=compat32).parsebytes(stored)
    headers: list[dict[str, str]] = []
    room = _LONGEST_HEADERS
    for name, value in parsed.items():
        text = value.encode() if isinstance(value, Header) else str(value)  # a Header when there are 8-bit letters
        unfolded = re.sub(r"\r?\n[ \t]+", " ", text).encode("utf-8", "replace").decode()
        room -= len(name) + len(unfolded) + 4
        if room < 0:
            return headers, True
        headers.append({"name": name, "value": unfolded})
    return headers, False


def _common_headers(headers: list[dict[str, str]]) -> dict[str, Any]:
    first: dict[str, str] = {}
    for header in headers:
        first.setdefault(header["name"].lower(), header["value"])
    common: dict[str, Any] = {"returnPath": first.get("return-path", "").strip("<>")}
    for name in ("from", "to", "cc"):
        if name in first:
            common[name] = [f"{shown} <{address}>" if shown else address
                            for shown, address in getaddresses([first[name]])]  # fmt: skip
    for name, key in (("date", "date"), ("message-id", "messageId"), ("subject", "subject")):
        if name in first:
            common[key] = first[name]
    return common
