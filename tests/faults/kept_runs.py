"""Schedules that once broke something, made small: each is replayed by every test run.

A run is its choices, and choices mean something only as long as the acts and their weights are what they were. What was
mended therefore has a test of its own beside the code, too; a run that no longer tells its story may go.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

FILE = Path(__file__).with_name("kept_runs.json")


def kept_runs() -> dict[str, list[int]]:
    """The choices of each run, by what broke."""
    return json.loads(FILE.read_text())


def keep(what_broke: str, choices: Sequence[int]) -> None:
    """Zeros at the end say nothing and are left out."""
    length = max((place for place, choice in enumerate(choices, start=1) if choice), default=0)
    runs = kept_runs() | {what_broke: [*choices[:length]]}
    lines = (f"{json.dumps(name)}: {json.dumps(run)}" for name, run in runs.items())
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n")
