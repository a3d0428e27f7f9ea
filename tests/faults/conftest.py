"""Tests in the simulated world are silent, and say in the end how much they have tried."""

from __future__ import annotations

import pytest

from tests.faults.functions import silence


@pytest.fixture(autouse=True)
def _silence():
    with silence():
        yield


@pytest.fixture
def figure(record_property):
    """What a test has tried, as a line of the summary: also from another process of pytest-xdist."""
    return lambda text: record_property("figure", text)


def pytest_terminal_summary(terminalreporter):
    reports = [report for reports in terminalreporter.stats.values() for report in reports]
    called = [report for report in reports if getattr(report, "when", "") == "call"]
    properties = [said for report in called for said in report.user_properties]
    for text in sorted(text for name, text in properties if name == "figure"):
        terminalreporter.write_line(text)
