"""The tables from carriers' words to what they mean for a delivery. A word that is in none is kept all the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from chalicelib.domain.delivery import DeliveryStatus, FailureKind, Report
from chalicelib.domain.faxes import FAX_REPORT
from chalicelib.domain.machines import BounceReason, MachineKind, MachineMail

_FAILURES: Mapping[BounceReason, FailureKind] = MappingProxyType(
    {
        BounceReason.NO_SUCH_ADDRESS: FailureKind.PERMANENT,
        BounceReason.NO_SUCH_DOMAIN: FailureKind.PERMANENT,
        BounceReason.MOVED: FailureKind.PERMANENT,
        BounceReason.TAKES_NO_MAIL: FailureKind.PERMANENT,
        BounceReason.MAILBOX_FULL: FailureKind.TEMPORARY,
        BounceReason.DISABLED: FailureKind.TEMPORARY,
        BounceReason.EXPIRED: FailureKind.TEMPORARY,
        BounceReason.UNREACHABLE: FailureKind.TEMPORARY,
        BounceReason.OVERLOADED: FailureKind.TEMPORARY,
        BounceReason.OTHER: FailureKind.TEMPORARY,
        BounceReason.REFUSED_BY_RECIPIENT: FailureKind.TECHNICAL,
        BounceReason.TOO_BIG: FailureKind.TECHNICAL,
        BounceReason.BLOCKED: FailureKind.TECHNICAL,
        BounceReason.NOT_AUTHENTICATED: FailureKind.TECHNICAL,
        BounceReason.SENDER_REFUSED: FailureKind.TECHNICAL,
        BounceReason.SPAM: FailureKind.TECHNICAL,
        BounceReason.POLICY: FailureKind.TECHNICAL,
        BounceReason.RELAY_DENIED: FailureKind.TECHNICAL,
        BounceReason.PROTOCOL: FailureKind.TECHNICAL,
        BounceReason.SYSTEM_ERROR: FailureKind.TECHNICAL,
    }
)

# https://docs.aws.amazon.com/sms-voice/latest/userguide/configuration-sets-event-types.html
_SMS: Mapping[str, tuple[DeliveryStatus, FailureKind | None]] = MappingProxyType(
    {
        "TEXT_PENDING": (DeliveryStatus.SENT, None),
        "TEXT_QUEUED": (DeliveryStatus.SENT, None),
        "TEXT_SENT": (DeliveryStatus.SENT, None),
        "TEXT_SUCCESSFUL": (DeliveryStatus.SENT, None),  # the telephone company took it
        "TEXT_DELIVERED": (DeliveryStatus.DELIVERED, None),
        "TEXT_INVALID": (DeliveryStatus.BOUNCED, FailureKind.PERMANENT),  # the number is none
        "TEXT_INVALID_MESSAGE": (DeliveryStatus.BOUNCED, FailureKind.TECHNICAL),
        "TEXT_UNREACHABLE": (DeliveryStatus.BOUNCED, FailureKind.TEMPORARY),  # switched off, out of reach
        "TEXT_CARRIER_UNREACHABLE": (DeliveryStatus.BOUNCED, FailureKind.TEMPORARY),
        "TEXT_TTL_EXPIRED": (DeliveryStatus.BOUNCED, FailureKind.TEMPORARY),
        "TEXT_BLOCKED": (DeliveryStatus.BOUNCED, FailureKind.TECHNICAL),
        "TEXT_CARRIER_BLOCKED": (DeliveryStatus.BOUNCED, FailureKind.TECHNICAL),
        "TEXT_SPAM": (DeliveryStatus.BOUNCED, FailureKind.TECHNICAL),
        "TEXT_PROTECT_BLOCKED": (DeliveryStatus.BOUNCED, FailureKind.TECHNICAL),
    }
)

_REPORTED: Mapping[MachineKind, DeliveryStatus] = MappingProxyType(
    {
        MachineKind.BOUNCE: DeliveryStatus.BOUNCED,
        MachineKind.DELAY: DeliveryStatus.DEFERRED,
        MachineKind.DELIVERED: DeliveryStatus.DELIVERED,
        MachineKind.REPORT: DeliveryStatus.SENT,  # what its carrier says nobody understands, but it has the message
    }
)
_COMPLAINTS = frozenset({"abuse", "fraud", "virus", "other", "opt-out"})  # RFC 5965, RFC 6590


OF_FAX = "fax/"


def failure_for(reason: BounceReason) -> FailureKind:
    return _FAILURES[reason]


def of_sms(event_type: str) -> tuple[DeliveryStatus, FailureKind | None]:
    """A word that is not in the table says no more than that the service has the message."""
    return _SMS.get(event_type, (DeliveryStatus.SENT, None))


def of_mail_to_gateway(report: Report) -> Report:
    """What is reported of the mail that brought a fax to its gateway says nothing of the fax, nor of its number."""
    if report.said.startswith(OF_FAX):
        return report  # the gateway's word about the fax
    if report.status is DeliveryStatus.DELIVERED:
        return replace(report, status=DeliveryStatus.SENT)
    return replace(report, failure=FailureKind.TECHNICAL) if report.failure is FailureKind.PERMANENT else report


def of_machine(machine: MachineMail, at: datetime, recipient: str) -> Report | None:
    """What a report that came as mail says of our message to `recipient`; None when it says nothing of its delivery.

    Of a report on several addresses only what it says of ours counts.
    """
    of_fax = machine.reason == FAX_REPORT
    said = f"{OF_FAX}{machine.kind}" if of_fax else f"mail/{machine.kind}/{machine.reason}".rstrip("/")
    if machine.kind is MachineKind.FEEDBACK and machine.reason in _COMPLAINTS:
        return Report(DeliveryStatus.COMPLAINED, said, at, failure=FailureKind.PERMANENT)
    status = _REPORTED.get(machine.kind)
    if status is None:
        return None
    about = next((one for one in machine.recipients if one.address == recipient.lower()), None)
    if about is None and any(one.address for one in machine.recipients):
        # It names somebody else: they forwarded our mail, and the address that we wrote to is not to blame.
        failure = FailureKind.TECHNICAL if status is DeliveryStatus.BOUNCED else None
        return Report(status, said, at, failure=failure)
    about = about or next(iter(machine.recipients), None)
    failure = None
    if status is DeliveryStatus.BOUNCED:
        failure = failure_for(about.reason) if about else FailureKind.TEMPORARY
        if failure is FailureKind.PERMANENT and about and not about.hard:
            failure = FailureKind.TEMPORARY
    return Report(status, said, at, about.status if about else "", about.diagnostic if about else "", failure)
