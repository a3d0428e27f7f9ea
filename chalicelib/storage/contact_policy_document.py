"""The section `contact_policy` of the configuration: when nobody is disturbed, and by what."""

from __future__ import annotations

from typing import Annotated

import msgspec

from chalicelib.domain.contact_points import Channel
from chalicelib.domain.contact_rules import BOUND_BY_QUIET_HOURS, ContactRules, parse_quiet_hours
from chalicelib.domain.reachability import Purpose

NO_QUIET_HOURS = "none"
_TIME = r"([01]\d|2[0-3]):[0-5]\d"

Hours = Annotated[str, msgspec.Meta(pattern=rf"^({NO_QUIET_HOURS}|{_TIME}-{_TIME})$")]
LocalPart = Annotated[str, msgspec.Meta(pattern=r"^[^@\sA-Z]+$", max_length=64)]


class ContactPolicySection(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    quiet_hours: Hours = "21:00-08:00"
    quiet_channels: dict[Purpose, tuple[Channel, ...]] = {}
    no_reply: Annotated[tuple[LocalPart, ...], msgspec.Meta(max_length=100)] = ()

    def __post_init__(self) -> None:
        starts, _, ends = self.quiet_hours.partition("-")
        if starts == ends:
            raise ValueError("quiet_hours begin and end at the same time")


def contact_rules(section: ContactPolicySection) -> ContactRules:
    bound = {purpose: frozenset(channels) for purpose, channels in section.quiet_channels.items()}
    return ContactRules(
        quiet_hours=None if section.quiet_hours == NO_QUIET_HOURS else parse_quiet_hours(section.quiet_hours),
        bound={**BOUND_BY_QUIET_HOURS, **bound},
        no_reply=frozenset(section.no_reply),
    )
