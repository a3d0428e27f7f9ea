"""What the use cases need from outside, and nothing else. `ports_on_aws.py` says which object stands behind each port.

Stores take and return domain objects. Every method is one round trip unless it says otherwise. What a carrier or a
store answers is translated into `domain/errors.py` before it comes here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Generic, Protocol, TypeVar

from chalicelib.domain.agents import Agent
from chalicelib.domain.broadcasts import Broadcast, Recipient
from chalicelib.domain.captcha import Captcha, CaptchaFinding
from chalicelib.domain.case_presence import CasePresence
from chalicelib.domain.cases import Case, CasePointer, CaseSummary
from chalicelib.domain.configuration import Configuration, Inbox
from chalicelib.domain.connections import Connection
from chalicelib.domain.contact_points import ContactPoint
from chalicelib.domain.customers import (
    Block,
    Customer,
    CustomerAttributes,
    CustomerPage,
    Namesake,
    PointLink,
    PointOwner,
)
from chalicelib.domain.devices import Devices
from chalicelib.domain.disposal import Disposal
from chalicelib.domain.erasure import Erasure
from chalicelib.domain.exporting import Export
from chalicelib.domain.feed import FeedHead, FeedRow
from chalicelib.domain.incidents import InboxNotices, Incident
from chalicelib.domain.mentions import Mention
from chalicelib.domain.merging import Merge, Suggestion
from chalicelib.domain.messages import (
    Anchor,
    LedgerRow,
    OutgoingMessage,
    ParkedRecord,
    ParsedMessage,
    Receipt,
    SeenKey,
)
from chalicelib.domain.parking import Waiting
from chalicelib.domain.reachability import Reachability
from chalicelib.domain.reply_address import KeyRing
from chalicelib.domain.satisfaction import Survey
from chalicelib.domain.search import IndexedText, Posting
from chalicelib.domain.tasks import ListedTask, TaskKind
from chalicelib.domain.threads import Entry
from chalicelib.domain.uploads import Invitation
from chalicelib.domain.verification import Allowance, Verification

Now = Callable[[], datetime]
"""The present instant, aware UTC."""

Randomness = Callable[[int], bytes]
"""That many unpredictable bytes."""

Parse = Callable[[bytes, Receipt, Inbox, frozenset[str]], ParsedMessage]
"""Raw bytes, receipt, inbox and all addresses of ours -> what the message says. Raises Unparsable."""

T = TypeVar("T")


class ReplyKeys(Protocol):
    """The keys that sign reply addresses and links, as they are now: they change while a function lives."""

    def __call__(self, named: Collection[str] = ()) -> KeyRing:
        """`named`: the key ids by which something that came says that it is signed; for one that is not known the keys
        are read anew. Raises StorageUnavailable where that was not possible: it may be one of ours.
        """
        ...


Record = (
    Customer
    | CustomerAttributes
    | PointLink
    | PointOwner
    | Block
    | Reachability
    | Devices
    | Survey
    | Case
    | CasePointer
    | Entry
    | Anchor
    | LedgerRow
    | SeenKey
    | ParkedRecord
    | Merge
    | Suggestion
    | ListedTask
    | Namesake
    | Verification
    | Allowance
    | Agent
    | Incident
    | InboxNotices
    | Broadcast
    | Recipient
    | FeedHead
    | FeedRow
    | CasePresence
    | Mention
    | Connection
    | Posting
    | Erasure
    | Export
    | Disposal
)
Changeable = (
    Customer
    | CustomerAttributes
    | PointOwner
    | Block
    | Reachability
    | Devices
    | Survey
    | Case
    | CasePointer
    | Entry
    | Anchor
    | LedgerRow
    | ParkedRecord
    | Merge
    | Suggestion
    | ListedTask
    | Verification
    | Allowance
    | Agent
    | Incident
    | InboxNotices
    | Broadcast
    | Recipient
    | FeedHead
    | CasePresence
    | Erasure
    | Export
    | Disposal
)


@dataclass(frozen=True, slots=True)
class Create:
    """A record that must not exist yet."""

    record: Record


@dataclass(frozen=True, slots=True)
class Update:
    """The difference between `before` and `after`, written if the fields in `depends_on` still are as in `before`.

    Only fields that differ are written. Counters (int fields) are added to; mappings are changed key by key; anything
    else is replaced. A field named in `depends_on` is compared whole. The record must exist.

    A change that touches a field by which a list is kept (a case's status, team, assignee, clocks; an entry's delivery)
    also depends on the other fields of that list: else two changes that did not see each other could leave the case
    in a list where it does not belong. Fields that only grow (`ONLY_GROW` of cases) are never taken back: the change is
    refused when the record is beyond it already.
    """

    before: Changeable
    after: Changeable
    depends_on: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Delete:
    """A record that is there no more, if the fields in `depends_on` still are as in `record`. It must exist; with
    `if_there`, only its key counts, and where there is none nothing happens.
    """

    record: Record
    depends_on: tuple[str, ...] = ()
    if_there: bool = False


Change = Create | Update | Delete


@dataclass(frozen=True, slots=True)
class Found:
    """What one batched, consistent read of keys found. `allowances`: by name and day (or hour). `notices`: of the inbox
    that was asked for.
    """

    ledger_row: LedgerRow | None
    owner: PointOwner | None
    anchors: Mapping[str, Anchor]
    pointers: Mapping[str, CasePointer]
    block: Block | None = None
    reachability: Reachability | None = None
    allowances: Mapping[tuple[str, str], Allowance] = field(default_factory=lambda: MappingProxyType({}))
    notices: InboxNotices | None = None


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """`next` continues the list, or is None at its end. Its content belongs to the store."""

    items: tuple[T, ...]
    next: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """Something that the sweep has to look at: a case (`entry_id` is "") or an entry whose delivery is stuck."""

    customer_id: str
    case_id: str
    entry_id: str
    at: datetime


class ThreadStore(Protocol):
    """The one table. Reads of single records and of a customer's page are consistent, lists may lag by moments."""

    def look_up(
        self,
        transport: str,
        fingerprint: str,
        point: ContactPoint | None,
        anchor_keys: Iterable[str],
        references: Iterable[str],
        allowances: Iterable[tuple[str, str]] = (),
        inbox: str = "",
    ) -> Found:
        """`inbox`: the name of the one whose notices are wanted, "" for none."""
        ...

    def find_ledger_row(self, transport: str, fingerprint: str) -> LedgerRow | None: ...

    def find_owner(self, point: ContactPoint) -> PointOwner | None: ...

    def find_block(self, point: ContactPoint) -> Block | None: ...

    def find_reachabilities(self, points: Iterable[ContactPoint]) -> Mapping[ContactPoint, Reachability]:
        """Those of which something is known."""
        ...

    def find_devices(self, point: ContactPoint) -> Devices | None:
        """`point`: of a login."""
        ...

    def find_pointer(self, reference: str) -> CasePointer | None: ...

    def find_seen_key(self, principal: str, key: str) -> SeenKey | None: ...

    def get_customer(self, customer_id: str) -> Customer: ...

    def find_attributes(self, customer_ids: Iterable[str]) -> Mapping[str, CustomerAttributes]:
        """By customer; those of whom something was written."""
        ...

    def find_owners(self, points: Iterable[ContactPoint]) -> Mapping[ContactPoint, PointOwner]: ...

    def find_anchors(self, keys: Iterable[str]) -> Mapping[str, Anchor]: ...

    def get_customer_page(self, customer_id: str) -> CustomerPage:
        """The customer and the newest 10 cases. Raises NotFound."""
        ...

    def list_points(self, customer_id: str) -> tuple[ContactPoint, ...]: ...

    def get_case(self, customer_id: str, case_id: str) -> Case: ...

    def get_entry(self, customer_id: str, entry_id: str) -> Entry: ...

    def find_entries(self, names: Iterable[tuple[str, str]]) -> Sequence[Entry]:
        """By ids of customer and entry; those that exist, in any order, in one round trip per hundred."""
        ...

    def find_cases(self, names: Iterable[tuple[str, str]]) -> Sequence[Case]:
        """By ids of customer and case; as `find_entries`."""
        ...

    def list_thread(self, customer_id: str, limit: int, start: Mapping[str, str] | None = None) -> Page[Entry]:
        """Newest first."""
        ...

    def list_threads(
        self, customer_ids: Sequence[str], limit: int, start: Mapping[str, str] | None = None
    ) -> Page[Entry]:
        """The threads of several customers as one, newest first: one round trip for each of them."""
        ...

    def list_cases(self, customer_ids: Sequence[str], limit: int, start: Mapping[str, str] | None = None) -> Page[Case]:
        """Of several customers, newest first, in any state: one round trip for each of them."""
        ...

    def list_threads_since(self, customer_ids: Sequence[str], after: str, limit: int) -> Page[Entry]:
        """What stands in them behind the entry of that id, oldest first: one round trip for each of them. `next` only
        says that more follow; the last one shown is where they do.
        """
        ...

    def get_survey(self, customer_id: str, survey_id: str) -> Survey: ...

    def find_surveys(self, names: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], Survey]:
        """Those that there are, by customer and id: one batched, consistent read."""
        ...

    def get_merge(self, customer_id: str, merge_id: str) -> Merge: ...

    def list_merges(self, customer_id: str) -> tuple[Merge, ...]:
        """Newest first."""
        ...

    def find_suggestion(self, id_: str) -> Suggestion | None: ...

    def list_suggestions(self, limit: int, start: Mapping[str, str] | None = None) -> Page[Suggestion]:
        """The open ones, newest first, in two round trips."""
        ...

    def list_tasks(
        self, team: str, kind: TaskKind, limit: int, start: Mapping[str, str] | None = None
    ) -> Page[ListedTask]:
        """Those that are open: the earliest deadline first, in two round trips."""
        ...

    def list_namesakes(self, key: str, limit: int) -> tuple[str, ...]:
        """Customer ids, earliest customer first."""
        ...

    def find_verification(self, id_: str) -> Verification | None: ...

    def find_agent(self, subject: str) -> Agent | None: ...

    def list_agents(self) -> tuple[Agent, ...]:
        """All of them, by subject; consistent. They are some hundreds at most: one round trip."""
        ...

    def find_allowance(self, name: str, day: str) -> Allowance | None: ...

    def get_incident(self, incident_id: str) -> Incident: ...

    def list_incidents(self, limit: int, start: Mapping[str, str] | None = None) -> Page[Incident]:
        """Newest first."""
        ...

    def find_notices(self, inbox: str) -> InboxNotices | None: ...

    def get_broadcast(self, broadcast_id: str) -> Broadcast: ...

    def list_broadcasts(self, limit: int, start: Mapping[str, str] | None = None) -> Page[Broadcast]:
        """Newest first."""
        ...

    def find_recipients(self, recipients: str, ids: Iterable[str]) -> Mapping[str, Recipient]:
        """Those of the list that exist, by id: one round trip per hundred."""
        ...

    def list_recipients(self, recipients: str, limit: int, after: str = "") -> tuple[Recipient, ...]:
        """At most `limit` of the list behind the one of the id `after`, in the order of their ids."""

    def list_records(self, customer_id: str, limit: int, start: Mapping[str, str] | None = None) -> Page[Record]:
        """Everything that stands under a customer's id, in the order of the keys."""
        ...

    def get_erasure(self, erasure_id: str) -> Erasure: ...

    def list_erasures(self, limit: int, start: Mapping[str, str] | None = None) -> Page[Erasure]:
        """Newest first."""
        ...

    def list_due_erasures(self, until: datetime) -> tuple[str, ...]:
        """The ids of those that a worker has to go on with. May lag by moments."""
        ...

    def get_export(self, customer_id: str, export_id: str) -> Export:
        """`customer_id`: who answered for the family when it was asked for."""
        ...

    def list_due_exports(self, until: datetime) -> tuple[tuple[str, str], ...]:
        """Ids of customer and export, of those that a worker has to go on with. May lag by moments."""
        ...

    def get_disposal(self, customer_id: str, case_id: str) -> Disposal: ...

    def list_due_disposals(self, until: datetime) -> tuple[tuple[str, str], ...]:
        """Ids of customer and case, as `list_due_exports`."""
        ...

    def find_feed_head(self, feed: str) -> FeedHead | None: ...

    def find_feed_heads(self, feeds: Iterable[str]) -> Mapping[str, FeedHead]:
        """Those that there are, by the name of the feed: one round trip per hundred."""
        ...

    def list_feed(self, feed: str, after: str, limit: int) -> Page[FeedRow]:
        """The rows behind that place, in their order. `next` only says that more follow; consistent."""
        ...

    def list_present(self, reference: str) -> tuple[CasePresence, ...]:
        """Who has said that they are at a case, also those whose time is over."""
        ...

    def list_mentions(self, whom: str, limit: int, before: str = "") -> tuple[Mention, ...]:
        """Those of an agent or a team, the newest first: fewer than `limit` only at the end. `before`: the id of an
        entry below which to go on.
        """
        ...

    def list_connections(self, feed: str, limit: int) -> tuple[Connection, ...]:
        """At most `limit` of those that hear of the feed, also some whose time is over."""
        ...

    def list_urgent(self, team: str, limit: int, start: Mapping[str, str] | None = None) -> Page[CaseSummary]:
        """Open cases of a team: the earliest deadline first, those without a running clock last."""
        ...

    def list_worklist(
        self, owner: str, limit: int, start: Mapping[str, str] | None = None, *, oldest_first: bool = False
    ) -> Page[CaseSummary]:
        """Open cases of an assignee, or of `unassigned_in(team)`: latest activity first, or the earliest."""
        ...

    def count_worklist(self, owner: str, most: int) -> int:
        """How many cases `list_worklist` has, counted up to `most`."""
        ...

    def list_parked(self, month: str, limit: int, start: Mapping[str, str] | None = None) -> Page[ParkedRecord]:
        """`month`: `yyyymm`. Newest first."""
        ...

    def list_waiting(self, limit: int, start: Mapping[str, str] | None = None) -> Page[Waiting]:
        """Parked messages of any month that nobody has decided about, oldest first. May lag by moments."""
        ...

    def get_parked(self, parked_id: str) -> ParkedRecord: ...

    def list_due_cases(self, team: str, until: datetime) -> Iterator[Due]:
        """Everything due by `until`, oldest first, in as many round trips as there are pages."""
        ...

    def list_due_deliveries(self, until: datetime) -> Iterator[Due]: ...

    def list_due_broadcasts(self, until: datetime) -> tuple[str, ...]:
        """The ids of those that a worker has to go on with. May lag by moments."""
        ...

    def list_unsettled(self, limit: int, start: Mapping[str, str] | None = None) -> Page[Entry]:
        """Answers of which nobody knows whether they were sent, the earliest written first, in two round trips."""
        ...

    def commit(self, changes: Sequence[Change]) -> None:
        """All of it or nothing. Raises WriteConflict with the refused positions, StorageUnavailable.

        After StorageUnavailable it may have been written: only the answer is missing.
        """
        ...


class Connected(Protocol):
    """Clients that are connected, by the ids of their connections."""

    def tell(self, ids: Sequence[str]) -> frozenset[str]:
        """Says that there is something to ask for. Gives those that are there no more; raises nothing."""
        ...

    def close(self, ids: Sequence[str]) -> None:
        """Raises nothing."""
        ...


class SearchIndex(Protocol):
    """Which words lead to which texts. It may lag behind the table by moments, and forgets what it is told to forget;
    whoever shows what it gives looks at the text itself first.
    """

    def put(self, texts: Sequence[IndexedText], at: datetime | None = None) -> None:
        """Their words lead there. Repeating it changes nothing. In as many round trips as it needs; not all or nothing.
        `at`: as of when it is so; an engine may leave what stands there as of later. Raises StorageUnavailable.
        """
        ...

    def remove(self, texts: Sequence[IndexedText], at: datetime | None = None) -> None:
        """These words of them lead there no more; what is put again afterwards leads there again. Where only some words
        of a text are removed, all that it has is put again: an engine may take away more of it than was said.
        """
        ...

    def find(
        self,
        words: Sequence[str],
        shelves: Sequence[str],
        periods: Sequence[str],
        limit: int,
        start: Mapping[str, str] | None = None,
    ) -> Page[str]:
        """The places to which all of the words lead from one of the shelves, in one of the periods, which are given the
        newest first: the newest places first, at most `limit`. A word that ends in `*` is the beginning of words, any
        of which will do; an engine may look at the first few of them only (each says how many).

        `next`, and what may be said as `start`: a `period`, and the place `below` which it goes on ("" for its newest).
        A page may have fewer places than `limit`, also none, and still have a `next`: what is read for one is bounded.
        """
        ...


def unassigned_in(team: str) -> str:
    """The worklist of a team's cases that nobody has taken."""
    return f"unassigned@{team}"


def closed_in(team: str, month: str) -> str:
    """The worklist of a team's cases that were closed in a month, `yyyymm`."""
    return f"closed@{team}@{month}"


def tasks_of(team: str, kind: TaskKind) -> str:
    """The worklist of a team's open calls, `calls@care`, or of its letters."""
    return f"{kind}s@{team}"


@dataclass(frozen=True, slots=True)
class Incoming:
    """A raw message that has no outcome yet. `receipt` is None when only the bytes are known (lost notification).

    `stored_at`: names the day of its lasting key, so it stays as it was when a receipt is added. `again`: an earlier
    attempt had stored it, and may have promised somebody that it is kept. `kept_as`: its lasting key, for one that was
    kept before and is processed once more; "" for one that is on its way in.
    """

    key: str
    body: bytes
    receipt: Receipt | None
    stored_at: datetime
    again: bool = False
    kept_as: str = ""


class RawStore(Protocol):
    """Raw messages: `incoming/<transport>/<fingerprint>` until there is an outcome, `raw/<yyyy>/<mm>/<dd>/` after."""

    def put_incoming(self, receipt: Receipt, body: bytes) -> Incoming:
        """Durable when it returns. What was put before under the same fingerprint stays, and is given with its receipt,
        so that an attempt to repeat the work knows when the message really came; other bytes stand beside it.
        """
        ...

    def has_incoming(self, receipt: Receipt, body: bytes) -> bool:
        """Whether an earlier attempt has put just that and it has no outcome yet."""
        ...

    def get_incoming(self, key: str) -> Incoming:
        """Raises NotFound."""
        ...

    def add_receipt(self, key: str, receipt: Receipt) -> None:
        """To what its carrier put there without one. Repeating it changes nothing. Raises NotFound."""
        ...

    def keep(self, incoming: Incoming, receipt: Receipt) -> str:
        """Copies the bytes, with the receipt, to their lasting key, and gives it. Repeating it changes nothing; what is
        `kept_as` something stays just that.
        """
        ...

    def get_kept(self, raw_key: str) -> Incoming:
        """What `keep` has kept, with its receipt. Raises NotFound."""
        ...

    def list_kept(self, day: date, limit: int, after: str = "") -> tuple[str, ...]:
        """Keys of what came on that day (UTC), in their order, behind the key `after`."""
        ...

    def forget_incoming(self, key: str) -> None: ...

    def left_over(self, before: datetime) -> Iterator[str]:
        """Keys of incoming messages that were stored before that instant."""
        ...

    def link(self, raw_key: str, valid_for: timedelta) -> str:
        """A short-lived address from which the bytes can be downloaded as a file."""
        ...

    def receipt_of(self, raw_key: str) -> Receipt | None:
        """Without the bytes. Raises NotFound."""
        ...

    def erase(self, raw_key: str) -> None:
        """Every version of it, for good. Repeating it changes nothing."""
        ...

    def put_tombstone(self, name: str, tombstone: bytes) -> None:
        """Beside the raw messages, so that it outlives the table."""
        ...

    def list_tombstones(self, limit: int, after: str = "") -> tuple[str, ...]:
        """Their names, in order, behind that one."""
        ...

    def get_tombstone(self, name: str) -> bytes:
        """Raises NotFound."""
        ...


class AttachmentStore(Protocol):
    def put(self, key: str, data: bytes, content_type: str) -> None: ...

    def get(self, key: str) -> bytes:
        """Raises NotFound."""
        ...

    def link(self, key: str, name: str, content_type: str, valid_for: timedelta) -> str: ...

    def erase_before(self, key: str, before: datetime) -> int:
        """The versions of it that were put before that instant, for good. How many."""
        ...

    def invite(self, key: str, content_type: str, largest: int, valid_for: timedelta) -> Invitation:
        """Whoever has it may put one file there: under that key, of that type, of 1 to `largest` bytes."""
        ...

    def erase_some(self, prefix: str) -> int:
        """Up to a thousand versions of what lies under keys with that prefix, for good. How many; 0 at the end."""
        ...


class WorkQueues(Protocol):
    """Hints, not truth: what is lost here is found again by the sweep and the reconciler. But for `ask_to_record`."""

    def ask_to_receive(self, incoming_key: str, *, suspicious: bool = False) -> None:
        """`suspicious`: it was tried before and had no outcome."""
        ...

    def ask_to_deliver(self, customer_id: str, entry_id: str, *, not_before: datetime | None = None) -> None:
        """`not_before`: when it may go out, if that is still to come."""
        ...

    def ask_to_read_fax(self, customer_id: str, entry_id: str) -> None: ...

    def ask_to_escalate(self, cases: Sequence[tuple[str, str]]) -> None:
        """`cases`: ids of customer and case, a page of them."""
        ...

    def ask_to_broadcast(self, broadcast_id: str) -> None:
        """To the same workers."""
        ...

    def ask_to_erase(self, erasure_id: str) -> None:
        """To the same workers."""
        ...

    def ask_to_export(self, customer_id: str, export_id: str) -> None:
        """To the same workers."""
        ...

    def ask_to_find_disposable(self, place: Mapping[str, str]) -> None:
        """To the same workers. `place`: where an earlier walk had come to, empty for the beginning."""
        ...

    def ask_to_dispose(self, customer_id: str, case_id: str) -> None:
        """To the same workers."""
        ...

    def ask_to_record(self, report: str) -> None:
        """What a fax gateway reports, in its envelope. It is nowhere else: raises StorageUnavailable if the queue does
        not have it.
        """
        ...

    def messages_waiting(self) -> int:
        """About how many messages that came no worker has taken yet."""
        ...

    def escalations_waiting(self) -> int:
        """About how many such pages no worker has taken yet."""
        ...


class CaptchaVerifier(Protocol):
    def verify(self, captcha: Captcha, answer: str) -> CaptchaFinding:
        """`answer`: what the visitor's page was given for passing, "" for nothing. Asks once, for seconds at most, and
        raises nothing. What was asked about before is refused: an answer is good for one time.
        """
        ...


class Carrier(Protocol):
    """Sends one message once. Never retries by itself."""

    def send(self, message: OutgoingMessage) -> str:
        """The carrier's id of the message. Raises SendingRefused (certainly not sent) or SendingUnknown."""
        ...


class Announcer(Protocol):
    """Puts events on the bus for other systems: references, never texts."""

    def announce(self, events: Sequence[Announcement]) -> None: ...


@dataclass(frozen=True, slots=True)
class Announcement:
    """`name`: from the event catalogue, such as `message.received`. `id` is the same for every repetition.

    `references`: the ids of customer, case and entry, and the channel. `facts`: those that the catalogue lets out.
    """

    id: str
    name: str
    at: datetime
    version: int
    references: Mapping[str, str]
    facts: Mapping[str, str]

    @property
    def detail(self) -> dict[str, object]:
        """As other systems get it."""
        return {"version": self.version, "id": self.id, **self.references, "facts": {**self.facts}}


class ConfigurationSource(Protocol):
    def current(self) -> Configuration:
        """As valid at most a minute ago. Raises WrongConfiguration."""
        ...

    def version(self, version: str) -> Configuration:
        """As it was saved then; versions never change. Raises NotFound."""
        ...
