"""The hub's own gateways speak to the stand-in as they speak to AWS."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from types import SimpleNamespace
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

import boto3
import pytest
from botocore.config import Config

from chalicelib.domain.contact_points import Channel
from chalicelib.domain.errors import Limit, SendingRefused
from chalicelib.domain.messages import OutgoingMessage
from chalicelib.gateways.carriers import SesCarrier, SmsCarrier
from chalicelib.gateways.ses_quota import SesQuota
from infra.local.carriers import CarriersServer
from infra.local.incoming_sms import NotAccepted
from infra.local.outbox import Outbox
from infra.local.reporting import Reporting
from infra.local.stack import HOST

AT = datetime(2026, 11, 23, 14, 5, 6, tzinfo=UTC)
RAW = b"From: pomoc@hub.example\r\nTo: anna@example.pl\r\nSubject: x\r\n\r\nGda\xc5\x84sk\r\n"


def accept(sender, to, text):
    if not to.startswith("+48799"):
        raise NotAccepted("not ours")
    return f"{sender} {to} {text}"


@pytest.fixture
def server(tmp_path):
    outbox = Outbox(tmp_path, lambda: AT, lambda size: bytes(range(size)))
    server = CarriersServer(
        0, outbox, SimpleNamespace(accept=accept), Reporting(lambda *_: None, lambda: AT, lambda *_: None, str)
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def url(server):
    return f"http://{HOST}:{server.server_address[1]}"


def client(service, url, **config):
    return boto3.client(
        service,
        config=Config(**config),
        endpoint_url=url,
        region_name="eu-central-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


def get(url, body=None):
    opener = build_opener(ProxyHandler({}))
    try:
        with opener.open(Request(url, data=body)) as answer:  # noqa: S310  # our own server's address
            return answer.status, answer.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()


def test_a_mail_that_the_hub_sends_is_in_the_outbox(server, url):
    message = OutgoingMessage(Channel.EMAIL, "pomoc@hub.example", "anna@example.pl", "", "01J-1", RAW)
    id_ = SesCarrier(client("sesv2", url), "").send(message)
    (path,) = server.outbox.newest(10)
    assert path.name.endswith(f"{id_}.eml")
    assert path.read_bytes().endswith(b"\r\n\r\nGda\xc5\x84sk\r\n")


def test_a_text_message_that_the_hub_sends_is_in_the_outbox(server, url):
    message = OutgoingMessage(Channel.SMS, "+48799000001", "+48601234567", "Gdańsk", "01J-1")
    id_ = SmsCarrier(client("pinpoint-sms-voice-v2", url)).send(message)
    sent = json.loads(server.outbox.newest(1)[0].read_text())
    assert (sent["MessageId"], sent["MessageBody"]) == (id_, "Gdańsk")


def test_a_refused_message_is_refused_for_good(url):
    mail = OutgoingMessage(Channel.EMAIL, "pomoc@hub.example", "anna@example.pl", "", "not a tag", RAW)
    with pytest.raises(SendingRefused) as refused:
        SesCarrier(client("sesv2", url), "").send(mail)
    assert (refused.value.reason, refused.value.temporary) == (
        "BadRequestException: EmailTags may have letters, digits, - and _ only.",
        False,
    )
    sms = OutgoingMessage(Channel.SMS, "+48799000001", "0601", "x", "01J-1")
    with pytest.raises(SendingRefused) as refused:
        SmsCarrier(client("pinpoint-sms-voice-v2", url)).send(sms)
    assert refused.value.reason.startswith("ValidationException: DestinationPhoneNumber")


def test_the_page_links_to_each_message(server, url):
    message = OutgoingMessage(Channel.EMAIL, "pomoc@hub.example", "anna@example.pl", "", "01J-1", RAW)
    SesCarrier(client("sesv2", url), "").send(message)
    link = f"/outbox/{server.outbox.newest(1)[0].name}"
    assert link in get(f"{url}/")[1]
    assert "Gdańsk" in get(url + link)[1]


def test_throttling_is_a_refusal_that_may_pass(url):
    mail = OutgoingMessage(Channel.EMAIL, "pomoc@hub.example", "throttled@example.pl", "", "01J-1", RAW)
    with pytest.raises(SendingRefused) as refused:
        SesCarrier(client("sesv2", url, retries={"total_max_attempts": 1}), "").send(mail)
    assert (refused.value.limit, refused.value.temporary) == (Limit.RATE, True)


def test_it_says_how_fast_mail_may_go_as_ses_does(url):
    assert SesQuota(client("sesv2", url), lambda: AT)() == (14.0, 50_000.0)


def test_only_messages_are_served(url):
    assert get(f"{url}/outbox/../secrets.json")[0] == 404
    assert get(f"{url}/outbox/x.envelope.json")[0] == 404


def test_one_call_lets_a_text_message_arrive(url):
    sms = {"from": "+48601234567", "to": "+48799000001", "text": "Cześć"}
    assert get(f"{url}/sms", json.dumps(sms).encode()) == (
        202,
        '{"inboundMessageId": "+48601234567 +48799000001 Cześć"}\n',
    )


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"from": "+48601234567"}', "'to' is missing"),
        (b'{"from": "+48601234567", "to": "+1", "text": ""}', "not ours"),
        (b"{", "not a JSON object"),
        (b"[]", "not a JSON object"),
    ],
)
def test_an_incomplete_text_message_is_answered_with_what_is_wrong(url, body, said):
    status, text = get(f"{url}/sms", body)
    assert status == 400
    assert said in text


def test_what_nothing_stands_for_is_named(url):
    assert get(f"{url}/v2/email/templates", b"{}") == (
        404,
        '{"message": "Nothing stands here for /v2/email/templates."}\n',
    )
