"""What the carriers tell of a message after they took it: written down beside it, and published to the hub's topics.

Only a message that names a configuration set is told of, as on AWS. Each event goes the whole way: topic, queue, the
function `record_receipt`. It is published once; if the topic is not there at that moment, the event is lost, as a
carrier's may be. What the fax gateway posts goes to the API instead, signed.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from infra.local.carrier_reports import (
    fax_report,
    faxed_to,
    mail_event,
    reports_of_fax,
    reports_of_mail,
    reports_of_sms,
    sms_event,
)
from infra.local.stack import write_whole

MAIL_TOPIC, SMS_TOPIC = "SentMailTopic", "SentSmsTopic"
Event = Mapping[str, Any]

log = logging.getLogger("carriers")


@dataclass(frozen=True)
class Reporting:
    """`publish`: a message to the topic that has this name in the template. `post_fax_report`: a body, and the proof
    that the gateway gives of it.
    """

    publish: Callable[[str, str], None]
    now: Callable[[], datetime]
    post_fax_report: Callable[[bytes, str], None]
    fax_credential: Callable[[], str]

    def of_fax(self, path: Path, message_id: str, request: Mapping[str, Any]) -> None:
        """If the mail is one to the fax gateway; parameters as of `of_mail`."""
        numbers = [number for one in request["Destination"].get("ToAddresses") or () if (number := faxed_to(one))]
        if not numbers:
            return
        mail = message_from_bytes(path.read_bytes(), _class=EmailMessage, policy=default)
        for status, reason in reports_of_fax(numbers[0]):
            body = json.dumps(fax_report(f"fax-{message_id}", str(mail["Subject"]), status, reason)).encode()
            try:
                proof = hmac.digest(self.fax_credential().encode(), body, hashlib.sha256).hex()
                self.post_fax_report(body, proof)
            except Exception:
                log.exception("%s of the fax %s is told to nobody", status, path.name)

    def of_mail(self, path: Path, message_id: str, request: Mapping[str, Any]) -> None:
        """`path`: where the mail lies; `request`: the body of SendEmail."""
        set_name = request.get("ConfigurationSetName")
        if not set_name:
            return
        tags = {tag["Name"]: tag["Value"] for tag in request.get("EmailTags") or ()}
        tags["ses:configuration-set"] = set_name
        mail = message_from_bytes(path.read_bytes(), _class=EmailMessage, policy=default)
        header = [(name, str(value)) for name, value in mail.items()]
        events = [
            mail_event(kind, message_id, tags, recipient, at, header)
            for recipient in request["Destination"].get("ToAddresses") or ()
            for kind, at in self._dated(reports_of_mail(recipient))
        ]
        self._tell(MAIL_TOPIC, path, events)

    def of_sms(self, path: Path, message_id: str, request: Mapping[str, Any]) -> None:
        """`request`: the body of SendTextMessage."""
        if not request.get("ConfigurationSetName"):
            return
        to, sender = request["DestinationPhoneNumber"], request["OriginationIdentity"]
        context = request.get("Context") or {}
        kinds = self._dated(reports_of_sms(to))
        self._tell(SMS_TOPIC, path, [sms_event(kind, message_id, context, to, at, sender) for kind, at in kinds])

    def _dated(self, kinds: Sequence[str]) -> Iterable[tuple[str, datetime]]:
        now = self.now()
        return [(kind, now + timedelta(milliseconds=500 * place)) for place, kind in enumerate(kinds)]

    def _tell(self, topic: str, path: Path, events: Sequence[Event]) -> None:
        write_whole(events_of(path), json.dumps(events, indent=1, ensure_ascii=False))
        for event in events:
            try:
                self.publish(topic, json.dumps(event))
            except Exception:
                log.exception("%s of %s is told to nobody", event["eventType"], path.name)


def events_of(path: Path) -> Path:
    """The file with what was told of the message in `path`."""
    return path.with_name(f"{path.name.split('.eml')[0].split('.sms.json')[0]}.events.json")
