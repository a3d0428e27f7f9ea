"""Text messages: AWS End User Messaging SMS, both ways.

https://docs.aws.amazon.com/sms-voice/latest/userguide/two-way-sms-payload.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from chalicelib.channels.answers import refuse_files, require_text
from chalicelib.content import limits
from chalicelib.content.addresses import phone_point
from chalicelib.content.html_from_text import links_in
from chalicelib.content.plain_text import clean_text, one_line
from chalicelib.content.sms_texts import costly_letters, encoding_of, fills_part, find_intent, segments_of, take_part
from chalicelib.domain.configuration import Inbox
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.errors import InvalidInput, SendingRefused
from chalicelib.domain.messages import (
    Attachment,
    InboundMessage,
    OutgoingMessage,
    ParkedMessage,
    ParsedMessage,
    Receipt,
)
from chalicelib.domain.previews import AnswerProblem, AnswerWarning, Preview
from chalicelib.domain.remarks import remark
from chalicelib.domain.sms import SmsFacts, SmsIntent, SmsPart
from chalicelib.domain.tasks import CallWish
from chalicelib.domain.threads import Entry
from chalicelib.domain.trust import Trust

# https://docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2/API_SendTextMessage.html (MessageBody)
LONGEST_SMS = 1_600


class _TwoWaySms(msgspec.Struct, rename="camel"):
    """What we read of the payload; further fields may come and do not matter. It does not say whether a message is a
    part of a longer one: `domain/sms_parts.py`.
    """

    origination_number: str
    message_body: str
    message_keyword: str = ""
    inbound_message_id: str = ""
    previous_published_message_id: str | None = None


def parse_inbound(raw: bytes, receipt: Receipt, inbox: Inbox, ours: frozenset[str]) -> ParsedMessage:  # noqa: ARG001 (the receipt was made from the same payload)
    """A number is believed for reading in only: it can be forged, so it never gives anything out."""
    try:
        sms = msgspec.json.decode(raw, type=_TwoWaySms)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        return ParkedMessage("unreadable", str(error))
    sender = phone_point(sms.origination_number, inbox.country)
    part, body = take_part(sms.message_body)
    text = clean_text(body)
    facts = _facts(body, part, sms.message_keyword)
    return InboundMessage(
        channel=Channel.SMS,
        sender=sender,
        trust=Trust.AUTHENTICATED if sender else Trust.UNVERIFIED,
        visible_text=text,
        sender_name="" if sender else one_line(sms.origination_number, limits.LONGEST_NAME),
        message_id=sms.inbound_message_id,
        in_reply_to=(sms.previous_published_message_id,) if sms.previous_published_message_id else (),
        sms=facts,
        call_wish=CallWish(sender.value) if sender and facts.intent is SmsIntent.CALL else None,
        repairs=(remark("sms_header_in_text", part=part.number, of=part.of),) if part else (),
    )


def _facts(text: str, part: SmsPart | None, keyword: str) -> SmsFacts:
    intent, certain = find_intent(text) or (None, False)
    return SmsFacts(
        encoding=encoding_of(text),
        segments=segments_of(text),
        keyword=one_line(keyword, limits.LONGEST_NAME),
        intent=intent,
        certain=certain,
        part=part,
        full=fills_part(text),
    )


def preview_outbound(entry: Entry, inbox: Inbox) -> Preview:
    require_text(entry)
    refuse_files(entry)
    recipient = entry.delivery.recipient if entry.delivery else ""
    text = _text_of(entry)
    segments = segments_of(text)
    if segments > inbox.most_segments or len(text) > LONGEST_SMS:
        raise InvalidInput(
            f"The text has {len(text)} characters and takes {segments} segments; this inbox sends at most "
            f"{inbox.most_segments}. Shorten it, or answer by mail.",
            field="text",
        )
    return Preview(
        channel=Channel.SMS,
        sender=inbox.address,
        recipient=recipient,
        text=text,
        encoding=encoding_of(text),
        segments=segments,
        warnings=tuple(_warnings(text, inbox)),
    )


def render_outbound(
    entry: Entry,
    inbox: Inbox,
    files: Sequence[Attachment] = (),  # noqa: ARG001 (an SMS carries none)
) -> OutgoingMessage:
    if entry.delivery is None:
        raise SendingRefused(remark("nobody_to_go_to"), temporary=False)
    text = _text_of(entry)
    if not text or len(text) > LONGEST_SMS:
        raise SendingRefused(remark("sms_length_wrong", most=LONGEST_SMS, length=len(text)), temporary=False)
    return OutgoingMessage(
        channel=Channel.SMS,
        sender=entry.delivery.sender,
        recipient=entry.delivery.recipient,
        text=text,
        tag=f"{entry.id}-{entry.delivery.attempts}",
        customer_id=entry.customer_id,
        sms=inbox.sms,
    )


def _text_of(entry: Entry) -> str:
    return clean_text(entry.text).strip()


def _warnings(text: str, inbox: Inbox) -> Iterator[AnswerWarning]:
    if not inbox.allow_links:
        for link in dict.fromkeys(links_in(text)):
            yield AnswerWarning(AnswerProblem.LINK, link)
    letters = costly_letters(text)
    if letters:
        yield AnswerWarning(AnswerProblem.COSTLY_LETTERS, letters)
