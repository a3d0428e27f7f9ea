"""What is said over the gateway's connections, and which of them are taken for gone."""

from __future__ import annotations

import threading

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError

from chalicelib.gateways import connections
from chalicelib.gateways.connections import HINT, GatewayConnections, connections_client


class Gateway:
    def __init__(self, **trouble):
        self.trouble = trouble
        self.said, self.closed = {}, set()

    def post_to_connection(self, ConnectionId, Data):  # noqa: N803  # boto's names
        if ConnectionId in self.trouble:
            raise self.trouble[ConnectionId]
        self.said[ConnectionId] = Data

    def delete_connection(self, ConnectionId):  # noqa: N803
        if ConnectionId in self.trouble:
            raise self.trouble[ConnectionId]
        self.closed.add(ConnectionId)


def refusal(code):
    return ClientError({"Error": {"Code": code}}, "PostToConnection")


def test_everybody_hears_the_same_hint():
    gateway = Gateway()
    ids = [f"c{number}" for number in range(40)]
    assert GatewayConnections(gateway).tell(ids) == frozenset()
    assert gateway.said == dict.fromkeys(ids, HINT)


def test_only_what_the_gateway_calls_gone_is_gone():
    gateway = Gateway(
        a=refusal("GoneException"), b=refusal("LimitExceededException"), c=ConnectTimeoutError(endpoint_url="https://x")
    )
    assert GatewayConnections(gateway).tell(["a", "b", "c", "d"]) == {"a"}
    assert {*gateway.said} == {"d"}


def test_closing_what_is_gone_already_is_no_trouble():
    gateway = Gateway(a=refusal("GoneException"))
    GatewayConnections(gateway).close(["a", "b"])
    assert gateway.closed == {"b"}


def test_nobody_waits_for_a_client_that_does_not_read(monkeypatch):
    monkeypatch.setattr(connections, "WITHIN", connections.WITHIN / 100)
    held = threading.Event()
    gateway = Gateway()
    gateway.post_to_connection = lambda **_said: held.wait(10)
    assert GatewayConnections(gateway).tell(["a"] * 20) == frozenset()
    held.set()


@pytest.mark.parametrize(
    ("url", "endpoint"),
    [
        (
            "wss://a.execute-api.eu-central-1.amazonaws.com/splot",
            "https://a.execute-api.eu-central-1.amazonaws.com/splot",
        ),
        ("ws://127.0.0.1:4566/_aws/execute-api/a/splot", "http://127.0.0.1:4566/_aws/execute-api/a/splot"),
    ],
)
def test_what_is_said_goes_where_clients_connect(monkeypatch, url, endpoint):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    assert connections_client(url).meta.endpoint_url == endpoint
