"""Load on a local stack of its own, and the account of it: `python -m tests.load [--minutes 30] [--kill]`.

Measures what the stack works off, sends mixed traffic at 70 % of it, waits until all is at rest, and then looks for
every message and every answer by its mark. Ends with 1 if something is lost, double, or in the wrong thread; its folder
stays then. docs/testing.md says more.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import tempfile
from pathlib import Path

from infra.local.__main__ import CommandFailed
from infra.local.__main__ import stop as stop_stack
from infra.local.dynoxide import find_binary
from infra.local.emulators import can_have_dynoxide
from infra.local.stack import LocalStack, other_ports
from infra.local.supervisor import find_supervisor
from tests.load.processes import Killer, NotStarted, start
from tests.load.report import explain, render
from tests.load.running import Load, NotPossible, say
from tests.running_stack import quiet_configuration


def given(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    parser.add_argument("--minutes", type=positive, default=30.0, help="of sustained traffic (30)")
    parser.add_argument("--rate", type=positive, help="things a second; else 70 %% of the capacity, which is measured")
    parser.add_argument("--kill", action="store_true", help="kill -9 of local processes at random moments")
    parser.add_argument("--seed", type=int, default=1, help="of what happens when, and of what is killed")
    parser.add_argument("--folder", type=Path, help="of the stack; a new one, or empty (one in the temporary folder)")
    return parser.parse_args(arguments)


def positive(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0")
    return number


def new_folder(wanted: Path | None) -> Path:
    """Raises NotPossible for one in which there is something."""
    if wanted is None:
        return Path(tempfile.mkdtemp(prefix="splot-load-"))
    folder = wanted.resolve()
    if folder.exists() and not folder.is_dir():
        raise NotPossible(f"{folder} is not a folder. Name another one.")
    if folder.exists() and find_supervisor(folder) is not None:
        raise NotPossible(f"A stack is running in {folder}. Stop it, or name another folder.")
    if folder.exists() and any(folder.iterdir()):
        raise NotPossible(f"{folder} is not empty: what lies there would be counted. Name another folder.")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def check_tools() -> None:
    """Raises NotPossible."""
    if can_have_dynoxide() and not find_binary() and not shutil.which("npm"):
        raise NotPossible("The local stack's table comes from npm, which is not installed: install Node 20 or newer.")


def main(arguments: list[str] | None = None) -> int:
    asked = given(arguments)
    try:
        check_tools()
        folder = new_folder(asked.folder)
        return load(folder, asked)
    except NotPossible as problem:
        sys.exit(f"error: {problem}")


def load(folder: Path, asked: argparse.Namespace) -> int:
    """What the process ends with: 0 when the account is clean and the folder is gone again."""
    stack = LocalStack(folder)
    prepare(stack)
    say(f"starting a stack in {folder} (packages the functions first: some minutes on a busy machine)")
    try:
        start(stack)
        killer = Killer(stack, random.Random(asked.seed + 2)) if asked.kill else None
        one = Load(stack, asked.seed, killer)
        run, result = one.perform(asked.minutes, asked.rate)
        say(f"the account:\n\n{render(run, one.book, result)}\n")
        for line in explain(one.book, result):
            say(line)
    except (CommandFailed, NotStarted) as problem:
        raise NotPossible(str(problem)) from problem
    except KeyboardInterrupt:
        raise NotPossible("Stopped before the end, so nothing was counted.") from None
    finally:
        stop_stack(stack)
    if not result.is_clean:
        say(f"The account is not clean. What there was stays in {folder}.")
        return 1
    shutil.rmtree(folder, ignore_errors=True)
    return 0


def prepare(stack: LocalStack) -> None:
    """Free ports, and a configuration in which no machine writes to anybody and no answer waits to be taken back."""
    stack.keep_ports(other_ports())
    configuration = quiet_configuration() | {"undo_seconds": 0}
    (stack.folder / "configuration.json").write_text(json.dumps(configuration))


if __name__ == "__main__":
    sys.exit(main())
