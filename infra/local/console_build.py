"""Builds the agents' console into `console/dist/`, with the packages of its lock file.

python -m infra.local.console_build
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from infra.local.stack import PROJECT

CONSOLE = PROJECT / "console"
DIST = CONSOLE / "dist"
_MADE = {"dist", "node_modules", ".tests"}
_NPM = ("npm", "ci", "--no-audit", "--no-fund", "--loglevel=error")


class NotBuilt(Exception):
    """The text says why."""


def build_console() -> Path:
    """Does nothing when it is there, made of the sources as they are. Raises NotBuilt; what was there stays then."""
    sources = hashlib.sha256(b"".join(map(_described, _sources()))).hexdigest()
    built = CONSOLE / "node_modules" / ".splot-built"
    if built.exists() and built.read_text() == sources and (DIST / "index.html").exists():
        return DIST
    install()
    _run(CONSOLE, "npm", "run", "--silent", "build")
    built.write_text(sources)
    return DIST


def install(folder: Path = CONSOLE) -> None:
    """What the console is built with and tested by, or what the lock file of another folder says. Raises NotBuilt."""
    if not shutil.which("npm"):
        raise NotBuilt("npm is not installed")
    locked = (folder / "package-lock.json").read_bytes()
    installed = folder / "node_modules" / ".splot-installed"
    if installed.exists() and installed.read_bytes() == locked:
        return
    _run(folder, *_NPM)
    installed.write_bytes(locked)


def _sources() -> list[Path]:
    return sorted(
        path for path in CONSOLE.rglob("*") if path.is_file() and path.relative_to(CONSOLE).parts[0] not in _MADE
    )


def _described(path: Path) -> bytes:
    return f"{path.relative_to(CONSOLE)}\0".encode() + hashlib.sha256(path.read_bytes()).digest()


def _run(folder: Path, *command: str) -> None:
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    except OSError as error:
        raise NotBuilt(str(error)) from error
    if done.returncode:
        raise NotBuilt(f"`{' '.join(command[:3])}` failed: {(done.stderr or done.stdout).strip()[-600:]}")


if __name__ == "__main__":
    try:
        print(build_console())
    except NotBuilt as problem:
        sys.exit(f"error: {problem}")
