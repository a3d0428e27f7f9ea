from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import msgspec
import pytest
from jsonschema import Draft202012Validator

import app
from chalicelib.api.openapi import errors_of, operations_of, render_openapi, roles_for
from chalicelib.api.pages import Page
from chalicelib.api.problems import STATUSES
from chalicelib.api.requests import parse_form
from chalicelib.domain.access import Action
from tests.api.conftest import CUSTOMER_ID, MESSAGE_ID, OTHER_REFERENCE, REFERENCE

OPERATIONS = operations_of(app.app.routes)
GUIDE = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")


@cache
def document():
    return json.loads(json.dumps(render_openapi(OPERATIONS, "/api")))


def described(method, path):
    return document()["paths"][path][method.lower()]


def references(part):
    if isinstance(part, dict):
        yield from ([part["$ref"]] if "$ref" in part else [])
        part = list(part.values())
    if isinstance(part, list):
        for inner in part:
            yield from references(inner)


def test_every_route_is_in_the_document_and_nothing_else():
    routes = {(method, path) for path, methods in app.app.routes.items() for method in methods if method != "OPTIONS"}
    in_document = {(method.upper(), path) for path, methods in document()["paths"].items() for method in methods}
    assert in_document == routes


def test_every_reference_points_at_a_schema_of_the_document():
    names = set(document()["components"]["schemas"])
    assert {reference.removeprefix("#/components/schemas/") for reference in references(document())} <= names


def test_every_schema_is_a_json_schema():
    for schema in document()["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_no_two_schemas_have_one_title_and_each_name_is_plain():
    """Whoever makes a client of the document names a class after each: two of one name were left out."""
    schemas = document()["components"]["schemas"]
    titles = [schema.get("title", name) for name, schema in schemas.items()]
    assert len(titles) == len(set(titles))
    assert [name for name in schemas if not name.isidentifier()] == []


def test_every_id_that_is_taken_is_one_whose_time_can_be_told():
    """One that begins with 7 lies behind the year 9999."""
    told = json.dumps(document())
    assert re.findall(r"\[0-7\]\[|\]\{26\}", told) == []
    assert told.count("[0-6]") > 50


def test_what_an_answer_names_is_linked_to_where_it_can_be_read_by_who_may_read_it():
    made = described("POST", "/v1/incidents")["responses"]["201"]["links"]
    assert made == {
        "read_incident": {"operationId": "read_incident", "parameters": {"incident_id": "$response.body#/incident"}}
    }
    assert "links" not in described("POST", "/v1/messages")["responses"]["201"]  # a customer reads the own thread


def test_operations_have_names_of_their_own_and_say_what_they_do():
    names = [operation.name for operation in OPERATIONS]
    assert len(set(names)) == len(names)
    assert all(operation.summary for operation in OPERATIONS)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_an_operation_declares_path_answers_errors_and_roles(operation):
    said = described(operation.method, operation.path)
    in_path = {parameter["name"] for parameter in said["parameters"] if parameter["in"] == "path"}
    assert in_path == set(re.findall(r"{(\w+)}", operation.path))
    examples = {
        code: (status, example["value"])
        for status, answer in said["responses"].items()
        for code, example in answer.get("content", {}).get("application/problem+json", {}).get("examples", {}).items()
    }
    assert set(examples) == {error.code for error in errors_of(operation)}
    for code, (status, example) in examples.items():
        assert int(status) == STATUSES[code] == example["status"]
        assert example["code"] == code
    assert {str(status) for status in operation.answers} <= set(said["responses"])
    assert said.get("x-roles") == (roles_for(operation.action) if operation.action else None)
    assert ("requestBody" in said) == (operation.body is not None)


def test_an_operation_documents_its_own_errors_and_those_that_any_call_like_it_can_have():
    by_name = {operation.name: {error.code for error in errors_of(operation)} for operation in OPERATIONS}
    always = {"invalid_input", "internal", "unavailable", "wrong_configuration"}
    assert by_name["read_openapi"] == always
    assert by_name["read_case"] == always | {"unauthenticated", "forbidden", "not_found"}
    with_body = always | {"too_large", "unsupported_media_type", "not_found", "idempotency_key_reused"}
    assert by_name["post_form"] == with_body | {"unparsable", "captcha_refused", "form_key_refused", "too_many"}
    assert by_name["add_note"] == with_body | {"unauthenticated", "forbidden", "may_not_see"}


def test_who_may_do_what_is_told_in_the_words_of_the_tokens_groups():
    assert roles_for(Action.ANSWER) == ["agent", "supervisor", "admin"]
    assert roles_for(Action.POST_MESSAGE) == ["customer"]


def test_parameters_are_described_as_they_are_checked():
    said = {parameter["name"]: parameter for parameter in described("GET", "/v1/cases")["parameters"]}
    assert said["limit"]["schema"] == {"type": "integer", "minimum": 1, "maximum": 100, "default": 50}
    assert said["order"]["schema"] == {"enum": ["urgency"]}
    assert said["cursor"]["schema"] == {"type": "string", "minLength": 1, "maxLength": 2048}
    assert not said["cursor"]["required"]
    headers = {
        parameter["name"]
        for parameter in described("POST", "/v1/cases/{reference}/closing")["parameters"]
        if parameter["in"] == "header"
    }
    assert headers == {"Idempotency-Key", "If-Match"}


def test_the_document_is_served_to_everybody_and_names_its_own_server(api):
    answer = api.get("/v1/openapi.json", as_=None)
    assert answer.json == document()


@pytest.mark.parametrize(
    ("method", "path", "body", "template"),
    [
        ("GET", f"/v1/cases/{REFERENCE}", None, "/v1/cases/{reference}"),
        ("GET", "/v1/cases?team=care", None, "/v1/cases"),
        ("GET", f"/v1/cases/{OTHER_REFERENCE}", None, "/v1/cases/{reference}"),
        ("POST", f"/v1/cases/{REFERENCE}/notes", {"text": "a"}, "/v1/cases/{reference}/notes"),
        ("POST", f"/v1/cases/{REFERENCE}/notes", {"txt": "a"}, "/v1/cases/{reference}/notes"),
        ("POST", f"/v1/cases/{REFERENCE}/replies", {"text": "a"}, "/v1/cases/{reference}/replies"),
        ("GET", f"/v1/customers/{CUSTOMER_ID}", None, "/v1/customers/{customer_id}"),
        ("GET", f"/v1/customers/{CUSTOMER_ID}/thread", None, "/v1/customers/{customer_id}/thread"),
        (
            "GET",
            f"/v1/customers/{CUSTOMER_ID}/entries/{MESSAGE_ID}/raw",
            None,
            "/v1/customers/{customer_id}/entries/{entry_id}/raw",
        ),
        ("GET", "/v1/parked", None, "/v1/parked"),
    ],
)
def test_an_answer_is_what_the_document_says(annas, method, path, body, template):
    answer = annas.call(method, path, body)
    said = described(method, template)["responses"][str(answer.status)]
    schema = said["content"][answer.headers["content-type"]]["schema"]
    Draft202012Validator({**schema, "components": document()["components"]}).validate(answer.json)


def section_of(operation):
    return re.split(r"\n#{2,3} ", GUIDE.partition(f"### {operation.method} {operation.path}\n")[2])[0]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_the_guide_shows_every_endpoint_with_examples_that_hold(operation):
    fenced = re.findall(r"^```(?:json|form|html) (\w+)\n(.*?)^```$", section_of(operation), re.MULTILINE | re.DOTALL)
    examples = dict(fenced)
    expected = {str(status) for status, type_ in operation.answers.items() if type_}
    assert set(examples) == expected | ({"request"} if operation.body else set())
    if operation.body and operation.is_form:
        form = examples.pop("request").strip().encode()
        parse_form(form, operation.body(), "application/x-www-form-urlencoded", len(form))
    elif operation.body:
        msgspec.json.decode(examples.pop("request"), type=operation.body())
    for status, example in examples.items():
        if operation.answers[int(status)] is Page:
            assert example.startswith("<!doctype html>")
            continue
        schema = described(operation.method, operation.path)["responses"][status]["content"]["application/json"][
            "schema"
        ]
        Draft202012Validator({**schema, "components": document()["components"]}).validate(json.loads(example))


def test_the_guide_shows_no_endpoint_that_there_is_not():
    shown = set(re.findall(r"^### ([A-Z]+) (/v1/\S*)$", GUIDE, re.MULTILINE))
    assert shown == {(operation.method, operation.path) for operation in OPERATIONS}


def test_the_guide_lists_every_error_code_with_its_status():
    rows = re.findall(r"^\| `(\w+)` \| (\d{3}) \|", GUIDE, re.MULTILINE)
    assert {code: int(status) for code, status in rows} == STATUSES


def test_every_error_that_an_operation_documents_is_one_that_there_is():
    assert {error.code for operation in OPERATIONS for error in errors_of(operation)} <= set(STATUSES)
