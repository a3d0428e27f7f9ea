"""Web forms: what anybody posts through a form of the company's, believed as far as a stranger is."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from chalicelib.channels.call_wishes import Phone, PostedCallWish, call_wish_in
from chalicelib.channels.posted import (
    Language,
    LongText,
    Name,
    NamedFiles,
    Subject,
    attachments_in,
    find_posted,
    require_content,
    told_wrongly_of,
)
from chalicelib.content import limits
from chalicelib.content.addresses import email_point, phone_point
from chalicelib.content.plain_text import clean_text, one_line
from chalicelib.domain.captcha import CaptchaFinding
from chalicelib.domain.configuration import Inbox
from chalicelib.domain.contact_points import Channel, ContactPoint
from chalicelib.domain.conversations import parse_writer
from chalicelib.domain.messages import InboundMessage, ParkedMessage, ParsedMessage, Receipt
from chalicelib.domain.remarks import remark
from chalicelib.domain.trust import Trust

Address = Annotated[str, msgspec.Meta(max_length=limits.LONGEST_ADDRESS)]


class PostedForm(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`email` or `phone` is needed. `answer_by`: how to answer, to an address that is given; left out, by e-mail if one
    is. `call_back`: the customer asks to be called, at `phone` unless another number is named. `website`: nobody sees
    it, so whoever fills it in is a program: what they post is parked as spam.
    """

    text: LongText = ""
    name: Name = ""
    email: Address = ""
    phone: Phone = ""
    subject: Subject = ""
    language: Language = ""
    answer_by: Literal["", "email", "sms", "phone"] = ""
    attachments: NamedFiles = []
    call_back: PostedCallWish | None = None
    website: Annotated[str, msgspec.Meta(max_length=2_000)] = ""

    def __post_init__(self) -> None:
        require_content(self.text, self.attachments)
        if not self.email and not self.phone:
            raise ValueError("An e-mail address or a phone number is needed, to answer to")
        if self.email and email_point(self.email) is None:
            raise ValueError("`email` is no e-mail address")
        if self.answer_by and not (self.email if self.answer_by == "email" else self.phone):
            raise ValueError("`answer_by` names a way for which no address is given")


class PostedInConversation(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What somebody writes who goes on with their case: who they are and which case it is, their token says."""

    text: LongText = ""
    language: Language = ""
    attachments: NamedFiles = []

    def __post_init__(self) -> None:
        require_content(self.text, self.attachments)


def parse_inbound(raw: bytes, receipt: Receipt, inbox: Inbox, ours: frozenset[str]) -> ParsedMessage:  # noqa: ARG001 (no addresses of ours)
    if receipt.principal:
        return _parse_in_conversation(raw, receipt.principal)
    form = find_posted(raw, PostedForm)
    if isinstance(form, str):
        return ParkedMessage("unreadable", form)
    phone = phone_point(form.phone, inbox.country)
    if form.phone and phone is None:
        return ParkedMessage("unreadable", remark("phone_not_understood"), field="phone")
    wish = call_wish_in(form.call_back, form.phone, receipt, inbox)
    if isinstance(wish, ParkedMessage):
        return wish
    email = email_point(form.email)
    files = attachments_in(form.attachments)
    sender, other = (phone, email) if phone and (form.answer_by in ("sms", "phone") or not email) else (email, phone)
    message = InboundMessage(
        channel=Channel.WEB_FORM,
        sender=sender,
        trust=Trust.UNVERIFIED,
        visible_text=_text(clean_text(form.text), other),
        sender_name=one_line(form.name, limits.LONGEST_NAME),
        subject=one_line(form.subject, limits.LONGEST_SUBJECT),
        attachments=files,
        language=form.language,
        answer_by=Channel(form.answer_by) if form.answer_by else None,
        call_wish=wish,
        repairs=(
            *told_wrongly_of(form.attachments, files),
            *((remark("person_not_proved"),) if receipt.captcha == CaptchaFinding.UNKNOWN else ()),
        ),
    )
    return _as_of_a_person(message, form, receipt)


def _as_of_a_person(message: InboundMessage, form: PostedForm, receipt: Receipt) -> ParsedMessage:
    if form.website:
        return ParkedMessage("spam", remark("hidden_field_filled"), read=message)
    if receipt.captcha == CaptchaFinding.MISSING:
        return ParkedMessage("captcha_missing", remark("check_not_shown"), read=message)
    return message


def _parse_in_conversation(raw: bytes, writer: str) -> ParsedMessage:
    posted, who = find_posted(raw, PostedInConversation), parse_writer(writer)
    if isinstance(posted, str):
        return ParkedMessage("unreadable", posted)
    if who is None:
        return ParkedMessage("unreadable", remark("case_not_named"))
    reference, sender = who
    files = attachments_in(posted.attachments)
    return InboundMessage(
        channel=Channel.WEB_FORM,
        sender=sender,
        trust=Trust.AUTHENTICATED,  # a code that went to the address was given back, hours ago at most
        visible_text=clean_text(posted.text),
        attachments=files,
        repairs=told_wrongly_of(posted.attachments, files),
        language=posted.language,
        case_reference=reference,
    )


def _text(text: str, other: ContactPoint | None) -> str:
    """The second address is not proved to be the same person's, so it is told to the agent and links nobody."""
    return f"{text}\n\nAlso given: {other.value}".strip("\n") if other else text
