"""What the hub has sent, as files that a person can open: a real .eml for each mail, JSON for each text message.

SES and the SMS service check a request before they take it and give it an id; so does this. A message is on the disk
before its id is given.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import UUID

from infra.local.carrier_reports import is_throttled
from infra.local.stack import REGION, write_whole

LARGEST_MAIL = 40 * 1024 * 1024
MOST_RECIPIENTS = 50
_TAG = re.compile(r"[A-Za-z0-9_-]{1,256}")
_PHONE = re.compile(r"\+?[1-9][0-9]{1,18}")
_SENDER_OF_SMS = re.compile(r"[A-Za-z0-9_:/+-]{1,256}")
# https://docs.aws.amazon.com/ses/latest/dg/header-fields.html: SES sets these itself; Bcc never leaves the house.
_REPLACED = re.compile(
    rb"^(?:message-id|date|bcc|return-path):.*?\r?\n(?![ \t])", re.IGNORECASE | re.MULTILINE | re.DOTALL
)


class Refused(Exception):
    """The carrier does not take the message. `code` is the name of its exception."""

    def __init__(self, code: str, text: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(text)
        self.code = code
        self.status = status


@dataclass(frozen=True)
class Sent:
    """`id`: the carrier's. `path`: where the message lies."""

    id: str
    path: Path


@dataclass(frozen=True)
class Outbox:
    """Files are named by the time of sending, so that their order is the order of sending.

    `throttled`: the messages to throttled recipients that were refused once.
    """

    folder: Path
    now: Callable[[], datetime]
    randomness: Callable[[int], bytes]
    throttled: set[str] = field(default_factory=set)

    def send_mail(self, request: dict[str, Any]) -> Sent:
        """Takes the body of SESv2's SendEmail. Only raw mails: the hub writes its own. Raises Refused.

        https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html
        """
        raw = _raw_mail(request)
        tags = {tag["Name"]: tag["Value"] for tag in request.get("EmailTags") or ()}
        for recipient in request["Destination"].get("ToAddresses") or ():
            self._throttle(recipient, tags.get("entry", ""), "TooManyRequestsException", HTTPStatus.TOO_MANY_REQUESTS)
        now = self.now()
        # The form of SES's ids: 16 hexadecimal digits of time, then a UUID.
        id_ = f"{int(now.timestamp() * 1000):016x}-{UUID(bytes=self.randomness(16))}-000000"
        host = "email" if REGION == "us-east-1" else REGION
        fields = f"Message-ID: <{id_}@{host}.amazonses.com>\r\nDate: {format_datetime(now)}\r\n"
        sent = fields.encode() + _without_replaced_fields(raw)
        path = self.folder / f"{_stamp(now)}-{id_}.eml"
        write_whole(path, sent)
        envelope = {name: value for name, value in request.items() if name != "Content"}
        write_whole(self.folder / f"{_stamp(now)}-{id_}.envelope.json", json.dumps(envelope, indent=1))
        return Sent(id_, path)

    def send_sms(self, request: dict[str, Any]) -> Sent:
        """Takes the body of SendTextMessage. Raises Refused.

        https://docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2/API_SendTextMessage.html
        """
        body, to, sender = (str(request.get(name, "")) for name in
                            ("MessageBody", "DestinationPhoneNumber", "OriginationIdentity"))  # fmt: skip
        if not _PHONE.fullmatch(to) or not _SENDER_OF_SMS.fullmatch(sender):
            raise Refused("ValidationException", "DestinationPhoneNumber or OriginationIdentity is not one.")
        if not body.strip() or len(body) > 1600:
            raise Refused("ValidationException", "MessageBody must have 1 to 1600 characters.")
        context = request.get("Context") or {}
        self._throttle(to, context.get("entry", ""), "ThrottlingException", HTTPStatus.BAD_REQUEST)
        now = self.now()
        id_ = str(UUID(bytes=self.randomness(16)))
        sent = {"MessageId": id_, "SentAt": now.isoformat(), **request}
        path = self.folder / f"{_stamp(now)}-{id_}.sms.json"
        write_whole(path, json.dumps(sent, indent=1, ensure_ascii=False))
        return Sent(id_, path)

    def send_push(self, request: dict[str, str]) -> str:
        """The members of SNS's Publish to an endpoint -> its MessageId. Raises Refused."""
        token = request["TargetArn"].rpartition("/")[2]
        if token.startswith("gone"):
            raise Refused("EndpointDisabled", "Endpoint is disabled")
        texts = json.loads(request["Message"])
        now = self.now()
        id_ = str(UUID(bytes=self.randomness(16)))
        sent = {"MessageId": id_, "SentAt": now.isoformat(), "Device": token, "Text": texts["default"]}
        write_whole(self.folder / f"{_stamp(now)}-{id_}.push.json", json.dumps(sent, indent=1, ensure_ascii=False))
        return id_

    def _throttle(self, recipient: str, tag: str, code: str, status: HTTPStatus) -> None:
        """`tag`: our own name of the attempt, `<entry>-<attempt>`."""
        message = tag.rpartition("-")[0]
        if is_throttled(recipient) and message not in self.throttled:
            self.throttled.add(message)
            raise Refused(code, "Maximum sending rate exceeded.", status)

    def newest(self, limit: int) -> list[Path]:
        """Mails (`.eml`), text messages (`.sms.json`) and bells (`.push.json`), newest first."""
        found = [path for kind in ("*.eml", "*.sms.json", "*.push.json") for path in self.folder.glob(kind)]
        return sorted(found, key=lambda path: path.name, reverse=True)[:limit]


def _raw_mail(request: dict[str, Any]) -> bytes:
    try:
        raw = base64.b64decode(request["Content"]["Raw"]["Data"], validate=True)
        recipients = [one for kind in ("ToAddresses", "CcAddresses", "BccAddresses")
                      for one in request.get("Destination", {}).get(kind) or ()]  # fmt: skip
        tags = [(tag["Name"], tag["Value"]) for tag in request.get("EmailTags") or ()]
    except (KeyError, TypeError, AttributeError, binascii.Error) as error:
        raise Refused("BadRequestException", "The request has no raw mail in Content.Raw.Data.") from error
    if not 1 <= len(recipients) <= MOST_RECIPIENTS:
        raise Refused("BadRequestException", f"Destination must have 1 to {MOST_RECIPIENTS} addresses.")
    for name, value in tags:
        if not (_TAG.fullmatch(name) and _TAG.fullmatch(value)):
            raise Refused("BadRequestException", "EmailTags may have letters, digits, - and _ only.")
    if len(raw) > LARGEST_MAIL:
        raise Refused("MessageRejected", "The mail is larger than 40 MB.")
    if not re.search(rb"^From:", _header_section(raw), re.IGNORECASE | re.MULTILINE):
        raise Refused("MessageRejected", "Missing required header 'From'.")
    return raw


def _without_replaced_fields(raw: bytes) -> bytes:
    header = _header_section(raw)
    return _REPLACED.sub(b"", header) + raw[len(header) :]


def _header_section(raw: bytes) -> bytes:
    """With the end of its last line, without the empty line below it."""
    found = re.search(rb"\r?\n(?=\r?\n)", raw)
    return raw[: found.end()] if found else raw


def _stamp(at: datetime) -> str:
    return f"{at:%Y%m%dT%H%M%S.%f}"
