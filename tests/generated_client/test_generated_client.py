"""The description is good enough to make a client of: it is generated without a warning, has a function for each
operation, and what it sends and reads is what the API takes and answers.
"""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
import typing
from datetime import date, timedelta
from http import HTTPStatus
from urllib.parse import parse_qs

import httpx
import pytest

import app
from chalicelib import wiring
from chalicelib.api.openapi import operations_of, render_openapi
from chalicelib.domain.cases import Case
from chalicelib.domain.threads import Entry
from chalicelib.usecases.announce_changes import EntryChange
from chalicelib.usecases.write_feed import CaseChange
from tests.api.conftest import AGENT, CUSTOMER
from tests.api.test_operations import ALLOWED, BODIES, PLACES, QUERIES, named

OPERATIONS = operations_of(app.app.routes)
PACKAGE = "splot_client"


DOCUMENT = json.loads(json.dumps(render_openapi(OPERATIONS, "/api")))


def resolved(schema):
    while "$ref" in schema:
        schema = DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    kinds = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    return resolved(kinds[0]) if kinds else schema


def some(schema):
    """A value of the right kind with nothing in it but what has to be: the API may find more to say against it."""
    schema = resolved(schema)
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("type") == "object":
        return {name: some(schema["properties"][name]) for name in schema.get("required", ())}
    if schema.get("type") == "array":
        return [some(schema["items"])] if "items" in schema else []
    if schema.get("format") == "date-time":
        return "2026-11-24T09:00:00Z"
    return {"integer": 1, "number": 1, "boolean": True}.get(schema.get("type"), "a")


def body_for(operation):
    described = DOCUMENT["paths"][operation.path][operation.method.lower()]["requestBody"]["content"]
    (content,) = described.values()
    return BODIES.get(operation.name) or some(content["schema"])


@pytest.fixture(scope="session")
def generated(tmp_path_factory):
    folder = tmp_path_factory.mktemp("client")
    description = folder / "openapi.json"
    description.write_text(json.dumps(DOCUMENT))
    settings = folder / "settings.json"
    settings.write_text(json.dumps({"post_hooks": []}))  # nobody reads the code
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--path", str(description)]
    command += [
        "--config",
        str(settings),
        "--output-path",
        str(folder / PACKAGE),
        "--meta",
        "none",
        "--fail-on-warning",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    sys.path.insert(0, str(folder))
    yield importlib.import_module(PACKAGE)
    sys.path.remove(str(folder))


class Gateway(httpx.BaseTransport):
    """What stands between a client and the function on AWS. `who`: whose token it is."""

    def __init__(self, api, who):
        self.api, self.who = api, who

    def handle_request(self, request):
        assert request.headers["authorization"] == "Bearer token"
        path = request.url.raw_path.decode().removeprefix("/api")
        kept = ("content-type", "if-match", "idempotency-key")
        headers = {name.title(): request.headers[name] for name in kept if name in request.headers}
        answer = self.api.call(request.method, path, request.read(), as_=self.who, headers=headers)
        return httpx.Response(answer.status, headers=dict(answer.headers), content=answer.text.encode())


class Called:
    def __init__(self, generated, api, who):
        self.generated = generated
        self.client = generated.AuthenticatedClient(
            base_url="https://hub.example/api",
            token="token",
            raise_on_unexpected_status=True,
            httpx_args={"transport": Gateway(api, who)},
        )

    def __call__(self, operation, **parameters):
        module = importlib.import_module(f"{PACKAGE}.api.default.{operation}")
        hints = typing.get_type_hints(module.sync_detailed)
        if "body" in parameters:
            parameters["body"] = self._model(hints["body"]).from_dict(parameters["body"])
        return module.sync_detailed(client=self.client, **parameters)

    def _model(self, hint):
        found = [one for one in (hint, *typing.get_args(hint)) if hasattr(one, "from_dict")]
        return found[0]


def parameters_for(module, operation):
    """Right ones, in the generated function's own names."""
    hints = typing.get_type_hints(module.sync_detailed)
    given = {name: PLACES[name] for name in operation.path.replace("}", "{").split("{")[1::2]}
    queries = parse_qs(QUERIES.get(operation.name, "").removeprefix("?"))
    for name, (value,) in queries.items():
        is_day = date in (hints[name], *typing.get_args(hints[name]))
        given[name] = date.fromisoformat(value) if is_day else value
    if "body" in hints:
        given["body"] = body_for(operation)
    return given


def somebody_for(operation):
    allowed = ALLOWED[operation.name]
    return AGENT if allowed is None else named(CUSTOMER if operation.path.startswith("/v1/me") else AGENT, *allowed)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_every_operation_is_called_by_its_generated_function_and_its_answer_is_understood(generated, annas, operation):
    module = importlib.import_module(f"{PACKAGE}.api.default.{operation.name}")
    call = Called(generated, annas, somebody_for(operation))
    parameters = parameters_for(module, operation)
    answer = call(operation.name, **parameters)  # a status that is not described raises
    assert answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR
    assert (answer.parsed is None) == (answer.content == b"")


def stream(api):
    """The changes as the table's stream would tell them."""
    cases, entries = api.ports.threads.records(Case), api.ports.threads.records(Entry)
    rows = [CaseChange(one.customer_id, one.id, one.reference, one.team, one.assignee, one.status) for one in cases]
    wiring.hub().write_feed(rows, [EntryChange(None, entry) for entry in entries])


def test_an_app_and_an_agents_tool_talk_to_each_other(generated, api):
    as_customer, as_agent = Called(generated, api, CUSTOMER), Called(generated, api, AGENT)
    posted = as_customer("post_message", body={"text": "Kiedy?"}, idempotency_key="key-1").parsed
    again = as_customer("post_message", body={"text": "Kiedy?"}, idempotency_key="key-1").parsed
    assert posted == again
    place = as_customer("list_own_changes").parsed.next_
    api.ports.now.move(timedelta(minutes=1))

    case = as_agent("read_case", reference=posted.case).parsed
    assert case.messages_in == 1
    made = as_agent("reply_to_customer", reference=posted.case, body={"text": "Jutro.", "messages_read": 1}).parsed
    stream(api)
    told = as_customer("list_own_changes", since=place).parsed
    heard = {change.entry.id: change.entry.text for change in told.changes if change.entry}
    assert heard[made.entry_id] == "Jutro."
    thread = as_customer("read_own_thread").parsed
    assert [entry.text for entry in thread.entries] == ["Jutro.", "Kiedy?"]


def test_a_refusal_is_a_problem_that_says_which_field(generated, api):
    refused = Called(generated, api, AGENT)("search", words="")
    assert (refused.status_code, refused.parsed.code, refused.parsed.field) == (400, "invalid_input", "words")
