"""The member `sms` of an inbox in the configuration: how its text messages are carried.

The bounds are those of the request:
https://docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2/API_SendTextMessage.html
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Annotated

import msgspec

from chalicelib.domain.errors import WrongConfiguration
from chalicelib.domain.sms import SmsTransport

Price = Annotated[str, msgspec.Meta(pattern=r"^([0-9]{0,2}\.[0-9]{1,5})?$(?!\n)")]
OfAws = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_:/-]{0,256}$(?!\n)")]  # a name, an id or an ARN


class SmsSection(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    max_price: Price = ""
    valid_for_seconds: Annotated[int, msgspec.Meta(ge=5, le=259_200)] | None = None
    protect_configuration: OfAws = ""
    configuration_set: OfAws = ""
    parts_per_second: Annotated[float, msgspec.Meta(ge=0.1, le=1_000)] | None = None


def sms_transport_of(section: SmsSection, place: str) -> SmsTransport:
    if section.max_price and not Decimal(section.max_price):
        raise WrongConfiguration.at(
            f"{place}.max_price", "for nothing no message is carried; leave it out for any price"
        )
    valid_for = section.valid_for_seconds
    return SmsTransport(
        max_price=section.max_price,
        valid_for=timedelta(seconds=valid_for) if valid_for else None,
        protect_configuration=section.protect_configuration,
        configuration_set=section.configuration_set,
        parts_per_second=section.parts_per_second,
    )
