"""The libraries of requirements.txt as a folder for one kind of machine, pruned, compiled and kept for the next time.

Not Chalice's own way: for another architecture it downloads wheels by version alone. Here pip checks the hash of every
wheel, and takes nothing but wheels.
"""

from __future__ import annotations

import hashlib
import platform
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from infra.errors import PackagingError
from infra.slim import compile_tree, prune

PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"

_MACHINES = {"arm64": "aarch64", "x86_64": "x86_64"}


@dataclass(frozen=True)
class Target:
    """The machine that the package is for. `architecture`: `arm64` or `x86_64`, as Lambda names them."""

    name: str
    architecture: str
    pip_options: tuple[str, ...] = ()


def this_machine() -> Target:
    """For the local stack, whose functions run under this very interpreter."""
    machine = platform.machine().lower()
    return Target(f"{sys.platform}-{machine}", "arm64" if machine in {"arm64", "aarch64"} else "x86_64")


def lambda_machine(architecture: str) -> Target:
    """For Lambda's Amazon Linux."""
    machine = _MACHINES[architecture]
    # Amazon Linux 2 up to Python 3.11, then 2023; https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
    newest_glibc = 26 if sys.version_info < (3, 12) else 34
    # pip takes each platform literally and does not add the older ones.
    platforms = [f"manylinux_2_{minor}_{machine}" for minor in range(newest_glibc, 16, -1)]
    options = [option for name in [*platforms, f"manylinux2014_{machine}"] for option in ("--platform", name)]
    return Target(
        f"lambda-{architecture}", architecture, ("--implementation", "cp", "--python-version", PYTHON, *options)
    )


def dependencies_for(target: Target, requirements: Path, cache: Path) -> Path:
    """The folder, from the cache when neither the requirements nor what we do with them have changed."""
    slimming = Path(__file__).with_name("slim.py")
    key = hashlib.sha256(b"".join([requirements.read_bytes(), slimming.read_bytes(), sys.version.encode()]))
    folder = cache / f"{target.name}-{key.hexdigest()[:16]}"
    if folder.exists():
        return folder
    print(f"installing the libraries for {target.name}, Python {PYTHON} (once, then kept in {cache}) ...")
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as temporary:
        tree = Path(temporary, "tree")
        _install(target, requirements, tree)
        prune(tree)
        compile_tree(tree)
        try:
            tree.rename(folder)
        except OSError:
            if not folder.exists():  # else another run was faster, and its folder is as good as ours
                raise
    return folder


def _install(target: Target, requirements: Path, tree: Path) -> None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"]
    command += ["--require-hashes", "--no-deps", "--only-binary", ":all:", *target.pip_options]
    command += ["--target", str(tree), "--requirement", str(requirements)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise PackagingError(f"pip could not install {requirements.name} for {target.name}:\n{done.stderr.strip()}")
