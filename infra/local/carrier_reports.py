"""What SES and the SMS service would tell of a message, in their own words, for recipients that are magic here.

As SES's mailbox simulator and the simulator numbers of the SMS service do it:
https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html#send-email-simulator
https://docs.aws.amazon.com/sms-voice/latest/userguide/test-phone-numbers.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

# By the local part of an address, or the last four digits of a number. What is not here is delivered.
MAGIC_MAILBOXES: Mapping[str, Sequence[str]] = {
    "delivered": ("Send", "Delivery"),
    "bounced": ("Bounce", "Send"),  # in the wrong order, as it happens
    "complained": ("Send", "Delivery", "Complaint"),
    "delayed": ("Send", "DeliveryDelay"),
    "toolarge": ("Send", "TooLarge"),
    "silent": (),
}
MAGIC_NUMBERS: Mapping[str, Sequence[str]] = {
    "0001": ("TEXT_SENT", "TEXT_DELIVERED"),
    "0002": ("TEXT_INVALID", "TEXT_SENT"),
    "0003": ("TEXT_SENT", "TEXT_UNREACHABLE"),
    "0004": ("TEXT_CARRIER_BLOCKED",),
    "0009": (),
}
THROTTLED_MAILBOX, THROTTLED_NUMBER = "throttled", "0005"


def reports_of_mail(recipient: str) -> Sequence[str]:
    return MAGIC_MAILBOXES.get(mailbox_of(recipient), ("Send", "Delivery"))


def reports_of_sms(number: str) -> Sequence[str]:
    return MAGIC_NUMBERS.get(number[-4:], ("TEXT_SENT", "TEXT_DELIVERED"))


def mailbox_of(address: str) -> str:
    return address.partition("@")[0].partition("+")[0].lower()


def mail_event(kind: str, message_id: str, tags: Mapping[str, str], recipient: str, at: datetime) -> dict[str, Any]:
    stamp = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    event: dict[str, Any] = {
        "eventType": "Bounce" if kind == "TooLarge" else kind,
        "mail": {
            "timestamp": stamp,
            "messageId": message_id,
            "destination": [recipient],
            "tags": {name: [value] for name, value in tags.items()},
        },
    }
    about = {"emailAddress": recipient}
    if kind == "Send":
        event["send"] = {}
    elif kind == "Delivery":
        event["delivery"] = {
            "timestamp": stamp,
            "recipients": [recipient],
            "smtpResponse": "250 2.6.0 Message received",
        }
    elif kind == "DeliveryDelay":
        late = {**about, "status": "4.2.2", "diagnosticCode": "smtp; 452 4.2.2 The mailbox is over its quota"}
        event["deliveryDelay"] = {"timestamp": stamp, "delayType": "MailboxFull", "delayedRecipients": [late]}
    elif kind == "Complaint":
        event["complaint"] = {
            "timestamp": stamp,
            "complainedRecipients": [about],
            "complaintFeedbackType": "abuse",
            "complaintSubType": None,
        }
    elif kind == "TooLarge":
        told = {**about, "status": "5.3.4", "diagnosticCode": "smtp; 552 5.3.4 Message size exceeds fixed limit"}
        event["bounce"] = _bounce("Transient", "MessageTooLarge", told, stamp)
    elif kind == "Bounce":
        told = {**about, "status": "5.1.1", "diagnosticCode": "smtp; 550 5.1.1 <mailbox>: user unknown"}
        event["bounce"] = _bounce("Permanent", "General", told, stamp)
    return event


def _bounce(kind: str, sub_type: str, recipient: dict[str, str], stamp: str) -> dict[str, Any]:
    return {
        "bounceType": kind,
        "bounceSubType": sub_type,
        "bouncedRecipients": [{**recipient, "action": "failed"}],
        "timestamp": stamp,
    }


def sms_event(kind: str, message_id: str, context: Mapping[str, str], number: str, at: datetime) -> dict[str, Any]:
    status = kind.removeprefix("TEXT_")
    return {
        "eventType": kind,
        "eventVersion": "1.0",
        "eventTimestamp": int(at.timestamp() * 1000),
        "isFinal": kind not in {"TEXT_PENDING", "TEXT_QUEUED", "TEXT_SENT"},
        "destinationPhoneNumber": number,
        "messageId": message_id,
        "messageStatus": status,
        "messageStatusDescription": f"Message is {status.lower().replace('_', ' ')}",
        "context": dict(context),
    }
