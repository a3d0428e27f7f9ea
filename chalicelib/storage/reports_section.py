"""The section `reports` of the configuration: whose days reports count, and what contacts cost."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec

from chalicelib.domain.contact_points import Channel
from chalicelib.domain.errors import WrongConfiguration
from chalicelib.domain.report_rules import ContactCosts, ReportRules

_Amount = Annotated[str, msgspec.Meta(pattern=r"^\d{1,6}(\.\d{1,6})?$(?!\n)")]


class ReportsSection(msgspec.Struct, forbid_unknown_fields=True):
    zone: Annotated[str, msgspec.Meta(max_length=64)] = ""
    currency: Annotated[str, msgspec.Meta(pattern=r"^([A-Z]{3})?$(?!\n)")] = ""
    agent_hour: _Amount = "0"
    minutes: dict[Channel, _Amount] = {}
    received: dict[Channel, _Amount] = {}
    sent: dict[Channel, _Amount] = {}


def report_rules_of(section: ReportsSection) -> ReportRules:
    if not section.currency and (section.received or section.sent or Decimal(section.agent_hour)):
        raise WrongConfiguration.at("reports.currency", "prices need one, such as PLN")
    costs = ContactCosts(
        section.currency,
        Decimal(section.agent_hour),
        _amounts(section.minutes),
        _amounts(section.received),
        _amounts(section.sent),
    )
    return ReportRules(_zone(section.zone) if section.zone else None, costs)


def _amounts(stated: Mapping[Channel, str]) -> Mapping[str, Decimal]:
    return {str(channel): Decimal(amount) for channel, amount in stated.items()}


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:  # unknown, ill-formed, a folder of the zone files
        raise WrongConfiguration.at("reports.zone", f"{name!r} is not a time zone such as Europe/Warsaw") from error
