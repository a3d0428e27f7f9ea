"""Whether a form's visitor passed is asked once, at a fixed address, and what could let everybody in is a refusal."""

import contextlib
import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.httpsession import URLLib3Session

from chalicelib.domain.captcha import Captcha, CaptchaFinding, Verifier
from chalicelib.domain.errors import StorageUnavailable, WrongConfiguration
from chalicelib.gateways.captcha_verifiers import ADDRESSES, CaptchaVerifiers
from infra.local.captcha import LocalVerifier
from tests.fakes.ports import MemoryCaptchas

CHECK = Captcha(Verifier.TURNSTILE, "site-key", "shop")
SECRET = "0x-the-secret"


class _Maker(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append(body)
        status, answer = self.server.answer(body)
        if status is None:
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response(status)
        self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/elsewhere")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_args):
        pass


@contextlib.contextmanager
def maker(answer):
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Maker)
    server.answer, server.asked = answer, []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def verifiers(server, **secrets):
    at = f"http://127.0.0.1:{server.server_port}/siteverify"
    return CaptchaVerifiers(lambda: secrets, at, URLLib3Session(timeout=(1, 1)))


def finding_of(status, answer, said="passed-1"):
    with maker(lambda _body: (status, answer)) as server:
        found = verifiers(server, shop=SECRET).verify(CHECK, said)
    assert len(server.asked) <= 1  # no redirect is followed, nothing is repeated
    return found


@pytest.fixture(params=["in memory", "by http"])
def captchas(request):
    if request.param == "in memory":
        yield MemoryCaptchas({"passed-1", "passed-2"})
        return
    local = LocalVerifier(lambda: SECRET)
    with maker(lambda body: (200, json.dumps(local.answer(body)).encode())) as server:
        yield verifiers(server, shop=SECRET)


def test_an_answer_is_good_for_one_time(captchas):
    assert captchas.verify(CHECK, "passed-1") is CaptchaFinding.PASSED
    assert captchas.verify(CHECK, "passed-1") is CaptchaFinding.REFUSED
    assert captchas.verify(CHECK, "passed-2") is CaptchaFinding.PASSED


def test_no_answer_is_missing_and_a_made_up_one_is_refused(captchas):
    assert captchas.verify(CHECK, "") is CaptchaFinding.MISSING
    assert captchas.verify(CHECK, "made-up") is CaptchaFinding.REFUSED


def test_the_maker_is_told_the_secret_the_answer_and_the_site_and_nothing_of_the_visitor():
    with maker(lambda _body: (200, b'{"success": true}')) as server:
        assert verifiers(server, shop=SECRET).verify(CHECK, "abc") is CaptchaFinding.PASSED
    assert parse_qs(server.asked[0].decode()) == {"secret": [SECRET], "response": ["abc"], "sitekey": ["site-key"]}


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (None, b""),
        (500, b""),
        (429, b"slow down"),
        (302, b""),
        (200, b"<html>"),
        (200, b'{"success": "yes"}'),
        (200, b"[" * 100_000),
        (200, b'{"success": false, "error-codes": ["invalid-input-secret"]}'),
        (200, b'{"success": false, "error-codes": ["internal-error"]}'),
    ],
)
def test_a_maker_that_says_nothing_of_the_visitor_is_not_held_against_them(status, answer):
    assert finding_of(status, answer) is CaptchaFinding.UNKNOWN


@pytest.mark.parametrize(
    "codes",
    [
        [],
        ["invalid-input-response"],
        ["timeout-or-duplicate"],
        ["sitekey-secret-mismatch"],  # an answer that was got at another site's key
        ["bad-request"],
        ["internal-error", "invalid-input-response"],
        ["something-new"],
    ],
)
def test_what_a_visitor_can_bring_about_is_a_refusal(codes):
    told = json.dumps({"success": False, "error-codes": codes}).encode()
    assert finding_of(200, told) is CaptchaFinding.REFUSED


def test_what_cannot_be_an_answer_is_not_even_asked_about():
    with maker(lambda _body: (200, b'{"success": true}')) as server:
        for said in ("a b", "a&secret=x", "ż", "x" * 6_145, "a\n"):
            assert verifiers(server, shop=SECRET).verify(CHECK, said) is CaptchaFinding.REFUSED
    assert server.asked == []


def test_a_secret_that_is_not_there_stops_nobody_and_asks_nobody():
    with maker(lambda _body: (200, b'{"success": true}')) as server:
        assert verifiers(server).verify(CHECK, "abc") is CaptchaFinding.UNKNOWN
    assert server.asked == []


def test_a_form_was_refused_because_the_hubs_own_secrets_could_not_be_read():
    def out_of_reach():
        raise StorageUnavailable

    with maker(lambda _body: (200, b'{"success": true}')) as server:
        at = f"http://127.0.0.1:{server.server_port}/siteverify"
        assert CaptchaVerifiers(out_of_reach, at).verify(CHECK, "abc") is CaptchaFinding.UNKNOWN
    assert server.asked == []


def test_the_makers_are_a_fixed_list_and_only_this_machine_stands_for_them():
    assert set(ADDRESSES) == set(Verifier)
    assert {urlsplit(address).scheme for address in ADDRESSES.values()} == {"https"}
    for elsewhere in (
        "https://verifier.example/siteverify",
        "http://10.0.0.1/",
        "http://localhost.example/",
        "file:///x",
    ):
        with pytest.raises(WrongConfiguration):
            CaptchaVerifiers(dict, elsewhere)
