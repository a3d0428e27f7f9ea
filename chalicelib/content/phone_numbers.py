"""Which telephone numbers may be sent a text message that nobody of ours has written: not every one, because whoever
makes us send many to a number of their own is paid for each (SMS pumping).
"""

from __future__ import annotations

from collections.abc import Collection

from chalicelib.domain.contact_points import ContactPoint


def may_be_texted(point: ContactPoint, countries: Collection[str]) -> bool:
    """A mobile number of one of the countries (ISO 3166); neither a premium number nor one that charges the sender."""
    import phonenumbers  # a hundred modules of numbering plans, loaded where a number is

    parsed = phonenumbers.parse(point.value)
    if phonenumbers.region_code_for_number(parsed) not in countries:
        return False
    kinds = phonenumbers.PhoneNumberType
    return phonenumbers.number_type(parsed) in (kinds.MOBILE, kinds.FIXED_LINE_OR_MOBILE)
