"""Every send is asked for exactly once, and what is not certain is unknown."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from botocore.config import Config
from botocore.session import get_session

from chalicelib.domain.contact_points import Channel
from chalicelib.domain.errors import Limit, SendingRefused, SendingUnknown
from chalicelib.domain.messages import OutgoingMessage
from chalicelib.domain.sms import SmsTransport
from chalicelib.gateways import aws
from chalicelib.gateways.carriers import SesCarrier, SmsCarrier

MAIL = OutgoingMessage(Channel.EMAIL, "pomoc@hub.example", "anna@example.pl", "", "01ENTRY-1", b"From: x\r\n\r\nTak.")
SMS = OutgoingMessage(Channel.SMS, "+48700100200", "+48601234567", "Tak.", "01ENTRY-1")

SESSION = get_session()  # one for all: it reads the service models once


class Service:
    """Answers as told and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict]] = []
        self.answer: tuple[int, dict] | None = (200, {"MessageId": "id-1"})
        service = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                service.asked.append((self.path, json.loads(body)))
                if service.answer is None:
                    self.close_connection = True  # the message was taken, the answer is lost
                    self.connection.close()
                    return
                status, said = service.answer
                data = json.dumps(said).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                if status >= 400:
                    self.send_header("x-amzn-ErrorType", said["__type"])
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def service():
    made = Service()
    yield made
    made.server.shutdown()
    made.server.server_close()


def carriers(url):
    """With the hub's own settings for clients that send."""
    clients = {
        name: SESSION.create_client(name, region_name="eu-central-1", endpoint_url=url, config=aws.ONCE)
        for name in ("sesv2", "pinpoint-sms-voice-v2")
    }
    return [(SesCarrier(clients["sesv2"], "hub"), MAIL), (SmsCarrier(clients["pinpoint-sms-voice-v2"]), SMS)]


def each(service):
    return carriers(service.url)


def test_a_mail_is_handed_over_raw_with_a_tag_that_comes_back_in_events(service):
    carrier, message = each(service)[0]
    assert carrier.send(message) == "id-1"
    ((path, asked),) = service.asked
    assert path == "/v2/email/outbound-emails"
    assert asked["Destination"] == {"ToAddresses": ["anna@example.pl"]}
    assert asked["EmailTags"] == [{"Name": "entry", "Value": "01ENTRY-1"}]
    assert asked["ConfigurationSetName"] == "hub"
    assert "Raw" in asked["Content"]


def test_a_text_message_carries_its_tag_as_context(service):
    carrier, message = each(service)[1]
    assert carrier.send(message) == "id-1"
    ((_, asked),) = service.asked
    assert asked["DestinationPhoneNumber"] == "+48601234567"
    assert asked["OriginationIdentity"] == "+48700100200"
    assert asked["Context"] == {"entry": "01ENTRY-1"}


def test_a_text_message_is_carried_as_its_inbox_wants_it(service):
    carrier, message = each(service)[1]
    carrier.send(replace(message, sms=SmsTransport("0.25", timedelta(hours=4), "protect-1", "ours")))
    ((_, asked),) = service.asked
    assert (asked["MaxPrice"], asked["TimeToLive"]) == ("0.25", 14_400)
    assert (asked["ProtectConfigurationId"], asked["ConfigurationSetName"]) == ("protect-1", "ours")


def test_what_the_inbox_leaves_out_is_left_to_the_service(service):
    carrier, message = each(service)[1]
    carrier.send(message)
    ((_, asked),) = service.asked
    assert not {"MaxPrice", "TimeToLive", "ProtectConfigurationId", "ConfigurationSetName"} & set(asked)


def test_a_refusal_for_good_says_why(service):
    refusal = {"__type": "ValidationException", "Reason": "PRICE_OVER_THRESHOLD", "message": "too\ndear"}
    service.answer = (400, refusal)
    carrier, message = each(service)[1]
    with pytest.raises(SendingRefused) as refused:
        carrier.send(message)
    assert refused.value.reason == "ValidationException PRICE_OVER_THRESHOLD: too dear"


@pytest.mark.parametrize("which", [0, 1])
def test_a_lost_answer_is_unknown_and_the_carrier_was_asked_once(service, which):
    service.answer = None
    carrier, message = each(service)[which]
    with pytest.raises(SendingUnknown):
        carrier.send(message)
    assert len(service.asked) == 1


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize(
    ("status", "code", "temporary"),
    [
        (400, "MessageRejected", False),
        (400, "ValidationException", False),
        (403, "AccessDeniedException", False),
        (429, "TooManyRequestsException", True),
        (400, "ThrottlingException", True),
        (400, "SendingPausedException", True),
        (402, "ServiceQuotaExceededException", True),
    ],
)
def test_a_refusal_is_certain_and_says_whether_it_may_pass(service, which, status, code, temporary):
    service.answer = (status, {"__type": code, "message": "no"})
    carrier, message = each(service)[which]
    with pytest.raises(SendingRefused) as refused:
        carrier.send(message)
    assert refused.value.reason.partition(":")[0] == code
    assert refused.value.temporary is temporary
    assert len(service.asked) == 1


@pytest.mark.parametrize(
    ("code", "text", "limit"),
    [
        ("TooManyRequestsException", "Maximum sending rate exceeded.", Limit.RATE),
        ("ThrottlingException", "Daily message quota exceeded.", Limit.DAILY),
        ("ThrottlingException", "", Limit.RATE),
        ("ServiceQuotaExceededException", "MONTHLY_SPEND_LIMIT", Limit.QUOTA),
        ("SendingPausedException", "", None),
        ("ExpiredTokenException", "", None),
    ],
)
def test_a_refusal_for_now_says_which_limit_was_reached(service, code, text, limit):
    service.answer = (400, {"__type": code, "message": text})
    carrier, message = each(service)[0]
    with pytest.raises(SendingRefused) as refused:
        carrier.send(message)
    assert (refused.value.temporary, refused.value.limit) == (True, limit)


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_broken_answer_of_the_carrier_is_unknown(service, which, status):
    service.answer = (status, {"__type": "InternalServiceException", "message": "?"})
    carrier, message = each(service)[which]
    with pytest.raises(SendingUnknown):
        carrier.send(message)
    assert len(service.asked) == 1


@pytest.mark.parametrize("which", [0, 1])
def test_a_carrier_that_cannot_be_reached_was_certainly_not_asked(which):
    carrier, message = carriers("http://127.0.0.1:9")[which]
    with pytest.raises(SendingRefused) as refused:
        carrier.send(message)
    assert refused.value.temporary


def test_a_carrier_that_does_not_answer_in_time_is_unknown(service):
    impatient = aws.ONCE.merge(Config(read_timeout=0.2))
    client = SESSION.create_client("sesv2", region_name="eu-central-1", endpoint_url=_silent(service), config=impatient)
    with pytest.raises(SendingUnknown):
        SesCarrier(client, "").send(MAIL)


def _silent(service):
    """Takes the connection and says nothing."""
    import socket

    listening = socket.create_server(("127.0.0.1", 0))
    service.kept_open = listening
    return f"http://127.0.0.1:{listening.getsockname()[1]}"


def test_the_clients_that_send_are_made_with_these_settings():
    assert aws.ONCE.retries == {"mode": "standard", "total_max_attempts": 1}
