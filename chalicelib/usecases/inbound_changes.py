"""Which records an inbound message adds and which it changes, once it is clear where it belongs. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from chalicelib.domain.automatic_answers import MOST_QUICK
from chalicelib.domain.case_clocks import our_next_word_at
from chalicelib.domain.case_tasks import tasks_met, with_call_wished, with_tasks_met
from chalicelib.domain.case_transitions import with_contact
from chalicelib.domain.cases import (
    AUTOMATIC_MESSAGE_DEPENDS_ON,
    BEGINNING,
    CONTACT_DEPENDS_ON,
    MESSAGE_DEPENDS_ON,
    Agreements,
    Case,
    CasePointer,
    CaseStatus,
    Priority,
    beginning_with,
    listened_to,
    with_automatic_message,
)
from chalicelib.domain.configuration import Inbox
from chalicelib.domain.contact_points import Channel, ContactPoint
from chalicelib.domain.contacts import Contact, Direction, Effect
from chalicelib.domain.customers import (
    MERGED_DEPENDS_ON,
    OPENING_DEPENDS_ON,
    REOPENING_DEPENDS_ON,
    Customer,
    PointLink,
    PointOwner,
    with_case_opened,
    with_case_reopened,
)
from chalicelib.domain.faxes import WAITING
from chalicelib.domain.identifiers import ulid_for
from chalicelib.domain.matching import anchor_key, content_digest
from chalicelib.domain.merging import MOVED_POINT_DEPENDS_ON
from chalicelib.domain.messages import Anchor, ForwardedMessage, InboundMessage, LedgerRow, Receipt
from chalicelib.domain.routing import Opening, Routed, RoutingRule, route
from chalicelib.domain.sender_warnings import SenderWarning
from chalicelib.domain.tasks import LONGEST_ABOUT
from chalicelib.domain.threads import LONGEST_TEXT, Arrival, AttachmentRef, Entry, EntryKind, HtmlRef, event_entry
from chalicelib.domain.trust import POWERS
from chalicelib.usecases.case_changes import taken_over_events
from chalicelib.usecases.ports import Change, Create, Update
from chalicelib.usecases.task_changes import row_changes, task_events

MOST_PARTICIPANTS = 100
_TOLD_AT_ONCE = (Channel.WEB_FORM, Channel.APP)  # whoever posts waits for the answer of the call
LONGEST_SUBJECT = 200
ANCHORS_LIVE_FOR = timedelta(days=400)
_EVENTS_STAND_BEHIND = timedelta(milliseconds=2)  # the message, and where it was routed


@dataclass(frozen=True, slots=True)
class Texts:
    """The four into which the text of a message is divided."""

    visible: str
    quoted: str = ""
    signature: str = ""
    forward: ForwardedMessage | None = None


def texts_that_fit(message: InboundMessage) -> Texts:
    """What matters most comes first when an entry cannot hold all of it."""
    left = LONGEST_TEXT

    def cut(text: str) -> str:
        nonlocal left
        kept = text[:left]
        left -= len(kept)
        return kept

    visible = cut(message.visible_text)
    forward = message.forward and replace(
        message.forward, body=cut(message.forward.body), header=cut(message.forward.header)
    )
    return Texts(visible, signature=cut(message.signature), quoted=cut(message.quoted_text), forward=forward)


@dataclass(frozen=True, slots=True)
class Arriving:
    """A message on its way in: what it says, how it came, where its bytes lie, and what will be stored of it.

    `texts` are cut to what an entry holds; `attachments` and `html` are stored already or will be.
    """

    message: InboundMessage
    receipt: Receipt
    inbox: Inbox
    sha256: str
    raw_key: str
    texts: Texts
    attachments: tuple[AttachmentRef, ...]
    html: HtmlRef | None = None

    def id_of(self, what: str) -> str:
        """The same receipt always gives the same ids, however often it is processed."""
        return ulid_for(self.receipt.received_at, what, self.receipt.transport, self.receipt.fingerprint)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message goes, and why.

    `case` None: a new case of `customer`. `customer` None: a new customer, who becomes the owner of the sender's
    contact point if `owns_sender`, else a provisional one. When a case is joined, `customer` is its customer, and may
    be None unless the case opens again. `away_from_home`: the sender's owner row, when the case stands under another
    customer of the same family: that they are one must still be so when the message is kept, because undoing a merge
    looks for such messages. `copy_of`: the entry of the case of which this is a second copy.
    `known`: who answers for `customer` since a merge, when that is somebody else.
    `forwarded_for`: whose message a colleague forwarded: the provisional customer is then that person, perhaps.
    """

    rule: str
    evidence: str
    case: Case | None = None
    customer: Customer | None = None
    known: Customer | None = None
    owns_sender: bool = False
    away_from_home: PointOwner | None = None
    follows: str = ""
    claims: tuple[str, ...] = ()
    copy_of: str = ""
    forwarded_for: ContactPoint | None = None
    warnings: tuple[SenderWarning, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """The case as after the message, the new entry, and `changes` that make one transaction."""

    case: Case
    entry: Entry
    changes: tuple[Change, ...]


def changes_for(
    arriving: Arriving,
    place: Place,
    agreements: Agreements,
    new_reference: str,
    known_anchors: frozenset[str],
    rules: Sequence[RoutingRule] = (),
) -> Kept:
    """`known_anchors`: keys of anchors that exist already; the first to use a message id keeps it. `rules`: say where a
    new case belongs.
    """
    if place.case and place.copy_of:
        case, changes = place.case, list[Change]()  # nothing was said that was not said before
    elif place.case:
        case, changes = _joined(arriving, place.case, place.customer, agreements)
    else:
        case, changes = _opened(arriving, place, agreements, new_reference, rules)
    entry = _entry(arriving, place, case)
    changes = [Create(_ledger_row(arriving, place, case, entry)), Create(entry), *changes]
    changes += _still_one_family(place, changes)
    key = anchor_key(arriving.message.message_id) if arriving.message.message_id else ""
    if key and key not in known_anchors:
        changes.append(Create(_anchor(key, arriving, entry)))
    return Kept(case, entry, tuple(changes))


def _still_one_family(place: Place, changes: Sequence[Change]) -> list[Change]:
    """Undoing a merge changes the owner row of whoever goes back, and the customer who goes back."""
    if place.away_from_home is None:
        return []
    still: list[Change] = [Update(place.away_from_home, place.away_from_home, MOVED_POINT_DEPENDS_ON)]
    written = any(isinstance(change, Update) and change.before is place.customer for change in changes)
    if place.customer and not written:
        still.append(Update(place.customer, place.customer, MERGED_DEPENDS_ON))
    return still


def _joined(
    arriving: Arriving, case: Case, customer: Customer | None, agreements: Agreements
) -> tuple[Case, list[Change]]:
    at = arriving.receipt.received_at
    message, inbox = arriving.message, arriving.inbox
    after = beginning_with(case, at, _subject(message), message.channel, inbox)
    if message.automatic:
        after = with_automatic_message(after, at, arriving.message.channel)
        unmoved = (*AUTOMATIC_MESSAGE_DEPENDS_ON, *_beginning_moved(case, after))
        return after, [Update(case, after, unmoved), *_changes_of_tasks(arriving, case, after)]
    after = listened_to(after, message.sender, at) if message.contact is None else after
    after = _with_more_participants(_with_message(arriving, after, agreements), arriving)
    after = replace(after, answer_by=message.answer_by or after.answer_by)
    depends_on = CONTACT_DEPENDS_ON if _answers(arriving) else MESSAGE_DEPENDS_ON
    silenced = ("silenced_until",) if after.silenced_until != case.silenced_until else ()
    changes: list[Change] = [Update(case, after, (*depends_on, *silenced, *_beginning_moved(case, after)))]
    changes += _changes_of_tasks(arriving, case, after)
    changes += [Create(_silenced_event(arriving, after))] if silenced else []
    if after.opened_at == case.opened_at:  # else it has the team of the inbox in which it turned out to begin
        changes += map(Create, taken_over_events(case, after, at + timedelta(milliseconds=1)))
    if case.status is CaseStatus.CLOSED and after.status is CaseStatus.OPEN and customer:
        unmoved = (*REOPENING_DEPENDS_ON, *MERGED_DEPENDS_ON)
        changes.append(Update(customer, with_case_reopened(customer, case), unmoved))
    return after, changes


def _silenced_event(arriving: Arriving, case: Case) -> Entry:
    facts = {"reference": case.reference, "messages": str(MOST_QUICK), "until": f"{case.silenced_until}"}
    at = arriving.receipt.received_at + timedelta(milliseconds=1)
    id_ = ulid_for(at, "silenced", arriving.receipt.transport, arriving.receipt.fingerprint)
    return event_entry(id_, case, at, "hub", "case.automatic_answers_stopped", facts)


def _beginning_moved(before: Case, after: Case) -> tuple[str, ...]:
    moved = [name for name in BEGINNING if getattr(before, name) != getattr(after, name)]
    return (*moved, "version") if "opened_at" in moved else tuple(moved)


def _opened(
    arriving: Arriving, place: Place, agreements: Agreements, reference: str, rules: Sequence[RoutingRule]
) -> tuple[Case, list[Change]]:
    customer = place.customer or _new_customer(arriving, place)
    case = _new_case(arriving, place, customer, reference)
    routed = route(rules, _opening(arriving, place, case))
    case = _as_routed(case, routed) if routed else case
    case = (
        with_automatic_message(case, case.opened_at, case.channel)
        if arriving.message.automatic
        else _with_message(arriving, case, agreements)
    )
    opened = with_case_opened(customer, case)
    pointer = CasePointer(case.reference, customer.id, case.id, signed_for=customer.id)
    changes: list[Change] = [Create(case), Create(pointer), *_changes_of_tasks(arriving, replace(case, tasks=()), case)]
    if routed:
        changes.append(Create(_routing_event(arriving, case, routed)))
    if place.customer:
        changes.append(Update(customer, opened, OPENING_DEPENDS_ON))
        return case, changes
    changes.append(Create(opened))
    sender = arriving.message.sender
    if place.owns_sender and sender:
        changes.append(Create(PointOwner(sender, customer.id, arriving.receipt.received_at)))
        changes.append(Create(PointLink(customer.id, sender)))
    return case, changes


def _new_customer(arriving: Arriving, place: Place) -> Customer:
    message = arriving.message
    forward = message.forward if place.forwarded_for else None
    return Customer(
        id=arriving.id_of("customer"),
        created_at=arriving.receipt.received_at,
        name=forward.sender_name if forward else message.sender_name,
        language=message.language,
        claims_to_be=None if place.owns_sender else place.forwarded_for or message.sender,
    )


def _new_case(arriving: Arriving, place: Place, customer: Customer, reference: str) -> Case:
    message, inbox, who = arriving.message, arriving.inbox, _who(place)
    return Case(
        id=arriving.id_of("case"),
        customer_id=customer.id,
        reference=reference,
        team=inbox.team,
        inbox=inbox.name,
        channel=message.channel,
        subject=_subject(message),
        kind=inbox.kind,
        segment=who.segment if who else "",
        language=message.language,
        opened_at=arriving.receipt.received_at,
        last_activity_at=arriving.receipt.received_at,
        participants=() if message.automatic else _participants((), arriving),
        follows=place.follows,
        claims=place.claims,
        forwarded_for=place.forwarded_for,
        answer_by=message.answer_by,
        customer_name=customer.called(message.sender),
    )


def _who(place: Place) -> Customer | None:
    return place.known or place.customer


def _opening(arriving: Arriving, place: Place, case: Case) -> Opening:
    """Of a message that a colleague forwarded, what the customer wrote counts, too."""
    message, who = arriving.message, _who(place)
    forward = message.forward if place.forwarded_for else None
    return Opening(
        inbox=case.inbox,
        channel=case.channel,
        kind=case.kind,
        language=case.language or (who.language if who else ""),
        segment=case.segment,
        vip=who.vip if who else False,
        texts=(message.subject, message.visible_text, *((forward.subject, forward.body) if forward else ())),
    )


def _as_routed(case: Case, routed: Routed) -> Case:
    rule = routed.rule
    return replace(
        case,
        team=rule.to_team or case.team,
        kind=rule.to_kind or case.kind,
        priority=Priority(rule.to_priority) if rule.to_priority else case.priority,
        skills=rule.skills,
        routed_by=rule.name,
    )


def _routing_event(arriving: Arriving, case: Case, routed: Routed) -> Entry:
    """Why the case is where it is. It stands right behind the message that opened it."""
    at = arriving.receipt.received_at + timedelta(milliseconds=1)
    facts = {
        "reference": case.reference,
        "rule": routed.rule.name,
        "why": routed.why,
        "team": case.team,
        "kind": case.kind,
        "priority": case.priority,
        "skills": ", ".join(case.skills),
    }
    id_ = ulid_for(at, "routed", arriving.receipt.transport, arriving.receipt.fingerprint)
    return event_entry(id_, case, at, "hub", "case.routed", facts)


def _with_message(arriving: Arriving, case: Case, agreements: Agreements) -> Case:
    message, at, entry_id = arriving.message, arriving.receipt.received_at, arriving.id_of("entry")
    contact = message.contact
    met = tasks_met(case, contact, message.channel, message.sender, at) if contact else ()
    after = with_contact(
        case,
        contact.effect if contact else Effect.ASKS,
        entry_id,
        at,
        agreements,
        message.channel,
        stays_with_us=any(task.stays_with_us for task in met),
    )
    if contact:
        after = with_tasks_met(after, met, contact, entry_id, at, agreements)
    if message.call_wish:
        about = _subject(message)[:LONGEST_ABOUT]
        after = with_call_wished(after, message.call_wish, arriving.id_of("call"), about, entry_id, at, agreements)
    return after


def _changes_of_tasks(arriving: Arriving, before: Case, after: Case) -> list[Change]:
    at = arriving.receipt.received_at + _EVENTS_STAND_BEHIND
    events = task_events(before, after, at, _author(arriving.message.contact))
    return [*row_changes((before,), (after,)), *map(Create, events)]


def _answers(arriving: Arriving) -> bool:
    """Then nothing may have come that it does not know of."""
    contact = arriving.message.contact
    return contact is not None and contact.effect is not Effect.ASKS


def _with_more_participants(case: Case, arriving: Arriving) -> Case:
    return replace(case, participants=_participants(case.participants, arriving))


def _participants(so_far: tuple[ContactPoint, ...], arriving: Arriving) -> tuple[ContactPoint, ...]:
    """The sender takes part, and who else was written to, if the sender is believed."""
    message = arriving.message
    others = message.participants if POWERS[message.trust].adds_participants else ()
    everyone = dict.fromkeys((*so_far, *([message.sender] if message.sender else []), *others))
    return tuple(everyone)[:MOST_PARTICIPANTS]


def _entry(arriving: Arriving, place: Place, case: Case) -> Entry:
    message = arriving.message
    return Entry(
        id=arriving.id_of("entry"),
        customer_id=case.customer_id,
        case_id=case.id,
        at=arriving.receipt.received_at,
        kind=EntryKind.OUTBOUND if _is_ours(message.contact) else EntryKind.INBOUND,
        author=_author(message.contact),
        channel=message.channel,
        subject=message.subject[:LONGEST_SUBJECT],
        text=arriving.texts.visible,
        quoted_text=arriving.texts.quoted,
        signature=arriving.texts.signature,
        forward=arriving.texts.forward,
        html=arriving.html,
        attachments=arriving.attachments,
        arrival=Arrival(
            point=message.sender,
            trust=message.trust,
            rule=place.rule,
            evidence=place.evidence,
            raw_key=arriving.raw_key,
            sender_name=message.sender_name,
            message_id=message.message_id,
            automatic=message.automatic,
            unparsed=message.unparsed,
            written_at=message.written_at,
            repairs=message.repairs,
            machine=message.machine,
            fax=message.fax,
            sms=message.sms,
            address=message.sender_address,
            warnings=place.warnings,
            duplicate_of=place.copy_of,
        ),
        reading=WAITING if _document_of(message) else None,
        contact=message.contact,
    )


def _anchor(key: str, arriving: Arriving, entry: Entry) -> Anchor:
    at = arriving.receipt.received_at
    return Anchor(
        key=key,
        customer_id=entry.customer_id,
        case_id=entry.case_id,
        expires_at=at + ANCHORS_LIVE_FOR,
        entry_id=entry.id,
        at=at,
        trust=arriving.message.trust,
        content=content_digest(arriving.message),
    )


def _is_ours(contact: Contact | None) -> bool:
    return contact is not None and contact.direction is Direction.OUTBOUND


def _author(contact: Contact | None) -> str:
    """Whoever wrote the words of the entry: of a call that an agent tells of, the agent."""
    if contact and contact.agent:
        return f"agent:{contact.agent}"
    return "hub" if _is_ours(contact) else "customer"


def _document_of(message: InboundMessage) -> str:
    """The attachment whose pages are to be read."""
    return (message.fax.document if message.fax else "") or (message.contact.document if message.contact else "")


def _ledger_row(arriving: Arriving, place: Place, case: Case, entry: Entry) -> LedgerRow:
    return LedgerRow(
        transport=arriving.receipt.transport,
        fingerprint=arriving.receipt.fingerprint,
        outcome="duplicate_of" if place.copy_of else "stored",
        target=case.reference,
        sha256=arriving.sha256,
        raw_key=arriving.raw_key,
        at=arriving.receipt.received_at,
        customer_id=case.customer_id,
        entry_id=entry.id,
        answer_by=our_next_word_at(case) if arriving.receipt.transport in _TOLD_AT_ONCE else None,
    )


def _subject(message: InboundMessage) -> str:
    """A message without a subject is listed under its first line."""
    first_line = next((line.strip() for line in message.visible_text.splitlines() if line.strip()), "")
    forwarded = message.forward.subject if message.forward else ""
    return (message.subject.strip() or first_line or forwarded)[:LONGEST_SUBJECT]
