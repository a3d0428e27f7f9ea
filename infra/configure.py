"""The operator's way to set inboxes, teams, calendars and policies: edit a file, then
`python -m infra.configure FILE --table NAME`.

The file is JSON as in infra/configuration/example.json. Public holidays are written as a rule and saved as dates, so
that no function has to know the calendars of the world; run it again at least every second year. An alarm says when
that was forgotten.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import holidays
import msgspec

from chalicelib.domain.carried_names import carry_names
from chalicelib.domain.errors import HubError, WrongConfiguration
from chalicelib.storage.configuration_document import check_examples, parse_configuration
from chalicelib.storage.configuration_table import ConfigurationTable
from chalicelib.storage.table import Table

# Clocks never run longer (domain/business_hours.py looks no further than three years ahead).
YEARS_AHEAD = 3


class HolidayRule(msgspec.Struct, forbid_unknown_fields=True):
    """`country`: ISO 3166. `subdivision`: the rest of its part's ISO 3166-2 code, as `BY` for Bavaria."""

    country: str
    subdivision: str | None = None


def expand_holidays(document: Mapping[str, Any], today: date) -> dict[str, Any]:
    """The document with the holidays of this year and the next three added to each calendar's `closed`.

    `document` has the shape that storage/configuration_document.py describes. Raises WrongConfiguration.
    """
    years = range(today.year, today.year + YEARS_AHEAD + 1)
    calendars = []
    for at, calendar in enumerate(document["calendars"]):
        rule = calendar.get("holidays")
        days = _holidays(rule, years, f"calendars[{at}].holidays") if rule is not None else []
        expanded = {**calendar, "closed": sorted({*calendar.get("closed", ()), *days})}
        expanded["holidays_until"] = f"{years[-1]}-12-31" if rule is not None else None
        calendars.append(expanded)
    return {**document, "calendars": calendars}


def _holidays(rule: Any, years: range, place: str) -> list[str]:
    try:
        wanted = msgspec.convert(rule, HolidayRule)
        found = holidays.country_holidays(wanted.country, subdiv=wanted.subdivision, years=years)
    except (msgspec.ValidationError, NotImplementedError) as error:
        raise WrongConfiguration(f"Configuration: {place}: {error}.", field=place) from error
    unknown = {*years} - {day.year for day in found}
    if unknown:
        problem = f"no holidays of {wanted.country} are known for {', '.join(map(str, sorted(unknown)))}"
        raise WrongConfiguration(f"Configuration: {place}: {problem}; write them into `closed` instead.", field=place)
    return [day.isoformat() for day in found]


def render_document(text: str, today: date) -> str:
    """What is saved for a file's text. Raises WrongConfiguration, which names the first mistake."""
    check_examples(parse_configuration(text, ""))  # before anything is looked up in it
    return _written(expand_holidays(json.loads(text), today))


def _written(document: Mapping[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def save(text: str, table: ConfigurationTable) -> str:
    """Saves it unless it already is the current document, and says which version that is. Teams that are gone from it
    are remembered as such.
    """
    current = table.find_document()
    if current:
        text = _written(carry_names(json.loads(text), json.loads(current.text)))
    if current and current.text == text:
        return f"version {current.version} is already just that"
    return f"saved as version {table.save(text, current.version if current else '')}"


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m infra.configure", description="Check and save the configuration.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--table", default=os.environ.get("TABLE_NAME"), help="the table; default: $TABLE_NAME")
    parser.add_argument("--check", action="store_true", help="only check the file")
    options = parser.parse_args(arguments)
    if not options.check and not options.table:
        parser.error("say which table: --table or $TABLE_NAME")
    try:
        text = render_document(options.file.read_text(), datetime.now(UTC).date())
        if options.check:
            print(f"{options.file}: no mistake found")
            return
        table = Table(options.table, randomness=os.urandom, sleep=time.sleep)
        print(save(text, ConfigurationTable(table, lambda: datetime.now(UTC))), "- functions use it within a minute")
    except OSError as error:
        sys.exit(f"error: {error}")
    except HubError as error:
        sys.exit(f"error: {error.public_text}")


if __name__ == "__main__":
    main()
