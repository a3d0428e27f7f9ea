"""What supervisors ask about the work, and what they are told."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from chalicelib.api.asked import Asked, TeamName

_ChannelName = Literal["email", "sms", "web_form", "app", "fax", "phone", "letter", "in_person"]
_KindName = Annotated[str, Meta(min_length=1, max_length=40)]


class ReportWanted(Asked):
    """The days from `since` on and before `until`, at most 400 of them, in the company's time zone; divided into days,
    weeks (from Monday) or months. `team`, `kind`, `channel`: only of these.
    """

    since: date
    until: date
    group: Literal["day", "week", "month"] = "day"
    team: TeamName | None = None
    kind: _KindName | None = None
    channel: _ChannelName | None = None
    format: Literal["json", "csv"] = "json"


class ReportRow(msgspec.Struct):
    """`period`: its first day. `by`: of which channel, wait, clock or level; null where the report is of all together.
    `figures`: by name; times in seconds, shares between 0 and 1; null where there is nothing to tell.
    """

    period: date
    by: str | None
    figures: dict[str, float | None]


class ReportRead(msgspec.Struct):
    """`by`: what the rows are told apart by, null for nothing. `currency`: of costs, null where none were stated."""

    report: str
    since: date
    until: date
    group: str
    zone: str
    currency: str | None
    by: str | None
    rows: list[ReportRow]
