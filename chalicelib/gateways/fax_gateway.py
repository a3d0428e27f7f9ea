"""Hands a fax to a gateway that takes a POST. It is asked exactly once, and no redirect is followed: behind one the
credential would be told to somebody else.

An answer that did not come back is `SendingUnknown`, like with the other carriers; whatever else the gateway means by
its answers is decided by the status (RFC 9110, 15) and by whether the answer has an id.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from http import HTTPStatus

import msgspec
from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError
from botocore.httpsession import URLLib3Session

from chalicelib.content.plain_text import one_line
from chalicelib.domain.errors import SendingRefused, SendingUnknown
from chalicelib.domain.messages import OutgoingMessage, Post
from chalicelib.domain.remarks import remark

_TIMEOUTS = (3, 30)  # seconds to connect, and between what comes; the function lives for 60
_LARGEST_ANSWER = 64 * 1024
_LONGEST_WORDS = 200
_LATER = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}
_CREDENTIAL = re.compile(r"[!-~](?:[ -~]*[!-~])?")


class FaxGateway:
    """`credentials`: by name; asked for when a fax is sent."""

    def __init__(self, credentials: Callable[[], Mapping[str, str]], session: URLLib3Session | None = None) -> None:
        self._credentials = credentials
        self._session = session or URLLib3Session(timeout=_TIMEOUTS)

    def send(self, message: OutgoingMessage) -> str:
        post = message.post
        if post is None:
            raise SendingRefused(remark("fax_without_post"), temporary=False)
        fields = {"Content-Type": post.content_type, "Accept": "application/json", **self._authorization(post)}
        request = AWSRequest("POST", post.url, fields, post.body, stream_output=True)
        try:
            answer = self._session.send(request.prepare())
            body = answer.raw.read(_LARGEST_ANSWER, decode_content=True)
        except (ConnectTimeoutError, EndpointConnectionError) as error:
            name = type(error).__name__
            raise SendingRefused(remark("gateway_not_reached", error=name), temporary=True) from None
        except Exception as error:  # noqa: BLE001  # whatever it is, the gateway may have the fax
            raise SendingUnknown(f"no answer from the fax gateway ({type(error).__name__})") from None
        return _id_in(answer, body, post.answer_id)

    def _authorization(self, post: Post) -> Mapping[str, str]:
        if not post.credential:
            return {}
        credential = self._credentials().get(post.credential, "")
        if not _CREDENTIAL.fullmatch(credential):
            raise SendingRefused(remark("no_fax_credential", name=post.credential), temporary=False)
        return {"Authorization": f"{post.scheme} {credential}".strip()}


def _id_in(answer: AWSResponse, body: bytes, member: str) -> str:
    status = int(answer.status_code)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status < HTTPStatus.OK:
        raise SendingUnknown(f"the fax gateway answered {status}")
    if status >= HTTPStatus.MULTIPLE_CHOICES:
        words = one_line(body.decode("utf-8", "replace"), _LONGEST_WORDS)
        raise SendingRefused(
            remark("gateway_answered", answer=f"{status} {words}".rstrip()), temporary=status in _LATER
        )
    found = _member(body, member)
    if not found:
        raise SendingUnknown("the fax gateway took it and gave no id that can be read")
    return found


def _member(body: bytes, path: str) -> str:
    """`path`: names with dots between."""
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return ""
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    is_id = isinstance(value, (str, int)) and not isinstance(value, bool)
    return one_line(str(value), _LONGEST_WORDS) if is_id else ""
