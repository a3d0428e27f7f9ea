"""Makes the package: `python -m infra.package --stage local --out .build/local`.

Writes `deployment.zip`, one for all functions, and `template.json`, plain CloudFormation. The same sources give the
same bytes, so a second run has nothing to do, and two people get the same hash.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import sys
import tempfile
import time
import zipfile
from importlib.metadata import version
from pathlib import Path

from infra.dependencies import Target, dependencies_for, lambda_machine, this_machine
from infra.errors import PackagingError
from infra.slim import compile_dataclasses, compile_tree
from infra.template import Template, join_templates, render_cloudformation, run_chalice

ROOT = Path(__file__).parent.parent

_TOOLS = sorted(Path(__file__).parent.glob("*.py"))
_SOURCES = ("app.py", "chalicelib", ".chalice/config.json", ".chalice/policies")
_LOCAL = "local"
_RECORD = "package.json"
_ZIP = "deployment.zip"
_TEMPLATE = "template.json"


def package(stage: str, out: Path) -> None:
    """Raises PackagingError. `out` holds a whole package or, after an error, no record of one."""
    inputs = _hash_of_inputs(stage)
    if _is_current(out, inputs):
        print(f"nothing has changed since {out / _ZIP} was made")
        return
    started = time.monotonic()
    out.mkdir(parents=True, exist_ok=True)
    (out / _RECORD).unlink(missing_ok=True)
    print(f"packaging stage {stage} ...")
    with tempfile.TemporaryDirectory() as temporary:
        sam, code = _build_app(stage, Path(temporary))
        target = _target_for(stage, sam)
        libraries = dependencies_for(target, ROOT / "requirements.txt", ROOT / ".build" / "dependencies")
        print("writing the zip ...")
        unzipped = write_zip([code, libraries], out / _ZIP)
    print("translating the template ...")
    sha256 = _sha256(out / _ZIP)
    template = render_cloudformation(sam, sha256)
    template["Parameters"]["CodeKey"]["Default"] = f"splot/{sha256}.zip"
    (out / _TEMPLATE).write_text(json.dumps(template, separators=(",", ":"), sort_keys=True))
    zipped = (out / _ZIP).stat().st_size
    record = {"inputs": inputs, "sha256": sha256, "zipped_bytes": zipped, "unzipped_bytes": unzipped}
    (out / _RECORD).write_text(json.dumps(record))
    print(f"{out / _ZIP}: {zipped / 1e6:.1f} MB ({unzipped / 1e6:.1f} MB unzipped), sha256 {sha256[:16]}...")
    print(f"{out / _TEMPLATE}: {len(template['Resources'])} resources, {time.monotonic() - started:.1f} s in all")


def _build_app(stage: str, folder: Path) -> tuple[Template, Path]:
    """The SAM template, and a folder with the hub's code and Chalice's runtime, compiled."""
    project, build, code = folder / "project", folder / "build", folder / "code"
    build.mkdir()
    _copy_sources(project)
    sam = run_chalice(project, stage, join_templates(ROOT / "infra" / "template"), build)
    with zipfile.ZipFile(build / "deployment.zip") as ours:
        ours.extractall(code)
    compile_dataclasses(code)
    compile_tree(code)
    return sam, code


def write_zip(trees: list[Path], path: Path) -> int:
    """All files of the trees in one zip, the same bytes for the same files. Returns their unzipped size.

    Raises PackagingError when two trees hold the same file.
    """
    files: dict[str, Path] = {}
    for tree in trees:
        for file in tree.rglob("*"):
            name = file.relative_to(tree).as_posix()
            if file.is_file() and files.setdefault(name, file) != file:
                raise PackagingError(f"{name} would be in the zip twice.")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system = 3  # Unix, whatever machine writes it: only then are the permissions below read
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, files[name].read_bytes(), zipfile.ZIP_DEFLATED)
    return sum(file.stat().st_size for file in files.values())


def _target_for(stage: str, sam: Template) -> Target:
    """The architecture that Chalice's configuration names; the local stage runs on this machine, so it says so."""
    functions = [r["Properties"] for r in sam["Resources"].values() if r.get("Type") == "AWS::Serverless::Function"]
    target = this_machine() if stage == _LOCAL else lambda_machine(functions[0]["Architectures"][0])
    for function in functions:
        function["Architectures"] = [target.architecture]
    return target


def _copy_sources(project: Path) -> None:
    """Chalice packs whatever lies in chalicelib/, caches too, and installs requirements.txt where it finds one.

    So it works on a copy that has neither; the libraries are the business of infra/dependencies.py.
    """
    for name in _SOURCES:
        source, copy = ROOT / name, project / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, copy, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source, copy)


def _hash_of_inputs(stage: str) -> str:
    tools = [f"{tool} {version(tool)}" for tool in ("chalice", "aws-sam-translator")]
    digest = hashlib.sha256(f"{stage} {this_machine().name} {sys.version} {tools}".encode())
    for name in (*_SOURCES, "requirements.txt", "infra/template", *(f"infra/{tool.name}" for tool in _TOOLS)):
        top = ROOT / name
        for file in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(file.relative_to(ROOT).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def _is_current(out: Path, inputs: str) -> bool:
    try:
        record = json.loads((out / _RECORD).read_text())
    except FileNotFoundError:
        return False
    return bool(record["inputs"] == inputs and (out / _TEMPLATE).exists() and _sha256(out / _ZIP) == record["sha256"])


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m infra.package", description="Package the hub for a stage.")
    parser.add_argument("--stage", required=True, help="a stage of .chalice/config.json; `local` is for this machine")
    parser.add_argument("--out", required=True, type=Path, help="the folder for deployment.zip and template.json")
    options = parser.parse_args(arguments)
    try:
        package(options.stage, options.out)
    except PackagingError as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
