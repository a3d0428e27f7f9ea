"""One local stack for all tests of this folder, started as a person does it, on free ports in a temporary folder."""

from __future__ import annotations

import functools
import json
import subprocess
import sys

import pytest

from infra.local.configuration import EXPRESS, local_configuration
from infra.local.outside import Outside
from infra.local.stack import DEFAULT_PORTS, PROJECT, LocalStack, any_free

ACKNOWLEDGED = "faktury@hub.example"


def run_command(stack, *arguments):
    done = subprocess.run(
        [sys.executable, "-m", "infra.local", "--folder", str(stack.folder), *arguments],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def configuration():
    """As the local stack has it, but cases of the express team are to be escalated the moment they are there, each
    with a notice, and only what comes to the invoices' inbox is acknowledged.
    """
    document = local_configuration()
    (policy,) = (policy for policy in document["policies"] if policy["name"] == "one_minute")
    policy["steps"] = [{"action": "escalate", "minutes": -1}]
    document["notices"] = {"most": 1000}  # each of many cases is told of for itself
    document["undo_seconds"] = 0
    for inbox in document["inboxes"]:
        if inbox.get("address") != ACKNOWLEDGED and inbox["channel"] in ("email", "web_form"):
            inbox["acknowledgement"] = {"on": False}
    assert any(team["name"] == EXPRESS for team in document["teams"])
    return document


@pytest.fixture(scope="session")
def stack(tmp_path_factory):
    stack = LocalStack(tmp_path_factory.mktemp("stack"))
    stack.keep_ports({name: any_free() for name in DEFAULT_PORTS})
    (stack.folder / "configuration.json").write_text(json.dumps(configuration()))
    said = run_command(stack, "run")
    assert "The hub is up" in said
    yield stack
    run_command(stack, "stop")
    # Gigabytes of unpacked functions: on a busy disk that takes minutes, and nobody has to wait for it.
    subprocess.Popen(["rm", "-rf", str(stack.folder)], start_new_session=True)


@pytest.fixture
def command(stack):
    """`python -m infra.local` on the stack of the tests."""
    return functools.partial(run_command, stack)


@pytest.fixture(scope="session")
def outside(stack):
    return Outside(stack)


@pytest.fixture
def tick(stack):
    """Gives a scheduled function the event that the scheduler gives it every minute."""
    event = {
        "version": "0",
        "id": "1",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "000000000000",
        "time": "2026-11-23T14:52:12Z",
        "region": "eu-central-1",
        "resources": [],
        "detail": {},
    }

    def tick(function):
        answer = stack.client("lambda").invoke(
            FunctionName=stack.get_deployed().resources[function], Payload=json.dumps(event).encode()
        )
        assert "FunctionError" not in answer, answer["Payload"].read()

    return tick
