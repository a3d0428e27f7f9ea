"""What Amazon Connect tells of calls, by EventBridge: contact events, contact records, and transcripts of voicemail.

A contact event is Connect's own and knows the call but not who called: the flow has to put the number into a tag
(`splot:caller`). A contact record knows it; Connect streams records through Kinesis, and an EventBridge Pipe brings
them to the bus. A transcript is put on the bus by whatever voicemail solution there is. All three are described in
`docs/channels/phone.md`.

https://docs.aws.amazon.com/connect/latest/adminguide/contact-events.html
https://docs.aws.amazon.com/connect/latest/adminguide/ctr-data-model.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from chalicelib.content import limits
from chalicelib.content.addresses import phone_point
from chalicelib.content.plain_text import clean_text, one_line
from chalicelib.domain.configuration import Inbox
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.contacts import Contact, ContactOutcome, Direction
from chalicelib.domain.messages import InboundMessage, ParkedMessage, ParsedMessage
from chalicelib.domain.remarks import remark
from chalicelib.domain.trust import Trust

CONTACT_EVENT = "Amazon Connect Contact Event"
CONTACT_RECORD = "Amazon Connect Contact Record"
VOICEMAIL = "Amazon Connect Voicemail"
CALLER_TAG = "splot:caller"
OUR_NUMBER_TAG = "aws:connect:systemEndpoint"
ENDED = "DISCONNECTED"  # of all the moments of a call the only one after which it is known what became of it
_KINDS = {CONTACT_EVENT: "disconnected", CONTACT_RECORD: "record", VOICEMAIL: "voicemail"}
_INBOUND = {"INBOUND", "TRANSFER", "QUEUE_TRANSFER"}
_OUTBOUND = {"OUTBOUND", "API", "CALLBACK"}


@dataclass(frozen=True, slots=True)
class ConnectCall:
    """`kind`: which of the three told it, and one contact may be told of by all. `number`, `our_number`: as given."""

    contact_id: str
    kind: str
    instance_arn: str
    our_number: str
    number: str
    began_at: datetime | None


def find_connect_call(event: Mapping[str, Any]) -> ConnectCall | None:
    """From an EventBridge event; None for anything but a finished voice contact of Connect."""
    kind = _KINDS.get(_text(event.get("detail-type")))
    detail = _Detail(event.get("detail"))
    contact_id = detail.text("contactId")
    is_voice = detail.text("channel").upper() in {"VOICE", ""}
    if kind is None or not contact_id or not is_voice:
        return None
    if kind == "disconnected" and detail.text("eventType") != ENDED:
        return None
    tags = _Detail(detail.get("tags"))
    return ConnectCall(
        contact_id=contact_id,
        kind=kind,
        instance_arn=detail.text("instanceArn") or detail.text("instanceARN"),
        our_number=_Detail(detail.get("systemEndpoint")).text("address") or tags.text(OUR_NUMBER_TAG),
        number=_Detail(detail.get("customerEndpoint")).text("address") or tags.text(CALLER_TAG),
        began_at=_instant(detail.text("initiationTimestamp")),
    )


def is_told_by(raw: bytes, instance_arn: str) -> bool:
    """Whether that Connect says so. Without a configured one nobody's word counts."""
    call = _find_in(raw)
    return bool(instance_arn) and call is not None and call[0].instance_arn == instance_arn


def parse_connect(raw: bytes, inbox: Inbox) -> ParsedMessage:
    """The number is believed like that of a text message: for reading in only, because it can be forged."""
    found = _find_in(raw)
    if found is None:
        return ParkedMessage("unreadable", remark("no_finished_call"))
    call, detail = found
    sender = phone_point(call.number, inbox.country)
    method = detail.text("initiationMethod")
    contact = _contact(call, detail, method)
    is_persons = method in _INBOUND | _OUTBOUND or call.kind == "voicemail"
    initial = detail.text("initialContactId")
    return InboundMessage(
        channel=Channel.PHONE,
        sender=sender,
        trust=Trust.AUTHENTICATED if sender else Trust.UNVERIFIED,
        visible_text=_words(call, detail, contact),
        sender_name="" if sender else one_line(call.number, limits.LONGEST_NAME),
        message_id=_message_id(call.contact_id),
        in_reply_to=tuple(dict.fromkeys(_message_id(one) for one in (call.contact_id, initial) if one)),
        automatic="" if is_persons else remark("call_initiated_by", method=method),
        language=detail.text("languageCode")[:2].lower(),
        contact=contact,
    )


def _find_in(raw: bytes) -> tuple[ConnectCall, _Detail] | None:
    try:
        event = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    call = find_connect_call(event) if isinstance(event, dict) else None
    return (call, _Detail(event["detail"])) if call else None


def _contact(call: ConnectCall, detail: _Detail, method: str) -> Contact:
    if call.kind == "voicemail":
        seconds = detail.get("durationSeconds")
        length = seconds if isinstance(seconds, int) and 0 <= seconds <= 24 * 60 * 60 else None
        return Contact(Direction.INBOUND, ContactOutcome.VOICEMAIL, duration_seconds=length, contact_id=call.contact_id)
    agent = _Detail(detail.get("agentInfo") or detail.get("agent"))
    talked_since = _instant(agent.text("connectedToAgentTimestamp"))
    ended_at = _instant(detail.text("disconnectTimestamp"))
    took = (ended_at - talked_since).total_seconds() if ended_at and talked_since else None
    return Contact(
        direction=Direction.OUTBOUND if method in _OUTBOUND else Direction.INBOUND,
        outcome=_outcome(method, detail, talked=talked_since is not None),
        duration_seconds=round(took) if took is not None and took >= 0 else None,
        contact_id=call.contact_id,
    )


def _outcome(method: str, detail: _Detail, *, talked: bool) -> ContactOutcome:
    """Of an outbound call the customer's end must have answered, too, and been a person."""
    answered_by = detail.text("answeringMachineDetectionStatus")
    if answered_by.startswith("VOICEMAIL"):
        return ContactOutcome.VOICEMAIL
    if method in _OUTBOUND:
        talked = talked and bool(detail.text("connectedToSystemTimestamp"))
        talked = talked and answered_by in {"", "HUMAN_ANSWERED", "AMD_NOT_APPLICABLE"}
    return ContactOutcome.REACHED if talked else ContactOutcome.NO_ANSWER


def _words(call: ConnectCall, detail: _Detail, contact: Contact) -> str:
    if call.kind == "voicemail":
        return clean_text(detail.text("transcript"))
    whose = "Call to" if contact.direction is Direction.OUTBOUND else "Call from"
    what = {
        ContactOutcome.REACHED: "they were talked to",
        ContactOutcome.NO_ANSWER: "nobody answered",
        ContactOutcome.VOICEMAIL: "a machine answered",
    }[contact.outcome]
    length = f", {contact.duration_seconds} s" if contact.duration_seconds is not None else ""
    number = one_line(call.number, limits.LONGEST_NAME)
    return f"{whose} {number or 'a withheld number'}: {what}{length}."


def _message_id(contact_id: str) -> str:
    return f"{contact_id}@contact.connect"


class _Detail:
    """Members by name in whatever case of the first letter: contact events have `contactId`, records `ContactId`, and
    AWS's own samples of events have both.
    """

    def __init__(self, value: object) -> None:
        self._members = value if isinstance(value, dict) else {}

    def get(self, name: str) -> Any:
        return self._members.get(name, self._members.get(name[0].upper() + name[1:]))

    def text(self, name: str) -> str:
        return _text(self.get(name))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _instant(text: str) -> datetime | None:
    """Connect writes 1970 where something has not happened."""
    try:
        at = datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        return None
    return at if at.year > 1970 else None
