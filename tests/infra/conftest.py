"""The package, made once per test process and kept under .build/, so that an unchanged one is not made again."""

import json
import os
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from infra.package import ROOT, package


@dataclass(frozen=True)
class Package:
    """`unzipped` is what Lambda sees as /var/task."""

    folder: Path
    template: dict[str, Any]
    unzipped: Path

    def of_type(self, kind: str) -> dict[str, dict[str, Any]]:
        """Logical id -> properties."""
        return {n: r["Properties"] for n, r in self.template["Resources"].items() if r["Type"] == kind}


def make_package(stage: str) -> Package:
    folder = ROOT / ".build" / "tests" / os.environ.get("PYTEST_XDIST_WORKER", "main") / stage
    package(stage, folder)
    unzipped = folder / "unzipped"
    sha256 = json.loads((folder / "package.json").read_text())["sha256"]
    if not (unzipped / sha256).exists():
        shutil.rmtree(unzipped, ignore_errors=True)
        with zipfile.ZipFile(folder / "deployment.zip") as archive:
            archive.extractall(unzipped / sha256)
    return Package(folder, json.loads((folder / "template.json").read_text()), unzipped / sha256)


@pytest.fixture(scope="session")
def local_package() -> Package:
    return make_package("local")


@pytest.fixture(scope="session")
def prod_package() -> Package:
    return make_package("prod")
