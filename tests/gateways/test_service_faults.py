"""What the gateways make of everything that a service may answer or not: below botocore's own retries."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from botocore.exceptions import (
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    ReadTimeoutError,
    SSLError,
)
from botocore.session import get_session
from moto import mock_aws
from urllib3.exceptions import IncompleteRead, ProtocolError

from chalicelib.domain.contact_points import Channel
from chalicelib.domain.errors import NotFound, SendingRefused, SendingUnknown, StorageUnavailable
from chalicelib.domain.messages import OutgoingMessage, Receipt
from chalicelib.gateways import aws
from chalicelib.gateways.carriers import SesCarrier, SmsCarrier
from chalicelib.gateways.event_bus import EventBridgeAnnouncer
from chalicelib.gateways.object_stores import S3AttachmentStore, S3RawStore
from chalicelib.gateways.secrets import fetch_secrets
from chalicelib.gateways.work_queues import SqsWorkQueues
from chalicelib.usecases.ports import Announcement, Incoming
from tests.fakes.service_wire import BrokenBody, ServiceWire

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
RECEIPT = Receipt("email", "f1", NOW)
INCOMING = Incoming("incoming/email/f1", b"mail", RECEIPT, NOW)
MAIL = OutgoingMessage(Channel.EMAIL, "pomoc@hub.example", "anna@example.pl", "", "01ENTRY-1", b"From: x\r\n\r\nTak.")
SMS = OutgoingMessage(Channel.SMS, "+48700100200", "+48601234567", "Tak.", "01ENTRY-1")
NOWHERE = "http://127.0.0.1:9"
QUEUE = f"{NOWHERE}/000000000000/queue"
PATIENCE = aws.PATIENT.retries["total_max_attempts"]

_SESSION = get_session()


class Clients(dict):
    """With the hub's own settings, and nobody behind them. New for each test, because botocore counts for each client
    how much it may still retry.
    """

    def __missing__(self, service):
        config = aws.ONCE if service in ("sesv2", "pinpoint-sms-voice-v2") else aws.PATIENT
        self[service] = _SESSION.create_client(service, region_name="eu-central-1", endpoint_url=NOWHERE, config=config)
        return self[service]


@pytest.fixture
def clients():
    return Clients()


@pytest.fixture
def wire(monkeypatch):
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _seconds: None)  # botocore's pauses between attempts
    return ServiceWire()


def work_queues(sqs, url):
    return SqsWorkQueues(sqs, url, url, url, url, url, lambda: NOW)


STORES = {
    "put": ("s3", lambda s3: S3RawStore(s3, "splot").put_incoming(RECEIPT, b"mail")),
    "get": ("s3", lambda s3: S3RawStore(s3, "splot").get_incoming(INCOMING.key)),
    "keep": ("s3", lambda s3: S3RawStore(s3, "splot").keep(INCOMING, RECEIPT)),
    "forget": ("s3", lambda s3: S3RawStore(s3, "splot").forget_incoming(INCOMING.key)),
    "list": ("s3", lambda s3: list(S3RawStore(s3, "splot").left_over(NOW))),
    "put attachment": ("s3", lambda s3: S3AttachmentStore(s3, "splot").put("att/a/b", b"x", "text/plain")),
    "get attachment": ("s3", lambda s3: S3AttachmentStore(s3, "splot").get("att/a/b")),
    "ask": (
        "sqs",
        lambda sqs: work_queues(sqs, QUEUE).ask_to_receive(INCOMING.key),
    ),
    "announce": (
        "events",
        lambda events: EventBridgeAnnouncer(events, "bus", dict, lambda: NOW).announce([_announcement()]),
    ),
    "secrets": ("ssm", lambda ssm: fetch_secrets(ssm, "/splot/secrets")),
}
CARRIERS = {
    "mail": ("sesv2", lambda ses: SesCarrier(ses, "").send(MAIL)),
    "sms": ("pinpoint-sms-voice-v2", lambda sms: SmsCarrier(sms).send(SMS)),
}
NEVER_ARRIVED = [ConnectTimeoutError, EndpointConnectionError]
MAYBE_ARRIVED = [ReadTimeoutError, ConnectionClosedError]


def _announcement(number=1):
    return Announcement(str(number), "message.received", NOW, 1, {}, {})


def _refuse(wire, service, status, code, times):
    (wire.refuse_as_s3 if service == "s3" else wire.refuse)(status, code, times)


# Stores and queues: repeated a few times, then "unavailable"


@pytest.mark.parametrize("name", STORES)
@pytest.mark.parametrize(("status", "code"), [(503, "SlowDown"), (400, "ThrottlingException"), (500, "InternalError")])
def test_a_service_that_stays_busy_was_asked_a_few_times_and_is_unavailable(clients, wire, name, status, code):
    service, call = STORES[name]
    _refuse(wire, service, status, code, times=20)
    with wire.on(clients[service]), pytest.raises(StorageUnavailable):
        call(clients[service])
    assert len(wire.attempts) == PATIENCE


@pytest.mark.parametrize("name", STORES)
@pytest.mark.parametrize("error", NEVER_ARRIVED + MAYBE_ARRIVED)
def test_a_service_that_does_not_answer_was_asked_a_few_times_and_is_unavailable(clients, wire, name, error):
    service, call = STORES[name]
    wire.fail(error(endpoint_url=NOWHERE), times=20)
    with wire.on(clients[service]), pytest.raises(StorageUnavailable):
        call(clients[service])
    assert len(wire.attempts) == PATIENCE


@pytest.mark.parametrize("name", STORES)
@pytest.mark.parametrize("error", [SSLError(endpoint_url=NOWHERE, error="x"), HTTPClientError(error="x")])
def test_a_connection_that_cannot_be_made_is_unavailable(clients, wire, name, error):
    service, call = STORES[name]
    wire.fail(error, times=20)
    with wire.on(clients[service]), pytest.raises(StorageUnavailable):
        call(clients[service])


@pytest.mark.parametrize("name", STORES)
def test_an_access_that_is_denied_is_not_asked_for_again_and_nothing_is_missing(clients, wire, name):
    service, call = STORES[name]
    _refuse(wire, service, 403, "AccessDenied", times=20)
    with wire.on(clients[service]), pytest.raises(StorageUnavailable):
        call(clients[service])
    assert len(wire.attempts) == 1


@pytest.mark.parametrize("name", ["list", "announce", "secrets"])
def test_an_answer_that_cannot_be_read_is_none(clients, wire, name):
    """It was a KeyError, or an error of botocore's parser that is none of its `BotoCoreError`s."""
    service, call = STORES[name]
    wire.answer(200, b"<html><p>the proxy says", times=20)
    with wire.on(clients[service]), pytest.raises(StorageUnavailable):
        call(clients[service])


@pytest.mark.parametrize("name", ["get", "get attachment"])
def test_a_body_that_breaks_off_is_unavailable_and_not_short(clients, wire, name):
    _, call = STORES[name]
    headers = {"content-length": "10", "last-modified": "Mon, 23 Nov 2026 09:00:00 GMT"}
    wire.answer(200, BrokenBody(b"ab", ProtocolError("broken", IncompleteRead(2, 8))), headers)
    wire.answer(200, b"ab", headers)
    with wire.on(clients["s3"]):
        for _ in range(2):
            with pytest.raises(StorageUnavailable):
                call(clients["s3"])


def test_only_what_is_certainly_missing_is_missing(clients, wire):
    _, call = STORES["get"]
    with wire.on(clients["s3"]):
        wire.refuse_as_s3(404, "NoSuchKey")
        with pytest.raises(NotFound):
            call(clients["s3"])
        wire.refuse_as_s3(404, "NoSuchBucket")
        with pytest.raises(StorageUnavailable):
            call(clients["s3"])


def test_two_who_put_the_same_key_at_the_same_moment_may_both_be_told_to_try_again(clients, wire):
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html"""
    _, call = STORES["put"]
    wire.refuse_as_s3(409, "ConditionalRequestConflict", times=20)
    with wire.on(clients["s3"]), pytest.raises(StorageUnavailable):
        call(clients["s3"])


def _taken(*outcomes):
    """What PutEvents answers: True, or the code of the error, for each event."""
    entries = [{"EventId": "e"} if outcome is True else {"ErrorCode": outcome} for outcome in outcomes]
    return {"FailedEntryCount": sum(outcome is not True for outcome in outcomes), "Entries": entries}


def _ids_put(wire):
    return [
        [json.loads(entry["Detail"])["id"] for entry in json.loads(attempt.body)["Entries"]]
        for attempt in wire.attempts
    ]


def test_events_go_ten_at_a_time_and_only_those_that_the_bus_did_not_take_are_put_again_behind_the_others(
    clients, wire
):
    wire.answer_json(200, _taken(*[True] * 3, "ThrottlingException", *[True] * 5, "InternalException"))
    wire.answer_json(200, _taken(*[True] * 2))
    wire.answer_json(200, _taken("ThrottlingException", True))
    wire.answer_json(200, _taken(True))
    events = [_announcement(number) for number in range(12)]
    with wire.on(clients["events"]):
        EventBridgeAnnouncer(clients["events"], "bus", dict, lambda: NOW).announce(events)
    assert _ids_put(wire) == [[str(number) for number in range(10)], ["10", "11"], ["3", "9"], ["3"]]


def test_an_event_that_the_bus_takes_in_none_of_three_passes_comes_again_with_its_batch(clients, wire):
    for _ in range(3):
        wire.answer_json(200, _taken("ThrottlingException"))
    with wire.on(clients["events"]), pytest.raises(StorageUnavailable):
        STORES["announce"][1](clients["events"])
    assert len(wire.attempts) == 3


@pytest.mark.parametrize("answer", [{}, {"FailedEntryCount": 1, "Entries": []}, {"FailedEntryCount": None}])
def test_an_answer_of_the_bus_that_cannot_be_read_announces_nothing(clients, wire, answer):
    for _ in range(3):
        wire.answer_json(200, answer)
    with wire.on(clients["events"]), pytest.raises(StorageUnavailable):
        STORES["announce"][1](clients["events"])


# The same on a service that works: what was asked for happened, and the answer is lost


@pytest.fixture
def real():
    with mock_aws():
        s3 = _SESSION.create_client("s3", region_name="us-east-1", config=aws.PATIENT)
        s3.create_bucket(Bucket="splot")
        sqs = _SESSION.create_client("sqs", region_name="us-east-1", config=aws.PATIENT)
        yield {"s3": s3, "sqs": sqs, "queue": sqs.create_queue(QueueName="receive")["QueueUrl"]}


def test_a_put_whose_answer_was_lost_is_durable_and_whoever_put_it_hears_that_it_was_there(real, wire):
    """The second attempt meets what the first one put: it may be kept, and may be somebody else's."""
    raw = S3RawStore(real["s3"], "splot")
    with wire.on(real["s3"]):
        wire.lose_answer()
        put = raw.put_incoming(RECEIPT, b"mail")
    assert put.again
    assert raw.get_incoming(put.key).body == b"mail"
    assert len(wire.attempts) == 3  # the put, the put again, and the reading of what is there


@pytest.mark.parametrize("name", ["keep", "forget", "put attachment"])
def test_what_is_repeated_after_a_lost_answer_changes_nothing_more(real, wire, name):
    with wire.on(real["s3"]):
        wire.lose_answer()
        STORES[name][1](real["s3"])
    once = sorted(found["Key"] for found in real["s3"].list_objects_v2(Bucket="splot").get("Contents", ()))
    STORES[name][1](real["s3"])
    assert sorted(found["Key"] for found in real["s3"].list_objects_v2(Bucket="splot").get("Contents", ())) == once
    assert len(once) == (0 if name == "forget" else 1)


def test_a_hint_whose_answer_was_lost_comes_twice(real, wire):
    """Queues bring everything at least once anyway."""
    with wire.on(real["sqs"]):
        wire.lose_answer()
        work_queues(real["sqs"], real["queue"]).ask_to_receive("incoming/email/f1")
    attributes = real["sqs"].get_queue_attributes(QueueUrl=real["queue"], AttributeNames=["All"])["Attributes"]
    assert attributes["ApproximateNumberOfMessages"] == "2"


# Carriers: one attempt, whatever comes


def _ways_to_answer():
    for code in ("MessageRejected", "ValidationException", "AccessDeniedException"):
        yield code, lambda wire, code=code: wire.refuse(400, code), "refused for good"
    for code in ("TooManyRequestsException", "ThrottlingException"):
        yield code, lambda wire, code=code: wire.refuse(429, code), "refused for now"
    for error in NEVER_ARRIVED:
        yield error.__name__, lambda wire, error=error: wire.fail(error(endpoint_url=NOWHERE)), "refused for now"
    for error in MAYBE_ARRIVED:
        yield error.__name__, lambda wire, error=error: wire.fail(error(endpoint_url=NOWHERE)), "unknown"
    for status in (500, 502, 503, 504):
        yield f"{status}", lambda wire, status=status: wire.refuse(status, "InternalFailure"), "unknown"
        yield f"{status} of a proxy", lambda wire, status=status: wire.answer(status, b"<html>"), "unknown"
    for body in (b"", b"{}", b"<html><p>the proxy says", b'{"Mess', b"[]", b'{"MessageId": null}'):
        yield f"200 {body!r}", lambda wire, body=body: wire.answer(200, body), "unknown"


WAYS = {name: (answer, outcome) for name, answer, outcome in _ways_to_answer()}


@pytest.mark.parametrize("carrier", CARRIERS)
@pytest.mark.parametrize("way", WAYS)
def test_a_carrier_is_asked_by_exactly_one_http_call_whatever_it_answers(clients, wire, carrier, way):
    """A 200 without an id that can be read was a KeyError: the message stood as being sent until its lease ran out."""
    service, send = CARRIERS[carrier]
    answer, outcome = WAYS[way]
    answer(wire)
    wire.fail(AssertionError("asked twice"), times=5)
    with wire.on(clients[service]), pytest.raises((SendingRefused, SendingUnknown)) as error:
        send(clients[service])
    assert len(wire.attempts) == 1
    said = error.value
    if isinstance(said, SendingRefused):
        assert outcome == ("refused for now" if said.temporary else "refused for good")
    else:
        assert outcome == "unknown"


@pytest.mark.parametrize("carrier", CARRIERS)
def test_a_carrier_that_takes_a_message_is_asked_once_too(clients, wire, carrier):
    service, send = CARRIERS[carrier]
    wire.answer_json(200, {"MessageId": "id-1"})
    wire.fail(AssertionError("asked twice"), times=5)
    with wire.on(clients[service]):
        assert send(clients[service]) == "id-1"
    assert len(wire.attempts) == 1
