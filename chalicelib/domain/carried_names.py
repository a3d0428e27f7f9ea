"""Teams and kinds that are gone from the configuration, but not from the cases: a document remembers them for ever.

What a team closed can be asked about again, and what reached it while the configuration changed has its clocks; so it
is remembered with who has taken over. A kind says what the law wants of its cases, who may see them, and for how long
they are kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.domain.case_kinds import SHIPPED_KINDS

Document = Mapping[str, Any]


def carry_names(edited: Document, current: Document) -> dict[str, Any]:
    """The edited document, which will replace the current one, with what is gone from it. Their shape is that of
    storage/configuration_document.py.
    """
    return carry_kinds(carry_former_teams(edited, current), current)


def carry_kinds(edited: Document, current: Document) -> dict[str, Any]:
    """A kind that only `current` has is retired. One that is shipped is again what is shipped."""
    present = {kind["name"] for kind in edited.get("kinds", ())} | {*SHIPPED_KINDS}
    gone = [{**kind, "retired": True} for kind in current.get("kinds", ()) if kind["name"] not in present]
    return {**edited, "kinds": [*edited.get("kinds", ()), *gone]} if gone else {**edited}


def carry_former_teams(edited: Document, current: Document) -> dict[str, Any]:
    """With those that `current` remembers, and those that only `current` has.

    Whoever edits may say who takes over; else it is the team's fallback, or its fallback's and so on, else the first
    team of the document.
    """
    present = {team["name"] for team in edited["teams"]}
    said = [former for former in edited.get("former_teams", ()) if former["name"] not in present]
    named = {former["name"] for former in said}
    leads_to = {team["name"]: team.get("fallback", "") for team in current["teams"]}
    leads_to |= {former["name"]: former["successor"] for former in current.get("former_teams", ())}
    leads_to |= {former["name"]: former["successor"] for former in said}
    carried = [
        {"name": name, "successor": _successor(name, leads_to, present) or edited["teams"][0]["name"]}
        for name in leads_to
        if name not in present | named
    ]
    if not said and not carried:
        return {name: value for name, value in edited.items() if name != "former_teams"}
    return {**edited, "former_teams": [*said, *carried]}


def _successor(name: str, leads_to: Mapping[str, str], present: set[str]) -> str:
    seen: set[str] = set()
    while name and name not in present and name not in seen:
        seen.add(name)
        name = leads_to.get(name, "")
    return name if name in present else ""
