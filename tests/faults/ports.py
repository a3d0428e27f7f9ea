"""What stands behind the hub's ports in the simulated world. Each call gives way and can meet a fault."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, ClassVar
from weakref import WeakKeyDictionary

from chalicelib import wiring
from chalicelib.channels.protocol import parse_in_process
from chalicelib.domain.audit import AuditRecord
from chalicelib.domain.captcha import Captcha, CaptchaFinding
from chalicelib.domain.configuration import Configuration, Inbox
from chalicelib.domain.errors import HubError, NotFound, SendingRefused, Unparsable
from chalicelib.domain.messages import OutgoingMessage, ParsedMessage, Receipt
from chalicelib.domain.notice_limits import NoticeLimit
from chalicelib.domain.principals import Principal, Role
from chalicelib.gateways.secrets import KeptSecrets, Secrets
from chalicelib.settings import Settings
from chalicelib.usecases.configuration_ports import SavedDocument, SavedVersion
from chalicelib.usecases.page_ports import DocumentPage, OpenedDocument, RecognizedText
from chalicelib.usecases.ports import Announcement, Incoming
from chalicelib.usecases.sending_turns import MailQuota
from tests.domain.making import RING, configuration
from tests.fakes.ports import (
    MemoryAttachmentStore,
    MemoryAudit,
    MemoryCaptchas,
    MemoryConfigurationDocuments,
    MemoryIndex,
    MemoryRawStore,
    MemoryStatistics,
    SeededRandomness,
)
from tests.faults.faults import LOOKING_AT_PAGES, READING, RECOGNISING, SENDING, VERIFYING, WRITING, Fault
from tests.faults.queues import Queue
from tests.faults.store import WorldStore
from tests.faults.world import Killed, Worker, World

ISSUER = "https://login.company.example"
GOOD_ANSWER = "good-for-one-time"
POISON = b"[kills its reader]"
CONFIGURATION_CACHED_FOR = timedelta(seconds=60)
# So that two cases which are due are much.
SETTINGS = {"SWEEP_OWN_SHARE": "1", "LIVE_URL": "wss://live.example/splot"}


class WorldRawStore(MemoryRawStore):
    def __init__(self, world: World) -> None:
        super().__init__(world.now)
        self.world = world
        self.erased: dict[str, Incoming] = {}

    def put_incoming(self, receipt: Receipt, body: bytes) -> Incoming:
        with self.world.call("raw.put_incoming", WRITING):
            return super().put_incoming(receipt, body)

    def has_incoming(self, receipt: Receipt, body: bytes) -> bool:
        with self.world.call("raw.has_incoming", READING):
            return super().has_incoming(receipt, body)

    def get_incoming(self, key: str) -> Incoming:
        with self.world.call("raw.get_incoming", READING):
            return super().get_incoming(key)

    def add_receipt(self, key: str, receipt: Receipt) -> None:
        with self.world.call("raw.add_receipt", WRITING):
            super().add_receipt(key, receipt)

    def keep(self, incoming: Incoming, receipt: Receipt) -> str:
        with self.world.call("raw.keep", WRITING):
            return super().keep(incoming, receipt)

    def get_kept(self, raw_key: str) -> Incoming:
        with self.world.call("raw.get_kept", READING):
            return super().get_kept(raw_key)

    def list_kept(self, day: date, limit: int, after: str = "") -> tuple[str, ...]:
        with self.world.call("raw.list_kept", READING):
            return super().list_kept(day, limit, after)

    def forget_incoming(self, key: str) -> None:
        with self.world.call("raw.forget_incoming", WRITING):
            super().forget_incoming(key)

    def receipt_of(self, raw_key: str):
        with self.world.call("raw.receipt_of", READING):
            return super().receipt_of(raw_key)

    def erase(self, raw_key: str) -> None:
        with self.world.call("raw.erase", WRITING):
            if raw_key in self.objects:
                self.erased[raw_key] = self.objects[raw_key]
            super().erase(raw_key)

    def put_tombstone(self, name: str, tombstone: bytes) -> None:
        with self.world.call("raw.put_tombstone", WRITING):
            super().put_tombstone(name, tombstone)

    def list_tombstones(self, limit: int, after: str = "") -> tuple[str, ...]:
        with self.world.call("raw.list_tombstones", READING):
            return super().list_tombstones(limit, after)

    def get_tombstone(self, name: str) -> bytes:
        with self.world.call("raw.get_tombstone", READING):
            return super().get_tombstone(name)

    def left_over(self, before: datetime) -> Iterator[str]:
        with self.world.call("raw.left_over", READING):
            found = list(super().left_over(before))
        yield from found


class WorldAttachmentStore(MemoryAttachmentStore):
    def __init__(self, world: World) -> None:
        super().__init__(world.now)
        self.world = world
        self.erased: dict[str, bytes] = {}

    def erase_before(self, key: str, before: datetime) -> int:
        with self.world.call("attachments.erase_before", WRITING):
            self.erased |= {key: self.objects[key]} if key in self.objects else {}
            return super().erase_before(key, before)

    def put(self, key: str, data: bytes, content_type: str) -> None:
        with self.world.call("attachments.put", WRITING):
            super().put(key, data, content_type)

    def get(self, key: str) -> bytes:
        with self.world.call("attachments.get", READING):
            return super().get(key)

    def erase_some(self, prefix: str) -> int:
        with self.world.call("attachments.erase_some", WRITING):
            self.erased |= {key: data for key, data in self.objects.items() if key.startswith(prefix)}
            return super().erase_some(prefix)


OFFICE = "credential-of-the-fax-gateway"


@dataclass
class WorldQueues:
    """The hub's end of the work queues."""

    world: World
    queues: Mapping[str, Queue]

    def ask_to_receive(self, incoming_key: str, *, suspicious: bool = False) -> None:
        with self.world.call("queues.ask_to_receive", WRITING):
            self.queues["receive"].send({"incoming_key": incoming_key, "suspicious": suspicious})

    def ask_to_deliver(self, customer_id: str, entry_id: str, *, not_before: datetime | None = None) -> None:
        with self.world.call("queues.ask_to_deliver", WRITING):
            delay = not_before - self.world.now() if not_before else timedelta(0)
            self.queues["deliver"].send({"customer_id": customer_id, "entry_id": entry_id}, delay)

    def ask_to_read_fax(self, customer_id: str, entry_id: str) -> None:
        with self.world.call("queues.ask_to_read_fax", WRITING):
            self.queues["read_fax"].send({"customer_id": customer_id, "entry_id": entry_id})

    def ask_to_escalate(self, cases: Sequence[tuple[str, str]]) -> None:
        with self.world.call("queues.ask_to_escalate", WRITING):
            self.queues["escalate"].send({"cases": cases})

    def ask_to_broadcast(self, broadcast_id: str) -> None:
        with self.world.call("queues.ask_to_broadcast", WRITING):
            self.queues["escalate"].send({"broadcast": broadcast_id})

    def ask_to_record(self, report: str) -> None:
        with self.world.call("queues.ask_to_record", WRITING):
            self.queues["receipts"].send(json.loads(report))

    def ask_to_erase(self, erasure_id: str) -> None:
        with self.world.call("queues.ask_to_erase", WRITING):
            self.queues["escalate"].send({"erasure": erasure_id})

    def ask_to_export(self, customer_id: str, export_id: str) -> None:
        with self.world.call("queues.ask_to_export", WRITING):
            self.queues["escalate"].send({"export": [customer_id, export_id]})

    def ask_to_find_disposable(self, place: Mapping[str, str]) -> None:
        with self.world.call("queues.ask_to_find_disposable", WRITING):
            self.queues["escalate"].send({"find_disposable": {**place}})

    def ask_to_dispose(self, customer_id: str, case_id: str) -> None:
        with self.world.call("queues.ask_to_dispose", WRITING):
            self.queues["escalate"].send({"disposal": [customer_id, case_id]})

    def messages_waiting(self) -> int:
        with self.world.call("queues.messages_waiting", READING):
            return self.queues["receive"].visible()

    def escalations_waiting(self) -> int:
        with self.world.call("queues.escalations_waiting", READING):
            return self.queues["escalate"].visible()


@dataclass(frozen=True, slots=True)
class Accepted:
    """A message that the carrier took, after that many writes of the table: it is on its way to the customer."""

    at: datetime
    message: OutgoingMessage
    provider_id: str
    after_write: int

    @property
    def entry_id(self) -> str:
        return self.message.tag.rpartition("-")[0]


@dataclass
class WorldCarrier:
    """`refused`: tags of what the carrier certainly did not take; `unanswered`: the same, and nobody was told so.

    What it reports of what it took is left to stories and schedules (`Outside.report`).
    """

    world: World
    name: str
    threads: WorldStore
    accepted: list[Accepted] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)

    def send(self, message: OutgoingMessage) -> str:
        try:
            fault = self.world.before(f"{self.name}.send", SENDING, message.tag)
        except SendingRefused:
            self.refused.append(message.tag)
            raise
        if fault is Fault.NO_ANSWER:
            self.unanswered.append(message.tag)
        else:
            provider_id = f"{self.name}-{len(self.accepted) + 1}"
            self.accepted.append(Accepted(self.world.at, message, provider_id, len(self.threads.history)))
        self.world.after(fault, SENDING)
        return provider_id


def pages_of(document: bytes) -> tuple[str, str]:
    """What stands on the two pages of every document: the first is written, the second a picture of its letters."""
    name = hashlib.sha256(document).hexdigest()[:8]
    return f"Strona 1 {name}", f"Strona 2 {name}"


@dataclass
class WorldPages:
    world: World

    def open(self, document: bytes) -> OpenedDocument:
        with self.world.call("pages.open", LOOKING_AT_PAGES):
            return OpenedDocument(len(pages_of(document)), b"preview of " + document[-8:])

    def read(self, document: bytes, page: int) -> DocumentPage:
        with self.world.call("pages.read", LOOKING_AT_PAGES):
            text = pages_of(document)[page]
            return DocumentPage("", text.encode()) if page else DocumentPage(text, b"")


@dataclass
class WorldCaptchas:
    """A maker that knows one good answer: each use but the first is refused."""

    world: World
    known: MemoryCaptchas = field(default_factory=lambda: MemoryCaptchas({GOOD_ANSWER}))

    def verify(self, captcha: Captcha, answer: str) -> CaptchaFinding:
        try:
            with self.world.call("captchas.verify", VERIFYING):
                return self.known.verify(captcha, answer)
        except HubError:
            return CaptchaFinding.UNKNOWN


@dataclass
class WorldRecognizer:
    world: World
    name: str = "simulated"

    def recognize(self, picture: bytes, languages: Sequence[str]) -> RecognizedText:
        with self.world.call("recognizer.recognize", RECOGNISING):
            return RecognizedText(picture.decode(), 90)


@dataclass
class WorldAnnouncer:
    world: World
    announced: list[Announcement] = field(default_factory=list)

    def announce(self, events: Sequence[Announcement]) -> None:
        with self.world.call("announcer.announce", WRITING):
            self.announced.extend(events)


@dataclass
class WorldConnected:
    """The gateway that holds the connections. `open`: those that are there. `heard`: over which and when."""

    world: World
    open: set[str] = field(default_factory=set)
    heard: list[tuple[str, datetime]] = field(default_factory=list)

    def tell(self, ids: Sequence[str]) -> frozenset[str]:
        with self.world.call("connected.tell", WRITING):
            self.heard += [(id_, self.world.now()) for id_ in ids if id_ in self.open]
            return frozenset(ids) - self.open

    def close(self, ids: Sequence[str]) -> None:
        with self.world.call("connected.close", WRITING):
            self.open -= {*ids}


class WorldIndex(MemoryIndex):
    """`watched`: whether the story is about searching. In all others nothing is put into it: a call more for every
    change would make each of them a fifth longer, and none of them says anything about it.
    """

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.watched = False

    def put(self, texts: Any, at: Any = None) -> None:
        with self.world.call("index.put", WRITING):
            super().put(texts, at)

    def remove(self, texts: Any, at: Any = None) -> None:
        with self.world.call("index.remove", WRITING):
            super().remove(texts, at)

    def find(self, *asked: Any) -> Any:
        with self.world.call("index.find", READING):
            return super().find(*asked)


class WorldStatistics(MemoryStatistics):
    """`watched`: whether the story is about reports; in all others nothing is counted, as with the index of words."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.watched = False

    def write(self, put: Any, drop: Any = ()) -> None:
        with self.world.call("statistics.write", WRITING):
            super().write(put, drop)

    def marks(self, first: str, last: str) -> Any:
        with self.world.call("statistics.marks", READING):
            return super().marks(first, last)

    def facts(self, hour: str) -> Any:
        with self.world.call("statistics.facts", READING):
            return super().facts(hour)

    def summaries(self, first: str, last: str) -> Any:
        with self.world.call("statistics.summaries", READING):
            return super().summaries(first, last)

    def keep(self, summary: Any) -> None:
        with self.world.call("statistics.keep", WRITING):
            super().keep(summary)


@dataclass
class WorldConfiguration:
    """Whoever asks may be given what was valid up to a minute ago."""

    world: World
    saved: list[tuple[datetime, Configuration]] = field(default_factory=list)

    def save(self, changed: Configuration) -> None:
        self.saved.append((self.world.at, changed))

    def current(self) -> Configuration:
        with self.world.call("configuration.current", READING):
            if len(self.saved) > 1 and self.world.at - self.saved[-1][0] < CONFIGURATION_CACHED_FOR:
                return self.saved[-1 - self.world.choices.among(2)][1]
            return self.saved[-1][1]

    def version(self, version: str) -> Configuration:
        with self.world.call("configuration.version", READING):
            for _, saved in self.saved:
                if saved.version == version:
                    return saved
            raise NotFound()


class WorldConfigurationDocuments(MemoryConfigurationDocuments):
    """Beside the configuration of the world, which stories change at once: what is saved here rules nothing in it."""

    def __init__(self, world: World) -> None:
        super().__init__(world.now)
        self.world = world

    def find_document(self, version: str = "") -> SavedDocument | None:
        with self.world.call("configuration_documents.find_document", READING):
            return super().find_document(version)

    def list_versions(self, limit: int, before: str = "") -> tuple[SavedVersion, ...]:
        with self.world.call("configuration_documents.list_versions", READING):
            return super().list_versions(limit, before)

    def save(self, text: str, replaces: str, saved_by: str = "") -> str:
        with self.world.call("configuration_documents.save", WRITING):
            return super().save(text, replaces, saved_by)


class WorldAudit(MemoryAudit):
    """Only a story about it meets faults here: every call of every story would be longer by one."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.is_troubled = False

    def append(self, record: AuditRecord) -> None:
        if not self.is_troubled:
            super().append(record)
            return
        with self.world.call("audit.append", WRITING):
            super().append(record)


@dataclass
class WorldTokens:
    """The identity provider: the token is the subject, the role, and perhaps a verified e-mail address."""

    world: World

    def verify(self, authorization: str) -> Principal:
        with self.world.call("token_verifier.verify", READING):
            subject, role, *email = authorization.removeprefix("Bearer ").split(":")
            return Principal(ISSUER, subject, frozenset({Role(role)}), email="".join(email))


class Parsing:
    """Parsing is pure, so what was read once is known. A poisonous message kills whoever reads it unprotected."""

    known: ClassVar[dict[tuple[Any, ...], ParsedMessage]] = {}

    def parse(self, raw: bytes, receipt: Receipt, inbox: Inbox, ours: frozenset[str]) -> ParsedMessage:
        if POISON in raw:
            raise Killed()
        key = (raw, receipt.recipients, receipt.source, receipt.verdicts, receipt.principal, inbox.name)
        parsed = self.known.get(key)
        if parsed is None:
            parsed = self.known[key] = parse_in_process(raw, receipt, inbox, ours)
        return parsed

    def parse_in_child(self, raw: bytes, receipt: Receipt, inbox: Inbox, ours: frozenset[str]) -> ParsedMessage:
        if POISON in raw:
            raise Unparsable("Reading the message was stopped by signal 9.")
        return self.parse(raw, receipt, inbox, ours)


class WorldPorts(wiring.Ports):
    """One of each for the whole world, whichever process asks."""

    def __init__(self, world: World, queues: Mapping[str, Queue]) -> None:
        super().__init__(Settings(SETTINGS))
        self.world = world
        self.now = world.now
        self._kept_secrets = WeakKeyDictionary[Worker, KeptSecrets]()
        self.randomness = SeededRandomness()
        self.threads = WorldStore(world)
        self.raw = WorldRawStore(world)
        self.attachments = WorldAttachmentStore(world)
        self.queues = WorldQueues(world, queues)
        self.mail = WorldCarrier(world, "mail", self.threads)
        self.sms = WorldCarrier(world, "sms", self.threads)
        self.push = WorldCarrier(world, "push", self.threads)
        self.mail_quota = MailQuota
        self.fax = WorldCarrier(world, "fax", self.threads)
        self.captchas = WorldCaptchas(world)
        self.pages = WorldPages(world)
        self.recognizer = WorldRecognizer(world)
        self.announcer = WorldAnnouncer(world)
        self.search_index = WorldIndex(world)
        self.connected: WorldConnected | None = None  # but in stories about it: each change would be longer
        self.statistics = WorldStatistics(world)
        self.configuration = WorldConfiguration(world)
        self.configuration.save(configuration(notice_limit=NoticeLimit(most=2)))  # so that three are too many
        self.audit = WorldAudit(world)
        self.configuration_documents = WorldConfigurationDocuments(world)
        self.token_verifier = WorldTokens(world)
        parsing = Parsing()
        self.parse, self.parse_in_child = parsing.parse, parsing.parse_in_child

    def take_over(self, other: WorldPorts) -> None:
        self.threads.take_over(other.threads)
        self.raw.objects.update(other.raw.objects)
        self.raw.erased.update(other.raw.erased)
        self.raw.tombstones.update(other.raw.tombstones)
        self.attachments.objects.update(other.attachments.objects)
        self.attachments.put_at.update(other.attachments.put_at)
        self.mail.accepted.extend(other.mail.accepted)
        self.sms.accepted.extend(other.sms.accepted)
        self.push.accepted.extend(other.push.accepted)
        self.fax.accepted.extend(other.fax.accepted)
        self.announcer.announced.extend(other.announcer.announced)
        self.configuration.saved = [*other.configuration.saved]
        self.audit.records.extend(other.audit.records)
        self.configuration_documents.kept.update(other.configuration_documents.kept)
        self.search_index.watched = other.search_index.watched
        self.search_index.places = {key: {*places} for key, places in other.search_index.places.items()}
        if other.connected:
            self.connected = WorldConnected(self.world, {*other.connected.open}, [*other.connected.heard])
        self.statistics.watched = other.statistics.watched
        self.statistics.rows = {**other.statistics.rows}
        self.statistics.hour_marks = {**other.statistics.hour_marks}
        self.statistics.sums = {**other.statistics.sums}
        self.randomness._calls = other.randomness._calls

    @property
    def kept_secrets(self) -> KeptSecrets:
        """Each process has its own; here each invocation is a process of its own."""
        kept = KeptSecrets(self._read_secrets, self._read_secrets, self.now)
        return self._kept_secrets.setdefault(self.world.current, kept) if self.world.current else kept

    def _read_secrets(self) -> Secrets:
        with self.world.call("secrets", READING):
            return Secrets(RING, b"0123456789abcdef0123456789abcdef", {"office": OFFICE})
