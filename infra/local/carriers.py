"""An HTTP server that stands where SES takes mail, the SMS service takes text messages away, and SNS rings devices.

    python -m infra.local.carriers FOLDER

The hub's functions find it through AWS_ENDPOINT_URL_SESV2, AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2 and
AWS_ENDPOINT_URL_SNS and speak to it as to AWS. People open its page, which shows what was sent, and let a text message
arrive:

    curl http://127.0.0.1:8025/sms -d '{"from": "+48601234567", "to": "+48...", "text": "..."}'

What becomes of a message is told as the carriers tell it (`reporting.py`).
"""

from __future__ import annotations

import json
import logging
import os
import sys
from datetime import UTC, datetime
from functools import cache
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from infra.local.accounts import fax_credential
from infra.local.hub import HubPorts
from infra.local.incoming_sms import IncomingSms, NotAccepted
from infra.local.outbox import Outbox, Refused
from infra.local.outbox_page import Served, find_shown, render_page
from infra.local.outside import Outside
from infra.local.push import answer_query
from infra.local.reporting import Reporting
from infra.local.stack import HOST, LocalStack

# A mail of 40 MB in base 64, in JSON.
LARGEST_REQUEST = 60 * 1024 * 1024
SHOWN = 200

log = logging.getLogger("carriers")


class CarriersServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int, outbox: Outbox, incoming_sms: IncomingSms, reporting: Reporting) -> None:
        super().__init__((HOST, port), _Handler)
        self.outbox = outbox
        self.incoming_sms = incoming_sms
        self.reporting = reporting


class _Handler(BaseHTTPRequestHandler):
    server: CarriersServer
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:  # the library's name
        if self.path == "/" and self.headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded"):
            body = self.rfile.read(min(int(self.headers.get("Content-Length", 0)), LARGEST_REQUEST))
            status, answer = answer_query(body, self.server.outbox)
            self._send(status, "text/xml", answer)
            return
        try:
            request = self._read_json()
            operation = self.headers.get("X-Amz-Target", "")
            if self.path == "/v2/email/outbound-emails":
                sent = self.server.outbox.send_mail(request)
                self._answer(HTTPStatus.OK, {"MessageId": sent.id})
                self.server.reporting.of_mail(sent.path, sent.id, request)
                self.server.reporting.of_fax(sent.path, sent.id, request)
            elif operation == "PinpointSMSVoiceV2.SendTextMessage":
                sent = self.server.outbox.send_sms(request)
                self._answer(HTTPStatus.OK, {"MessageId": sent.id})
                self.server.reporting.of_sms(sent.path, sent.id, request)
            elif self.path == "/sms":
                self._let_sms_arrive(request)
            else:
                self._answer(HTTPStatus.NOT_FOUND, {"message": f"Nothing stands here for {operation or self.path}."})
        except Refused as refused:
            self._refuse(refused)
        except Exception:
            log.exception("%s", self.path)
            self._answer(HTTPStatus.INTERNAL_SERVER_ERROR, {"message": "See the log of the carriers."})

    def do_GET(self) -> None:  # the library's name
        outbox = self.server.outbox
        if self.path in {"/", "/outbox"}:
            self._serve(render_page(outbox.newest(SHOWN)))
            return
        if self.path == "/v2/email/account":
            quota = {"Max24HourSend": 50_000.0, "MaxSendRate": 14.0, "SentLast24Hours": 0.0}
            self._answer(HTTPStatus.OK, {"SendQuota": quota, "SendingEnabled": True, "ProductionAccessEnabled": True})
            return
        shown = find_shown(outbox.newest(sys.maxsize), self.path)
        if shown is None:
            self._send(HTTPStatus.NOT_FOUND, "text/plain; charset=utf-8", b"There is no such message.\n")
        else:
            self._serve(shown)

    def _serve(self, served: Served) -> None:
        self._send(HTTPStatus.OK, served.kind, served.body, served.fields)

    def _let_sms_arrive(self, request: dict[str, Any]) -> None:
        try:
            sender, to, text = (str(request[name]) for name in ("from", "to", "text"))
            id_ = self.server.incoming_sms.accept(sender, to, text)
        except KeyError as error:
            self._answer(HTTPStatus.BAD_REQUEST, {"message": f"{error} is missing; needed: from, to, text."})
        except NotAccepted as error:
            self._answer(HTTPStatus.BAD_REQUEST, {"message": str(error)})
        else:
            self._answer(HTTPStatus.ACCEPTED, {"inboundMessageId": id_})

    def _read_json(self) -> dict[str, Any]:
        length = int(self.headers.get("Content-Length", 0))
        if length > LARGEST_REQUEST:
            raise Refused("BadRequestException", "The request is too large.")
        try:
            request = json.loads(self.rfile.read(length))
        except ValueError:
            request = None
        if not isinstance(request, dict):
            raise Refused("BadRequestException", "The request is not a JSON object.")
        return request

    def _refuse(self, refused: Refused) -> None:
        """REST JSON names the error in a header field, JSON RPC in the body; both are given."""
        body = {"__type": refused.code, "message": str(refused)}
        self._answer(refused.status, body, {"x-amzn-ErrorType": refused.code})

    def _answer(self, status: HTTPStatus, body: dict[str, Any], fields: dict[str, str] | None = None) -> None:
        self._send(status, "application/json", json.dumps(body, ensure_ascii=False).encode() + b"\n", fields)

    def _send(self, status: HTTPStatus, kind: str, body: bytes, fields: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **(fields or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the library's name
        log.info(format, *args)


def main(folder: str) -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    stack = LocalStack(Path(folder))
    hub = HubPorts(stack)

    def now() -> datetime:
        return datetime.now(UTC)

    @cache
    def sns() -> Any:
        return stack.client("sns")

    def publish(topic: str, message: str) -> None:
        sns().publish(TopicArn=stack.get_deployed().resources[topic], Message=message)

    incoming_sms = IncomingSms(
        hub.configuration, lambda: hub.raw, lambda message: publish("IncomingSmsTopic", message), now, os.urandom
    )
    outbox = Outbox(stack.outbox, now, os.urandom)
    reporting = Reporting(publish, now, Outside(stack).post_fax_report, lambda: fax_credential(stack))
    CarriersServer(stack.ports["carriers"], outbox, incoming_sms, reporting).serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
