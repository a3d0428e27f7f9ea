"""A local stack for a folder of tests: started as a person does it, on free ports, with a configuration of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from infra.local.configuration import EXPRESS, local_configuration
from infra.local.stack import PROJECT, LocalStack, other_ports


def run_command(stack, *arguments):
    """`python -m infra.local`, on that stack. Gives what it said."""
    return run_module("infra.local", "--folder", str(stack.folder), *arguments)


def run_module(name, *arguments, within_seconds=300):
    """Gives what it said; fails when it fails."""
    done = subprocess.run(
        [sys.executable, "-m", name, *arguments],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=within_seconds,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def quiet_configuration(acknowledged=""):
    """As the local stack has it, but nobody is written to by a machine, unless they write to `acknowledged`."""
    document = local_configuration()
    for inbox in document["inboxes"]:
        if inbox.get("address") != acknowledged and inbox["channel"] in ("email", "web_form"):
            inbox["acknowledgement"] = {"on": False}
    assert any(team["name"] == EXPRESS for team in document["teams"])
    return document


@contextmanager
def running_stack(folder, configuration) -> Iterator[tuple[LocalStack, str]]:
    """The stack, and what `make run` has said of it."""
    stack = LocalStack(folder)
    stack.keep_ports(other_ports())
    for inbox in configuration["inboxes"]:
        if inbox["channel"] == "web_form":  # a site of another origin than the API
            inbox["allowed_origins"] = [f"http://localhost:{stack.ports['console']}"]
    (stack.folder / "configuration.json").write_text(json.dumps(configuration))
    said = run_command(stack, "run")
    assert "The hub is up" in said
    yield stack, said
    run_command(stack, "stop")
    # Gigabytes of unpacked functions: on a busy disk that takes minutes, and nobody has to wait for it.
    subprocess.Popen(["rm", "-rf", str(stack.folder)], start_new_session=True)
