"""Starts the processes of the local stack, keeps them running, says what it does, and stops them again.

    python -m infra.local.supervisor FOLDER

It runs detached from the terminal. A process that died is started again, whatever killed it; each of them can be killed
at any moment without losing what was accepted (`docs/local-stack.md` says why).
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO

from infra.local.emulators import can_have_dynoxide
from infra.local.programs import Program, move_ministack, programs_of
from infra.local.stack import DEFAULT_PORTS, PROJECT, LocalStack, any_free, choose_ports, is_free, write_whole

LOOK_EVERY_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 10.0
SETTLED_AFTER_SECONDS = 30.0
STOPPED_WITHIN_SECONDS = 10.0
LARGEST_LOG = 5_000_000


@dataclass
class Running:
    program: Program
    process: subprocess.Popen[bytes]
    started: float
    restarts: int = 0
    pause: float = 0.5
    start_again_at: float | None = None


@dataclass
class Supervisor:
    stack: LocalStack
    programs: Sequence[Program]
    ended: threading.Event = field(default_factory=threading.Event)
    renewed: threading.Event = field(default_factory=threading.Event)
    running: list[Running] = field(default_factory=list)
    repairs: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def run(self) -> None:
        """Until `ended` is set. When `renewed` is, our own programs begin anew, with the code as it is now."""
        self.running = [Running(program, self._start(program), time.monotonic()) for program in self.programs]
        self._tell()
        while not self.ended.wait(LOOK_EVERY_SECONDS):
            if self.renewed.is_set():
                self.renewed.clear()
                self._renew()
            for one in self.running:
                self._look_after(one, time.monotonic())
            self.repairs = [repair for repair in self.repairs if repair.poll() is None]
        self._stop()

    def _renew(self) -> None:
        for one in self.running:
            if one.program.ours:
                stop(one.process)
                one.process, one.started = self._start(one.program), time.monotonic()
        self._tell()

    def _look_after(self, one: Running, now: float) -> None:
        if one.start_again_at is None:
            if one.process.poll() is None:
                return
            one.pause = 0.5 if now - one.started > SETTLED_AFTER_SECONDS else min(one.pause * 2, LONGEST_PAUSE_SECONDS)
            one.start_again_at = now + one.pause
            say(f"{one.program.name} died ({_cause(one.process.returncode)}); starting it again")
        elif one.start_again_at <= now:
            one.process = self._start(one.program)
            one.started, one.start_again_at, one.restarts = now, None, one.restarts + 1
            self._tell()
            if one.program.repair:
                self.repairs.append(self._spawn(one.program.name, one.program.repair, one.program.environment))

    def _start(self, program: Program) -> subprocess.Popen[bytes]:
        process = self._spawn(program.name, program.command, program.environment)
        say(f"{program.name} started (process {process.pid})")
        return process

    def _spawn(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
        with _log_file(self.stack.log(name)) as log:
            return subprocess.Popen(
                command, env=dict(environment), cwd=PROJECT, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def _tell(self) -> None:
        """For `status`, and for the next supervisor if this one is killed."""
        said = {one.program.name: {"pid": one.process.pid, "restarts": one.restarts} for one in self.running}
        write_whole(self.stack.folder / "processes.json", json.dumps(said))

    def _stop(self) -> None:
        """The edges first, the table last: nobody shall be writing when it goes."""
        for one in reversed(self.running):
            stop(one.process)
            say(f"{one.program.name} stopped")
        for repair in self.repairs:
            stop(repair)


def stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOPPED_WITHIN_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def say(text: str) -> None:
    print(f"{datetime.now().astimezone():%H:%M:%S} {text}", flush=True)


def settle_ports(stack: LocalStack) -> None:
    """Keeps the ports of last time where nothing else has taken them; says which are others now."""
    last = stack.ports if (stack.folder / "ports.json").exists() else {}
    wanted = {**DEFAULT_PORTS, **last}
    ports = choose_ports(wanted, is_free, any_free)
    if not can_have_dynoxide():
        wanted["table"], ports["table"] = wanted["aws"], ports["aws"]
    for name, port in wanted.items():
        if ports[name] != port:
            say(f"port {port} is taken by another program; {name} is on port {ports[name]} instead")
    if last:
        move_ministack(stack, last["aws"], ports["aws"])
    stack.keep_ports(ports)


def end_leftovers(stack: LocalStack) -> None:
    """Ends what a killed supervisor left running: the recorded processes that still name this stack's folder."""
    for name, recorded in processes_told(stack).items():
        if str(stack.folder) in _command_of(recorded["pid"]):
            say(f"{name} is still running from before (process {recorded['pid']}); ending it")
            _end(recorded["pid"])


def processes_told(stack: LocalStack) -> dict[str, dict[str, int]]:
    try:
        told: dict[str, dict[str, int]] = json.loads((stack.folder / "processes.json").read_text())
    except FileNotFoundError:
        return {}
    return told


def lock(folder: Path) -> IO[str]:
    """Held until it is closed, or its process ends; the file names the process. Raises BlockingIOError."""
    folder.mkdir(parents=True, exist_ok=True)
    file = (folder / "supervisor.lock").open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise
    return file


def find_supervisor(folder: Path) -> int | None:
    """The process id of the supervisor of that stack, or None when it is not running."""
    try:
        lock(folder).close()
    except BlockingIOError:
        return int((folder / "supervisor.pid").read_text())
    return None


def _end(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + STOPPED_WITHIN_SECONDS
        while time.monotonic() < deadline:
            time.sleep(LOOK_EVERY_SECONDS)
            os.kill(pid, 0)
        os.kill(pid, signal.SIGKILL)


def _command_of(pid: int) -> str:
    """Empty when there is no such process. `ps` is missing from slim Linux images, `/proc` from macOS."""
    with suppress(FileNotFoundError):
        if Path("/proc").is_dir():
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        told = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
        return told.stdout
    return ""


def _log_file(path: Path) -> IO[bytes]:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LARGEST_LOG:
        path.replace(path.with_suffix(".log.1"))
    return path.open("ab")


def _cause(returncode: int) -> str:
    if returncode < 0:
        return signal.Signals(-returncode).name
    return f"exit code {returncode}"


def main(arguments: Iterable[str]) -> None:
    (folder,) = arguments
    stack = LocalStack(Path(folder))
    try:
        held = lock(stack.folder)
    except BlockingIOError:
        sys.exit("The stack is running already.")
    (stack.folder / "supervisor.pid").write_text(str(os.getpid()))
    end_leftovers(stack)
    settle_ports(stack)
    if stack.unfinished_deployment.exists():
        # What MiniStack remembers of it is half the truth, so it begins anew. Never S3, never the table.
        shutil.rmtree(stack.folder / "aws", ignore_errors=True)
    supervisor = Supervisor(stack, programs_of(stack))
    for signal_ in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signal_, lambda *_: supervisor.ended.set())
    signal.signal(signal.SIGHUP, lambda *_: supervisor.renewed.set())
    supervisor.run()
    held.close()


if __name__ == "__main__":
    main(sys.argv[1:])
