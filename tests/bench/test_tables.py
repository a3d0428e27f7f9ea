"""Every measurement has its place in the document, and only what it measured is replaced."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.bench.__main__ import BLOCK, MEASUREMENTS, PERFORMANCE, TABLE, replaced

NOW = datetime(2026, 11, 26, tzinfo=UTC)
DOCUMENT = (
    "Before.\n<!-- bench api -->\n| old |\n<!-- end -->\nBetween.\n<!-- bench sweep -->\n| kept |\n<!-- end -->\n"
)


def test_the_document_has_a_place_for_every_measurement_and_for_nothing_else():
    places = [place["name"] for place in BLOCK.finditer(PERFORMANCE.read_text(encoding="utf-8"))]

    assert sorted(places) == sorted(one.name for one in MEASUREMENTS)


def test_what_was_measured_is_replaced_and_the_rest_stays():
    new = replaced(DOCUMENT, "api", ["| new |\n"], NOW)

    assert "| old |" not in new
    assert "2026-11-26" in new
    assert new.endswith("Between.\n<!-- bench sweep -->\n| kept |\n<!-- end -->\n")
    assert replaced(new, "api", ["| new |\n"], NOW) == new


def test_a_measurement_without_a_place_is_an_error():
    with pytest.raises(ValueError, match="0 places for content"):
        replaced(DOCUMENT, "content", [], NOW)


def test_tables_are_found_between_other_lines():
    assert TABLE.findall("..\n| a |\n|---|\n| 1 |\nprose\n| b |\n") == ["| a |\n|---|\n| 1 |\n", "| b |\n"]
