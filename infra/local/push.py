"""What stands where SNS rings devices: it speaks SNS's query protocol as far as the hub does.

A token that begins with `gone` is one whose app was removed: its endpoint is disabled.
https://docs.aws.amazon.com/sns/latest/api/API_CreatePlatformEndpoint.html, API_Publish.html
"""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from infra.local.outbox import Outbox, Refused

APPLICATIONS = {
    "PushApnsApplicationArn": "arn:aws:sns:eu-central-1:000000000000:app/APNS/splot",
    "PushFcmApplicationArn": "arn:aws:sns:eu-central-1:000000000000:app/GCM/splot",
}
_NAMESPACE = "http://sns.amazonaws.com/doc/2010-03-31/"


def answer_query(body: bytes, outbox: Outbox) -> tuple[HTTPStatus, bytes]:
    """The status and the XML that SNS would answer."""
    asked = {name: values[0] for name, values in parse_qs(body.decode()).items()}
    action = asked.get("Action", "")
    try:
        if action == "CreatePlatformEndpoint":
            kind = asked["PlatformApplicationArn"].split("/")[1]
            endpoint = f"arn:aws:sns:eu-central-1:000000000000:endpoint/{kind}/splot/{asked['Token']}"
            return HTTPStatus.OK, _answer(action, "EndpointArn", endpoint)
        if action == "Publish":
            return HTTPStatus.OK, _answer(action, "MessageId", outbox.send_push(asked))
    except KeyError as missing:
        return _refused("InvalidParameter", f"{missing} is missing")
    except Refused as refused:
        return _refused(refused.code, str(refused))
    return _refused("InvalidAction", f"Nothing stands here for {action}.")


def _answer(action: str, member: str, value: str) -> bytes:
    result = f"<{action}Result><{member}>{escape(value)}</{member}></{action}Result>"
    return f'<{action}Response xmlns="{_NAMESPACE}">{result}</{action}Response>'.encode()


def _refused(code: str, text: str) -> tuple[HTTPStatus, bytes]:
    error = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{escape(text)}</Message></Error>"
    return HTTPStatus.BAD_REQUEST, f'<ErrorResponse xmlns="{_NAMESPACE}">{error}</ErrorResponse>'.encode()
