"""The console logs in at an OpenID Connect provider that others wrote (oidc-provider), and the API takes its tokens.

The console lies on a host of its own under the headers that CloudFront sends, the API answers out of this process
through its authorizer, and the provider is a process with its own pages, keys and sessions.
"""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from chalice.test import Client
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from playwright.sync_api import expect

import app
from chalicelib.entrypoints.authorize_request import Unauthorized
from chalicelib.gateways.tokens import KEYS_VALID_FOR, SigningKeys, TokenVerifier, key_set_at
from infra.local.console import security_headers
from infra.local.console_build import build_console, install
from infra.local.stack import PROJECT
from tests.api.conftest import REFERENCE, annas, api  # noqa: F401  # the hub in memory, and Anna who waits in it
from tests.browser.conftest import PATIENCE_SECONDS

PAGE = "https://console.example/"
AUDIENCE = "https://hub.example/"
PEOPLE = {"ewa": ["role:agent", "team:care"], "karol": ["role:customer"]}


@dataclass
class Issuer:
    process: subprocess.Popen[str]
    address: str = ""
    keys: str = ""

    def begin(self):
        """Reads what it says once it is up; the library has notices between."""
        told = json.loads(next(line for line in self.process.stdout if line.startswith("{")))
        self.address, self.keys = told["issuer"], told["keys"]
        return self

    def change_its_key(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        self.begin()


def certificate():
    """For `localhost`, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return {"key": private.decode(), "cert": made.public_bytes(pem).decode()}


@pytest.fixture(scope="module")
def issuer():
    folder = PROJECT / "tests" / "browser" / "issuer"
    install(folder)
    settings = {"console": PAGE, **certificate(), "people": PEOPLE, "audience": AUDIENCE}
    process = subprocess.Popen(
        ["node", "issuer.mjs", json.dumps(settings)],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    yield Issuer(process).begin()
    process.kill()
    process.wait()


class Hub:
    """Everything at the console's address: its files, and the API behind its authorizer, as API Gateway has it."""

    def __init__(self, issuer, client):
        self.files = build_console()
        login = {"kind": "oidc", "issuer": issuer.address, "client_id": "console", "resource": AUDIENCE}
        login |= {"scope": "openid offline_access", "prompt": "consent"}  # else this provider gives no refresh token
        self.config = {"api": "/api", "login": login, "teams": []}
        rules = security_headers("https://files.example")
        policy = rules["Content-Security-Policy"].replace("connect-src", f"connect-src {issuer.address}")
        self.headers = {**rules, "Content-Security-Policy": policy}
        self.client = client

    def answer(self, route):
        path = urlsplit(route.request.url).path.removeprefix("/")
        if path.startswith("api/"):
            self.call(route)
        elif path == "config.json":
            route.fulfill(json=self.config, headers=self.headers)
        else:
            route.fulfill(path=self.files / (path or "index.html"), headers=self.headers)

    def call(self, route):
        request = route.request
        address = request.url.removeprefix(f"{PAGE}api")
        fields = {"Authorization": request.headers["authorization"], "Content-Type": "application/json"}
        try:
            answer = self.client.http.request(request.method, address, fields, (request.post_data or "").encode())
        except Unauthorized:
            route.fulfill(status=401, json={"message": "Unauthorized"})
        else:
            route.fulfill(status=answer.status_code, body=answer.body, content_type="application/json")


@pytest.fixture
def hub(annas, issuer):  # noqa: F811  # the fixture that is imported above
    keys = SigningKeys(key_set_at(issuer.keys), annas.ports.now)
    annas.ports.token_verifier = TokenVerifier(issuer.address, AUDIENCE, keys)
    with Client(app.app) as client:
        yield Hub(issuer, client)


@pytest.fixture
def page(chromium, hub):
    context = chromium.new_context(locale="en-GB", ignore_https_errors=True)
    context.set_default_timeout(PATIENCE_SECONDS * 1000)
    context.grant_permissions(["local-network-access"])  # the issuer is on this machine, the console's name is not
    context.route(f"{PAGE}**", hub.answer)
    yield context.new_page()
    context.close()


def log_in(page):
    page.get_by_role("button", name="Log in").click()


def say_who(page, name):
    """On the pages of the issuer: who one is, and that the console may know."""
    page.locator("input[name=login]").fill(name)
    page.locator("input[name=password]").fill("any")
    page.get_by_role("button").click()
    page.get_by_role("button", name="Continue").click()


def refused_from_now_on(issuer, ports):
    """Tokens of a key that the issuer has no more are refused, as those are that have expired."""
    issuer.change_its_key()
    ports.now.move(KEYS_VALID_FOR)


def tokens_of(page):
    return json.loads(page.evaluate("sessionStorage.getItem('splot.tokens')"))


def given_up_at(issuer, page):
    """The issuer takes the refresh token back that this page has."""
    asked = {"token": tokens_of(page)["refresh"], "client_id": "console"}
    assert page.request.post(f"{issuer.address}/token/revocation", form=asked).status == 200


def test_an_agent_logs_in_where_they_were_notices_nothing_when_the_token_ends_and_logs_out(page, issuer, annas):  # noqa: F811  # as above
    reference, draft = page.locator(".case-names code"), page.locator(".composer textarea")
    asked = []
    page.context.on("request", lambda request: asked.append((request.url, request.post_data or "")))
    page.context.on("response", lambda answer: asked.append((answer.url, answer.status)))
    renewals = lambda: [body for url, body in asked if url.endswith("/token") and "refresh_token" in str(body)]  # noqa: E731
    page.clock.install()
    page.goto(f"{PAGE}#/team/care/{REFERENCE}")
    log_in(page)
    say_who(page, "ewa")
    expect(reference).to_have_text(REFERENCE)
    expect(page).to_have_url(f"{PAGE}#/team/care/{REFERENCE}")
    draft.fill("Dzień dobry, szukam faktury.")

    # Shortly before it ends there is another one.
    page.clock.fast_forward("58:00")
    assert renewals() == []
    with page.expect_response(f"{issuer.address}/token"):
        page.clock.fast_forward("02:00")

    # In this tab and in its copy the hub refuses it: one of the two renews it, and both go on as if nothing had been.
    with page.expect_popup() as opened:
        page.evaluate("open(location.href)")
    copy = opened.value
    expect(copy.locator(".case-names code")).to_have_text(REFERENCE)
    with page.context.expect_event("response", lambda answer: answer.url == f"{issuer.address}/token"):
        refused_from_now_on(issuer, annas.ports)
    for tab in (page, copy):
        with tab.expect_response(lambda answer: "/api/v1/" in answer.url and answer.ok):
            pass
    assert len(renewals()) == len(set(renewals())) == 2
    assert tokens_of(copy) == tokens_of(page)
    expect(draft).to_have_value("Dzień dobry, szukam faktury.")
    expect(page.get_by_role("alert")).to_be_empty()

    # What the issuer does not renew takes a login, which does not ask who one is, and finds the draft.
    copy.close()
    given_up_at(issuer, page)
    refused_from_now_on(issuer, annas.ports)
    expect(page.get_by_role("alert")).to_contain_text("expired")
    log_in(page)
    page.get_by_role("button", name="Continue").click()
    expect(reference).to_have_text(REFERENCE)
    expect(draft).to_have_value("Dzień dobry, szukam faktury.")

    # Who comes next is asked who they are, and nothing of the login is left at the issuer.
    refresh = tokens_of(page)["refresh"]
    page.get_by_role("button", name="Log out").click()
    page.get_by_role("button", name="Yes").click()
    expect(page.get_by_role("button", name="Log in")).to_be_visible()
    # The page leaves without waiting for the answer, which the browser may then tell nobody.
    assert [url for url, said in asked if refresh in str(said)] == [f"{issuer.address}/token/revocation"]
    assert page.evaluate("Object.keys(localStorage)") == []  # the draft on the screen neither
    log_in(page)
    say_who(page, "karol")
    expect(page.get_by_role("alert")).to_contain_text("no role of an agent")


def test_an_answer_that_nobody_asked_for_lets_nobody_in(page, issuer):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{PAGE}?code=stolen&state=made-up&iss={issuer.address}")
    expect(page.get_by_role("alert")).to_contain_text("state")
    expect(page).to_have_url(PAGE)
    assert not [url for url in asked if url.startswith(issuer.address)]


def test_a_token_that_is_not_for_the_hub_is_told_from_a_login_without_a_role(page, hub):
    del hub.config["login"]["resource"]
    page.goto(PAGE)
    log_in(page)
    say_who(page, "ewa")
    expect(page.get_by_role("alert")).to_contain_text("cannot read")
