"""How far a sender is believed, and what each level may do: one table, read by matching and by `receive_message`.

Only SES's receipt verdicts and authorised logins raise trust, never a header of the mail itself.
Verdict values: https://docs.aws.amazon.com/ses/latest/dg/receiving-email-notifications-contents.html
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum


class Trust(IntEnum):
    FORGED = 0  # the claimed domain says that this is not from it (DMARC FAIL)
    UNVERIFIED = 1  # nothing binds the From address to the sender
    AUTHENTICATED = 2  # DMARC PASS; SMS or fax from a known number, for reading in only
    LOGGED_IN = 3  # an access token of the app's user


@dataclass(frozen=True, slots=True)
class Powers:
    """What a message of a level may do.

    `keeps_customer`: it is written into the thread of whom it claims to be from (else into a provisional customer's).
    `joins_by_signed_address`: a valid signed reply address, sent by a participant, joins its case.
    `joins_by_other_rules`: every other rule of matching applies too.
    `adds_participants`: whom it was also sent to takes part in the case from then on.
    """

    keeps_customer: bool
    joins_by_signed_address: bool
    joins_by_other_rules: bool
    adds_participants: bool


_NOTHING = Powers(
    keeps_customer=False, joins_by_signed_address=False, joins_by_other_rules=False, adds_participants=False
)
_EVERYTHING = Powers(
    keeps_customer=True, joins_by_signed_address=True, joins_by_other_rules=True, adds_participants=True
)
POWERS = {
    Trust.FORGED: _NOTHING,
    Trust.UNVERIFIED: replace(_NOTHING, keeps_customer=True, joins_by_signed_address=True),
    Trust.AUTHENTICATED: _EVERYTHING,
    Trust.LOGGED_IN: _EVERYTHING,
}


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What SES found out about a mail: PASS, FAIL, GRAY, PROCESSING_FAILED, DISABLED, or UNKNOWN when not told."""

    spf: str = "UNKNOWN"
    dkim: str = "UNKNOWN"
    dmarc: str = "UNKNOWN"
    spam: str = "UNKNOWN"
    virus: str = "UNKNOWN"


def trust_of_mail(verdicts: Verdicts) -> Trust:
    """DMARC alone decides: SPF speaks of the envelope sender and DKIM of any signing domain, neither of From."""
    return {"FAIL": Trust.FORGED, "PASS": Trust.AUTHENTICATED}.get(verdicts.dmarc, Trust.UNVERIFIED)
