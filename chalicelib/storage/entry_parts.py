"""How the parts of an entry that belong to one kind of message are kept: how it arrived, and what was read in it."""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute

from chalicelib.domain.contacts import Contact, ContactOutcome, Direction
from chalicelib.domain.delivery import DeliveryStatus, FailureKind, Report
from chalicelib.domain.faxes import Fax, Reading, ReadingStatus
from chalicelib.domain.machines import BounceReason, MachineKind, MachineMail, ReportedRecipient
from chalicelib.domain.messages import ForwardedMessage
from chalicelib.domain.sender_warnings import SenderWarning, WarningKind
from chalicelib.domain.sms import SmsEncoding, SmsFacts, SmsIntent, SmsPart
from chalicelib.domain.threads import Arrival, HtmlRef
from chalicelib.domain.trust import Trust
from chalicelib.storage.attributes import (
    ChoiceAttribute,
    CompressedTextAttribute,
    DocumentAttribute,
    FlagAttribute,
    InstantAttribute,
    PointAttribute,
    TextAttribute,
    TupleAttribute,
    WholeNumberAttribute,
)

MACHINE = DocumentAttribute(
    MachineMail,
    kind=ChoiceAttribute(MachineKind),
    evidence=TextAttribute(),
    reason=TextAttribute(),
    recipients=TupleAttribute(
        DocumentAttribute(
            ReportedRecipient,
            address=TextAttribute(),
            status=TextAttribute(),
            reason=ChoiceAttribute(BounceReason),
            diagnostic=TextAttribute(),
        )
    ),
    answers_message_id=TextAttribute(),
)

ARRIVAL = DocumentAttribute(
    Arrival,
    point=PointAttribute(),
    trust=ChoiceAttribute(Trust),
    rule=TextAttribute(),
    evidence=TextAttribute(),
    raw_key=TextAttribute(),
    sender_name=TextAttribute(),
    message_id=TextAttribute(),
    automatic=TextAttribute(),
    unparsed=TextAttribute(),
    written_at=InstantAttribute(),
    repairs=TupleAttribute(TextAttribute()),
    machine=MACHINE,
    fax=DocumentAttribute(
        Fax,
        gateway=TextAttribute(),
        number=TextAttribute(),
        number_from=TextAttribute(),
        pages=NumberAttribute(null=True),
        pages_from=TextAttribute(),
        document=TextAttribute(),
    ),
    sms=DocumentAttribute(
        SmsFacts,
        encoding=ChoiceAttribute(SmsEncoding),
        segments=WholeNumberAttribute(),
        keyword=TextAttribute(),
        intent=ChoiceAttribute(SmsIntent),
        certain=FlagAttribute(),
        part=DocumentAttribute(
            SmsPart, reference=TextAttribute(), number=WholeNumberAttribute(), of=WholeNumberAttribute()
        ),
        full=FlagAttribute(),
    ),
    address=TextAttribute(),
    warnings=TupleAttribute(
        DocumentAttribute(SenderWarning, kind=ChoiceAttribute(WarningKind), detail=TextAttribute())
    ),
    duplicate_of=TextAttribute(),
)

CONTACT = DocumentAttribute(
    Contact,
    direction=ChoiceAttribute(Direction),
    outcome=ChoiceAttribute(ContactOutcome),
    agent=TextAttribute(),
    duration_seconds=NumberAttribute(null=True),
    answer_owed=FlagAttribute(),
    promise=TextAttribute(),
    promised_by=InstantAttribute(),
    document=TextAttribute(),
    contact_id=TextAttribute(),
)

FORWARD = DocumentAttribute(
    ForwardedMessage,
    sender_name=TextAttribute(),
    sender_address=TextAttribute(),
    subject=TextAttribute(),
    sent_at=TextAttribute(),
    header=TextAttribute(),
    body=CompressedTextAttribute(),
)

HTML = DocumentAttribute(
    HtmlRef, sha256=TextAttribute(), size=WholeNumberAttribute(), remote_images=WholeNumberAttribute()
)

REPORT = DocumentAttribute(
    Report,
    status=ChoiceAttribute(DeliveryStatus),
    said=TextAttribute(),
    at=InstantAttribute(),
    code=TextAttribute(),
    words=TextAttribute(),
    failure=ChoiceAttribute(FailureKind),
    attempt=WholeNumberAttribute(),
)

READING = DocumentAttribute(
    Reading,
    status=ChoiceAttribute(ReadingStatus),
    text=CompressedTextAttribute(),
    source=TextAttribute(),
    confidence=NumberAttribute(null=True),
    pages=NumberAttribute(null=True),
    pages_read=WholeNumberAttribute(),
    case_reference=TextAttribute(),
    preview=TextAttribute(),
    preview_size=WholeNumberAttribute(),
    detail=TextAttribute(),
    read_at=InstantAttribute(),
)
