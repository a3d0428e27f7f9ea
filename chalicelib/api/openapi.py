"""The API describes itself: OpenAPI 3.1, generated from what the operations declare and check."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from chalice import Blueprint
from chalice.app import RouteEntry

from chalicelib.api import asked
from chalicelib.api.event_schemas import detail_type, render_webhooks
from chalicelib.api.operations import Call, Operation, Result, operation
from chalicelib.api.origins import PREFLIGHT
from chalicelib.api.pages import Page
from chalicelib.api.problems import MEDIA_TYPE, STATUSES, Problem, UnsupportedMediaType, problem_for, title_of
from chalicelib.api.requests import PATH_PARAMETERS
from chalicelib.api.sparse import object_type
from chalicelib.domain.access import Action, require, scope_for
from chalicelib.domain.errors import (
    Forbidden,
    FormKeyRefused,
    HubError,
    InvalidInput,
    KeyReused,
    StorageUnavailable,
    TooLarge,
    Unauthenticated,
    WrongConfiguration,
)
from chalicelib.domain.principals import Principal, Role
from chalicelib.usecases.event_catalogue import CATALOGUE

bp = Blueprint(__name__)

JsonSchema = dict[str, Any]

_ALWAYS: tuple[type[HubError], ...] = (InvalidInput, HubError, StorageUnavailable, WrongConfiguration)
_WITH_TOKEN: tuple[type[HubError], ...] = (Unauthenticated, Forbidden)
_WITH_BODY: tuple[type[HubError], ...] = (TooLarge, UnsupportedMediaType)

_COMPONENT = "#/components/schemas/"
_PATH_PARAMETER = re.compile(r"{(\w+)}")
_ANSWER_HEADERS = {
    "ETag": "The version of the case, for If-Match.",
    "Location": "Where what was made can be read.",
}
_REQUEST_HEADERS = {
    "Idempotency-Key": "Up to 64 characters of your choice. The same request with the same key happens once, and gets "
    "the same answer for 24 hours.",
    "If-Match": "The ETag of the case as you read it; the change is refused if the case changed since.",
    "Form-Key": "Where the form has keys: one of them.",
    "Captcha-Answer": "Where the form has a check: what the page was given when its visitor passed it.",
}
_HEADER_SCHEMAS: Mapping[str, JsonSchema] = {
    "Idempotency-Key": {"type": "string", "pattern": "^[!-~]{1,64}$"},
    "If-Match": {"type": "string", "pattern": '^("[0-9]{1,15}"|[*])$'},
    "Form-Key": {"type": "string"},
    "Captcha-Answer": {"type": "string", "pattern": "^[A-Za-z0-9._~+/=-]*$", "maxLength": 6144},
}
# A member of an answer, and where what it names can be read: operation and parameter of its path.
_LEADS_TO = {
    "case": ("read_case", "reference"),
    "reference": ("read_case_thread", "reference"),
    "customer_id": ("read_customer", "customer_id"),
    "incident": ("read_incident", "incident_id"),
    "broadcast": ("read_broadcast", "broadcast_id"),
    "erasure": ("read_erasure", "erasure_id"),
}
_STATUS_WORDS = {200: "What was asked for", 201: "Made", 202: "Kept, handled soon", 204: "Done"}


@operation(bp, "GET", "/v1/openapi.json", summary="Read this description", action=None, answers={200: dict[str, Any]})
def read_openapi(call: Call[asked.Nothing, None]) -> Result:
    return Result(_document(call.base))


@operation(bp, "GET", "/v1/openapi.html", summary="Read this description as a page", action=None, answers={200: Page})
def read_openapi_page(call: Call[asked.Nothing, None]) -> Result:
    """Made of the same document, for people: every call, event and schema, linked to each other."""
    from chalicelib.api import reading_page  # rarely needed

    page = reading_page.render_reading_page(_document(call.base), f"{call.base}/v1/openapi.json")
    return Result(page, reading_page.HEADERS)


def _document(base: str) -> dict[str, Any]:
    return render_openapi(operations_of(bp.current_app.routes), base or "/")


def operations_of(routes: Mapping[str, Mapping[str, RouteEntry]]) -> list[Operation]:
    """What the views of an app declare, in the order of their paths."""
    return [
        entry.view_function.operation
        for path in sorted(routes)
        for method, entry in routes[path].items()
        if method != PREFLIGHT  # asked by browsers, and by nobody who reads this
    ]


def errors_of(declared: Operation) -> list[type[HubError]]:
    """Every error that an operation can be answered with, by code."""
    errors = {
        *_ALWAYS,
        *(_WITH_TOKEN if declared.action else ()),
        *(_WITH_BODY if declared.body else ()),
        *((KeyReused,) if declared.keeps_answer else ()),
        *((FormKeyRefused,) if declared.is_of_form else ()),
        *declared.errors,
    }
    return sorted(errors, key=lambda error: error.code)


def roles_for(action: Action) -> list[str]:
    return [role.value for role in Role if _allows(role, action)]


def render_openapi(operations: Iterable[Operation], server: str) -> dict[str, Any]:
    schema_of, components = _schemas(operations := list(operations))
    by_name = {declared.name: declared for declared in operations}
    paths: dict[str, dict[str, Any]] = {}
    for declared in operations:
        rendered = _render_operation(declared, schema_of)
        for status, links in _links(declared, by_name).items():
            rendered["responses"][status]["links"] = links
        paths.setdefault(declared.path, {})[declared.method.lower()] = rendered
    return {
        "openapi": "3.1.0",
        "info": {"title": "Splot", "version": "1", "description": "Every channel, one thread per customer."},
        "servers": [{"url": server}],
        "paths": paths,
        "webhooks": render_webhooks(schema_of),
        "components": {
            "schemas": components,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }


def _schemas(operations: Iterable[Operation]) -> tuple[dict[Any, JsonSchema], dict[str, JsonSchema]]:
    """How each type is referred to, and the definitions that the references point at."""
    types: list[Any] = [Problem]
    for declared in operations:
        types += [type_ for type_ in declared.answers.values() if type_ and type_ is not Page]
        types += [declared.body()] if declared.body else []
    types += [detail_type(name) for name in CATALOGUE]
    types = list(dict.fromkeys(types))
    references, components = msgspec.json.schema_components(types, ref_template=_COMPONENT + "{name}")
    for component in components.values():
        if "description" in component:
            component["description"] = inspect.cleandoc(component["description"])
    schema_of: dict[Any, JsonSchema] = dict(zip(types, references, strict=True))
    for declared in operations:
        if declared.is_sparse:
            _add_parts(declared, schema_of, components)
    return schema_of, components


def _add_parts(declared: Operation, schema_of: dict[Any, JsonSchema], components: dict[str, JsonSchema]) -> None:
    """What an answer with `fields` looks like: any member may be missing."""
    answer: Any = declared.answers[declared.status]
    whole = object_type(answer, declared.items)
    part = f"{whole.__name__}Part"
    optional = {key: value for key, value in components[whole.__name__].items() if key != "required"}
    components[part] = {**optional, "title": part}
    reference = {"$ref": _COMPONENT + part}
    if declared.items:
        page = components[answer.__name__]
        listed = {**page["properties"][declared.items], "items": reference}
        name = f"{answer.__name__}Part"
        components[name] = {**page, "title": name, "properties": {**page["properties"], declared.items: listed}}
        reference = {"$ref": _COMPONENT + name}
    schema_of[declared.name] = {"anyOf": [schema_of[answer], reference]}


def _render_operation(declared: Operation, schema_of: Mapping[Any, JsonSchema]) -> dict[str, Any]:
    rendered: dict[str, Any] = {
        "operationId": declared.name,
        "summary": declared.summary,
        "description": inspect.cleandoc(declared.description),
        "parameters": [*_path_parameters(declared), *_query_parameters(declared), *_header_parameters(declared)],
        "responses": {**_answers(declared, schema_of), **_problems(declared, schema_of)},
        "security": [{"token": []}] if declared.action else [],
    }
    if declared.action:
        rendered["x-roles"] = roles_for(declared.action)
        if scope := scope_for(declared.action):
            rendered["x-scope"] = scope.value  # of a service
    if declared.body:
        media_type = "application/x-www-form-urlencoded" if declared.is_form else "application/json"
        rendered["requestBody"] = {
            "required": True,
            "content": {media_type: {"schema": schema_of[declared.body()]}},
        }
    return rendered


def _path_parameters(declared: Operation) -> list[dict[str, Any]]:
    return [_parameter("path", name, _path_schema(name)) for name in _PATH_PARAMETER.findall(declared.path)]


def _path_schema(name: str) -> JsonSchema:
    parameter = PATH_PARAMETERS[name]
    said = {"type": "string", "pattern": f"^(?:{parameter.pattern.pattern})$", "description": parameter.expected}
    return {**said, "format": parameter.format} if parameter.format else said


def _query_parameters(declared: Operation) -> list[dict[str, Any]]:
    _, components = msgspec.json.schema_components([declared.query])
    properties = components[declared.query.__name__]["properties"]
    required = components[declared.query.__name__].get("required", ())
    return [
        _parameter("query", name, _without_null(schema), required=name in required)
        for name, schema in properties.items()
    ]


def _header_parameters(declared: Operation) -> list[dict[str, Any]]:
    names = [
        *(["Idempotency-Key"] if declared.method != "GET" else []),
        *(["If-Match"] if declared.versioned else []),
        *(["Captcha-Answer"] if declared.has_check else []),
        *(["Form-Key"] if declared.is_of_form else []),
    ]
    return [
        {**_parameter("header", name, _HEADER_SCHEMAS[name]), "description": _REQUEST_HEADERS[name]} for name in names
    ]


def _parameter(where: str, name: str, schema: JsonSchema, *, required: bool = False) -> dict[str, Any]:
    return {"name": name, "in": where, "required": required or where == "path", "schema": schema}


def _without_null(schema: JsonSchema) -> JsonSchema:
    """A parameter is left out, it is never null."""
    return next((option for option in schema.get("anyOf", ()) if option != {"type": "null"}), schema)


def _answers(declared: Operation, schema_of: Mapping[Any, JsonSchema]) -> dict[str, Any]:
    rendered: dict[str, Any] = {}
    for status, type_ in declared.answers.items():
        rendered[str(status)] = {"description": _STATUS_WORDS[status]}
        if type_ is Page:
            rendered[str(status)]["content"] = {"text/html": {"schema": {"type": "string"}}}
        elif type_:
            rendered[str(status)]["content"] = {
                "application/json": {"schema": schema_of[declared.name if declared.is_sparse else type_]}
            }
        if "format" in declared.query.__struct_fields__:
            rendered[str(status)]["content"]["text/csv"] = {"schema": {"type": "string"}}
        if declared.answer_headers:
            rendered[str(status)]["headers"] = {
                name: {"description": _ANSWER_HEADERS[name], "schema": {"type": "string"}}
                for name in declared.answer_headers
            }
    return rendered


def _links(declared: Operation, by_name: Mapping[str, Operation]) -> dict[str, dict[str, Any]]:
    """By status: what an answer names, and some caller of this operation may read."""
    linked: dict[str, dict[str, Any]] = {}
    for status, type_ in declared.answers.items():
        for member in getattr(type_, "__struct_fields__", ()):
            target = by_name.get(_LEADS_TO.get(member, ("", ""))[0])
            if not target or not declared.action or not target.action:
                continue
            if {*roles_for(declared.action)} & {*roles_for(target.action)}:
                parameters = {_LEADS_TO[member][1]: f"$response.body#/{member}"}
                linked.setdefault(str(status), {})[target.name] = {
                    "operationId": target.name,
                    "parameters": parameters,
                }
    return linked


def _problems(declared: Operation, schema_of: Mapping[Any, JsonSchema]) -> dict[str, Any]:
    rendered: dict[str, Any] = {}
    for error in errors_of(declared):
        answer = rendered.setdefault(
            str(STATUSES[error.code]),
            {"description": "", "content": {MEDIA_TYPE: {"schema": schema_of[Problem], "examples": {}}}},
        )
        titles = [answer["description"], title_of(error.code)]
        answer["description"] = "; ".join(filter(None, titles))
        example = msgspec.to_builtins(problem_for(error(error.text), "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"))
        answer["content"][MEDIA_TYPE]["examples"][error.code] = {"value": example}
    return rendered


def _allows(role: Role, action: Action) -> bool:
    try:
        require(Principal("", "", frozenset({role})), action)
    except Forbidden:
        return False
    return True
