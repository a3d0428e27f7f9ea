"""The table of attacks in docs/security.md: its rows are numbered without a gap, and each names tests that exist."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs/security.md").read_text()
ROW = re.compile(r"^\| ([SI]\d+) \| (.+) \|$", re.MULTILINE)
NAMED = re.compile(r"`(tests/[^`]+\.py)::(\w+)(?:\[([^`]+)\])?`")
MISSING = "does not hold yet"

ROWS = {number: tuple(cells.split(" | ")) for number, cells in ROW.findall(PAGE)}
ATTACKS = {number: cells for number, cells in ROWS.items() if number.startswith("S")}
INCIDENTS = {number: cells for number, cells in ROWS.items() if number.startswith("I")}


@cache
def parsed(path: str) -> ast.Module:
    return ast.parse((ROOT / path).read_text())


def names_in(path: str) -> set[str]:
    return {node.name for node in parsed(path).body if isinstance(node, ast.FunctionDef)}


def texts_in(path: str) -> set[str]:
    return {
        node.value for node in ast.walk(parsed(path)) if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_no_number_of_a_row_is_missing_or_there_twice():
    found = [number for number, _ in ROW.findall(PAGE)]
    attacks, incidents = (sum(number.startswith(letter) for number in found) for letter in "SI")
    assert attacks > 80
    assert found == [f"S{n + 1}" for n in range(attacks)] + [f"I{n + 1}" for n in range(incidents)]


def missing_in(shown_by: str) -> list[str]:
    named = NAMED.findall(shown_by)
    return [
        f"{path}::{test}[{case}]"
        for path, test, case in named
        if test not in names_in(path) or (case and case not in texts_in(path))
    ]


def test_every_test_that_a_row_names_exists():
    missing = {number: missing_in(shown_by) for number, (_, _, shown_by) in ATTACKS.items()}
    assert {number: names for number, names in missing.items() if names} == {}


def test_a_row_names_its_tests_and_nothing_else_or_says_that_it_does_not_hold_yet():
    for number, (what, outcome, shown_by) in ATTACKS.items():
        named = [f"`{path}::{test}{f'[{case}]' if case else ''}`" for path, test, case in NAMED.findall(shown_by)]
        assert what, number
        assert outcome, number
        assert shown_by == (", ".join(named) or "-"), number
        assert named or MISSING in outcome, number


def test_every_incident_of_others_leads_to_rows_that_exist():
    assert len(INCIDENTS) > 15
    for what, rows in INCIDENTS.values():
        assert what
        assert {*rows.split(", ")} <= {*ATTACKS}


def test_every_way_to_be_somebody_else_is_in_the_table():
    """Whoever adds an attack there says in the table what it means."""
    attacks = "tests/attacks/test_who_somebody_is.py"
    (table,) = [
        node.value
        for node in parsed(attacks).body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == "ATTACKS"
    ]
    assert isinstance(table, ast.Dict)
    cases = {key.value for key in table.keys if isinstance(key, ast.Constant)}
    named = {case for path, _, case in NAMED.findall(PAGE) if path == attacks and case}
    assert named == cases
