"""What SES and the SMS service would tell of a message, in their own words, for recipients that are magic here.

As SES's mailbox simulator and the simulator numbers of the SMS service do it:
https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html#send-email-simulator
https://docs.aws.amazon.com/sms-voice/latest/userguide/test-phone-numbers.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

# By the local part of an address without its tag, or the last six digits of a number. What is not here is delivered.
MAGIC_MAILBOXES: Mapping[str, Sequence[str]] = {
    "delivered": ("Send", "Delivery"),
    "bounced": ("Bounce", "Send"),  # in the wrong order, as it happens
    "complained": ("Send", "Delivery", "Complaint"),
    "delayed": ("Send", "DeliveryDelay"),
    "toolarge": ("Send", "TooLarge"),
    "silent": (),
}
MAGIC_NUMBERS: Mapping[str, Sequence[str]] = {
    "000001": ("TEXT_SENT", "TEXT_DELIVERED"),
    "000002": ("TEXT_INVALID", "TEXT_SENT"),
    "000003": ("TEXT_SENT", "TEXT_UNREACHABLE"),
    "000004": ("TEXT_CARRIER_BLOCKED",),
    "000009": (),
}
FAX_GATEWAY = "fax-gateway.example"
"""The domain of the gateway in the local configuration: what is mailed to it is a fax to the number before the @."""
MAGIC_FAXES: Mapping[str, Sequence[tuple[str, str]]] = {  # the gateway's status and its reason
    "000001": (("sending", ""), ("delivered", "")),
    "000002": (("failed", "invalid_number"), ("sending", "")),
    "000003": (("sending", ""), ("failed", "line_busy")),
    "000004": (("failed", "blocked"),),
    "000009": (),
}
THROTTLED_MAILBOX, THROTTLED_NUMBER = "throttled", "000005"
"""Refused at the first request for each message, taken at the next one, and delivered."""

_NOT_FINAL = frozenset({"TEXT_PENDING", "TEXT_QUEUED", "TEXT_SENT"})


def reports_of_mail(recipient: str) -> Sequence[str]:
    return MAGIC_MAILBOXES.get(mailbox_of(recipient), ("Send", "Delivery"))


def reports_of_sms(number: str) -> Sequence[str]:
    return MAGIC_NUMBERS.get(number[-6:], ("TEXT_SENT", "TEXT_DELIVERED"))


def faxed_to(address: str) -> str:
    """The number that a mail to the gateway is faxed to; "" for any other mail."""
    number, _, domain = address.lower().partition("@")
    return number if domain == FAX_GATEWAY else ""


def reports_of_fax(number: str) -> Sequence[tuple[str, str]]:
    return MAGIC_FAXES.get(number[-6:], MAGIC_FAXES["000001"])


def fax_report(fax_id: str, subject: str, status: str, reason: str) -> dict[str, Any]:
    """As gateways post it; this one gives back the subject of the mail that the fax came in."""
    return {"id": fax_id, "reference": subject, "status": status, "reason": reason}


def mailbox_of(address: str) -> str:
    return address.partition("@")[0].partition("+")[0].lower()


def is_throttled(recipient: str) -> bool:
    number = faxed_to(recipient) or recipient
    return mailbox_of(recipient) == THROTTLED_MAILBOX or number.endswith(THROTTLED_NUMBER)


def mail_event(
    kind: str,
    message_id: str,
    tags: Mapping[str, str],
    recipient: str,
    at: datetime,
    header: Sequence[tuple[str, str]] = (),
) -> dict[str, Any]:
    """As SES gives it to a topic. `header`: the mail's fields.

    https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-examples.html
    """
    stamp = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    said = {name.lower(): value for name, value in header}
    event: dict[str, Any] = {
        "eventType": "Bounce" if kind == "TooLarge" else kind,
        "mail": {
            "timestamp": stamp,
            "source": said.get("from", ""),
            "sendingAccountId": "000000000000",
            "messageId": message_id,
            "destination": [recipient],
            "headersTruncated": False,
            "headers": [{"name": name, "value": value} for name, value in header],
            "commonHeaders": {
                "from": [said.get("from", "")],
                "to": [recipient],
                "messageId": message_id,
                "subject": said.get("subject", ""),
            },
            "tags": {name: [value] for name, value in tags.items()},
        },
    }
    about = {"emailAddress": recipient}
    if kind == "Send":
        event["send"] = {}
    elif kind == "Delivery":
        event["delivery"] = {
            "timestamp": stamp,
            "processingTimeMillis": 500,
            "recipients": [recipient],
            "smtpResponse": "250 2.6.0 Message received",
            "reportingMTA": "a8-50.smtp-out.amazonses.com",
        }
    elif kind == "DeliveryDelay":
        late = {**about, "status": "4.2.2", "diagnosticCode": "smtp; 452 4.2.2 The mailbox is over its quota"}
        event["deliveryDelay"] = {"timestamp": stamp, "delayType": "MailboxFull", "delayedRecipients": [late]}
    elif kind == "Complaint":
        event["complaint"] = {
            "timestamp": stamp,
            "feedbackId": f"feedback-{message_id}",
            "arrivalDate": stamp,
            "complainedRecipients": [about],
            "complaintFeedbackType": "abuse",
            "complaintSubType": None,
        }
    elif kind == "TooLarge":
        told = {**about, "status": "5.3.4", "diagnosticCode": "smtp; 552 5.3.4 Message size exceeds fixed limit"}
        event["bounce"] = _bounce("Transient", "MessageTooLarge", told, message_id, stamp)
    elif kind == "Bounce":
        told = {**about, "status": "5.1.1", "diagnosticCode": "smtp; 550 5.1.1 <mailbox>: user unknown"}
        event["bounce"] = _bounce("Permanent", "General", told, message_id, stamp)
    return event


def _bounce(kind: str, sub_type: str, recipient: dict[str, str], message_id: str, stamp: str) -> dict[str, Any]:
    return {
        "bounceType": kind,
        "bounceSubType": sub_type,
        "bouncedRecipients": [{**recipient, "action": "failed"}],
        "timestamp": stamp,
        "feedbackId": f"feedback-{message_id}",
        "reportingMTA": "dsn; a8-50.smtp-out.amazonses.com",
    }


def sms_event(
    kind: str, message_id: str, context: Mapping[str, str], number: str, at: datetime, sender: str = ""
) -> dict[str, Any]:
    """As the SMS service gives it to a topic, for a text of one part.

    https://docs.aws.amazon.com/sms-voice/latest/userguide/configuration-sets-event-format.html
    """
    status = kind.removeprefix("TEXT_")
    told_at = int(at.timestamp() * 1000)
    return {
        "eventType": kind,
        "eventVersion": "1.0",
        "eventTimestamp": told_at,
        "isFinal": kind not in _NOT_FINAL,
        "originationPhoneNumber": sender,
        "destinationPhoneNumber": number,
        "isInternationalSend": False,
        "messageId": message_id,
        "messageRequestTimestamp": told_at,
        "messageType": "TRANSACTIONAL",
        "messageStatus": status,
        "messageStatusDescription": f"Message is {status.lower().replace('_', ' ')}",
        "context": dict(context),
        "totalMessageParts": 1,
    }
