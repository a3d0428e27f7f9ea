"""Stories of administrators who change the configuration at once."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.faults.outside import Outside, Request

EXAMPLE = (Path(__file__).parents[2] / "infra/configuration/example.json").read_text()


def changed(**members: Any) -> dict[str, Any]:
    return {**json.loads(EXAMPLE), **members}


def save(outside: Outside, by: str, version: int, **members: Any) -> Request:
    return outside.ask("PUT", "/v1/configuration", changed(**members), f"{by}:admin", version=version)


def there_is_a_configuration(outside: Outside) -> None:
    outside.ports.configuration_documents.save(EXAMPLE, "")
    save(outside, "olga", 1, company="Pierwsza")
    outside.simulation.settle(until=outside.world.at)


def two_administrators_save(outside: Outside) -> None:
    save(outside, "olga", 2, company="Druga")
    save(outside, "piotr", 2, company="Inna")


def one_saves_and_one_goes_back(outside: Outside) -> None:
    save(outside, "olga", 2, company="Druga")
    path = "/v1/configuration/versions/1/restoration"
    outside.ask("POST", path, {}, "piotr:admin", version=2)


def a_team_goes(outside: Outside) -> None:
    """Functions go on by what was valid before for up to a minute."""
    known = outside.ports.configuration.saved[-1][1]
    sales = replace(known.teams["care"], name="sales")
    inboxes = tuple(replace(inbox, team="sales") for inbox in known.inboxes)
    gone = {"care": "sales"}
    outside.ports.configuration.save(replace(known, teams={"sales": sales}, inboxes=inboxes, former_teams=gone))
