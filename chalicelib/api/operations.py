"""The one way that every call takes: who asks, may they, what exactly do they want, the answer, or why there is none.

A view is declared with `@operation`; what it declares is checked before it runs, and is what OpenAPI says of it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Generic, TypeVar

import msgspec
from chalice import Blueprint, Response
from chalice.app import Request

from chalicelib import wiring
from chalicelib.api import pages, requests, tables
from chalicelib.api.asked import Nothing
from chalicelib.api.auditing import record_call
from chalicelib.api.form_keys import HEADER, require_form_key
from chalicelib.api.origins import allow_origin
from chalicelib.api.pages import Page
from chalicelib.api.problems import problem_for, render_problem
from chalicelib.api.sight import guard
from chalicelib.api.sparse import check_fields, only_wanted
from chalicelib.domain.access import Action, require
from chalicelib.domain.errors import HubError, Unauthenticated
from chalicelib.domain.principals import Principal
from chalicelib.entrypoints.authorize_request import authorize_request, parse_context
from chalicelib.metrics import Metric
from chalicelib.observability import count, flush, record_error, with_request
from chalicelib.usecases.once import Once, answer_given_before, keep_answer

NOBODY = Principal(issuer="", subject="", roles=frozenset())

Query_co = TypeVar("Query_co", bound=msgspec.Struct, covariant=True)
Body_co = TypeVar("Body_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Operation:
    """`action` None: open to everybody. `answers`: the schema of each successful status, None for no content, `Page`
    for HTML. `is_form`: the body comes from a page's form, not as JSON.

    `errors`: besides those that any operation can have. `versioned`: If-Match holds for it. `body`: gives the schema,
    so that what a schema needs is loaded when the first body comes. `is_audited`: whether it is recorded who called it.
    `items`: the member of the answer whose objects the parameter `fields` makes sparse; the answer itself where it is
    "". `for_forms`: pages with a form call it, and the console does not. `has_check`: a form can ask for a captcha.
    """

    name: str
    method: str
    path: str
    summary: str
    action: Action | None
    answers: Mapping[int, type | None]
    query: type[msgspec.Struct] = Nothing
    body: Callable[[], type] | None = None
    largest_body: int = requests.LARGEST_BODY
    errors: tuple[type[HubError], ...] = ()
    answer_headers: tuple[str, ...] = ()
    versioned: bool = False
    keeps_answer: bool = False
    is_form: bool = False
    is_audited: bool = True
    items: str = ""
    for_forms: bool = False
    has_check: bool = False
    description: str = ""

    @property
    def status(self) -> int:
        return next(iter(self.answers))

    @property
    def is_of_form(self) -> bool:
        """Whether it is about one form, which may have keys."""
        return self.for_forms and "{inbox}" in self.path

    @property
    def is_sparse(self) -> bool:
        return "fields" in self.query.__struct_fields__


@dataclass(frozen=True, slots=True)
class Call(Generic[Query_co, Body_co]):
    """A call, understood and allowed. `principal` is NOBODY on an open operation.

    `headers`: as they came, by names in any letter case; only a proof that they carry is to be believed.
    `source`: the IP address that the gateway saw; what a caller writes into headers is not asked.
    `version`: of If-Match. `once`: the idempotency key, None without one. `base`: what stands before `/v1` in paths.
    """

    principal: Principal
    query: Query_co
    body: Body_co
    raw_body: bytes
    version: int | None
    idempotency_key: str
    once: Once | None
    base: str
    source: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Result:
    """`status` None: the first one that the operation declares."""

    body: object | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int | None = None


View = Callable[..., Result]


def operation(bp: Blueprint, method: str, path: str, **declared: Any) -> Callable[[View], View]:
    """Registers a view for a route. `declared`: the other fields of `Operation`; the view's docstring describes it."""

    def register(view: View) -> View:
        declaration = Operation(
            name=view.__name__, method=method, path=path, description=view.__doc__ or "", **declared
        )

        @functools.wraps(view)
        def handle(**path_parameters: str) -> Response:
            return _handle(declaration, view, bp.current_request, path_parameters)

        handle.operation = declaration  # type: ignore[attr-defined]  # read by openapi.py from the app's routes
        # Every media type is let through, so that a wrong one gets our problem document and not Chalice's answer.
        authorizer = authorize_request if declaration.action else None
        bp.route(path, methods=[method], content_types=["*/*"], authorizer=authorizer)(handle)
        return view

    return register


def _handle(declared: Operation, view: View, request: Request, path_parameters: Mapping[str, str]) -> Response:
    request_id = request.context.get("requestId", "")
    correlation_id = requests.find_correlation_id(request.headers.get("x-correlation-id")) or request_id
    with_request(request_id, correlation_id=correlation_id)
    try:
        path = requests.parse_path(path_parameters)
        call = _understood(declared, request, path)
        guard(call.principal, path)
        response = _render(declared, call.query, _answered(declared, view, call, path))
    except Exception as error:  # noqa: BLE001  # the last fence: the caller gets a problem document, never a traceback
        response = _refused(error, request_id)
    response.headers["X-Correlation-Id"] = correlation_id
    response.headers |= allow_origin(request.headers, path_parameters, for_forms=declared.for_forms)
    count(Metric.API_CALL, operation=declared.name, status=str(response.status_code))
    flush()
    return response


def _understood(declared: Operation, request: Request, path_parameters: Mapping[str, str]) -> Call[Any, Any]:
    principal = NOBODY
    source = str((request.context.get("identity") or {}).get("sourceIp", ""))
    if declared.action:
        principal = _principal_of(request)
        if declared.is_audited:
            request_id = str(request.context.get("requestId", ""))
            record_call(principal, declared.action, declared.name, path_parameters, source, request_id)
        require(principal, declared.action)
    if declared.is_of_form:
        require_form_key(path_parameters["inbox"], request.headers.get(HEADER.lower(), ""))
    raw: bytes = request.raw_body
    key = requests.parse_idempotency_key(request.headers.get("idempotency-key"))
    path = str(request.context.get("path", ""))
    sha256 = requests.fingerprint_of(declared.method, path, raw) if key else ""
    query: Mapping[str, list[str]] = request.to_original_event()["multiValueQueryStringParameters"] or {}
    return Call(
        principal=principal,
        query=_parsed_query(declared, query),
        body=_parsed_body(declared, request, raw),
        raw_body=raw,
        version=requests.parse_if_match(request.headers.get("if-match")) if declared.versioned else None,
        idempotency_key=key,
        once=Once(principal.id, key, sha256) if key else None,
        base=_base(path, declared.path),
        source=source,
        headers=request.headers,
    )


def _answered(declared: Operation, view: View, call: Call[Any, Any], path: Mapping[str, str]) -> Result:
    """A write that may be repeated without harm keeps no key in its own transaction, and may need several: its answer
    is kept behind it. If that fails it is done again, which is why it has to be harmless.
    """
    if call.once is None or not declared.keeps_answer:
        return view(call, **path)
    ports = wiring.hub().ports
    given = answer_given_before(ports.threads, call.once)
    if given is None:
        result = view(call, **path)
        answer = msgspec.json.encode({"status": result.status or declared.status, "body": result.body})
        given = keep_answer(ports.threads, call.once, answer.decode(), ports.now())
    kept = msgspec.json.decode(given)
    return Result(kept["body"], status=kept["status"])


def _parsed_query(declared: Operation, query: Mapping[str, list[str]]) -> msgspec.Struct:
    parsed = requests.parse_query(query, declared.query)
    answer = declared.answers[declared.status]
    if declared.is_sparse and answer:
        check_fields(parsed, answer, declared.items)
    return parsed


def _principal_of(request: Request) -> Principal:
    try:
        return parse_context(request.context["authorizer"])
    except (KeyError, ValueError, TypeError) as error:
        raise Unauthenticated() from error


def _parsed_body(declared: Operation, request: Request, raw: bytes) -> Any:
    if declared.body is None:
        return None
    parse = requests.parse_form if declared.is_form else requests.parse_body
    return parse(raw, declared.body(), request.headers.get("content-type", ""), declared.largest_body)


def _base(path: str, route: str) -> str:
    """API Gateway puts the stage, or a domain's base path, before the route."""
    return "/".join(path.rstrip("/").split("/")[: -route.count("/")])


def _render(declared: Operation, query: msgspec.Struct, result: Result) -> Response:
    status = result.status or declared.status
    headers = {"Cache-Control": "no-store", **result.headers}
    if result.body is None:
        return Response("", headers, status)
    if isinstance(result.body, Page):
        return Response(str(result.body), {**pages.HEADERS, **headers}, status)
    if isinstance(result.body, tables.Csv):
        return Response(str(result.body), {**tables.HEADERS, **headers}, status)
    body = only_wanted(result.body, query, declared.items)
    return Response(msgspec.json.encode(body).decode(), {"Content-Type": "application/json", **headers}, status)


def _refused(error: Exception, request_id: str) -> Response:
    problem = problem_for(error, request_id)
    if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        record_error(error)
    return render_problem(problem, error)
