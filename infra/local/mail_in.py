"""The mail server of the company, standing where SES receives mail: SMTP in, S3 object and SES's notification out.

    python -m infra.local.mail_in FOLDER

A mail is accepted once it is on the disk. If its notification then cannot be published, the answer is 250 all the same,
as SES's would be: asking the sender to try again would only make a second mail of one, and what lies in `incoming/`
without an outcome is found by `reconcile_incoming`.

Every check of a mail passes. Another result is set for one mail by a header field in it,
`X-Local-Verdicts: dmarc=FAIL spam=GRAY`, and for all by the environment variable SPLOT_LOCAL_VERDICTS.
"""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import os
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parseaddr
from pathlib import Path
from typing import Protocol

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from chalicelib.domain.configuration import Configuration
from chalicelib.domain.inboxes import inbox_for
from chalicelib.domain.messages import Receipt
from infra.local.hub import HubPorts
from infra.local.ses_receipt import (
    ReceivedMail,
    parse_verdicts,
    render_notification,
    render_stored_mail,
    verdicts_for,
)
from infra.local.stack import HOST, LocalStack

# https://docs.aws.amazon.com/ses/latest/dg/receiving-email-action-s3.html
LARGEST_MAIL = 40 * 1024 * 1024
# RFC 5321 asks for 1,000 octets; SES takes what mail programs really send.
LONGEST_LINE = 1_000_000
PREFIX = "incoming/email/"
SUBJECT = "Amazon SES Email Receipt Notification"

log = logging.getLogger("smtp")


class Ses(Protocol):
    """What SES's receipt rule does with a mail."""

    def store(self, mail: ReceivedMail, stored: bytes) -> None:
        """Durable when it returns."""
        ...

    def notify(self, mail: ReceivedMail, stored: bytes) -> None: ...


@dataclass
class MailIn:
    """aiosmtpd's handler. `configuration` says for whom mail is accepted."""

    configuration: Callable[[], Configuration]
    ses: Ses
    now: Callable[[], datetime]
    randomness: Callable[[int], bytes]
    usual_verdicts: Mapping[str, str]

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del server, session, options
        try:
            configuration = await asyncio.to_thread(self.configuration)
        except Exception:
            log.exception("no configuration")
            return "451 4.3.0 the hub is starting; try again in a moment"
        if inbox_for(Receipt("email", "", self.now(), (address,)), configuration) is None:
            return "550 5.1.1 no inbox of the hub has this address"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        del server, session
        raw = envelope.content
        if not isinstance(raw, bytes):  # aiosmtpd would decode only if it were told to
            raise TypeError(type(raw))
        mail = ReceivedMail(
            message_id=base64.b32encode(self.randomness(25)).decode().lower(),
            sender=parseaddr(envelope.mail_from or "")[1],
            recipients=tuple(envelope.rcpt_tos),
            received_at=self.now(),
            verdicts=verdicts_for(raw, self.usual_verdicts),
        )
        stored = render_stored_mail(mail, raw)
        try:
            await asyncio.to_thread(self.ses.store, mail, stored)
        except Exception:
            log.exception("the mail could not be stored")
            return "451 4.3.0 the mail could not be stored; try again in a moment"
        try:
            await asyncio.to_thread(self.ses.notify, mail, stored)
        except Exception:
            log.exception("%s is stored and not announced; the reconciler will find it", mail.message_id)
        log.info("accepted %s from <%s> for %s", mail.message_id, mail.sender, ", ".join(mail.recipients))
        return f"250 2.0.0 ok: {mail.message_id}"


class LocalSes:
    """Into the stack's raw bucket and mail topic. Raises NotDeployed until these exist."""

    def __init__(self, stack: LocalStack) -> None:
        self._stack = stack
        self._s3 = stack.client("s3")
        self._sns = stack.client("sns")

    def store(self, mail: ReceivedMail, stored: bytes) -> None:
        self._s3.put_object(Bucket=self._bucket, Key=PREFIX + mail.message_id, Body=stored)

    def notify(self, mail: ReceivedMail, stored: bytes) -> None:
        topic = self._stack.get_deployed().resources["IncomingMailTopic"]
        notification = render_notification(mail, stored, self._bucket, PREFIX, topic)
        self._sns.publish(TopicArn=topic, Subject=SUBJECT, Message=json.dumps(notification))

    @property
    def _bucket(self) -> str:
        return self._stack.get_deployed().environment["RAW_BUCKET"]


class _Smtp(SMTP):
    line_length_limit = LONGEST_LINE


class _Server(Controller):
    def factory(self) -> SMTP:
        return _Smtp(self.handler, **self.SMTP_kwargs)


def start_server(handler: MailIn, port: int) -> Controller:
    """Listens when it returns, in a thread of its own."""
    server = _Server(handler, hostname=HOST, port=port, data_size_limit=LARGEST_MAIL, enable_SMTPUTF8=True)
    server.start()
    return server


def main(folder: str) -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd's: every line of every session
    stack = LocalStack(Path(folder))
    handler = MailIn(
        configuration=HubPorts(stack).configuration,
        ses=LocalSes(stack),
        now=lambda: datetime.now(UTC),
        randomness=os.urandom,
        usual_verdicts=parse_verdicts(os.environ.get("SPLOT_LOCAL_VERDICTS", "")),
    )
    start_server(handler, stack.ports["smtp"])
    threading.Event().wait()  # until it is killed: nothing is left to clear up then


if __name__ == "__main__":
    main(*sys.argv[1:])
