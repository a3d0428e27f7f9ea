"""What SES and AWS End User Messaging SMS tell of messages that we sent, through SNS or EventBridge.

https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
https://docs.aws.amazon.com/sms-voice/latest/userguide/configuration-sets-event-format.html
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import msgspec

from chalicelib.channels.delivery_words import failure_for, of_sms
from chalicelib.content import limits
from chalicelib.content.bounce_reasons import command_in, reason_for
from chalicelib.content.plain_text import one_line
from chalicelib.content.smtp_sessions import best_code, codes_in
from chalicelib.domain.delivery import DeliveryStatus, FailureKind, Report
from chalicelib.domain.machines import BounceReason

LARGEST_EVENT = 300_000  # characters; SQS brings at most 256 KB


@dataclass(frozen=True, slots=True)
class DeliveryEvent:
    """`report` is None for what says nothing of delivery (opened, clicked).

    `customer_id`, `entry_id`: as our tags say, or "". `provider_id`: the carrier's id of the message; `message_id`: of
    a mail, the Message-ID that SES gave it, of a fax what stands for one. `sender`: from which address of ours the
    message must have left, so that nobody speaks of somebody else's; "" for any.
    """

    report: Report | None
    customer_id: str
    entry_id: str
    provider_id: str
    message_id: str = ""
    sender: str = ""


class _Recipient(msgspec.Struct, rename="camel"):
    status: str = ""
    diagnostic_code: str = ""


class _Bounce(msgspec.Struct, rename="camel"):
    bounce_type: str
    timestamp: datetime
    bounce_sub_type: str = ""
    bounced_recipients: list[_Recipient] = []  # msgspec makes a new one for each


class _Complaint(msgspec.Struct, rename="camel"):
    timestamp: datetime
    complaint_sub_type: str | None = None
    complaint_feedback_type: str | None = None


class _Delivery(msgspec.Struct, rename="camel"):
    timestamp: datetime
    smtp_response: str = ""


class _Delay(msgspec.Struct, rename="camel"):
    timestamp: datetime
    delay_type: str = ""
    delayed_recipients: list[_Recipient] = []  # msgspec makes a new one for each


class _Reject(msgspec.Struct, rename="camel"):
    reason: str = ""


class _Failure(msgspec.Struct, rename="camel"):
    error_message: str = ""


class _SentMail(msgspec.Struct, rename="camel"):
    message_id: str
    timestamp: datetime
    tags: dict[str, list[str]] = {}  # msgspec makes a new one for each


class _MailEvent(msgspec.Struct, rename="camel"):
    event_type: str
    mail: _SentMail
    bounce: _Bounce | None = None
    complaint: _Complaint | None = None
    delivery: _Delivery | None = None
    delivery_delay: _Delay | None = None
    reject: _Reject | None = None
    failure: _Failure | None = None


class _SmsEvent(msgspec.Struct, rename="camel"):
    event_type: str
    event_timestamp: int
    message_id: str
    message_status: str = ""
    message_status_description: str = ""
    context: dict[str, str] = {}  # msgspec makes a new one for each


class _Envelope(msgspec.Struct):
    """SNS's, EventBridge's, or none at all."""

    Type: str = ""
    Message: str = ""
    source: str = ""
    detail: msgspec.Raw = msgspec.Raw()


_SAYS_NOTHING = frozenset({"Open", "Click", "Subscription"})
# Soft bounces that end it: not the address, this message. https://docs.aws.amazon.com/ses/latest/dg/
# notification-contents.html#bounce-types
_OF_THIS_MESSAGE = frozenset({"MessageTooLarge", "ContentRejected", "AttachmentRejected"})
_OF_SUPPRESSION = frozenset({"Suppressed", "OnAccountSuppressionList", "UnsubscribedRecipient", "NoEmail"})


def parse_delivery_event(body: str) -> DeliveryEvent | None:
    """`body`: of an SQS message. None for what is no event of a message; it is nobody's to drop."""
    try:
        told = _unwrapped(body)
        kind = msgspec.json.decode(told, type=dict[str, msgspec.Raw])
        if "mail" in kind:
            return _of_mail(msgspec.json.decode(told, type=_MailEvent))
        return _of_sms(msgspec.json.decode(told, type=_SmsEvent))
    except (msgspec.DecodeError, UnicodeError, RecursionError, OverflowError, OSError, ValueError):
        return None


def _unwrapped(body: str) -> bytes:
    if len(body) > LARGEST_EVENT:
        raise ValueError("too large")
    envelope = msgspec.json.decode(body, type=_Envelope)
    if envelope.Type == "Notification":
        return envelope.Message.encode()
    return bytes(envelope.detail) if envelope.source == "aws.ses" else body.encode()


def _of_mail(event: _MailEvent) -> DeliveryEvent:
    tag = (event.mail.tags.get("entry") or [""])[0]
    customer_id = (event.mail.tags.get("customer") or [""])[0]
    entry_id, attempt = _named(tag)
    report = None if event.event_type in _SAYS_NOTHING else replace(_mail_report(event), attempt=attempt)
    id_ = event.mail.message_id
    return DeliveryEvent(report, customer_id, entry_id, id_, f"{id_}@amazonses.com")


def _mail_report(event: _MailEvent) -> Report:
    if event.bounce:
        return _bounce(event.bounce)
    if event.complaint:
        return _complaint(event.complaint)
    if event.delivery:
        words = one_line(event.delivery.smtp_response, limits.LONGEST_DIAGNOSTIC)
        return Report(DeliveryStatus.DELIVERED, "Delivery", _aware(event.delivery.timestamp), "", words)
    if event.delivery_delay:
        delay = event.delivery_delay
        code, words = _diagnosed(delay.delayed_recipients)
        return Report(
            DeliveryStatus.DEFERRED, f"DeliveryDelay/{delay.delay_type}", _aware(delay.timestamp), code, words
        )
    at = _aware(event.mail.timestamp)
    refused = event.reject.reason if event.reject else event.failure.error_message if event.failure else None
    if refused is not None:
        words = one_line(refused, limits.LONGEST_DIAGNOSTIC)
        return Report(DeliveryStatus.BOUNCED, event.event_type, at, "", words, FailureKind.TECHNICAL)
    return Report(DeliveryStatus.SENT, event.event_type, at)  # `Send`, or a word that we do not know


def _bounce(bounce: _Bounce) -> Report:
    """A soft bounce may be no more than an absence note: it alone ends nothing, unless it says that it does."""
    said = f"Bounce/{bounce.bounce_type}/{bounce.bounce_sub_type}"
    at = _aware(bounce.timestamp)
    code, words = _diagnosed(bounce.bounced_recipients)
    reason = reason_for(words, code, command_in(words))
    if bounce.bounce_sub_type in _OF_SUPPRESSION:
        return Report(DeliveryStatus.BOUNCED, said, at, code, words, FailureKind.PERMANENT)
    if bounce.bounce_type == "Transient" and bounce.bounce_sub_type in _OF_THIS_MESSAGE:
        return Report(DeliveryStatus.BOUNCED, said, at, code, words, FailureKind.TECHNICAL)
    if bounce.bounce_type == "Transient" and reason is not BounceReason.EXPIRED:
        return Report(DeliveryStatus.DEFERRED, said, at, code, words)
    failure = failure_for(reason)
    if bounce.bounce_type == "Permanent" and failure is not FailureKind.TECHNICAL:
        failure = FailureKind.PERMANENT
    return Report(DeliveryStatus.BOUNCED, said, at, code, words, failure)


def _complaint(complaint: _Complaint) -> Report:
    kind = complaint.complaint_feedback_type or complaint.complaint_sub_type or "abuse"
    at = _aware(complaint.timestamp)
    if kind == "not-spam":
        return Report(DeliveryStatus.DELIVERED, f"Complaint/{kind}", at)
    return Report(DeliveryStatus.COMPLAINED, f"Complaint/{kind}", at, failure=FailureKind.PERMANENT)


def _diagnosed(recipients: Sequence[_Recipient]) -> tuple[str, str]:
    """Status code and words about the recipient; each of our mails has one."""
    if not recipients:
        return "", ""
    words = one_line(recipients[0].diagnostic_code, limits.LONGEST_DIAGNOSTIC)
    return best_code([*codes_in(words), *codes_in(recipients[0].status)]), words


def _of_sms(event: _SmsEvent) -> DeliveryEvent:
    entry_id, attempt = _named(event.context.get("entry", ""))
    status, failure = of_sms(event.event_type)
    words = one_line(event.message_status_description, limits.LONGEST_DIAGNOSTIC)
    at = datetime.fromtimestamp(event.event_timestamp / 1000, UTC)
    report = Report(status, event.event_type, at, event.message_status[:40], words, failure, attempt)
    return DeliveryEvent(report, event.context.get("customer", ""), entry_id, event.message_id)


def _named(tag: str) -> tuple[str, int]:
    """`<entry>-<attempt>`."""
    entry_id, _, attempt = tag.rpartition("-")
    return entry_id, int(attempt) if attempt.isdecimal() and len(attempt) < 6 else 0


def _aware(at: datetime) -> datetime:
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
