"""The local webhook: what happens on the bus reaches a receiver by HTTP, again until it is taken."""

from __future__ import annotations

import json
import socket
import threading
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import boto3
import pytest
from moto import mock_aws

from chalicelib.domain.webhook_signatures import SIGNATURES, sign
from infra.local.webhook import NAME, NOBODY, Delivering, post_to, shown, subscribe
from infra.undelivered import Undelivered, line_of

EVENT = {"detail-type": "case.closed", "source": "splot", "detail": {"id": "01E.case.closed", "facts": {}}}


class Receiver(BaseHTTPRequestHandler):
    answers: list[int]
    heard: list[Any]

    def do_POST(self) -> None:
        self.heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(self.answers.pop(0) if self.answers else 204)
        self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *_args: Any) -> None:
        """Tests are quiet."""


@pytest.fixture
def receiver():
    handler = type("Fresh", (Receiver,), {"answers": [], "heard": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield handler, f"http://127.0.0.1:{server.server_port}/hook"
    server.shutdown()
    server.server_close()


class Queue:
    """SQS as far as it is asked; what was made invisible is there again at the next look."""

    def __init__(self, *events):
        self.waiting = {str(place): [json.dumps(event), 0] for place, event in enumerate(events)}
        self.pauses = []
        self.undelivered = []

    def receive_message(self, **_said):
        for message in self.waiting.values():
            message[1] += 1
        messages = [
            {
                "Body": body,
                "ReceiptHandle": handle,
                "Attributes": {"ApproximateReceiveCount": str(tries), "SentTimestamp": "1000"},
            }
            for handle, (body, tries) in self.waiting.items()
        ]
        return {"Messages": messages} if messages else {}

    def change_message_visibility(self, VisibilityTimeout, **_said):  # noqa: N803  # boto's name
        self.pauses.append(VisibilityTimeout)

    def send_message(self, MessageBody, MessageAttributes, **_said):  # noqa: N803  # boto's names
        self.undelivered.append((json.loads(MessageBody), MessageAttributes["ERROR_CODE"]["StringValue"]))

    def delete_message(self, ReceiptHandle, **_said):  # noqa: N803  # boto's name
        del self.waiting[ReceiptHandle]


def delivering(queue, post, said=None, age=0.0):
    return Delivering(
        queue, "queue", "undelivered", post, lambda: 1.0 + age, [].append if said is None else said.append
    )


def test_an_event_is_posted_as_the_bus_has_it_and_once_when_it_was_taken(receiver):
    handler, url = receiver
    queue = Queue(EVENT)
    for _ in "12":
        delivering(queue, post_to(url)).some()
    assert handler.heard == [EVENT]


@pytest.mark.parametrize("refusal", [500, 503, 429, 409, 401])
def test_what_is_not_taken_comes_again_later_and_later(receiver, refusal):
    handler, url = receiver
    handler.answers += [refusal, refusal]
    queue = Queue(EVENT)
    for _ in "123":
        delivering(queue, post_to(url)).some()
    assert len(handler.heard) == 3
    assert queue.pauses == [2, 4]
    assert not queue.waiting


@pytest.mark.parametrize("refusal", [400, 404, 302])
def test_what_is_refused_for_good_is_given_up_aloud_and_no_redirect_is_followed(receiver, refusal):
    handler, url = receiver
    handler.answers.append(refusal)
    queue, said = Queue(EVENT), []
    delivering(queue, post_to(url), said).some()
    assert (len(handler.heard), queue.waiting) == (1, {})
    assert queue.undelivered == [(EVENT, str(refusal))]
    assert said == [f"case.closed 01E.case.closed: {refusal}, given up"]


def test_what_nobody_took_for_a_day_lies_with_the_undelivered():
    queue = Queue(EVENT)
    delivering(queue, lambda _: NOBODY, age=86_399).some()
    assert (len(queue.waiting), queue.undelivered) == (1, [])
    delivering(queue, lambda _: NOBODY, age=86_401).some()
    assert (queue.waiting, queue.undelivered) == ({}, [(EVENT, "nobody answers")])


def test_a_receiver_that_is_not_there_is_tried_again():
    queue = Queue(EVENT)
    delivering(queue, post_to("http://127.0.0.1:9/")).some()
    assert (queue.pauses, len(queue.waiting)) == ([2], 1)
    assert post_to("http://127.0.0.1:9/")(b"{}") == NOBODY


def test_what_listens_there_and_is_no_web_server_counts_as_nobody():
    def greet(server):
        with server.accept()[0] as caller:
            while not caller.recv(65536).endswith(b"{}"):
                pass
            caller.sendall(b"220 mail.example ESMTP\r\n")

    with socket.create_server(("127.0.0.1", 0)) as server:
        greeting = threading.Thread(target=greet, args=(server,))
        greeting.start()
        assert post_to(f"http://127.0.0.1:{server.getsockname()[1]}/")(b"{}") == NOBODY
        greeting.join()


def test_without_an_address_the_event_is_shown():
    said = []
    delivering(Queue(EVENT), shown(said.append)).some()
    assert json.loads(said[0]) == EVENT


@pytest.fixture
def bus():
    """The bus and the queues as they are, but for the emulator's processes."""
    with mock_aws():
        events, sqs = (boto3.client(name, region_name="eu-central-1") for name in ("events", "sqs"))
        events.create_event_bus(Name="splot")
        yield events, sqs


def tell(events):
    entry = {"EventBusName": "splot", "Source": "splot", "DetailType": "case.closed"}
    events.put_events(Entries=[{**entry, "Detail": json.dumps(EVENT["detail"])}])


def test_what_is_put_on_the_bus_comes_into_the_queue_once_however_often_one_subscribes(bus):
    events, sqs = bus
    first, (queue, undelivered) = subscribe(events, sqs, "splot"), subscribe(events, sqs, "splot")
    tell(events)
    heard = []
    Delivering(sqs, queue, undelivered, post_to_list(heard), time.time, lambda _: None).some(0)
    assert first == (queue, undelivered)
    assert [event["detail"] for event in heard] == [EVENT["detail"]]


def test_what_was_refused_for_good_is_sent_again_and_taken_with_a_signature_that_fits(bus):
    """The whole round, as on AWS."""
    events, sqs = bus
    queue, given_up = subscribe(events, sqs, "splot")
    tell(events)
    Delivering(sqs, queue, given_up, lambda _: 400, time.time, lambda _: None).some(0)
    now, key = datetime(2026, 11, 23, 9, 0, tzinfo=UTC), b"k" * 32
    assert Undelivered(NAME, given_up, "splot", sqs, events, lambda: now).replay([key]) == 1
    heard = []
    taken = Delivering(sqs, queue, given_up, post_to_list(heard), time.time, lambda _: None)
    for _ in "12":
        taken.some(0)
    (event,) = heard
    assert event["source"] == "splot.again"
    assert event["detail"][SIGNATURES] == {NAME: sign("case.closed", EVENT["detail"], now, [key])}


def post_to_list(heard):
    return lambda body: heard.append(json.loads(body)) or 200


def test_what_is_listed_says_which_event_it_is_and_why_it_was_given_up():
    event = {**EVENT, "time": "2026-11-20T09:00:00Z"}
    said = {"ERROR_CODE": "SDK_CLIENT_ERROR"}
    assert line_of(event, said) == "2026-11-20T09:00:00Z case.closed 01E.case.closed SDK_CLIENT_ERROR"
