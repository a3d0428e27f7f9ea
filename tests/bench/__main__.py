"""All measurements, and their tables into `docs/performance.md`.

    python -m tests.bench [NAME ...] [--list]

A table stands there between `<!-- bench NAME -->` and `<!-- end -->`; what is written around it stays. One that cannot
be made is left as it was and named at the end, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

PERFORMANCE = Path(__file__).parents[2] / "docs" / "performance.md"
BLOCK = re.compile(r"(?P<begin><!-- bench (?P<name>[a-z-]+) -->\n).*?(?P<end><!-- end -->)", re.DOTALL)
TABLE = re.compile(r"(?:^\|.*\|\n)+", re.MULTILINE)


@dataclass(frozen=True)
class Measurement:
    """`about`: minutes that it takes on a machine of two processors."""

    name: str
    command: Sequence[str]
    about: float


MEASUREMENTS = (
    Measurement("units", ("-m", "pytest", "-s", "-m", "emulator", "tests/storage/test_costs.py"), 1),
    Measurement("api", ("-m", "tests.bench.api"), 2),
    Measurement("sweep", ("-m", "tests.bench.escalation"), 4),
    Measurement("sweep-table", ("-m", "tests.bench.escalation", "--table"), 3),
    Measurement("content", ("-m", "tests.bench.content"), 1),
    Measurement("start-up", ("-m", "tests.bench.cold_start"), 2),
    Measurement("peers", ("-m", "tests.bench.comparison"), 6),
)


def replaced(text: str, name: str, tables: Sequence[str], now: datetime) -> str:
    """The document with the tables of a measurement. ValueError: it has no place for them."""
    places = [place for place in BLOCK.finditer(text) if place["name"] == name]
    if len(places) != 1:
        raise ValueError(f"{PERFORMANCE.name} has {len(places)} places for {name}, and needs one")
    made = f"*{now:%Y-%m-%d}, Python {sys.version_info.major}.{sys.version_info.minor}*\n\n" + "\n".join(tables)
    place = places[0]
    return text[: place.start()] + place["begin"] + made + place["end"] + text[place.end() :]


def measure(one: Measurement) -> list[str]:
    """The tables that its command prints. ValueError: it failed, or printed none."""
    run = subprocess.run([sys.executable, *one.command], stdout=subprocess.PIPE, text=True, check=False)
    tables = TABLE.findall(run.stdout)
    if run.returncode or not tables:
        raise ValueError(f"`python {' '.join(one.command)}` ended with {run.returncode} and {len(tables)} tables")
    return tables


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    known = {one.name: one for one in MEASUREMENTS}
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(known)}; all without one")
    options = parser.parse_args()
    if unknown := set(options.names) - set(known):
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    chosen = [known[name] for name in options.names] or list(MEASUREMENTS)
    failed = []
    for number, one in enumerate(chosen, 1):
        sys.stderr.write(f"{number} of {len(chosen)}: {one.name}, about {one.about:g} minutes ...\n")
        begun = time.monotonic()
        try:
            text = replaced(PERFORMANCE.read_text(encoding="utf-8"), one.name, measure(one), datetime.now(UTC))
        except ValueError as error:
            failed.append(f"{one.name}: {error}")
            continue
        PERFORMANCE.write_text(text, encoding="utf-8")
        sys.stderr.write(f"{one.name}: {time.monotonic() - begun:.0f} s\n")
    if failed:
        raise SystemExit("Not measured, the tables are the old ones:\n" + "\n".join(failed))


if __name__ == "__main__":
    main()
