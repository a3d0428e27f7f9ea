"""What another configuration would have meant for a past period: which answers would have been late, and which were.

    python -m infra.simulate_policy FILE --team care --since 2026-11-01 --until 2026-12-01 --table NAME

Reads the table and writes nothing. FILE is a whole configuration, as `python -m infra.configure` takes it.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from chalicelib.domain.errors import HubError
from chalicelib.storage.configuration_document import parse_configuration
from chalicelib.storage.configuration_table import ConfigurationTable
from chalicelib.storage.table import Table
from chalicelib.storage.thread_table import ThreadTable
from chalicelib.usecases.simulate_policy import Simulated, SimulatePolicy
from infra.configure import render_document


def report(simulated: Simulated) -> Iterator[str]:
    """A line for each case that is late by either configuration, and a last one that counts."""
    for case in simulated.late:
        would = ", ".join(f"{clock.clock} by {clock.late_by}" for clock in case.would_be) or "in time"
        was = ", ".join(f"{clock.clock} by {clock.late_by}" for clock in case.was) or "in time"
        yield f"{case.reference}: {would} (now: {was})"
    newly = sum(bool(case.would_be) and not case.was for case in simulated.late)
    rest = "" if simulated.whole else "; there are more cases than one simulation reads"
    yield f"{simulated.cases} cases, {simulated.clocks} clocks: {newly} cases would be late that are not now{rest}"


def _day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m infra.simulate_policy", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--team", required=True)
    parser.add_argument("--since", type=_day, required=True, help="a day, as 2026-11-01 (UTC)")
    parser.add_argument("--until", type=_day, required=True)
    parser.add_argument("--table", default=os.environ.get("TABLE_NAME"), required="TABLE_NAME" not in os.environ)
    options = parser.parse_args(arguments)
    try:
        text = render_document(options.file.read_text(), datetime.now(UTC).date())
        other = parse_configuration(text, "simulated")
        table = Table(options.table, randomness=os.urandom, sleep=time.sleep)
        threads = ThreadTable(table, lambda: datetime.now(UTC))
        configuration = ConfigurationTable(table, lambda: datetime.now(UTC))
        simulate = SimulatePolicy(threads, configuration)
        print(*report(simulate(options.team, options.since, options.until, other)), sep="\n")
    except OSError as error:
        sys.exit(f"error: {error}")
    except HubError as error:
        sys.exit(f"error: {error.public_text}")


if __name__ == "__main__":
    main()
