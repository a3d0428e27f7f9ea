"""One local stack for all tests of this folder, and what they do with it."""

from __future__ import annotations

import functools
import json

import pytest

from infra.local.outside import Outside
from tests.running_stack import quiet_configuration, run_command, running_stack

ACKNOWLEDGED = "faktury@hub.example"


def configuration():
    """Cases of the express team are escalated the moment they are there, each with a notice of its own."""
    document = quiet_configuration(acknowledged=ACKNOWLEDGED)
    (policy,) = (policy for policy in document["policies"] if policy["name"] == "one_minute")
    policy["steps"] = [{"action": "escalate", "minutes": -1}]
    document["notices"] = {"most": 1000}  # each of many cases is told of for itself
    document["undo_seconds"] = 0
    return document


@pytest.fixture(scope="session")
def stack(tmp_path_factory):
    with running_stack(tmp_path_factory.mktemp("stack"), configuration()) as (stack, _):
        yield stack


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
