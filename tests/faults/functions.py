"""The Lambda functions of the hub, as the simulated world starts them: the real entrypoints on real events.

To let a new function join: name its handler in `HANDLERS`, say what wakes it in `simulation.py`, and give it a story.
"""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs

import pytest
from chalice.local import RouteMatcher

import app
from chalicelib import observability, wiring
from chalicelib.domain.broadcasts import Broadcast
from chalicelib.domain.cases import Case
from chalicelib.domain.customers import Customer
from chalicelib.domain.errors import HubError
from chalicelib.domain.incidents import Incident
from chalicelib.domain.threads import Entry
from chalicelib.entrypoints import (
    authorize_request,
    deliver_message,
    escalate_cases,
    escalate_overdue_cases,
    publish_changes,
    read_fax,
    receive_message,
    reconcile_incoming,
    record_receipt,
    serve_connection,
)
from chalicelib.storage.keys import key_of
from chalicelib.storage.mapping import item_for
from tests.faults.store import Written

HANDLERS: Mapping[str, Callable[[Any, Any], Any]] = {
    "api_handler": app.app,
    "authorize_request": authorize_request.authorize_request,
    "deliver_message": deliver_message.deliver_message,
    "escalate_cases": escalate_cases.escalate_cases,
    "escalate_overdue_cases": escalate_overdue_cases.escalate_overdue_cases,
    "publish_changes": publish_changes.publish_changes,
    "read_fax": read_fax.read_fax,
    "receive_message": receive_message.receive_message,
    "reconcile_incoming": reconcile_incoming.reconcile_incoming,
    "record_receipt": record_receipt.record_receipt,
    "serve_connection": serve_connection.serve_connection,
}

_CONTEXT = SimpleNamespace(aws_request_id="request-1", function_name="simulated")
_CONFIG = json.loads((Path(__file__).parents[2] / ".chalice" / "config.json").read_text())
TIME_LIMITS = {
    name: timedelta(seconds=_CONFIG["lambda_functions"].get(name, {}).get("lambda_timeout", _CONFIG["lambda_timeout"]))
    for name in HANDLERS
}
_ROUTES = RouteMatcher(list(app.app.routes))
_MOST_KEPT_IMAGES = 5_000  # of stream records: some megabytes


def call_function(name: str, event: Mapping[str, Any]) -> Any:
    try:
        return HANDLERS[name](event, _CONTEXT)
    finally:
        observability._metrics.clear_metrics()
        observability._by.clear()


MISTAKES: list[str] = []
"""What functions wrote of errors that nobody raises on purpose, though they went on; until somebody takes it."""


@contextmanager
def silence() -> Iterator[None]:
    """Logs and metrics are made and not printed: printing costs more than all the rest of a run."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("POWERTOOLS_METRICS_DISABLED", "true")
        level = observability.log.log_level
        observability.log.setLevel("ERROR")
        observability.log.addFilter(_note_mistake)
        try:
            yield
        finally:
            observability.log.removeFilter(_note_mistake)
            observability.log.setLevel(level)
            wiring.use(None)


def _note_mistake(record: logging.LogRecord) -> bool:
    """A worker that takes messages from a queue reports each that it failed at, so what it met ends no invocation."""
    said = vars(record)
    if said.get("code") == "internal" and said["error_type"] != HubError.__name__:  # which is what faults raise
        MISTAKES.append(f"{said['error_type']} at {said['where'][-1]}")
    return False


def scheduled_event() -> dict[str, Any]:
    return {
        "version": "0",
        "id": "1",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "000000000000",
        "time": "2026-11-23T09:00:00Z",
        "region": "eu-central-1",
        "resources": [],
        "detail": {},
    }


def connect_event(connection_id: str, protocols: Sequence[str]) -> dict[str, Any]:
    return {
        "headers": {"Sec-WebSocket-Protocol": ", ".join(protocols)},
        "requestContext": {"routeKey": "$connect", "eventType": "CONNECT", "connectionId": connection_id},
        "isBase64Encoded": False,
    }


def token_event(token: str) -> dict[str, Any]:
    arn = "arn:aws:execute-api:eu-central-1:000000000000:splot/api/GET/v1/cases"
    return {"type": "TOKEN", "authorizationToken": f"Bearer {token}", "methodArn": arn}


def api_event(
    method: str, path: str, body: bytes, headers: Mapping[str, str], context: Mapping[str, Any] | None
) -> dict[str, Any]:
    """As API Gateway calls a REST API's function; `context` is what the authorizer said."""
    route = _ROUTES.match_route(path)
    request = {"resourcePath": route.route, "httpMethod": method, "path": f"/api{path}", "requestId": "request-1"}
    return {
        "requestContext": request | ({"authorizer": dict(context)} if context else {}),
        "headers": {"Content-Type": "application/json", **headers},
        "multiValueQueryStringParameters": parse_qs(path.partition("?")[2]) or None,
        "pathParameters": route.captured,
        "stageVariables": None,
        "body": body,
        "isBase64Encoded": False,
    }


def stream_event(changes: Sequence[Written], *, whole_cases: bool = False) -> dict[str, Any]:
    """`whole_cases`: for stories in which cases are counted or searched."""
    return {"Records": [{"dynamodb": _images(change, whole_cases=whole_cases)} for change in changes]}


def _images(change: Written, *, whole_cases: bool) -> dict[str, Any]:
    images = {"NewImage": change.after, "OldImage": change.before}
    found = {name: _kept_image(record, whole_cases) for name, record in images.items() if record is not None}
    return {**found, "ApproximateCreationDateTime": int(change.at.timestamp())} if whole_cases else found


_KEPT_IMAGES: dict[tuple[int, bool], tuple[Any, dict[str, Any]]] = {}


def _kept_image(record: Any, whole_cases: bool) -> dict[str, Any]:  # noqa: FBT001  # passed on, and private
    """Records never change, and each is met several times: in its first and its next change, and in every world that
    starts from the same beginning.
    """
    if len(_KEPT_IMAGES) > _MOST_KEPT_IMAGES:
        _KEPT_IMAGES.clear()
    key = (id(record), whole_cases)  # by identity: the record is kept beside its image, so nobody else gets its id
    if key not in _KEPT_IMAGES:
        _KEPT_IMAGES[key] = (record, _image(record, whole_cases))
    return _KEPT_IMAGES[key][1]


def _image(record: Any, whole_cases: bool) -> dict[str, Any]:  # noqa: FBT001  # passed on, and private
    """Only entries are written out whole: it is costly, and of the others the function reads little."""
    if isinstance(record, Case) and not whole_cases:
        key, shown = key_of(record), ("reference", "team", "assignee", "status", "kind")
        texts = {"type": "case", **key._asdict(), **{name: getattr(record, name) for name in shown}}
        return {name: {"S": str(text)} for name, text in texts.items() if text}
    if isinstance(record, Customer):
        texts = {"type": "customer", **key_of(record)._asdict(), "name": record.name}
        return {name: {"S": text} for name, text in texts.items() if text}
    if not isinstance(record, Case | Entry | Incident | Broadcast):
        return {"type": {"S": type(record).__name__}}
    return {name: _as_json(value) for name, value in item_for(record).serialize().items()}


def _as_json(value: dict[str, Any]) -> dict[str, Any]:
    """JSON has no bytes: the event carries them in base 64, at whatever depth of the item."""
    if "B" in value:
        return {"B": base64.b64encode(value["B"]).decode()}
    if "M" in value:
        return {"M": {name: _as_json(part) for name, part in value["M"].items()}}
    if "L" in value:
        return {"L": [_as_json(part) for part in value["L"]]}
    return value
