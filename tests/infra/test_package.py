"""The zip: what is in it, for which machine, and that it is the same every time."""

import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from infra.errors import PackagingError
from infra.package import ROOT, main, package, write_zip


def write(tree: Path, name: str, content: str) -> Path:
    (tree / name).parent.mkdir(parents=True, exist_ok=True)
    (tree / name).write_text(content)
    return tree


def test_the_zip_depends_on_names_and_contents_only(tmp_path):
    one = write(write(tmp_path / "one", "b.py", "b"), "a/c.py", "c")
    two = write(write(tmp_path / "two", "a/c.py", "c"), "b.py", "b")
    (two / "b.py").chmod(0o600)
    assert write_zip([one], tmp_path / "one.zip") == 2
    write_zip([two], tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_a_file_that_two_trees_would_put_into_the_zip_is_refused(tmp_path):
    trees = [write(tmp_path / "one", "six.py", "1"), write(tmp_path / "two", "six.py", "2")]
    with pytest.raises(PackagingError, match=r"six\.py"):
        write_zip(trees, tmp_path / "out.zip")


def test_a_stage_that_is_not_configured_is_named(tmp_path, capsys):
    with pytest.raises(SystemExit, match="no stage 'qa'"):
        main(["--stage", "qa", "--out", str(tmp_path)])
    assert not (tmp_path / "package.json").exists()


@pytest.mark.package
def test_a_package_that_is_made_again_has_the_same_hash(local_package, tmp_path):
    package("local", tmp_path)
    made = [json.loads((folder / "package.json").read_text())["sha256"] for folder in (local_package.folder, tmp_path)]
    assert made[0] == made[1]


@pytest.mark.package
def test_an_unchanged_package_is_not_made_again(local_package, capsys):
    before = (local_package.folder / "package.json").stat().st_mtime_ns
    package("local", local_package.folder)
    assert "nothing has changed" in capsys.readouterr().out
    assert (local_package.folder / "package.json").stat().st_mtime_ns == before


@pytest.mark.package
def test_a_damaged_package_is_made_again(local_package):
    (local_package.folder / "deployment.zip").write_bytes(b"half a zip")
    package("local", local_package.folder)
    assert zipfile.is_zipfile(local_package.folder / "deployment.zip")


@pytest.mark.package
def test_the_zip_stays_small(local_package):
    record = json.loads((local_package.folder / "package.json").read_text())
    assert record["zipped_bytes"] < 25_500_000
    assert record["unzipped_bytes"] < 72_000_000


@pytest.mark.package
def test_every_module_is_compiled_for_this_python_and_nothing_else_is(local_package):
    tag = sys.implementation.cache_tag
    files = {path.relative_to(local_package.unzipped) for path in local_package.unzipped.rglob("*") if path.is_file()}
    sources = {path for path in files if path.suffix == ".py"}
    compiled = {path for path in files if path.suffix == ".pyc"}
    assert compiled == {path.parent / "__pycache__" / f"{path.stem}.{tag}.pyc" for path in sources}
    # bytes 4 to 8 of a .pyc: 1 is "by hash, and do not check"; https://peps.python.org/pep-0552/
    assert {(local_package.unzipped / path).read_bytes()[4:8] for path in compiled} == {b"\x01\0\0\0"}


@pytest.mark.package
def test_nothing_that_only_development_needs_is_in_the_zip(local_package):
    tops = {path.name for path in local_package.unzipped.iterdir()}
    assert not tops & {"boto3", "moto", "pytest", "holidays", "pip", "setuptools", "infra", "tests", "requirements.txt"}
    assert {path.name for path in (local_package.unzipped / "chalice").glob("*.py")} == {"__init__.py", "app.py"}


@pytest.mark.package
def test_time_zones_are_known_where_the_system_has_none(local_package):
    code = (
        f"import sys; sys.path.insert(0, {str(local_package.unzipped)!r})\n"
        "from zoneinfo import ZoneInfo, TZPATH; assert not TZPATH\n"
        "print(ZoneInfo('Europe/Warsaw').key)"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", code], env={"PYTHONTZPATH": ""}, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "Europe/Warsaw"


@pytest.mark.package
def test_for_aws_the_machine_code_is_arm64_and_so_says_the_template(prod_package):
    machine_code = [path.read_bytes()[:20] for path in prod_package.unzipped.rglob("*.so")]
    assert machine_code
    assert {head[18:20] for head in machine_code} == {b"\xb7\x00"}  # e_machine of ELF: EM_AARCH64
    functions = prod_package.of_type("AWS::Lambda::Function").values()
    assert {tuple(function["Architectures"]) for function in functions} == {("arm64",)}
    assert {function["Runtime"] for function in functions} == {f"python3.{sys.version_info.minor}"}


def test_the_requirements_are_pinned_by_hash_and_name_no_registry():
    text = (ROOT / "requirements.txt").read_text()
    pinned = re.findall(r"^\S+==\S+.*\\\n(?=\s+--hash=sha256:)", text, re.MULTILINE)
    assert len(pinned) == len(re.findall(r"^[a-z]", text, re.MULTILINE)) > 5
    assert "://" not in text
