"""A client that is generated from the description of the API, as a company would make one for its app."""

from __future__ import annotations

import importlib.util

import pytest

from tests.api.conftest import annas, api  # noqa: F401  # fixtures: the hub in memory, and Anna who waits in it

# The other suites collect these tests too, and do without what they need.
collect_ignore_glob = [] if importlib.util.find_spec("openapi_python_client") else ["test_*.py"]


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/generated_client" in item.path.as_posix():
            item.add_marker(pytest.mark.schema_fuzz)
