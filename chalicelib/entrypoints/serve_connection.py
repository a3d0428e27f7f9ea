"""Lambda function `serve_connection`: lets in, or keeps out, who opens a connection.

Only where the stage has connections. A client asks for a ticket over the API and offers it as a subprotocol beside
`splot.v1`; the answer names the one of the two that is spoken.
https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-connect-route-subprotocol.html
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from chalice import Blueprint
from chalice.app import BaseLambdaEvent

from chalicelib import wiring
from chalicelib.domain.connections import PROTOCOL
from chalicelib.domain.errors import Unauthenticated
from chalicelib.gateways import aws_libraries, secrets
from chalicelib.observability import instrumented
from chalicelib.storage import thread_table
from chalicelib.usecases import open_connection

bp = Blueprint(__name__)

# Every event needs these: they are imported while the function starts, when Lambda gives it the whole CPU.
NEEDED = (aws_libraries, open_connection, secrets, thread_table)
_HEADER = "Sec-WebSocket-Protocol"


class ConnectEvent(BaseLambdaEvent):
    """`offered`: the subprotocols that the client would speak, in its order."""

    def _extract_attributes(self, event_dict: dict[str, Any]) -> None:
        headers = {name.lower(): value for name, value in (event_dict.get("headers") or {}).items()}
        self.connection_id = str(event_dict["requestContext"]["connectionId"])
        self.offered = [name.strip() for name in headers.get(_HEADER.lower(), "").split(",")]


@bp.lambda_function(name="serve_connection")
def serve_connection(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return _let_in(ConnectEvent(event, context))


@instrumented
def _let_in(event: ConnectEvent) -> dict[str, Any]:
    tickets = [name for name in event.offered if name != PROTOCOL]
    if PROTOCOL not in event.offered or len(tickets) != 1:
        return {"statusCode": HTTPStatus.UNAUTHORIZED}
    try:
        wiring.hub().open_connection(event.connection_id, tickets[0])
    except Unauthenticated:
        return {"statusCode": HTTPStatus.UNAUTHORIZED}
    return {"statusCode": HTTPStatus.OK, "headers": {_HEADER: PROTOCOL}}
