from __future__ import annotations

from pathlib import Path

import pytest

from tests.contracts.deviations import KNOWN_DEVIATIONS

HERE = Path(__file__).parent
TESTS = "\n".join(path.read_text() for path in HERE.glob("test_*.py"))
PAGES = "\n".join(path.read_text() for path in (HERE.parent.parent / "docs").glob("testing*.md"))
DEVIATIONS = [(engine, test) for engine, tests in KNOWN_DEVIATIONS.items() for test in tests]


@pytest.mark.parametrize(("engine", "test"), DEVIATIONS)
def test_a_known_deviation_belongs_to_a_test_and_is_documented(engine, test):
    assert f"def {test}(" in TESTS
    assert any(line.startswith(f"| {engine} |") and f"`{test}`" in line for line in PAGES.splitlines())
