"""What the carriers say when something came: SES's receipt notification and the two-way SMS event, both through SNS;
and what Amazon Connect tells of calls, through EventBridge.

https://docs.aws.amazon.com/ses/latest/dg/receiving-email-notifications-contents.html
https://docs.aws.amazon.com/sms-voice/latest/userguide/two-way-sms-payload.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from chalicelib.channels.connect_calls import find_connect_call
from chalicelib.domain.inboxes import CONNECT
from chalicelib.domain.messages import Receipt
from chalicelib.domain.trust import Verdicts


@dataclass(frozen=True, slots=True)
class MailStored:
    """SES has stored a mail under `incoming_key`."""

    receipt: Receipt
    incoming_key: str


@dataclass(frozen=True, slots=True)
class SmsReceived:
    """A text message; `payload` is all there is of it, and must be stored before anything else."""

    receipt: Receipt
    payload: bytes


@dataclass(frozen=True, slots=True)
class CallEnded:
    """Amazon Connect tells of a call; `payload` is all there is of it. `instance_arn`: which Connect says so."""

    receipt: Receipt
    payload: bytes
    instance_arn: str


@dataclass(frozen=True, slots=True)
class LeftOver:
    """The reconciler found a raw message without an outcome, or it was tried before (`suspicious`)."""

    incoming_key: str
    suspicious: bool


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Nothing that we know. It is kept and parked."""


CarrierEvent = MailStored | SmsReceived | CallEnded | LeftOver | Unreadable


def parse_carrier_event(body: str, now: datetime) -> CarrierEvent:
    """`body`: of an SQS message. `now` stands in as the arrival of an SMS that came without SNS's envelope."""
    told = _json_object(body)
    told_at = now
    if told.get("Type") == "Notification":
        body = _text(told.get("Message"))
        told_at = _instant(_text(told.get("Timestamp"))) or now  # the same for every redelivery; the SMS has no time
        told = _json_object(body)
    if told.get("notificationType") == "Received":
        return _mail_stored(told)
    if "originationNumber" in told and _text(told.get("inboundMessageId")):
        recipients = (_text(told.get("destinationNumber")),)
        receipt = Receipt("sms", _text(told["inboundMessageId"]), told_at, recipients)
        return SmsReceived(receipt, body.encode("utf-8", "surrogatepass"))
    call = find_connect_call(told)
    if call:
        told_at = call.began_at or _instant(_text(told.get("time"))) or now
        receipt = Receipt(CONNECT, f"{call.contact_id}.{call.kind}", told_at, (call.our_number,))
        return CallEnded(receipt, body.encode("utf-8", "surrogatepass"), call.instance_arn)
    if _text(told.get("incoming_key")).startswith("incoming/"):
        return LeftOver(_text(told["incoming_key"]), suspicious=told.get("suspicious") is True)
    return Unreadable()


def receipt_of_lost_notification(incoming_key: str, stored_at: datetime) -> Receipt:
    """What can still be said of a mail whose notification never came: no verdicts, no envelope."""
    _, transport, name = incoming_key.split("/", 2)
    return Receipt(transport, name, stored_at)


def _mail_stored(told: Mapping[str, Any]) -> CarrierEvent:
    mail, receipt = _mapping(told.get("mail")), _mapping(told.get("receipt"))
    key = _text(_mapping(receipt.get("action")).get("objectKey"))
    message_id = _text(mail.get("messageId"))
    received_at = _instant(_text(receipt.get("timestamp")) or _text(mail.get("timestamp")))
    if not key or not message_id or received_at is None:
        return Unreadable()
    recipients = receipt.get("recipients")
    return MailStored(
        Receipt(
            transport="email",
            fingerprint=message_id,
            received_at=received_at,
            recipients=tuple(map(str, recipients)) if isinstance(recipients, list) else (),
            source=_text(mail["source"]) if "source" in mail else None,
            verdicts=Verdicts(
                **{
                    name: _text(_mapping(receipt.get(f"{name}Verdict")).get("status")) or "UNKNOWN"
                    for name in ("spf", "dkim", "dmarc", "spam", "virus")
                }
            ),
        ),
        key,
    )


def _json_object(text: str) -> Mapping[str, Any]:
    try:
        return _mapping(json.loads(text))
    except (ValueError, RecursionError):
        return {}


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _instant(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        return None
