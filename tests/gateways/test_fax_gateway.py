"""A fax is handed to its gateway once, with the operator's credential, and every answer is what it certainly means."""

import contextlib
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from botocore.httpsession import URLLib3Session

from chalicelib.domain.contact_points import Channel
from chalicelib.domain.errors import SendingRefused, SendingUnknown
from chalicelib.domain.messages import OutgoingMessage, Post
from chalicelib.gateways.fax_gateway import FaxGateway

CREDENTIALS = {"office": "s3cret", "broken": "a\r\nX-Evil: 1"}


class _Gateway(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append((self.path, dict(self.headers), body))
        status, answer = self.server.answer
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
def gateway(status=200, answer=b'{"id": "fax-17"}'):
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Gateway)
    server.answer, server.asked = (status, answer), []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def send(server, **changed):
    url = f"http://127.0.0.1:{server.server_port}/v1/faxes"
    parts = {"content_type": "application/json", "body": b'{"to": "+48221112233"}', "credential": "office"}
    post = Post(**{"url": url, "scheme": "Bearer", **parts, **changed})
    message = OutgoingMessage(Channel.FAX, "fax@hub.example", "+48221112233", "", "01E-1", post=post)
    return FaxGateway(lambda: CREDENTIALS, URLLib3Session(timeout=(1, 1))).send(message)


def test_the_gateway_is_asked_once_and_its_id_is_kept():
    with gateway() as server:
        assert send(server) == "fax-17"
    ((path, fields, body),) = server.asked
    assert (path, body) == ("/v1/faxes", b'{"to": "+48221112233"}')
    assert (fields["Authorization"], fields["Content-Type"]) == ("Bearer s3cret", "application/json")


def test_a_gateway_without_a_credential_gets_none():
    with gateway() as server:
        send(server, credential="")
    assert "Authorization" not in server.asked[0][1]


@pytest.mark.parametrize(
    ("answer", "member", "id_"),
    [(b'{"data": {"fax": {"id": 17}}}', "data.fax.id", "17"), (b'{"job_id": "a-1"}', "job_id", "a-1")],
)
def test_the_id_stands_where_the_configuration_says(answer, member, id_):
    with gateway(201, answer) as server:
        assert send(server, answer_id=member) == id_


@pytest.mark.parametrize(
    ("status", "temporary"),
    [(400, False), (401, False), (413, False), (302, False), (307, False), (408, True), (429, True)],
)
def test_a_refusal_is_certain_and_says_whether_it_may_pass(status, temporary):
    with gateway(status, b'{"error": "no\ncredit"}') as server, pytest.raises(SendingRefused) as refused:
        send(server)
    assert refused.value.temporary is temporary
    assert f"{status}" in refused.value.reason
    assert "no credit" in refused.value.reason
    assert len(server.asked) == 1  # no redirect is followed, nothing is repeated


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (500, b""),
        (503, b'{"id": "x"}'),
        (None, b""),
        (200, b"OK"),
        (200, b'{"error": "no line"}'),
        (200, b'{"id": true}'),
        (200, b'{"id": ""}'),
        (200, b"[" * 100_000),
    ],
)
def test_what_may_have_been_taken_is_unknown_and_never_asked_for_again(status, answer):
    with gateway(status, answer) as server, pytest.raises(SendingUnknown):
        send(server)
    assert len(server.asked) == 1


def test_an_answer_that_does_not_come_is_unknown():
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with pytest.raises(SendingUnknown):
            send(type("Silent", (), {"server_port": silent.getsockname()[1]}))


def test_a_gateway_that_cannot_be_reached_was_not_asked():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    with pytest.raises(SendingRefused) as refused:
        send(type("Closed", (), {"server_port": port}))
    assert refused.value.temporary


@pytest.mark.parametrize("credential", ["gone", "broken"])
def test_without_a_usable_credential_nothing_is_sent(credential):
    with gateway() as server, pytest.raises(SendingRefused) as refused:
        send(server, credential=credential)
    assert server.asked == []
    assert not refused.value.temporary
    assert "Evil" not in refused.value.reason
