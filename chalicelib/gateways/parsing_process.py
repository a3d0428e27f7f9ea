"""Reads a message in a process of its own, with walls around it: for messages that were tried before and had no end.

What kills the child (time, memory, a crash of a library) is an answer about the message: it cannot be read. The child
gets bytes on its standard input and gives JSON back, never anything executable, and none of the parent's environment:
no credentials, no proxies. A plain child process and pipes, because Lambda has no /dev/shm for what
`multiprocessing` builds on.
"""

from __future__ import annotations

import math
import resource
import subprocess
import sys

import msgspec

from chalicelib.channels.protocol import parse_in_process
from chalicelib.domain.configuration import Inbox
from chalicelib.domain.errors import Unparsable
from chalicelib.domain.messages import InboundMessage, ParkedMessage, ParsedMessage, Receipt
from chalicelib.domain.remarks import remark

SECONDS = 10  # of CPU and of the clock
ADDRESS_SPACE = 512 * 1024 * 1024


class _Task(msgspec.Struct, array_like=True):
    receipt: Receipt
    inbox: Inbox
    ours: frozenset[str]
    address_space: int
    seconds: float


class _Answer(msgspec.Struct, omit_defaults=True):
    """Exactly one of them."""

    message: InboundMessage | None = None
    parked: ParkedMessage | None = None
    unparsable: str | None = None


def parse_in_child(
    raw: bytes,
    receipt: Receipt,
    inbox: Inbox,
    ours: frozenset[str],
    *,
    seconds: float = SECONDS,
    address_space: int = ADDRESS_SPACE,
) -> ParsedMessage:
    """The port `Parse`. Raises Unparsable with what stopped the child, if something did."""
    task = msgspec.json.encode(_Task(receipt, inbox, ours, address_space, seconds))
    command = [sys.executable, "-m", __name__]
    try:
        child = subprocess.run(  # noqa: S603 (our own module, nothing of the message is on the command line)
            command,
            input=task + b"\n" + raw,
            capture_output=True,
            timeout=seconds,
            check=False,
            env=_environment(),
        )
    except subprocess.TimeoutExpired:
        raise Unparsable(remark("reading_took_too_long", seconds=seconds)) from None
    if child.returncode:
        raise Unparsable(_reason(child.returncode, child.stderr))
    answer = msgspec.json.decode(child.stdout, type=_Answer)
    if answer.unparsable is not None:
        raise Unparsable(answer.unparsable)
    parsed = answer.message or answer.parked
    if parsed is None:
        raise Unparsable(remark("reading_gave_nothing"))
    return parsed


def _environment() -> dict[str, str]:
    """Where the modules are, and where Lambda keeps the interpreter's own library."""
    return {"PYTHONPATH": ":".join(sys.path), "LD_LIBRARY_PATH": f"{sys.base_prefix}/lib", "PYTHONUTF8": "1"}


def _reason(code: int, errors: bytes) -> str:
    if code < 0:
        return remark("reading_was_stopped", signal=-code, seconds=SECONDS)
    last = errors.decode("utf-8", "replace").strip().rpartition("\n")[2]
    return remark("reading_failed", error=last[:200])


def _answer(task_and_raw: bytes) -> _Answer:
    task_line, _, raw = task_and_raw.partition(b"\n")
    task = msgspec.json.decode(task_line, type=_Task)
    _build_walls(task)
    try:
        parsed = parse_in_process(raw, task.receipt, task.inbox, task.ours)
    except Unparsable as error:
        return _Answer(unparsable=error.public_text)
    except MemoryError:
        return _Answer(unparsable=remark("reading_took_memory"))
    return _Answer(message=parsed) if isinstance(parsed, InboundMessage) else _Answer(parked=parsed)


def _build_walls(task: _Task) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (task.address_space, task.address_space))
    whole_seconds = math.ceil(task.seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (whole_seconds, whole_seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.json.encode(_answer(sys.stdin.buffer.read())))
