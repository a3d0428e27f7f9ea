from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from chalice.test import Client

import app
from chalicelib import wiring
from chalicelib.gateways.tokens import Refused
from tests.api.conftest import AGENT, MemoryPorts


class OneGoodToken:
    def verify(self, authorization):
        return AGENT if authorization == "Bearer good" else Refused("unknown_key")


@pytest.fixture
def client():
    ports = MemoryPorts()
    ports.token_verifier = OneGoodToken()
    wiring.use(wiring.Hub(ports))
    with Client(app.app) as client:
        yield client.http
    wiring.use(None)


def test_a_call_with_a_good_token_goes_through_the_authorizer_to_its_view(client):
    answer = client.get("/v1/cases?assignee=me", headers={"Authorization": "Bearer good"})
    assert (answer.status_code, answer.json_body) == (200, {"cases": [], "next": None})


def test_a_call_without_a_token_does_not_reach_the_api(client):
    assert client.get("/v1/cases?assignee=me").status_code == 401


def test_a_call_with_a_wrong_token_does_not_reach_the_api(client):
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        client.get("/v1/cases?assignee=me", headers={"Authorization": "Bearer bad"})


def test_a_token_in_the_address_is_none(client):
    """Addresses end up in logs, histories and Referer."""
    for name in ("access_token", "token", "Authorization"):
        assert client.get(f"/v1/cases?assignee=me&{name}=good").status_code == 401
    answer = client.get("/v1/cases?assignee=me&access_token=good", headers={"Authorization": "Bearer good"})
    assert (answer.status_code, answer.json_body["field"]) == (400, "access_token")


def test_a_role_that_was_taken_away_is_gone_within_a_minute():
    assert {handler.ttl_seconds for handler in app.app.builtin_auth_handlers} == {60}


def test_the_description_needs_no_token(client):
    assert client.get("/v1/openapi.json").json_body["openapi"] == "3.1.0"


STARTED = "import json, sys, app; print(json.dumps(sorted(sys.modules)))"


def modules_of(**environ):
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": ":".join(filter(None, sys.path)), **environ}
    output = subprocess.run([sys.executable, "-c", STARTED], env=environ, check=True, capture_output=True, text=True)
    return set(json.loads(output.stdout))


def test_the_api_function_starts_without_what_only_others_need():
    loaded = modules_of(AWS_LAMBDA_FUNCTION_NAME="splot-prod-APIHandler")
    unwanted = {
        "boto3",
        "jwt",
        "cryptography",
        "holidays",
        "lxml",
        "selectolax",
        "phonenumbers",
        "idna",
    }
    assert not loaded & unwanted
    others = {name for name in loaded if name.startswith("chalicelib.entrypoints.")}
    assert others == {"chalicelib.entrypoints.authorize_request"}
    readers = {name for name in loaded if name.startswith(("chalicelib.channels.", "chalicelib.content."))}
    # What is posted is acknowledged; the texts of each language are loaded when the first is written.
    assert readers <= {"chalicelib.content.texts", "chalicelib.content.texts.wordings"}


def test_outside_lambda_every_function_is_there_to_be_packaged():
    names = {function.name for function in [*app.app.event_sources, *app.app.builtin_auth_handlers]}
    assert names == {
        "authorize_request",
        "deliver_message",
        "escalate_cases",
        "record_receipt",
        "escalate_overdue_cases",
        "publish_changes",
        "read_fax",
        "receive_message",
        "reconcile_incoming",
    }
