"""Public holidays when a document is edited. Their rules are expanded to dates where the calendars of the world are
known, which is in the operator's tool alone; whoever edits the rest carries the dates over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.domain.errors import InvalidInput

Section = Mapping[str, Any]


def require_known_rules(calendars: Sequence[Section], current: Sequence[Section]) -> None:
    """Raises InvalidInput for a rule that the calendar of that name does not have now: its dates are not known here."""
    known = {calendar["name"]: calendar.get("holidays") for calendar in current}
    for at, calendar in enumerate(calendars):
        rule = calendar.get("holidays")
        if rule is not None and rule != known.get(calendar["name"]):
            raise InvalidInput(
                "Public holidays are looked up when the operator saves the document with `python -m infra.configure`. "
                "Keep the rule as it is, or write the days into `closed`.",
                field=f"calendars[{at}].holidays",
            )


def carry_holidays(calendars: Sequence[Section], current: Sequence[Section]) -> list[Section]:
    """Those that have the rule of the current calendar of their name get its dates beyond their own end."""
    known = {calendar["name"]: calendar for calendar in current}
    return [_carried(calendar, known.get(calendar["name"], {})) for calendar in calendars]


def _carried(edited: Section, current: Section) -> Section:
    rule = edited.get("holidays")
    if rule is None or rule != current.get("holidays"):
        return edited
    ends, end = edited.get("holidays_until") or "", current.get("holidays_until") or ""
    if end <= ends:
        return edited
    missing = [day for day in current.get("closed", ()) if ends < day <= end]
    return {**edited, "closed": sorted({*edited.get("closed", ()), *missing}), "holidays_until": end}
