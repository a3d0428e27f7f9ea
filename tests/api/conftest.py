"""The API as API Gateway calls it, over a hub in memory: real routes, real use cases, no AWS and no clock."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import pytest
from chalice.local import RouteMatcher

import app
from chalicelib import wiring
from chalicelib.domain.cases import CasePointer
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.customers import Customer, PointLink, PointOwner, with_case_opened
from chalicelib.domain.identifiers import case_reference
from chalicelib.domain.principals import Principal, Role
from chalicelib.domain.threads import Arrival, Entry, EntryKind
from chalicelib.domain.trust import Trust
from chalicelib.entrypoints.authorize_request import render_context
from chalicelib.gateways.secrets import KeptSecrets, Secrets
from chalicelib.usecases.ports import Create
from tests.domain.making import ANNA, MONDAY_TEN, RING, case, configuration
from tests.fakes.memory_store import MemoryStore
from tests.fakes.ports import (
    FixedConfiguration,
    HandClock,
    MemoryAttachmentStore,
    MemoryAudit,
    MemoryCaptchas,
    MemoryConfigurationDocuments,
    MemoryIndex,
    MemoryQueues,
    MemoryRawStore,
    MemoryStatistics,
    SeededRandomness,
)

ISSUER = "https://login.company.example/pool"
AGENT = Principal(ISSUER, "agent-1", frozenset({Role.AGENT}), "Anna Agentka")
OTHER_AGENT = Principal(ISSUER, "agent-2", frozenset({Role.AGENT}))
CUSTOMER = Principal(ISSUER, "customer-1", frozenset({Role.CUSTOMER}))
REQUEST_ID = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"

REFERENCE = "PR4V5-E3WSZ-J"
OTHER_REFERENCE = case_reference(b"another")
CUSTOMER_ID = "01KAR000000000000000000ANN"
CASE_ID = "01KAR000000000000000000CAS"
MESSAGE_ID = "01KAR0000000000000000000M1"


class MemoryPorts(wiring.Ports):
    """Everything behind the API, in memory."""

    def __init__(self) -> None:
        super().__init__()
        self.now = HandClock(MONDAY_TEN)
        self.randomness = SeededRandomness()
        self.threads = MemoryStore(self.now)
        self.search_index = MemoryIndex()
        self.statistics = MemoryStatistics()
        self.configuration = FixedConfiguration(configuration())
        self.audit = MemoryAudit()
        self.configuration_documents = MemoryConfigurationDocuments(self.now)
        self.raw = MemoryRawStore(self.now)
        self.attachments = MemoryAttachmentStore()
        self.queues = MemoryQueues()
        self.captchas = MemoryCaptchas()
        self.kept_secrets = self.with_secrets(Secrets(RING, b"0123456789abcdef0123456789abcdef"))

    def with_secrets(self, secrets: Secrets) -> KeptSecrets:
        return KeptSecrets(lambda: secrets, lambda: secrets, self.now)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


@dataclass
class Api:
    ports: MemoryPorts
    principal: Principal | None = AGENT
    routes: RouteMatcher = field(default_factory=lambda: RouteMatcher(list(app.app.routes)))

    def get(self, path: str, **call: Any) -> Answer:
        return self.call("GET", path, **call)

    def post(self, path: str, body: Any = None, **call: Any) -> Answer:
        return self.call("POST", path, body, **call)

    def put(self, path: str, body: Any = None, **call: Any) -> Answer:
        return self.call("PUT", path, body, **call)

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        as_: Principal | str | None = "the usual",
        headers: Mapping[str, str] | None = None,
        stage: str = "api",
    ) -> Answer:
        """As API Gateway calls a REST API's function. `body`: bytes as they are, anything else as JSON."""
        principal = self.principal if as_ == "the usual" else as_
        route = self.routes.match_route(path)
        request: dict[str, Any] = {
            "resourcePath": route.route,
            "httpMethod": method,
            "path": f"/{stage}{path.partition('?')[0]}",
            "requestId": REQUEST_ID,
            "identity": {"sourceIp": "192.0.2.7"},
        }
        if principal:
            request["authorizer"] = {"principalId": principal.id, **render_context(principal)}
        raw = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        answer = app.app(
            {
                "requestContext": request,
                "headers": {"Content-Type": "application/json", **(headers or {})},
                "multiValueQueryStringParameters": parse_qs(path.partition("?")[2], keep_blank_values=True) or None,
                "pathParameters": route.captured,
                "stageVariables": None,
                "body": raw,
                "isBase64Encoded": False,
            },
            None,
        )
        return Answer(
            answer["statusCode"], {name.lower(): value for name, value in answer["headers"].items()}, answer["body"]
        )

    def configure(self, **changed: Any) -> None:
        self.ports.configuration = FixedConfiguration(configuration(**changed))

    def keep(self, *records: Any) -> None:
        self.ports.threads.commit([Create(record) for record in records])


def inbound(**changed: Any) -> Entry:
    parts = {
        "id": MESSAGE_ID,
        "customer_id": CUSTOMER_ID,
        "case_id": CASE_ID,
        "at": MONDAY_TEN,
        "kind": EntryKind.INBOUND,
        "author": "customer",
        "channel": Channel.EMAIL,
        "subject": "Faktura",
        "text": "Dzień dobry, gdzie jest faktura?",
        "arrival": Arrival(
            ANNA, Trust.AUTHENTICATED, "new_case", "no rule joined it to a case", "raw/2026/11/23/email-m1"
        ),
    }
    return Entry(**{**parts, **changed})


@pytest.fixture
def api() -> Iterator[Api]:
    ports = MemoryPorts()
    wiring.use(wiring.Hub(ports))
    yield Api(ports)
    wiring.use(None)


@pytest.fixture
def annas(api: Api) -> Api:
    """Anna wrote a mail and waits in her only case."""
    annas_case = case(
        id=CASE_ID,
        customer_id=CUSTOMER_ID,
        reference=REFERENCE,
        last_inbound_id=MESSAGE_ID,
        messages_in=1,
        awaiting_since=MONDAY_TEN,
    )
    api.keep(
        with_case_opened(Customer(CUSTOMER_ID, MONDAY_TEN, name="Anna Kowalska", language="pl"), annas_case),
        annas_case,
        CasePointer(REFERENCE, CUSTOMER_ID, CASE_ID, CUSTOMER_ID),
        PointOwner(ANNA, CUSTOMER_ID, MONDAY_TEN),
        PointLink(CUSTOMER_ID, ANNA),
        inbound(),
    )
    return api
