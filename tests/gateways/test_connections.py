"""Whom the hub speaks to: AWS by its clients, two addresses of the operator's, and the makers of captchas by a list of
ours. Never one that a message names.
"""

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

MAKES = "usecases/export_parts.py"


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


def test_who_is_asked_by_http_is_known_and_at_addresses_of_the_operators_or_ours():
    assert importers(TALKS) == {
        "gateways/aws_libraries.py",  # only loads what AWS's clients are built on
        "gateways/captcha_verifiers.py",
        "gateways/fax_gateway.py",
        "gateways/opensearch.py",
        "gateways/tokens.py",
    }


def test_nothing_of_the_hub_unpacks_an_archive_or_makes_objects_of_bytes():
    assert importers(UNPACKS) - {MAKES} == {"start_up.py"}  # its own bytecode, from a package that nobody can write to


def test_an_export_is_written_into_an_archive_and_none_is_read():
    tree = ast.parse((CODE / MAKES).read_text())
    used = {
        node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "zipfile"
    }
    opened = [
        ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Call) and "ZipFile(" in ast.unparse(node)
    ]
    assert used == {"ZipFile", "ZipInfo", "ZIP_DEFLATED", "ZIP_STORED"}
    assert opened == ["zipfile.ZipFile(buffer, 'w')"]
