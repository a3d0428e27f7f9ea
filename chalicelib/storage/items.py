"""The record classes: how each kind of record is kept as an item of the one table.

A field of a record is an attribute of the same name, unless it already stands in the key (`keys.py`). Attributes that
are not fields of the record (`due`, `urgent`, `worklist`, ...) are there for the lists of `indexes.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import timedelta
from functools import cache
from typing import Any, ClassVar

from pynamodb.attributes import DiscriminatorAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.models import Model

from chalicelib.domain.agents import Agent, Presence
from chalicelib.domain.broadcasts import Broadcast, BroadcastStatus, Recipient, RecipientState
from chalicelib.domain.case_presence import CasePresence, Doing
from chalicelib.domain.cases import Case, CasePointer, CaseStatus, Priority
from chalicelib.domain.connections import Connection
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.customers import Block, Customer, CustomerAttributes, Namesake, PointLink, PointOwner
from chalicelib.domain.delivery import Delivery, DeliveryStatus, FailureKind
from chalicelib.domain.devices import Device, DeviceKind, Devices
from chalicelib.domain.disposal import Disposal, DisposalStatus
from chalicelib.domain.erasure import Erasure, ErasureStatus, Ground, Requester
from chalicelib.domain.exporting import Export, ExportPart, ExportStatus
from chalicelib.domain.feed import FeedHead, FeedKind, FeedRow
from chalicelib.domain.incidents import InboxNotices, Incident, IncidentStatus
from chalicelib.domain.mentions import Mention
from chalicelib.domain.merging import Evidence, Merge, Reason, Suggestion, SuggestionStatus
from chalicelib.domain.messages import Anchor, LedgerRow, ParkedRecord, ReleaseState, SeenKey
from chalicelib.domain.reachability import AutomaticAnswer, OptOut, Purpose, Reachability
from chalicelib.domain.satisfaction import Survey
from chalicelib.domain.search import Posting
from chalicelib.domain.sla import ClockName
from chalicelib.domain.tasks import ListedTask
from chalicelib.domain.templates import Wording
from chalicelib.domain.threads import AttachmentRef, Entry, EntryKind
from chalicelib.domain.trust import Trust
from chalicelib.domain.verification import Allowance, Verification
from chalicelib.storage.attributes import (
    ChoiceAttribute,
    CompressedTextAttribute,
    CounterAttribute,
    DocumentAttribute,
    EventNameAttribute,
    ExpiryAttribute,
    FlagAttribute,
    InstantAttribute,
    MappingAttribute,
    PointAttribute,
    TextAttribute,
    TupleAttribute,
    WholeNumberAttribute,
    empty_of,
)
from chalicelib.storage.case_parts import CLOCK, ENDED_CLOCK, PROMISE, QUICK, TASK
from chalicelib.storage.customer_parts import ATTRIBUTE, CONSENT, HOLD, PREFERENCES
from chalicelib.storage.entry_parts import ARRIVAL, CONTACT, FORWARD, HTML, MACHINE, READING, REPORT
from chalicelib.storage.keys import names_for

SCHEMA_VERSION = 1
_LONG_TEXTS = ("text", "quoted_text", "signature")
CODES_LIVE_FOR = timedelta(days=30)  # the message with a code; the code itself lives for minutes
LONGEST_PLAIN_TEXT = 1024  # bytes; every further KB of an item costs a write unit, so longer texts are compressed


@cache
def stored_names(record: type) -> tuple[str, ...]:
    """The fields of a kind of record that are not in its key."""
    in_key = names_for(record)
    return tuple(field.name for field in fields(record) if field.name not in in_key)


class Item(Model):
    """What every item has. `type` says which class reads it, `v` by which version of these classes it was written."""

    record: ClassVar[type]

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    type = DiscriminatorAttribute()
    v = NumberAttribute(default_for_new=SCHEMA_VERSION, null=True)
    expires_at = ExpiryAttribute()

    @classmethod
    def values_of(cls, record: Any) -> dict[str, Any]:
        """Attribute name -> value, of the fields that are not in the key."""
        return {name: getattr(record, name) for name in stored_names(cls.record)}

    def fields_of(self) -> dict[str, Any]:
        """The inverse of `values_of`."""
        return {name: self.value(name) for name in stored_names(self.record)}

    def value(self, name: str) -> Any:
        """The value of an attribute, or its empty one."""
        value = getattr(self, name)
        return empty_of(self.get_attributes()[name]) if value is None else value


class CustomerItem(Item, discriminator="customer"):
    record = Customer

    created_at = InstantAttribute()
    name = TextAttribute()
    language = TextAttribute()
    segment = TextAttribute()
    vip = FlagAttribute()
    carer = TextAttribute()
    open_cases = MappingAttribute(TextAttribute())
    open_case_count = CounterAttribute()
    cases_opened = CounterAttribute()
    claims_to_be = PointAttribute()
    merged_into = TextAttribute()
    merged_from = TupleAttribute(TextAttribute())
    version = CounterAttribute()
    preferences = PREFERENCES
    consents = MappingAttribute(CONSENT)
    hold = HOLD


class CustomerAttributesItem(Item, discriminator="attributes"):
    record = CustomerAttributes

    values = MappingAttribute(ATTRIBUTE)
    version = CounterAttribute()


class CaseItem(Item, discriminator="case"):
    record = Case

    reference = TextAttribute()
    team = TextAttribute()
    inbox = TextAttribute()
    channel = ChoiceAttribute(Channel)
    subject = TextAttribute()
    opened_at = InstantAttribute()
    last_activity_at = InstantAttribute()
    participants = TupleAttribute(PointAttribute())
    status = ChoiceAttribute(CaseStatus)
    kind = TextAttribute()
    priority = ChoiceAttribute(Priority, empty=Priority.NORMAL)
    segment = TextAttribute()
    language = TextAttribute()
    tags = TupleAttribute(TextAttribute())
    skills = TupleAttribute(TextAttribute())
    routed_by = TextAttribute()
    assignee = TextAttribute()
    passed_over = TupleAttribute(TextAttribute())
    closed_at = InstantAttribute()
    reopened_at = InstantAttribute()
    awaiting_since = InstantAttribute()
    waited_since = InstantAttribute()
    answered = FlagAttribute()
    cycle = CounterAttribute()
    answered_by = TupleAttribute(ChoiceAttribute(Channel))
    clocks = MappingAttribute(CLOCK)
    ended_clocks = TupleAttribute(ENDED_CLOCK)
    promises = MappingAttribute(PROMISE)
    tasks = TupleAttribute(TASK)
    quick = QUICK
    silenced_until = InstantAttribute()
    next_step_at = InstantAttribute()
    last_inbound_id = TextAttribute()
    messages_in = CounterAttribute()
    automatic_in = CounterAttribute()
    messages_out = CounterAttribute()
    notes = CounterAttribute()
    follows = TextAttribute()
    claims = TupleAttribute(TextAttribute())
    forwarded_for = PointAttribute()
    answer_by = ChoiceAttribute(Channel)
    moved_to = TextAttribute()
    moved_from = TextAttribute()
    incident = TextAttribute()
    version = CounterAttribute()
    said_version = CounterAttribute()
    customer_name = TextAttribute()
    last_channel = ChoiceAttribute(Channel)

    due = TextAttribute()
    urgent = TextAttribute()
    deadline_at = TextAttribute()
    next_clock = TextAttribute()
    worklist = TextAttribute()


class EntryItem(Item, discriminator="entry"):
    record = Entry

    case_id = TextAttribute()
    at = InstantAttribute()
    kind = ChoiceAttribute(EntryKind)
    author = TextAttribute()
    channel = ChoiceAttribute(Channel)
    subject = TextAttribute()
    text = TextAttribute()
    quoted_text = TextAttribute()
    signature = TextAttribute()
    forward = FORWARD
    html = HTML
    attachments = TupleAttribute(
        DocumentAttribute(
            AttachmentRef,
            sha256=TextAttribute(),
            name=TextAttribute(),
            content_type=TextAttribute(),
            size=WholeNumberAttribute(),
        )
    )
    arrival = ARRIVAL
    delivery = DocumentAttribute(
        Delivery,
        status=ChoiceAttribute(DeliveryStatus),
        recipient=TextAttribute(),
        sender=TextAttribute(),
        point=PointAttribute(),
        reply_to=TextAttribute(),
        in_reply_to=TextAttribute(),
        references=TupleAttribute(TextAttribute()),
        automatic=FlagAttribute(),
        attempts=WholeNumberAttribute(),
        claim=TextAttribute(),
        lease_until=InstantAttribute(),
        next_step_at=InstantAttribute(),
        provider_id=TextAttribute(),
        detail=TextAttribute(),
        answers_since=InstantAttribute(),
        stopped_clock=ChoiceAttribute(ClockName),
        failure=ChoiceAttribute(FailureKind),
        reports=TupleAttribute(REPORT),
        possible_duplicate=FlagAttribute(),
        not_before=InstantAttribute(),
        was_answered=FlagAttribute(),
        keeps=TupleAttribute(TextAttribute()),
        read_at=InstantAttribute(),
        purpose=ChoiceAttribute(Purpose, empty=Purpose.SERVICE),
        urgent=FlagAttribute(),
        digest=TextAttribute(),
        turned_away=WholeNumberAttribute(),
        reference=TextAttribute(),
    )
    reading = READING
    contact = CONTACT
    stays_with_us = FlagAttribute()
    task = TextAttribute()
    event = EventNameAttribute()
    facts = MappingAttribute(TextAttribute())
    moved_to = TextAttribute()
    moved_from = TextAttribute()
    mentions = TupleAttribute(TextAttribute())

    text_z = CompressedTextAttribute()
    quoted_text_z = CompressedTextAttribute()
    signature_z = CompressedTextAttribute()
    due = TextAttribute()
    next_step_at = TextAttribute()

    @classmethod
    def values_of(cls, record: Entry) -> dict[str, Any]:
        values = super().values_of(record)
        for name in _LONG_TEXTS:
            if len(values[name].encode()) > LONGEST_PLAIN_TEXT:
                values[f"{name}_z"] = values.pop(name)
        if record.kind is EntryKind.CODE:  # it stands in nobody's thread, so nothing would ever find it again
            values["expires_at"] = record.at + CODES_LIVE_FOR
        return values

    def fields_of(self) -> dict[str, Any]:
        texts = {name: self.value(name) or self.value(f"{name}_z") for name in _LONG_TEXTS}
        return super().fields_of() | texts


class PointLinkItem(Item, discriminator="point"):
    record = PointLink


class PointOwnerItem(Item, discriminator="owner"):
    record = PointOwner

    customer_id = TextAttribute()
    since = InstantAttribute()
    verified = FlagAttribute()
    last_case_id = TextAttribute()
    home = TextAttribute()


class BlockItem(Item, discriminator="block"):
    record = Block

    blocked = FlagAttribute()
    by = TextAttribute()
    at = InstantAttribute()
    why = TextAttribute()


class ReachabilityItem(Item, discriminator="reachability"):
    record = Reachability

    opt_outs = MappingAttribute(
        DocumentAttribute(OptOut, at=InstantAttribute(), by=TextAttribute(), evidence=TextAttribute())
    )
    suppressed_until = InstantAttribute()
    suppressed_by = TextAttribute()
    acknowledged_at = InstantAttribute()
    wished_at = InstantAttribute()
    confirmed_at = InstantAttribute()
    surveyed_at = InstantAttribute()
    survey = TextAttribute()
    automatic_answers = TupleAttribute(DocumentAttribute(AutomaticAnswer, inbox=TextAttribute(), at=InstantAttribute()))
    kept_as = PointAttribute()


class DevicesItem(Item, discriminator="devices"):
    record = Devices

    devices = MappingAttribute(
        DocumentAttribute(
            Device,
            kind=ChoiceAttribute(DeviceKind),
            token=TextAttribute(),
            language=TextAttribute(),
            registered_at=InstantAttribute(),
        )
    )


class CasePointerItem(Item, discriminator="pointer"):
    record = CasePointer

    customer_id = TextAttribute()
    case_id = TextAttribute()
    signed_for = TextAttribute()


class AnchorItem(Item, discriminator="anchor"):
    record = Anchor

    customer_id = TextAttribute()
    case_id = TextAttribute()
    entry_id = TextAttribute()
    at = InstantAttribute()
    trust = ChoiceAttribute(Trust)
    content = TextAttribute()


class LedgerItem(Item, discriminator="ledger"):
    record = LedgerRow

    outcome = TextAttribute()
    target = TextAttribute()
    sha256 = TextAttribute()
    raw_key = TextAttribute()
    at = InstantAttribute()
    customer_id = TextAttribute()
    entry_id = TextAttribute()
    answer_by = InstantAttribute()


class SeenKeyItem(Item, discriminator="seen"):
    record = SeenKey

    request_sha256 = TextAttribute()
    answer = TextAttribute()


class ParkedItem(Item, discriminator="parked"):
    record = ParkedRecord

    at = InstantAttribute()
    transport = TextAttribute()
    fingerprint = TextAttribute()
    reason = TextAttribute()
    raw_key = TextAttribute()
    detail = TextAttribute()
    machine = MACHINE
    sender = TextAttribute()
    release_state = ChoiceAttribute(ReleaseState)
    changed_at = InstantAttribute()
    changed_by = TextAttribute()
    why = TextAttribute()
    overrides = TupleAttribute(TextAttribute())
    released_to = TextAttribute()
    entry_id = TextAttribute()

    due = TextAttribute()
    next_step_at = TextAttribute()


class SurveyItem(Item, discriminator="survey"):
    record = Survey

    case_id = TextAttribute()
    reference = TextAttribute()
    team = TextAttribute()
    agent = TextAttribute()
    point = PointAttribute()
    entry_id = TextAttribute()
    asked_at = InstantAttribute()
    until = InstantAttribute()
    language = TextAttribute()
    score = WholeNumberAttribute()
    comment = TextAttribute()
    rated_at = InstantAttribute()
    rated_by = ChoiceAttribute(Channel)


class MergeItem(Item, discriminator="merge"):
    record = Merge

    merged_id = TextAttribute()
    at = InstantAttribute()
    by = TextAttribute()
    why = TextAttribute()
    points = TupleAttribute(PointAttribute())
    predecessors = TupleAttribute(TextAttribute())
    undone_at = InstantAttribute()
    undone_by = TextAttribute()
    ambiguous = TupleAttribute(TextAttribute())


class SuggestionItem(Item, discriminator="suggestion"):
    record = Suggestion

    first = TextAttribute()
    second = TextAttribute()
    at = InstantAttribute()
    reasons = TupleAttribute(DocumentAttribute(Reason, evidence=ChoiceAttribute(Evidence), detail=TextAttribute()))
    status = ChoiceAttribute(SuggestionStatus)
    decided_by = TextAttribute()
    decided_at = InstantAttribute()
    merge_id = TextAttribute()

    worklist = TextAttribute()
    last_activity_at = TextAttribute()


class ListedTaskItem(Item, discriminator="task"):
    record = ListedTask

    customer_id = TextAttribute()
    case_id = TextAttribute()
    reference = TextAttribute()
    team = TextAttribute()
    task = TASK
    kind = TextAttribute()

    worklist = TextAttribute()
    last_activity_at = TextAttribute()


class NamesakeItem(Item, discriminator="namesake"):
    record = Namesake


class VerificationItem(Item, discriminator="verification"):
    record = Verification

    point = PointAttribute()
    at = InstantAttribute()
    principal = TextAttribute()
    tries = WholeNumberAttribute()
    proved_at = InstantAttribute()


class AgentItem(Item, discriminator="agent"):
    record = Agent

    name = TextAttribute()
    email = TextAttribute()
    phone = TextAttribute()
    teams = TupleAttribute(TextAttribute())
    skills = TupleAttribute(TextAttribute())
    languages = TupleAttribute(TextAttribute())
    capacity = CounterAttribute()
    presence = ChoiceAttribute(Presence)
    absent_until = InstantAttribute()
    presence_set_at = InstantAttribute()
    presence_set_by = TextAttribute()
    given = CounterAttribute()
    given_at = InstantAttribute()
    version = CounterAttribute()


class AllowanceItem(Item, discriminator="allowance"):
    record = Allowance

    used = CounterAttribute()


class IncidentItem(Item, discriminator="incident"):
    record = Incident

    title = TextAttribute()
    opened_at = InstantAttribute()
    opened_by = TextAttribute()
    notice = MappingAttribute(TextAttribute())
    inboxes = TupleAttribute(TextAttribute())
    status = ChoiceAttribute(IncidentStatus)
    linked = CounterAttribute()
    answer = TextAttribute()
    closed_at = InstantAttribute()
    closed_by = TextAttribute()


class InboxNoticesItem(Item, discriminator="notices"):
    record = InboxNotices

    notices = MappingAttribute(MappingAttribute(TextAttribute()))


class BroadcastItem(Item, discriminator="broadcast"):
    record = Broadcast

    title = TextAttribute()
    recipients = TextAttribute()
    created_at = InstantAttribute()
    by = TextAttribute()
    wordings = MappingAttribute(DocumentAttribute(Wording, subject=TextAttribute(), text=TextAttribute()))
    incident = TextAttribute()
    purpose = ChoiceAttribute(Purpose, empty=Purpose.NOTICE)
    inbox = TextAttribute()
    urgent = TextAttribute()
    status = ChoiceAttribute(BroadcastStatus)
    counts = MappingAttribute(WholeNumberAttribute())
    estimate = MappingAttribute(WholeNumberAttribute())
    position = TextAttribute()
    next_step_at = InstantAttribute()
    changed_at = InstantAttribute()
    changed_by = TextAttribute()
    delivered = CounterAttribute()
    bounced = CounterAttribute()
    complained = CounterAttribute()
    failed = CounterAttribute()

    due = TextAttribute()


class RecipientItem(Item, discriminator="recipient"):
    record = Recipient

    state = ChoiceAttribute(RecipientState)
    reason = TextAttribute()
    channel = TextAttribute()
    entry = TextAttribute()
    reference = TextAttribute()
    at = InstantAttribute()


class FeedHeadItem(Item, discriminator="feed_head"):
    record = FeedHead

    number = CounterAttribute()
    followed_until = InstantAttribute()


class FeedRowItem(Item, discriminator="feed"):
    record = FeedRow

    at = InstantAttribute()
    kind = ChoiceAttribute(FeedKind)
    customer_id = TextAttribute()
    case_id = TextAttribute()
    entry_id = TextAttribute()
    event = EventNameAttribute()
    reference = TextAttribute()
    team = TextAttribute()
    assignee = TextAttribute()
    status = TextAttribute()


class CasePresenceItem(Item, discriminator="case_presence"):
    record = CasePresence

    name = TextAttribute()
    doing = ChoiceAttribute(Doing)
    since = InstantAttribute()
    said_at = InstantAttribute()


class MentionItem(Item, discriminator="mention"):
    record = Mention

    customer_id = TextAttribute()


class ConnectionItem(Item, discriminator="connection"):
    record = Connection

    principal_id = TextAttribute()
    opened_at = InstantAttribute()


class PostingItem(Item, discriminator="posting"):
    record = Posting


class ErasureItem(Item, discriminator="erasure"):
    record = Erasure

    customers = TupleAttribute(TextAttribute())
    requested_at = InstantAttribute()
    by = TextAttribute()
    ground = ChoiceAttribute(Ground)
    requester = ChoiceAttribute(Requester)
    basis = TextAttribute()
    case = TextAttribute()
    status = ChoiceAttribute(ErasureStatus)
    next_step_at = InstantAttribute()
    started_at = InstantAttribute()
    since = InstantAttribute()
    done_at = InstantAttribute()
    points = TupleAttribute(PointAttribute())
    marks = TupleAttribute(TextAttribute())
    looked_at_parked = TextAttribute()
    found = MappingAttribute(WholeNumberAttribute())
    kept = MappingAttribute(WholeNumberAttribute())
    again = CounterAttribute()

    due = TextAttribute()


class ExportItem(Item, discriminator="export"):
    record = Export

    customers = TupleAttribute(TextAttribute())
    requested_at = InstantAttribute()
    by = TextAttribute()
    own = TextAttribute()
    status = ChoiceAttribute(ExportStatus)
    next_step_at = InstantAttribute()
    member = WholeNumberAttribute()
    start = MappingAttribute(TextAttribute())
    parked = TextAttribute()
    parts = TupleAttribute(
        DocumentAttribute(
            ExportPart,
            customer_id=TextAttribute(),
            name=TextAttribute(),
            size=WholeNumberAttribute(),
            sha256=TextAttribute(),
        )
    )
    found = MappingAttribute(WholeNumberAttribute())
    missing = MappingAttribute(WholeNumberAttribute())
    done_at = InstantAttribute()

    due = TextAttribute()


class DisposalItem(Item, discriminator="disposal"):
    record = Disposal

    reference = TextAttribute()
    team = TextAttribute()
    kind = TextAttribute()
    channel = ChoiceAttribute(Channel)
    opened_at = InstantAttribute()
    closed_at = InstantAttribute()
    started_at = InstantAttribute()
    cycles = WholeNumberAttribute()
    status = ChoiceAttribute(DisposalStatus)
    next_step_at = InstantAttribute()
    files = TupleAttribute(TextAttribute())
    found = MappingAttribute(WholeNumberAttribute())
    done_at = InstantAttribute()

    due = TextAttribute()


ITEMS: Mapping[type, type[Item]] = {
    item.record: item
    for item in (
        CustomerItem,
        CustomerAttributesItem,
        CaseItem,
        EntryItem,
        PointLinkItem,
        PointOwnerItem,
        BlockItem,
        ReachabilityItem,
        DevicesItem,
        CasePointerItem,
        AnchorItem,
        LedgerItem,
        SeenKeyItem,
        ParkedItem,
        SurveyItem,
        MergeItem,
        SuggestionItem,
        ListedTaskItem,
        NamesakeItem,
        VerificationItem,
        AgentItem,
        AllowanceItem,
        IncidentItem,
        InboxNoticesItem,
        BroadcastItem,
        RecipientItem,
        FeedHeadItem,
        FeedRowItem,
        CasePresenceItem,
        MentionItem,
        ConnectionItem,
        PostingItem,
        ErasureItem,
        ExportItem,
        DisposalItem,
    )
}
