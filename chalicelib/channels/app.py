"""The company's own app: what a logged-in customer posts. Answers are read in the app's thread, so nothing is sent."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from chalicelib.channels.call_wishes import PostedCallWish, call_wish_in
from chalicelib.channels.posted import (
    Language,
    LongText,
    NamedFiles,
    Subject,
    attachments_in,
    find_posted,
    require_content,
    told_wrongly_of,
)
from chalicelib.content import limits
from chalicelib.content.plain_text import clean_text, one_line
from chalicelib.domain.configuration import Inbox
from chalicelib.domain.contact_points import Channel, ContactPoint, PointKind
from chalicelib.domain.identifiers import parse_case_reference
from chalicelib.domain.messages import InboundMessage, ParkedMessage, ParsedMessage, Receipt
from chalicelib.domain.remarks import remark
from chalicelib.domain.trust import Trust

CaseReference = Annotated[str, msgspec.Meta(max_length=20, description="Such as `K7Q2M-9DXM3-Q`.")]


class AppMessage(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`case`: the reference of the case that this belongs to, if the customer wrote from inside one. `answer_by`: how
    to answer, at an address of the customer's that the company knows; left out, in the app. `call_back`: the customer
    asks to be called.
    """

    text: LongText = ""
    subject: Subject = ""
    case: CaseReference = ""
    language: Language = ""
    answer_by: Literal["", "app", "email", "sms", "phone", "letter"] = ""
    attachments: NamedFiles = []
    call_back: PostedCallWish | None = None

    def __post_init__(self) -> None:
        require_content(self.text, self.attachments)
        if self.case and parse_case_reference(self.case) is None:
            raise ValueError("`case` is no case reference")


def parse_inbound(raw: bytes, receipt: Receipt, inbox: Inbox, ours: frozenset[str]) -> ParsedMessage:  # noqa: ARG001 (no addresses of ours)
    posted = find_posted(raw, AppMessage)
    if isinstance(posted, str):
        return ParkedMessage("unreadable", posted)
    if not receipt.principal:
        return ParkedMessage("unreadable", remark("login_not_named"))
    wish = call_wish_in(posted.call_back, "", receipt, inbox)
    if isinstance(wish, ParkedMessage):
        return wish
    files = attachments_in(posted.attachments)
    return InboundMessage(
        channel=Channel.APP,
        sender=ContactPoint(PointKind.APP, receipt.principal),
        trust=Trust.LOGGED_IN,
        visible_text=clean_text(posted.text),
        subject=one_line(posted.subject, limits.LONGEST_SUBJECT),
        attachments=files,
        repairs=told_wrongly_of(posted.attachments, files),
        case_reference=parse_case_reference(posted.case) or "",
        language=posted.language,
        answer_by=Channel(posted.answer_by) if posted.answer_by else None,
        call_wish=wish,
    )
