"""What machines say of mail: absence notes and notices, and reports on what became of messages of ours."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class MachineKind(StrEnum):
    BOUNCE = "bounce"  # a message was not delivered and will not be tried again
    DELAY = "delay"  # not delivered yet; its carrier goes on trying
    DELIVERED = "delivered"  # it arrived, or went on to a system that reports no further
    REPORT = "report"  # on a message of ours, in words from which nothing follows
    FEEDBACK = "feedback"  # a mailbox provider tells what its user did with it: a complaint, mostly
    READ_RECEIPT = "read_receipt"  # the recipient's program tells that it was shown, or deleted
    OUT_OF_OFFICE = "out_of_office"
    AUTO_REPLY = "auto_reply"
    NOTIFICATION = "notification"  # written without anybody asking: notices, newsletters
    RETURNED = "returned"  # a mail of ours that came back as it was, because somebody sends on what we write
    MAILING_LIST = "mailing_list"  # passed on by a list
    LOOP = "loop"  # it went through more servers than lie on any way, so it goes round


# Nobody wrote these: they speak of a message of ours, and belong to its case or to nobody.
REPORTS = frozenset(
    {MachineKind.BOUNCE, MachineKind.DELAY, MachineKind.DELIVERED, MachineKind.REPORT, MachineKind.FEEDBACK}
)

# Behind these a person may have written, and waits: they start clocks. Nothing is answered by itself.
BY_PEOPLE = frozenset({MachineKind.MAILING_LIST, MachineKind.LOOP})


class BounceReason(StrEnum):
    """Why a message was not delivered. The first four say something lasting about the address itself."""

    NO_SUCH_ADDRESS = "no_such_address"
    NO_SUCH_DOMAIN = "no_such_domain"
    MOVED = "moved"  # the address was given up
    TAKES_NO_MAIL = "takes_no_mail"  # the domain has no mail server, or says that it wants none (RFC 7505)
    MAILBOX_FULL = "mailbox_full"
    DISABLED = "disabled"  # the mailbox exists and is shut
    REFUSED_BY_RECIPIENT = "refused_by_recipient"  # a filter of the mailbox, or words that prove no more than that
    TOO_BIG = "too_big"
    EXPIRED = "expired"  # tried for days, in vain
    UNREACHABLE = "unreachable"  # network or name service
    OVERLOADED = "overloaded"  # the other system is full or busy, or we came too often
    BLOCKED = "blocked"  # our server's address or standing
    NOT_AUTHENTICATED = "not_authenticated"  # SPF, DKIM, DMARC, or a login that was missing
    SENDER_REFUSED = "sender_refused"  # our address
    SPAM = "spam"  # the content, taken for spam or a virus
    POLICY = "policy"
    RELAY_DENIED = "relay_denied"
    PROTOCOL = "protocol"
    SYSTEM_ERROR = "system_error"
    OTHER = "other"


_LASTING = frozenset({BounceReason.NO_SUCH_ADDRESS, BounceReason.NO_SUCH_DOMAIN, BounceReason.MOVED})


@dataclass(frozen=True, slots=True)
class ReportedRecipient:
    """What a report says of one address.

    `address`: the one that we wrote to as far as the report knows it, lower case; "" when it names none.
    `status`: of RFC 3463 (`5.1.1`), or "". `diagnostic`: the other system's words, on one line.
    """

    address: str
    status: str = ""
    reason: BounceReason = BounceReason.OTHER
    diagnostic: str = ""

    @property
    def hard(self) -> bool:
        """The address is no good, whatever is sent to it. Everything else may pass, or concerns the message or us."""
        gives_no_mail = self.reason is BounceReason.TAKES_NO_MAIL and not self.status.startswith("4")
        return self.reason in _LASTING or gives_no_mail


@dataclass(frozen=True, slots=True)
class MachineMail:
    """`evidence`: what shows the kind (`auto-submitted: auto-replied`, `delivery report of mx.example.pl`).

    `reason`: a BounceReason, `fax_report`, the feedback type (`abuse`), the disposition of a read receipt
    (`displayed`), the id of a mailing list, or "". `recipients` are those of a report. `answers_message_id`: which
    message it is about, without angle brackets, or "".
    """

    kind: MachineKind
    evidence: str
    reason: str = ""
    recipients: tuple[ReportedRecipient, ...] = ()
    answers_message_id: str = ""

    @property
    def hard(self) -> bool:
        """A bounce for reasons that lie in every address that failed."""
        failed = self.kind is MachineKind.BOUNCE and self.recipients
        return bool(failed) and all(recipient.hard for recipient in self.recipients)
