"""How many examples a suite tries: what it says itself, or what the environment asks for (docs/testing.md)."""

from __future__ import annotations

import os

import pytest


def examples(usual: int, name: str = "FUZZ_EXAMPLES") -> int:
    """Ends the run with what is wrong, if the environment asks for something that is no number."""
    asked = os.environ.get(name, str(usual))
    if not asked.isdecimal() or not int(asked):
        pytest.exit(f"{name}={asked} is no number of examples: give 1 or more, in digits.", returncode=2)
    return int(asked)
