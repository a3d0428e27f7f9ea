"""The local stack's console server: its own files and nobody else's, with what the page may do in every answer."""

from __future__ import annotations

import json
import threading
from http.client import HTTPConnection

import pytest

from infra.local import console_build
from infra.local.accounts import captcha_credential
from infra.local.console import ConsoleServer
from infra.local.console_build import NotBuilt, build_console
from infra.local.form_page import form_page, form_page_headers, frame_page
from infra.local.stack import HOST, LocalStack, other_ports


@pytest.fixture
def ask(tmp_path):
    """Asks a console server with a page, behind which no API answers."""
    stack = LocalStack(tmp_path)
    stack.keep_ports(other_ports())
    files = tmp_path / "dist"
    files.mkdir()
    (files / "index.html").write_text("<!doctype html>")
    (tmp_path / "secrets.json").write_text("{}")
    port = stack.ports["console"]
    server = ConsoleServer(port, stack, files)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def ask(method, path, body=None, **fields):
        connection = HTTPConnection(HOST, port, timeout=10)
        headers = {"Host": f"{HOST}:{port}", **{name.replace("_", "-"): value for name, value in fields.items()}}
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        told = answer.status, dict(answer.headers), answer.read()
        connection.close()
        return told

    ask.files, ask.origin = files, f"http://{HOST}:{port}"
    yield ask
    server.shutdown()
    server.server_close()


def test_the_page_comes_with_a_policy_that_allows_nothing_inline_and_nothing_from_elsewhere(ask):
    status, headers, body = ask("GET", "/")
    assert (status, body) == (200, b"<!doctype html>")
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "*" not in policy


@pytest.mark.parametrize("path", ["/../secrets.json", "/%2e%2e/secrets.json", "/secrets.json", "//secrets.json"])
def test_no_other_file_is_to_be_had(ask, path):
    assert ask("GET", path)[0] == 404


def test_a_site_with_a_form_waits_for_the_stack_too(ask):
    assert ask("GET", "/form?x=1")[0] == 503


def test_the_site_with_the_form_allows_its_script_and_the_api_and_nothing_else():
    policy = form_page_headers("http://127.0.0.1:8030")["Content-Security-Policy"]
    assert "script-src 'self'; connect-src http://127.0.0.1:8030;" in policy
    assert b'src="http://127.0.0.1:8030/api/v1/forms/a/page?language=en"' in frame_page(
        "http://127.0.0.1:8030/api", "a", "en"
    )
    assert "unsafe" not in policy
    assert "style-src" not in policy
    page = form_page("http://127.0.0.1:8030/api", "a&b", "pl-PL,pl;q=0.9").decode()
    assert 'lang="pl"' in page
    assert 'data-inbox="a&amp;b"' in page


def test_a_form_with_a_key_is_shown_with_it_by_its_script_and_in_a_frame():
    assert b'data-key="shop-2026-11"' in form_page("http://127.0.0.1:8030/api", "a", "en", "shop-2026-11")
    assert b"?language=en&amp;key=shop-2026-11" in frame_page("http://127.0.0.1:8030/api", "a", "en", "shop-2026-11")
    assert b"data-key" not in form_page("http://127.0.0.1:8030/api", "a", "en")


def test_a_name_that_somebody_let_lead_here_is_refused(ask):
    assert ask("GET", "/", Host="evil.example")[0] == 421


@pytest.mark.parametrize("origin", [None, "https://evil.example", "null"])
def test_another_page_cannot_log_in(ask, origin):
    fields = {"Origin": origin} if origin else {}
    status, _, body = ask("POST", "/login", json.dumps({"user": "agent"}), Content_Type="application/json", **fields)
    assert (status, b"token" in body) == (403, False)


def test_a_customer_cannot_log_in(ask):
    body = json.dumps({"user": "customer"})
    assert ask("POST", "/login", body, Content_Type="application/json", Origin=ask.origin)[0] == 403


def test_nothing_but_the_api_is_reached_through_it(ask):
    assert ask("POST", "/other")[0] == 404
    assert ask("DELETE", "/api/../v1/x")[0] == 404


def test_an_api_that_does_not_answer_is_said_to_be_unavailable(ask):
    status, _, body = ask("GET", "/api/v1/cases")
    assert (status, json.loads(body)["code"]) == (502, "unavailable")


def test_a_console_that_was_not_built_is_said_to_be_missing(ask):
    (ask.files / "index.html").unlink()
    status, _, body = ask("GET", "/")
    assert (status, b"make console" in body) == (503, True)


def test_without_npm_there_is_a_reason_and_no_console(monkeypatch, tmp_path):
    monkeypatch.setattr(console_build, "CONSOLE", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotBuilt, match="npm"):
        build_console()


def test_what_stands_for_the_makers_of_captchas_knows_the_stacks_secret(ask, tmp_path):
    (tmp_path / "secrets.json").unlink()
    secret = captcha_credential(LocalStack(tmp_path))
    assert b"turnstile" in ask("GET", "/captcha.js")[2]
    for said, passed in ((secret, True), ("another", False)):
        answer = ask("POST", "/siteverify", f"secret={said}&response=passed-{passed}")
        assert json.loads(answer[2])["success"] is passed
