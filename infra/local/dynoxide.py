"""The table of the local stack and of the tests: a dynoxide process, DynamoDB's API over SQLite.

`python -m infra.local.dynoxide` installs it. The version and its checksum stand in `dynoxide/package-lock.json`.
"""

from __future__ import annotations

import os
import platform
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

HERE = Path(__file__).parent / "dynoxide"
HOST = "127.0.0.1"
READY_WITHIN = 10.0  # seconds; it usually takes 0.05
_PACKAGES = {("Linux", "x86_64"): "linux-x64"}


class DynoxideUnavailable(Exception):
    """It is not installed, cannot be on this platform, or did not start. The text says what to do."""


class Dynoxide:
    """One process, on loopback only. `path`: the database file, or None to keep everything in memory.

    `port`: None takes a free one and keeps it for the next start, so that a restarted process has the same address.
    Every answered write is on disk, also after kill -9.
    """

    def __init__(self, path: Path | None = None, port: int | None = None) -> None:
        self.path = path
        self.port = port
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def endpoint(self) -> str:
        return f"http://{HOST}:{self.port}"

    def start(self) -> Dynoxide:
        """Answers when it takes requests. Raises DynoxideUnavailable."""
        binary = find_binary()
        if binary is None:
            raise DynoxideUnavailable(_how_to_get_it())
        self.port = self.port or _free_port()
        command = [str(binary), "--host", HOST, "--port", str(self.port)]
        if self.path:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            command += ["--db-path", str(self.path)]
        with tempfile.TemporaryFile() as said:
            self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=said)
            self._wait_until_ready(said.fileno())
        return self

    def stop(self) -> None:
        """Does nothing when it does not run."""
        process, self.process = self.process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _wait_until_ready(self, said: int) -> None:
        """By what it says itself: on a port that somebody else has, a connection would succeed as well."""
        deadline = time.monotonic() + READY_WITHIN
        while time.monotonic() < deadline:
            ended = self.process is None or self.process.poll() is not None
            text = os.pread(said, 10_000, 0).decode(errors="replace")  # not read(): it would move the writer's place
            if ended:
                raise DynoxideUnavailable(f"dynoxide ended at once: {text.strip()}")
            if "listening on" in text:
                return
            time.sleep(0.01)
        self.stop()
        raise DynoxideUnavailable(f"dynoxide did not start on port {self.port} within {READY_WITHIN:g} s.")


def keep_stream_quick(path: Path) -> None:
    """Gives the records of the stream in the database file at `path` an index, once; the process may be running on it.

    dynoxide 1.2.1 keeps every record it ever had and reads all of them for the number of the next one: 31 ms for each
    write after 43,000 of them, against 0.2 ms with the index. It takes all tables' numbers as text, hence the cast.
    """
    with closing(sqlite3.connect(path, timeout=READY_WITHIN)) as database, database:
        database.execute(
            "CREATE INDEX IF NOT EXISTS splot_stream_order"
            " ON _stream_records (table_name, CAST(sequence_number AS INTEGER))"
        )


def find_binary() -> Path | None:
    """The installed program, or None."""
    package = _PACKAGES.get((platform.system(), platform.machine()))
    binary = HERE / "node_modules" / "@dynoxide" / str(package) / "dynoxide"
    return binary if binary.exists() else None


def install() -> Path:
    """Installs it where it is missing; needs npm. Raises DynoxideUnavailable."""
    if (platform.system(), platform.machine()) not in _PACKAGES or not shutil.which("npm"):
        raise DynoxideUnavailable(_how_to_get_it())
    if not find_binary():
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=HERE, check=True)
    binary = find_binary()
    if binary is None:
        raise DynoxideUnavailable(_how_to_get_it())
    return binary


def _how_to_get_it() -> str:
    here = (platform.system(), platform.machine())
    if here not in _PACKAGES:
        known = ", ".join(" ".join(each) for each in _PACKAGES)
        return f"dynoxide is published for {known}, not for {' '.join(here)}."
    return "dynoxide is not installed: `python -m infra.local.dynoxide` does it and needs Node and npm."


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    try:
        print(install())
    except DynoxideUnavailable as problem:
        sys.exit(str(problem))
