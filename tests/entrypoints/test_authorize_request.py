from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

import app
from chalicelib import wiring
from chalicelib.domain.principals import Principal, Role
from chalicelib.entrypoints.authorize_request import authorize_request, parse_context, render_context
from chalicelib.settings import Settings

ISSUER = "https://login.company.example/pool"
KEY = ec.generate_private_key(ec.SECP256R1())
KEY_SET = json.dumps(
    {"keys": [{**jwt.algorithms.ECAlgorithm.to_jwk(KEY.public_key(), as_dict=True), "kid": "e1"}]}
).encode()
METHOD = "arn:aws:execute-api:eu-central-1:123456789012:abc/prod/GET/v1/cases"


class _KeyServer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(KEY_SET)

    def log_message(self, *_args: Any) -> None:
        """Tests are quiet."""


@pytest.fixture(scope="module", autouse=True)
def provider() -> Iterator[None]:
    """The hub with an identity provider on this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _KeyServer)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    settings = Settings(
        {
            "TOKEN_ISSUER": ISSUER,
            "TOKEN_AUDIENCE": "hub",
            "TOKEN_JWKS_URL": f"http://127.0.0.1:{server.server_port}/.well-known/jwks.json",
        }
    )
    wiring.use(wiring.Hub(wiring.Ports(settings)))
    yield
    wiring.use(None)
    server.shutdown()
    server.server_close()


def token(**claims):
    said = {
        "iss": ISSUER,
        "sub": "3f6c",
        "aud": "hub",
        "exp": int(time.time()) + 60,
        "name": "Żaneta",
        "cognito:groups": ["role:agent"],
        **claims,
    }
    return jwt.encode(said, KEY, "ES256", {"kid": "e1"})


def asked(authorization):
    return authorize_request({"type": "TOKEN", "authorizationToken": authorization, "methodArn": METHOD}, None)


def test_a_good_token_becomes_the_principal_that_the_api_reads():
    answer = asked(f"Bearer {token()}")
    assert answer["principalId"] == f"{ISSUER}|3f6c"
    assert parse_context(answer["context"]) == Principal(ISSUER, "3f6c", frozenset({Role.AGENT}), "Żaneta")


def test_the_policy_names_the_methods_of_the_api_under_its_own_stage_only():
    statement = asked(f"Bearer {token()}")["policyDocument"]["Statement"]
    assert statement == [
        {
            "Action": "execute-api:Invoke",
            "Effect": "Allow",
            "Resource": [
                f"arn:aws:execute-api:eu-central-1:123456789012:abc/prod/{method}/v1/*"
                for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
            ],
        }
    ]


def test_the_policy_covers_every_route_that_asks_for_a_token():
    for path, methods in app.app.routes.items():
        assert path.startswith("/v1/")
        assert set(methods) <= {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
        assert methods["OPTIONS"].authorizer is None


def test_the_teams_of_an_agent_come_with_their_token():
    groups = ["role:agent", "team:care", "team:billing", "team:Care!", "team:", "care"]
    said = parse_context(asked(f"Bearer {token(**{'cognito:groups': groups})}")["context"])
    assert (said.roles, said.teams) == (frozenset({Role.AGENT}), ("billing", "care"))


def test_a_principal_without_roles_is_let_through_for_the_api_to_say_what_is_missing():
    assert parse_context(asked(f"Bearer {token(**{'cognito:groups': []})}")["context"]).roles == frozenset()


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer a.b.c", token(), f"Bearer {token(aud='billing')}", "Bearer \x00.\x00.\x00"]
)
def test_anything_else_ends_in_the_one_error_that_api_gateway_answers_with_401(authorization):
    with pytest.raises(Exception) as refused:  # noqa: PT011  # any other type would do, its text is what counts
        asked(authorization)
    assert str(refused.value) == "Unauthorized"
    assert refused.value.__cause__ is None


class _BrokenVerifier:
    def verify(self, _authorization):
        raise RuntimeError("a library stumbled over Bearer eyJhbGciOi")


def test_an_error_while_verifying_is_a_refusal_and_does_not_get_into_the_log(caplog):
    ports = wiring.Ports(Settings({}))
    ports.token_verifier = _BrokenVerifier()
    before = wiring.hub()
    wiring.use(wiring.Hub(ports))
    try:
        with pytest.raises(Exception, match=r"^Unauthorized$"):
            asked(f"Bearer {token()}")
    finally:
        wiring.use(before)
    logged = " ".join(str(vars(record)) for record in caplog.records)
    assert "RuntimeError" in logged
    assert "eyJhbGciOi" not in logged


def test_why_a_token_was_refused_is_counted_but_the_token_is_not_written_down(caplog):
    wrong = token(iss="https://evil.example")
    with pytest.raises(Exception, match="Unauthorized"):
        asked(f"Bearer {wrong}")
    logged = " ".join(str(vars(record)) for record in caplog.records)
    assert "InvalidIssuerError" in logged
    assert wrong not in logged


def test_a_missing_setting_refuses_everybody():
    before = wiring.hub()
    wiring.use(wiring.Hub(wiring.Ports(Settings({}))))
    try:
        with pytest.raises(Exception, match=r"^Unauthorized$"):
            asked(f"Bearer {token()}")
    finally:
        wiring.use(before)


@pytest.mark.parametrize("name", ["", "Żaneta Ó'Konor", "a b"])
@pytest.mark.parametrize("roles", [set(), {Role.AGENT}, {Role.ADMIN, Role.SUPERVISOR}])
@pytest.mark.parametrize("teams", [(), ("care",), ("billing", "care")])
def test_a_principal_survives_its_way_through_api_gateway(name, roles, teams):
    principal = Principal(ISSUER, "subject|with|bars", frozenset(roles), name, teams=teams)
    context = render_context(principal)
    assert all(isinstance(value, str) for value in context.values())
    assert parse_context(context) == principal


STARTED = """
import json, sys
import chalicelib.entrypoints.authorize_request
print(json.dumps(sorted(sys.modules)))
"""


@pytest.mark.parametrize(
    ("handler", "loaded"),
    [("chalicelib/entrypoints/authorize_request.authorize_request", True), ("app.app", False)],
)
def test_the_function_starts_with_what_it_needs_and_the_api_without_it(handler, loaded):
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": ":".join(filter(None, sys.path)), "_HANDLER": handler}
    output = subprocess.run([sys.executable, "-c", STARTED], env=environ, check=True, capture_output=True, text=True)
    modules = set(json.loads(output.stdout))
    assert ("jwt" in modules) == loaded
    assert not modules & {"botocore.session", "boto3", "pynamodb", "msgspec", "pydantic", "phonenumbers", "holidays"}
