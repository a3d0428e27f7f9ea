"""The served API under calls that are made from its own description, right ones and wrong ones."""

from __future__ import annotations

import importlib.util

import pytest

# The other suites collect these tests too, and do without what they need.
collect_ignore_glob = [] if importlib.util.find_spec("schemathesis") else ["test_*.py"]


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/schema_fuzz" in item.path.as_posix():
            item.add_marker(pytest.mark.schema_fuzz)
