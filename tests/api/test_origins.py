"""Which web pages may call the API: the console's everywhere but at forms, and at each form those of its own list."""

from __future__ import annotations

from dataclasses import replace

import pytest

import app
from chalicelib.domain.errors import StorageUnavailable
from chalicelib.settings import Settings
from tests.api.conftest import REFERENCE

CONSOLE = "https://console.company.example"
SHOP = "https://www.shop.example"
CASE = f"/v1/cases/{REFERENCE}"
FORM = "/v1/forms/contact/messages"
OF_FORMS = {
    ("POST", "/v1/forms/{inbox}/messages"),
    ("GET", "/v1/forms/{inbox}/notices"),
    ("POST", "/v1/forms/{inbox}/conversations"),
    ("GET", "/v1/forms/{inbox}/conversation"),
    ("GET", "/v1/forms/{inbox}/conversation/{entry_id}/attachments/{sha256}"),
    ("POST", "/v1/forms/{inbox}/uploads"),
    ("POST", "/v1/forms/{inbox}/conversation/messages"),
    ("POST", "/v1/forms/{inbox}/verifications"),
    ("POST", "/v1/verifications/{verification_id}/confirmation"),
}


@pytest.fixture
def pages(api):
    """The API of a company with a console and a form on its shop's site."""
    api.ports.settings = Settings({"CONSOLE_ORIGIN": CONSOLE})
    inboxes = api.ports.configuration.current().inboxes
    shown = [replace(one, allowed_origins=(SHOP,)) if one.name == "contact" else one for one in inboxes]
    api.configure(inboxes=tuple(shown))
    return api


def preflight(api, path, method, origin):
    asked = {"Origin": origin, "Access-Control-Request-Method": method}
    return api.call("OPTIONS", path, headers={name.lower(): value for name, value in asked.items()}, as_=None)


def allowed_by(answer):
    assert "access-control-allow-credentials" not in answer.headers
    assert "Origin" in answer.headers["vary"]
    return answer.headers.get("access-control-allow-origin")


def test_the_console_is_told_before_it_asks_what_it_may(pages):
    answer = preflight(pages, CASE, "GET", CONSOLE)
    assert (answer.status, answer.text) == (204, "")
    assert allowed_by(answer) == CONSOLE
    assert answer.headers["access-control-allow-methods"] == "GET"
    assert "Idempotency-Key" in answer.headers["access-control-allow-headers"]
    assert "Authorization" in answer.headers["access-control-allow-headers"]
    assert answer.headers["access-control-max-age"] == "7200"


def test_the_console_may_read_answers_and_refusals(pages):
    for answer in (pages.get("/v1/cases", headers={"origin": CONSOLE}), pages.get(CASE, headers={"origin": CONSOLE})):
        assert allowed_by(answer) == CONSOLE
        assert "ETag" in answer.headers["access-control-expose-headers"]
    assert answer.status == 404


def test_a_form_is_for_the_pages_of_its_own_list(pages):
    assert allowed_by(preflight(pages, FORM, "POST", SHOP)) == SHOP
    answer = pages.post(FORM, {"email": "a@example.pl", "text": "Dzień dobry"}, headers={"origin": SHOP}, as_=None)
    assert (answer.status, allowed_by(answer)) == (201, SHOP)
    refused = pages.post(FORM, {"email": "a@example.pl"}, headers={"origin": SHOP}, as_=None)
    assert (refused.status, allowed_by(refused)) == (400, SHOP)


def test_the_page_of_a_form_may_confirm_what_it_has_started(pages):
    path = "/v1/verifications/01KAR000000000000000000VER/confirmation"
    assert allowed_by(preflight(pages, path, "POST", SHOP)) == SHOP


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "null",
        "*",
        "https://evil.example",
        "http://www.shop.example",
        "https://www.shop.example.evil.example",
        "https://evilwww.shop.example",
        "https://WWW.SHOP.EXAMPLE",
        "https://www.shop.example:8443",
        f"{SHOP},{CONSOLE}",
        f"{SHOP}\r\nX-Evil: 1",
    ],
)
def test_another_origin_gets_no_header(pages, origin):
    for path, method in ((CASE, "GET"), (FORM, "POST")):
        answer = preflight(pages, path, method, origin)
        assert answer.status == 204
        assert allowed_by(answer) is None
        assert "access-control-allow-methods" not in answer.headers
        assert allowed_by(pages.call(method, path, headers={"origin": origin}, as_=None)) is None


def test_neither_side_may_call_what_is_the_other_s(pages):
    assert allowed_by(preflight(pages, FORM, "POST", CONSOLE)) is None
    assert allowed_by(preflight(pages, CASE, "GET", SHOP)) is None
    assert allowed_by(preflight(pages, "/v1/forms/other/messages", "POST", SHOP)) is None


def test_a_method_that_a_path_does_not_have_is_not_allowed(pages):
    assert allowed_by(preflight(pages, CASE, "DELETE", CONSOLE)) is None


def test_nobody_may_where_nothing_is_configured(api):
    assert allowed_by(preflight(api, CASE, "GET", CONSOLE)) is None
    assert allowed_by(preflight(api, CASE, "GET", "")) is None
    assert allowed_by(preflight(api, FORM, "POST", SHOP)) is None


def test_a_configuration_that_cannot_be_read_allows_nobody_and_breaks_nothing(pages):
    class Down:
        def current(self):
            raise StorageUnavailable()

    pages.ports.configuration = Down()
    assert allowed_by(preflight(pages, FORM, "POST", SHOP)) is None
    assert pages.post(FORM, {"email": "a@example.pl", "text": "a"}, headers={"origin": SHOP}, as_=None).status == 503


def test_every_path_answers_preflights_without_a_token_and_forms_are_those_that_are_listed():
    found = set()
    for path, methods in app.app.routes.items():
        assert methods["OPTIONS"].authorizer is None
        found |= {(name, path) for name, entry in methods.items() if name != "OPTIONS" and is_for_forms(entry)}
    assert found == OF_FORMS


def is_for_forms(entry):
    return entry.view_function.operation.for_forms
