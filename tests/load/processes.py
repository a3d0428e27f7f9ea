"""The local processes of a stack: what memory they hold, and how they are killed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from infra.local.stack import PROJECT, LocalStack
from infra.local.supervisor import find_supervisor, processes_told

FUNCTIONS = "functions (below aws)"
SUPERVISOR = "supervisor"
LOOK_EVERY_SECONDS = 10.0
KILLED_EVERY_SECONDS = (40.0, 130.0)
STARTS_TRIED = 3  # a port that somebody else takes in between is another one the next time
MAY_GROW_BY, MAY_GROW_TO = 32.0, 1.25
"""Flat: at the end at most so many MB, or so many times, as much as at the beginning."""


class NotStarted(Exception):
    """The text says what stood in the way."""


@dataclass(frozen=True)
class Held:
    """MB of memory of a process: the median of the first and the last tenth of the samples, and the most."""

    begin: float
    end: float
    most: float

    @property
    def is_flat(self) -> bool:
        return self.end <= max(self.begin + MAY_GROW_BY, self.begin * MAY_GROW_TO)


@dataclass
class MemoryWatch:
    """Samples of each process. Resident memory; where there is no /proc, nothing is measured."""

    stack: LocalStack
    samples: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def run(self, ended: threading.Event) -> None:
        while not ended.is_set():
            with suppress(OSError, ValueError, KeyError):
                for name, megabytes in memory_of(self.stack).items():
                    self.samples[name].append(megabytes)
            ended.wait(LOOK_EVERY_SECONDS)

    def held(self) -> dict[str, Held]:
        return {name: _held(values) for name, values in self.samples.items() if values}


def _held(values: list[float]) -> Held:
    tenth = max(1, len(values) // 10)
    return Held(median(values[:tenth]), median(values[-tenth:]), max(values))


def memory_of(stack: LocalStack) -> dict[str, float]:
    """MB by process; those that MiniStack starts for the functions are one sum."""
    pids = {name: told["pid"] for name, told in processes_told(stack).items()}
    pids[SUPERVISOR] = int((stack.folder / "supervisor.pid").read_text())
    found = {name: size for name, pid in pids.items() if (size := _megabytes(pid))}
    children = _children()
    below = [_megabytes(pid) for pid in _descendants(pids["aws"], children)]
    return {**found, FUNCTIONS: sum(below)} if below else found


def _megabytes(pid: int) -> float:
    """0 when there is no such process."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
    return 0.0


def _children() -> dict[int, list[int]]:
    children = defaultdict[int, list[int]](list)
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parent = path.read_text().rpartition(")")[2].split()[1]
            children[int(parent)].append(int(path.parent.name))
    return children


def _descendants(pid: int, children: dict[int, list[int]]) -> Iterator[int]:
    for child in children.get(pid, ()):
        yield child
        yield from _descendants(child, children)


@dataclass
class Killer:
    """`kill -9` of a process at random moments; a killed supervisor is followed by `make run`, as a person would."""

    stack: LocalStack
    chance: random.Random
    killed: Counter[str] = field(default_factory=Counter)
    last: str = ""

    def run(self, ended: threading.Event) -> None:
        while not ended.wait(self.chance.uniform(*KILLED_EVERY_SECONDS)):
            victim = self.chance.choice([*processes_told(self.stack), SUPERVISOR])
            if self._kill(victim):
                self.killed[victim] += 1
                self.last = f"(last {victim}, {time.strftime('%H:%M:%S')})"
            if victim == SUPERVISOR:
                start(self.stack)

    def _kill(self, name: str) -> bool:
        pid = find_supervisor(self.stack.folder) if name == SUPERVISOR else processes_told(self.stack)[name]["pid"]
        if pid is None:
            return False
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return False  # it is down already, and being started again
        return True


def start(stack: LocalStack) -> None:
    """As `make run`, which also ends what a killed supervisor has left. Raises NotStarted."""
    command = [sys.executable, "-m", "infra.local", "--folder", str(stack.folder), "run"]
    said = stack.log("load")
    said.parent.mkdir(parents=True, exist_ok=True)
    for _ in range(STARTS_TRIED):
        with said.open("ab") as log:
            if not subprocess.run(command, cwd=PROJECT, stdout=log, stderr=log, check=False).returncode:
                return
    raise NotStarted(f"The stack does not start: {said.read_text().strip().splitlines()[-1]}")
