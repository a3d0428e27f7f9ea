from __future__ import annotations

from types import SimpleNamespace

import pytest

from chalicelib import wiring
from chalicelib.domain.connections import Connection
from chalicelib.entrypoints.serve_connection import serve_connection
from tests.api.conftest import AGENT, MemoryPorts

CONTEXT = SimpleNamespace(aws_request_id="request-1")


@pytest.fixture
def ports():
    ports = MemoryPorts()
    wiring.use(wiring.Hub(ports))
    yield ports
    wiring.use(None)


def ticket():
    return wiring.hub().open_connection.ticket_for(AGENT, ("agents",))[0]


def connect(offered, header="Sec-WebSocket-Protocol"):
    event = {"headers": {header: offered}, "requestContext": {"connectionId": "abc="}}
    return serve_connection(event, CONTEXT)


@pytest.mark.parametrize("header", ["Sec-WebSocket-Protocol", "sec-websocket-protocol"])
def test_who_has_a_ticket_is_let_in_and_told_what_is_spoken(ports, header):
    answer = connect(f"splot.v1, {ticket()}", header)
    assert answer == {"statusCode": 200, "headers": {"Sec-WebSocket-Protocol": "splot.v1"}}
    assert [row.id for row in ports.threads.records(Connection)] == ["abc="]


def test_nobody_else_is(ports):
    sealed = ticket()
    for offered in ("", "splot.v1", sealed, f"splot.v2, {sealed}", "splot.v1, abc", f"splot.v1, {sealed}, {sealed}"):
        assert connect(offered) == {"statusCode": 401}
    assert serve_connection({"headers": None, "requestContext": {"connectionId": "a"}}, CONTEXT)["statusCode"] == 401
    assert ports.threads.records(Connection) == []
