"""What the API answers, as JSON; OpenAPI is generated from it.

Instants are RFC 3339 in UTC (`2026-11-23T09:00:00Z`). What is not there is null. Links are paths on the same host.
"""

from __future__ import annotations

import msgspec

from chalicelib.api.clock_schemas import LivePromise, Promise
from chalicelib.api.message_schemas import (
    Arrival,
    Attachment,
    Contact,
    ForwardedMessage,
    HtmlVersion,
    Instant,
    Machine,
    Reading,
    Remark,
)
from chalicelib.api.task_schemas import Task
from chalicelib.domain.cases import CaseStatus, Priority
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.delivery import DeliveryStatus, FailureKind
from chalicelib.domain.feed import FeedKind
from chalicelib.domain.messages import ReleaseState
from chalicelib.domain.threads import EntryKind


class Clock(msgspec.Struct):
    """A clock that runs, or stands still by the rule `paused_by`. `level`: how many escalation steps are done.

    `name`: one of the kinds of clocks; that of a promise is `promise:<id>`, of a task
    `call_back:<id>` or `letter:<id>`.
    """

    name: str
    started_at: Instant
    due_at: Instant
    level: int
    paused_by: str | None


class CaseInList(msgspec.Struct):
    """A case as lists show it; a list may lag behind the case by moments.

    `customer_name`: as the customer was called when the case was opened; of who had no name the address that they wrote
    from. `last_activity_at`, `last_channel`: of the newest message in either direction. `last_inbound_at`: of the
    customer's newest. `messages_in`: how many messages the customer wrote: what is more than who looks has seen is
    unread. `next_clock`: whose deadline `deadline_at` is.
    """

    id: str
    reference: str
    customer_id: str
    status: CaseStatus
    team: str
    channel: Channel
    subject: str
    assignee: str | None
    last_activity_at: Instant
    deadline_at: Instant | None
    awaiting_since: Instant | None
    kind: str
    priority: Priority
    customer_name: str | None
    last_channel: Channel
    last_inbound_at: Instant | None
    messages_in: int
    next_clock: str | None
    links: dict[str, str]


class Case(msgspec.Struct):
    """`awaiting_since`: when the oldest message came that nobody has answered; null when we spoke last.

    `messages_in`: how many messages the customer wrote; send it back as `messages_read`. `automatic_in`: how many came
    from machines. `last_inbound_id`: the entry of the customer's newest. `claims`: cases that it says it belongs to.
    `forwarded_for`: whose message a colleague forwarded; somebody has to say whether the case is theirs.
    `routed_by`: the routing rule that chose team, kind and `skills` when it was opened; null when the inbox did. The
    event `case.routed` behind its first message says what the rule saw.
    `incident`: the id of the one that it is linked to.
    `version`: grows with every change by an agent; it is the ETag.
    """

    id: str
    reference: str
    customer_id: str
    status: CaseStatus
    kind: str
    priority: Priority
    segment: str | None
    tags: list[str]
    skills: list[str]
    routed_by: str | None
    team: str
    inbox: str
    channel: Channel
    subject: str
    assignee: str | None
    answer_by: Channel | None
    opened_at: Instant
    closed_at: Instant | None
    last_activity_at: Instant
    awaiting_since: Instant | None
    answered: bool
    clocks: list[Clock]
    promises: list[Promise]
    tasks: list[Task]
    deadline_at: Instant | None
    participants: list[str]
    messages_in: int
    automatic_in: int
    messages_out: int
    notes: int
    follows: str | None
    claims: list[str]
    forwarded_for: str | None
    last_inbound_id: str | None
    incident: str | None
    version: int
    links: dict[str, str]


class CasePage(msgspec.Struct):
    cases: list[CaseInList]
    next: str | None


class DeliveryReport(msgspec.Struct):
    """What a carrier said of a message, and when. `said`: in its own words (`Bounce/Permanent/General`,
    `TEXT_UNREACHABLE`); `code`: of SMTP or the service, or null; `words`: what it said to people, or null. `status`:
    what it moves the message to; `failure`: set where it did not arrive.
    """

    status: DeliveryStatus
    said: str
    at: Instant
    code: str | None
    words: str | None
    failure: FailureKind | None


class Delivery(msgspec.Struct):
    """How far an outbound message got. `detail`: why it did not get further, or null; `remarks`: the same with codes.
    `failure`: what it lies in that it did not arrive: `permanent` (the address), `technical` (the message or our
    standing), `temporary`, or null. `reports`: what carriers said, the most telling first. `provider_id`: what the
    carrier calls it, or null. `not_before`: it goes out no earlier, or null. `possible_duplicate`: it was sent again
    though nobody knew whether it had been sent.
    """

    status: DeliveryStatus
    recipient: str
    attempts: int
    detail: str | None
    remarks: list[Remark]
    failure: FailureKind | None
    provider_id: str | None
    reports: list[DeliveryReport]
    not_before: Instant | None
    possible_duplicate: bool


class UnsettledDelivery(msgspec.Struct):
    """A message of ours of which nobody knows whether it was sent. `at`: when it was written. `detail`: why nobody
    knows, and `remarks` the same with codes.
    """

    case: str
    entry_id: str
    customer_id: str
    team: str
    channel: Channel
    recipient: str
    at: Instant
    attempts: int
    detail: str | None
    remarks: list[Remark]
    links: dict[str, str]


class UnsettledPage(msgspec.Struct):
    deliveries: list[UnsettledDelivery]
    next: str | None


class Mentions(msgspec.Struct):
    """Whom a note mentions: agents by their ids, teams by their names."""

    agents: list[str]
    teams: list[str]


class Entry(msgspec.Struct):
    """`author`: `customer`, `agent:<id>` or `hub`. `text` is what was newly written; `quoted_text`, `signature` and
    `forward` are the rest of a message, and lose nothing of it. `html`: the same once more, as it was laid out.

    `task`: of an answer by telephone or letter, the task by which it is said or posted.

    `moved_to`, `moved_from`: `<customer>/<entry>` where a message that was moved goes on, and where it came from; what
    was moved away says nothing else.

    `arrival` is set for inbound messages, `reading` for faxes and letters with a document, `contact` for calls, letters
    and visits, `delivery` for outbound messages, `event` and `facts` for events. `mentions`: of a note, nobody else's.
    """

    id: str
    case_id: str | None
    at: Instant
    kind: EntryKind
    author: str
    channel: Channel | None
    subject: str | None
    text: str
    quoted_text: str
    signature: str
    forward: ForwardedMessage | None
    html: HtmlVersion | None
    attachments: list[Attachment]
    arrival: Arrival | None
    reading: Reading | None
    contact: Contact | None
    delivery: Delivery | None
    task: str | None
    event: str | None
    facts: dict[str, str]
    mentions: Mentions
    moved_to: str | None
    moved_from: str | None
    links: dict[str, str]


class ThreadPage(msgspec.Struct):
    """Newest first; oldest first where that was asked for, or what came behind an entry."""

    entries: list[Entry]
    next: str | None


class LegalHold(msgspec.Struct):
    """Nothing of the customer is erased while it lasts."""

    at: Instant
    by: str
    why: str


class CustomerAttribute(msgspec.Struct):
    """What another system knows of a customer. `by`: who wrote it. `customer_id`: whom it was written of; who was
    merged into a customer has their own.
    """

    name: str
    value: str | int | bool
    by: str
    at: Instant
    customer_id: str


class Customer(msgspec.Struct):
    """`claims_to_be`: the address that a forged or nameless sender pretended to have. `cases`: the newest ten;
    `live_promises`: what is still owed in any of them, the earliest due first.
    `carer`: the agent who looks after them; `segment`, `vip`: as what they are treated, for routing.
    `merged_from`: who was merged into this one; contact points, cases and the count are of all of them, and so are
    `external_ids` (by which other systems know them, `crm:4711`) and `attributes` (what those wrote of them).
    """

    id: str
    name: str | None
    language: str | None
    carer: str | None
    segment: str | None
    vip: bool
    created_at: Instant
    claims_to_be: str | None
    merged_from: list[str]
    contact_points: list[str]
    external_ids: list[str]
    attributes: list[CustomerAttribute]
    open_case_count: int
    cases: list[CaseInList]
    live_promises: list[LivePromise]
    links: dict[str, str]
    legal_hold: LegalHold | None = None


class CustomersFound(msgspec.Struct):
    """One or none by a contact point or a reference, which belong to one customer; by name perhaps several, whoever
    came last first. `next` continues them.
    """

    customers: list[Customer]
    next: str | None = None


class SearchHit(msgspec.Struct):
    """A message, a note or what was noted of a talk. `excerpt`: a line around the first word that was found, as plain
    text; null where the word stands in nothing that can be shown. `found`: the words of subject and excerpt that were
    looked for, as they stand there. `case`: as it is now.
    """

    entry_id: str
    customer_id: str
    at: Instant
    kind: EntryKind
    author: str
    channel: Channel | None
    subject: str | None
    excerpt: str | None
    found: list[str]
    case: CaseInList
    links: dict[str, str]


class SearchPage(msgspec.Struct):
    """The newest first. A page may have fewer hits than `limit`, also none, while `next` says that more may follow."""

    hits: list[SearchHit]
    next: str | None


class Change(msgspec.Struct):
    """That a case or an entry is new or another than before; read it to see what it says. `presence`: that somebody
    began to write in a case, or ended it. `event`: of an entry, what
    became of it, as in the catalogue of events; null where that has no name. `reference`, `team`, `assignee` and
    `status`: of a case, as the change left it.
    """

    kind: FeedKind
    at: Instant
    customer_id: str
    case_id: str | None
    entry_id: str | None
    event: str | None
    reference: str | None
    team: str | None
    assignee: str | None
    status: CaseStatus | None
    links: dict[str, str]


class ChangePage(msgspec.Struct):
    """In the order in which they are to be looked at. `next`: send it as `since`; the same as before where nothing is
    new. `more`: false at the end of what there is now.
    """

    changes: list[Change]
    next: str
    more: bool


class ConnectionTicket(msgspec.Struct):
    """`url` and `protocols`: for `new WebSocket(url, protocols)`. `use_before`: the ticket among them opens nothing
    later. `ends_at`: when the connection is over at the latest, with the access token.
    """

    url: str
    protocols: list[str]
    use_before: Instant
    ends_at: Instant


class Download(msgspec.Struct):
    """A link to the bytes in the store, good until `expires_at` for whoever has it."""

    url: str
    expires_at: Instant


class Parked(msgspec.Struct):
    """`changed_by`, `changed_at`, `why`, `overrides`: who released or discarded it, and what they answer for.
    `remarks`: `detail` with codes. `machine`: of a report on a message of ours, what it says about whom.
    `released_to`: the reference of its case since then.
    """

    id: str
    at: Instant
    transport: str
    reason: str
    detail: str | None
    remarks: list[Remark]
    machine: Machine | None
    release_state: ReleaseState
    changed_at: Instant | None
    changed_by: str | None
    why: str | None
    overrides: list[str]
    released_to: str | None
    links: dict[str, str]


class WaitingMessage(msgspec.Struct):
    id: str
    at: Instant
    reason: str


class WaitingPage(msgspec.Struct):
    parked: list[WaitingMessage]
    next: str | None


class ReadOfParked(msgspec.Struct):
    """Plain text, for a person to decide by; nothing of it is believed. `text`: its beginning. `attachments`: names."""

    sender: str | None
    sender_name: str | None
    subject: str | None
    text: str
    attachments: list[str]


class ParkedLook(msgspec.Struct):
    """`recipients`: whom the envelope names. `read`: null where nothing could be read. `needs`: the override that a
    release needs; null for none. `download`: null where it needs an override, or there are no bytes.
    """

    parked: Parked
    recipients: list[str]
    read: ReadOfParked | None
    needs: str | None
    download: Download | None


class ParkedBulkResult(msgspec.Struct):
    """`done`: ids of what was decided. `left`: those that stayed, each with the code of the error."""

    done: list[str]
    left: dict[str, str]
    next: str | None


class ParkedPage(msgspec.Struct):
    parked: list[Parked]
    next: str | None


class AccountBreach(msgspec.Struct):
    """`what` is wrong with the account of the bytes under `raw_key`."""

    raw_key: str
    what: str
    detail: str | None


class AccountChecked(msgspec.Struct):
    """`messages`: how many were looked at."""

    messages: int
    breaches: list[AccountBreach]
    next: str | None


class ReplayedMessage(msgspec.Struct):
    """`became`: what happened to it. `detail`: its case, its parked record, or the code of an error."""

    raw_key: str
    became: str
    detail: str | None


class Replayed(msgspec.Struct):
    messages: list[ReplayedMessage]
    next: str | None


class CaseOpened(msgspec.Struct):
    case: str


class Template(msgspec.Struct):
    """A canned answer in one language. `variables`: those of its text, filled in for each case."""

    name: str
    language: str
    subject: str | None
    text: str
    variables: list[str]


class TemplateList(msgspec.Struct):
    templates: list[Template]


class Kind(msgspec.Struct):
    """What cases are about. `restricted`: they are closed to other teams. `retired`: no case becomes one any more."""

    name: str
    restricted: bool
    retired: bool


class KindList(msgspec.Struct):
    kinds: list[Kind]


class FilledTemplate(msgspec.Struct):
    """`missing`: variables for which the case has no value; an answer by the template's name is refused then."""

    name: str
    language: str
    subject: str | None
    text: str
    missing: list[str]


class EntryMade(msgspec.Struct):
    entry_id: str


class ContactPointAdded(msgspec.Struct):
    """As it was normalised, such as `phone:+48601234567`."""

    contact_point: str


class Posted(msgspec.Struct):
    """`case`: the reference of the case that the message is in. `message`: the id of its entry."""

    case: str
    message: str


class PostedMessage(Posted):
    """`expected_answer_at`: when our next word in the case is due, in business hours; null while none is."""

    expected_answer_at: Instant | None


class PostedForLater(msgspec.Struct):
    """The message is kept and will be handled within minutes."""

    receipt: str
