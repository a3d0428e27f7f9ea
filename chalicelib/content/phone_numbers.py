"""What the numbering plans say of a telephone number, for the rules about which of them get a text message
(`domain/contact_policy.py`) or a call.
"""

from __future__ import annotations

from collections.abc import Collection

from chalicelib.domain.contact_points import ContactPoint
from chalicelib.domain.contact_policy import LineKind, PhoneLine, line_ruling


def line_of(point: ContactPoint) -> PhoneLine:
    import phonenumbers  # a hundred modules of numbering plans, loaded where a number is

    kinds = phonenumbers.PhoneNumberType
    parsed = phonenumbers.parse(point.value)
    named = {
        kinds.MOBILE: LineKind.MOBILE,
        kinds.FIXED_LINE_OR_MOBILE: LineKind.MOBILE,
        kinds.FIXED_LINE: LineKind.FIXED,
        kinds.PREMIUM_RATE: LineKind.PREMIUM,
        kinds.SHARED_COST: LineKind.PREMIUM,
    }
    kind = named.get(phonenumbers.number_type(parsed), LineKind.OTHER)
    return PhoneLine(phonenumbers.region_code_for_number(parsed) or "", kind)


def may_be_texted(point: ContactPoint, countries: Collection[str]) -> bool:
    """Also where nobody of ours has written the message."""
    return not line_ruling(point.value, line_of(point), frozenset(countries)).refuses


def may_be_called(point: ContactPoint) -> bool:
    """Because somebody asks for it: not a number that costs more than others, whose owner is paid for each call."""
    return line_of(point).kind is not LineKind.PREMIUM
