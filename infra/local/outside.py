"""What the world does with the hub of a local stack: people write, and agents read and answer over the API."""

from __future__ import annotations

import json
import smtplib
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from email.utils import localtime, make_msgid
from pathlib import Path
from typing import Any, TypeVar
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin
from urllib.request import ProxyHandler, Request, build_opener

from botocore.exceptions import BotoCoreError

from infra.local.accounts import token_for
from infra.local.configuration import FAX_INBOX, FAX_PROOF
from infra.local.stack import HOST, LocalStack

T = TypeVar("T")

# Python would write a message id that is longer than a line as an encoded word, which no mail program does.
_UNFOLDED = SMTP.clone(max_line_length=0)


class Refused(Exception):
    """The API answered with a problem document."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        super().__init__(f"{status}: {problem}")
        self.status = status
        self.problem = problem


class NothingHappened(Exception):
    """What was waited for."""


@dataclass
class Outside:
    stack: LocalStack
    _tokens: dict[str, str] = field(default_factory=dict)

    def send_mail(self, mail: EmailMessage, sender: str | None = None) -> None:
        """By SMTP to the addresses in To. `sender`: of the envelope; From's when it is None. Raises SMTPException."""
        recipients = [address.addr_spec for address in mail["To"].addresses]
        author = mail["From"].addresses[0].addr_spec if sender is None else sender
        with smtplib.SMTP(HOST, self.stack.ports["smtp"], timeout=60) as smtp:
            smtp.sendmail(author, recipients, mail.as_bytes(policy=_UNFOLDED))

    def send_sms(self, sender: str, to: str, text: str) -> str:
        """Gives the carrier's id of it."""
        answer = _call("POST", f"{self.stack.url('carriers')}/sms", {"from": sender, "to": to, "text": text})
        return str(answer["inboundMessageId"])

    def post_form(self, inbox: str, body: Mapping[str, Any], idempotency_key: str) -> dict[str, Any]:
        return self.call("POST", f"/v1/forms/{inbox}/messages", body, {"Idempotency-Key": idempotency_key})

    def post_fax_report(self, body: bytes, proof: str) -> None:
        """As the gateway of the inbox that sends faxes. Raises Refused."""
        self.call("POST", f"/v1/fax-reports/{FAX_INBOX}", body, {FAX_PROOF: proof})

    def as_role(
        self,
        role: str,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        fields: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """A call with the token of the local user of that role. Raises Refused."""
        if role not in self._tokens:
            self._tokens[role] = token_for(self.stack, role)
        return self.call(method, path, body, {"Authorization": f"Bearer {self._tokens[role]}", **(fields or {})})

    def forget_tokens(self) -> None:
        self._tokens.clear()

    def agent(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        return self.as_role("agent", method, path, body)

    def follow(self, link: str) -> dict[str, Any]:
        """What an agent finds behind a link of the API, taken as it stands in an answer."""
        return self.agent("GET", link)

    def call(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | bytes | None = None,
        fields: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """`path`: from `/v1` on, or a link of the API. Raises Refused."""
        api = self.stack.get_deployed().api_url
        return _call(method, api + path if path.startswith("/v1") else urljoin(api, path), body, fields)

    def open_cases(self, team: str) -> Iterator[dict[str, Any]]:
        """Most urgent first."""
        cursor: dict[str, str] = {}
        while True:
            page = self.agent("GET", f"/v1/cases?{urlencode({'team': team, 'limit': 100, **cursor})}")
            yield from page["cases"]
            if not page["next"]:
                return
            cursor = {"cursor": page["next"]}

    def find_case(self, team: str, address: str) -> dict[str, Any] | None:
        """The open case of the customer with that e-mail address."""
        return self.find_case_of(team, f"email:{address}")

    def find_case_of(self, team: str, point: str) -> dict[str, Any] | None:
        """The open case of the customer with that contact point (`phone:+48601234567`)."""
        for case in self.open_cases(team):
            customer = self.agent("GET", f"/v1/customers/{case['customer_id']}")
            if point in customer["contact_points"]:
                return case
        return None

    def thread(self, customer_id: str) -> list[dict[str, Any]]:
        """All entries, oldest first."""
        entries: list[dict[str, Any]] = []
        cursor: dict[str, str] = {}
        while True:
            page = self.agent("GET", f"/v1/customers/{customer_id}/thread?{urlencode({'limit': 100, **cursor})}")
            entries += page["entries"]
            if not page["next"]:
                return entries[::-1]
            cursor = {"cursor": page["next"]}

    def sent_mails(self, to: str) -> list[EmailMessage]:
        """What the hub has sent to an address, oldest first."""
        mails = [_read_mail(path) for path in sorted(self.stack.outbox.glob("*.eml"))]
        return [mail for mail in mails if to in str(mail["To"])]

    def sent_sms(self, to: str) -> list[dict[str, Any]]:
        messages = [json.loads(path.read_text()) for path in sorted(self.stack.outbox.glob("*.sms.json"))]
        return [message for message in messages if message["DestinationPhoneNumber"] == to]


def wait_for(ask: Callable[[], T | None], what: str, within_seconds: float = 30) -> T:
    """The first answer that is not None or empty. Raises NothingHappened.

    A part of the stack that does not answer is waited for like anything else.
    """
    deadline = time.monotonic() + within_seconds
    while True:
        with suppress(OSError, BotoCoreError):
            answer = ask()
            if answer:
                return answer
        if time.monotonic() > deadline:
            raise NothingHappened(f"{what} (waited {within_seconds:g} s)")
        time.sleep(0.3)


def mail(sender: str, to: str, subject: str, text: str, **fields: str) -> EmailMessage:
    """`fields`: further header fields, `in_reply_to` for In-Reply-To."""
    message = EmailMessage(policy=default)
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"] = localtime()
    message["Message-ID"] = make_msgid(domain=message["From"].addresses[0].domain)
    for name, value in fields.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def _read_mail(path: Path) -> EmailMessage:
    return message_from_bytes(path.read_bytes(), _class=EmailMessage, policy=default)


def _call(
    method: str, url: str, body: Mapping[str, Any] | bytes | None = None, fields: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """`{}` where the answer has no content. `body`: bytes as they are, anything else as JSON."""
    data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
    request = Request(url, data, {"Content-Type": "application/json", **(fields or {})}, method=method)  # noqa: S310  # our own server
    try:
        with build_opener(ProxyHandler({})).open(request, timeout=60) as answer:
            return _json(answer.read())
    except HTTPError as error:
        raise Refused(error.code, _json(error.read())) from error


def _json(data: bytes) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(data) if data else {}
    return answer
