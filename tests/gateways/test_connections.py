"""Whom the hub speaks to: AWS by its clients, and two addresses of the operator's. Never one that a message names."""

from __future__ import annotations

import ast
from pathlib import Path

CODE = Path(__file__).parents[2] / "chalicelib"
TALKS = {
    "urllib.request",
    "urllib3",
    "http.client",
    "socket",
    "ssl",
    "smtplib",
    "ftplib",
    "requests",
    "httpx",
    "botocore.httpsession",
    "xml",
}
UNPACKS = {"zipfile", "tarfile", "gzip", "bz2", "lzma", "pickle", "marshal", "shelve"}


def importers(modules: set[str]) -> set[str]:
    found = set()
    for path in CODE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            if any(f"{name}.".startswith(f"{module}.") for name in names for module in modules):
                found.add(str(path.relative_to(CODE)))
    return found


def test_only_keys_and_the_fax_gateway_are_asked_by_http_and_at_the_operators_addresses():
    assert importers(TALKS) == {"gateways/tokens.py", "gateways/fax_gateway.py"}


def test_nothing_of_the_hub_unpacks_an_archive_or_makes_objects_of_bytes():
    assert importers(UNPACKS) == set()
