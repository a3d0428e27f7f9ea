"""The check by which a form tells people from programs: who makes it, and what it came to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

LONGEST_ANSWER = 6_144  # the gateway takes 10 KB of header fields in all


class Verifier(StrEnum):
    """Stored data: never rename one."""

    HCAPTCHA = "hcaptcha"
    TURNSTILE = "turnstile"
    RECAPTCHA = "recaptcha"


@dataclass(frozen=True, slots=True)
class Captcha:
    """`site_key`: public, stands in the page. `credential`: the name of the secret that belongs to it."""

    verifier: Verifier
    site_key: str
    credential: str


class CaptchaFinding(StrEnum):
    """What a check came to; kept on the receipt.

    `missing`: the page had nothing to show, as where the verifier's script is blocked. `unknown`: the verifier said
    nothing, or nothing about the visitor.
    """

    PASSED = "passed"
    REFUSED = "refused"
    MISSING = "missing"
    UNKNOWN = "unknown"
