"""Everything behind the other ports, in memory: stores, queues, carriers, a clock that is moved by hand."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from chalicelib.domain.audit import AuditRecord, about
from chalicelib.domain.captcha import Captcha, CaptchaFinding
from chalicelib.domain.errors import Conflict, NotFound
from chalicelib.domain.facts import Fact
from chalicelib.domain.messages import OutgoingMessage, Receipt
from chalicelib.domain.reports import HourSummary
from chalicelib.domain.search import IS
from chalicelib.domain.search_words import BEGINNING, leads_to
from chalicelib.domain.uploads import Invitation
from chalicelib.usecases.configuration_ports import SavedDocument, SavedVersion
from chalicelib.usecases.page_ports import DocumentPage, OpenedDocument, RecognizedText
from chalicelib.usecases.ports import Announcement, Incoming, Page


class HandClock:
    """Stands still until it is moved."""

    def __init__(self, at: datetime = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def move(self, by: timedelta) -> None:
        self.at += by


class SeededRandomness:
    """Bytes that differ every time and are the same on every run."""

    def __init__(self, seed: str = "") -> None:
        self._seed = seed
        self._calls = 0

    def __call__(self, length: int) -> bytes:
        self._calls += 1
        return hashlib.shake_256(f"{self._seed}/{self._calls}".encode()).digest(length)


class MemoryRawStore:
    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self.objects: dict[str, Incoming] = {}
        self.by_carrier: set[str] = set()
        self.tombstones: dict[str, bytes] = {}

    def put_incoming(self, receipt: Receipt, body: bytes) -> Incoming:
        key = f"incoming/{receipt.transport}/{receipt.fingerprint}-{hashlib.sha256(body).hexdigest()[:16]}"
        if key in self.objects:
            return replace(self.objects[key], again=True)
        self.objects[key] = Incoming(key, body, receipt, self._now())
        return self.objects[key]

    def has_incoming(self, receipt: Receipt, body: bytes) -> bool:
        name = f"{receipt.fingerprint}-{hashlib.sha256(body).hexdigest()[:16]}"
        return f"incoming/{receipt.transport}/{name}" in self.objects

    def put_by_carrier(self, key: str, body: bytes) -> None:
        """As SES does it: the bytes alone."""
        self.objects[key] = Incoming(key, body, None, self._now())
        self.by_carrier.add(key)

    def get_incoming(self, key: str) -> Incoming:
        if key not in self.objects:
            raise NotFound()
        return self.objects[key]

    def add_receipt(self, key: str, receipt: Receipt) -> None:
        self.objects[key] = replace(self.get_incoming(key), receipt=receipt)

    def keep(self, incoming: Incoming, receipt: Receipt) -> str:
        if incoming.kept_as:
            return incoming.kept_as
        told_later = incoming.receipt is None or incoming.key in self.by_carrier
        day = incoming.stored_at if told_later else incoming.receipt.received_at
        name = f"{receipt.transport}-{receipt.fingerprint}-{hashlib.sha256(incoming.body).hexdigest()[:16]}"
        key = f"raw/{day:%Y/%m/%d}/{name}"
        self.objects[key] = Incoming(key, incoming.body, receipt, incoming.stored_at)
        return key

    def get_kept(self, raw_key: str) -> Incoming:
        if raw_key not in self.objects:
            raise NotFound()
        return replace(self.objects[raw_key], kept_as=raw_key)

    def list_kept(self, day: date, limit: int, after: str = "") -> tuple[str, ...]:
        kept = sorted(key for key in self.objects if key.startswith(f"raw/{day:%Y/%m/%d}/") and key > after)
        return tuple(kept[:limit])

    def forget_incoming(self, key: str) -> None:
        self.objects.pop(key, None)

    def left_over(self, before: datetime):
        for key, found in sorted(self.objects.items()):
            if key.startswith("incoming/") and found.stored_at < before:
                yield key

    def receipt_of(self, raw_key: str):
        return self.get_incoming(raw_key).receipt

    def erase(self, raw_key: str) -> None:
        self.objects.pop(raw_key, None)

    def put_tombstone(self, name: str, tombstone: bytes) -> None:
        self.tombstones[name] = tombstone

    def list_tombstones(self, limit: int, after: str = "") -> tuple[str, ...]:
        return tuple(sorted(name for name in self.tombstones if name > after)[:limit])

    def get_tombstone(self, name: str) -> bytes:
        if name not in self.tombstones:
            raise NotFound()
        return self.tombstones[name]

    def link(self, raw_key: str, valid_for: timedelta) -> str:
        return f"https://files.example/{raw_key}?seconds={int(valid_for.total_seconds())}"


class MemoryAttachmentStore:
    def __init__(self, now: Callable[[], datetime] = lambda: datetime(2026, 1, 1, tzinfo=UTC)) -> None:
        self._now = now
        self.objects: dict[str, bytes] = {}
        self.put_at: dict[str, datetime] = {}

    def put(self, key: str, data: bytes, content_type: str) -> None:
        self.objects[key] = data
        self.put_at[key] = self._now()

    def erase_before(self, key: str, before: datetime) -> int:
        if key not in self.objects or self.put_at[key] >= before:
            return 0
        del self.objects[key]
        return 1

    def get(self, key: str) -> bytes:
        if key not in self.objects:
            raise NotFound()
        return self.objects[key]

    def link(self, key: str, name: str, content_type: str, valid_for: timedelta) -> str:
        return f"https://files.example/{key}?seconds={int(valid_for.total_seconds())}"

    def invite(self, key: str, content_type: str, largest: int, valid_for: timedelta) -> Invitation:
        return Invitation("https://files.example", {"key": key, "Content-Type": content_type, "largest": str(largest)})

    def erase_some(self, prefix: str) -> int:
        gone = [key for key in self.objects if key.startswith(prefix)]
        for key in gone:
            del self.objects[key]
        return len(gone)


@dataclass
class MemoryCaptchas:
    """Knows which answers are good, each for one time. `finding`: what it says of everything, where it is set."""

    good: set[str] = field(default_factory=set)
    finding: CaptchaFinding | None = None
    asked: list[str] = field(default_factory=list)

    def verify(self, captcha: Captcha, answer: str) -> CaptchaFinding:
        if not answer:
            return CaptchaFinding.MISSING
        self.asked.append(answer)
        if self.finding:
            return self.finding
        passed = answer in self.good
        self.good.discard(answer)
        return CaptchaFinding.PASSED if passed else CaptchaFinding.REFUSED


@dataclass
class MemoryQueues:
    to_receive: deque[str] = field(default_factory=deque)
    suspected: list[str] = field(default_factory=list)  # of those that were to be received
    to_deliver: deque[tuple[str, str]] = field(default_factory=deque)
    to_read: deque[tuple[str, str]] = field(default_factory=deque)
    to_broadcast: deque[str] = field(default_factory=deque)
    to_export: deque[tuple[str, str]] = field(default_factory=deque)
    to_find_disposable: deque[dict[str, str]] = field(default_factory=deque)
    to_dispose: deque[tuple[str, str]] = field(default_factory=deque)
    to_erase: deque[str] = field(default_factory=deque)
    to_escalate: deque[tuple[tuple[str, str], ...]] = field(default_factory=deque)
    to_record: deque[str] = field(default_factory=deque)
    broken: Exception | None = None

    def ask_to_receive(self, incoming_key: str, *, suspicious: bool = False) -> None:
        self._fail_if_broken()
        self.to_receive.append(incoming_key)
        if suspicious:
            self.suspected.append(incoming_key)

    def ask_to_deliver(self, customer_id: str, entry_id: str, *, not_before: datetime | None = None) -> None:
        self._fail_if_broken()
        self.to_deliver.append((customer_id, entry_id))

    def ask_to_read_fax(self, customer_id: str, entry_id: str) -> None:
        self._fail_if_broken()
        self.to_read.append((customer_id, entry_id))

    def ask_to_escalate(self, cases) -> None:
        self._fail_if_broken()
        self.to_escalate.append(tuple(cases))

    def ask_to_broadcast(self, broadcast_id) -> None:
        self._fail_if_broken()
        self.to_broadcast.append(broadcast_id)

    def ask_to_record(self, report) -> None:
        self._fail_if_broken()
        self.to_record.append(report)

    def ask_to_erase(self, erasure_id) -> None:
        self._fail_if_broken()
        self.to_erase.append(erasure_id)

    def ask_to_export(self, customer_id, export_id) -> None:
        self._fail_if_broken()
        self.to_export.append((customer_id, export_id))

    def ask_to_find_disposable(self, place) -> None:
        self._fail_if_broken()
        self.to_find_disposable.append({**place})

    def ask_to_dispose(self, customer_id, case_id) -> None:
        self._fail_if_broken()
        self.to_dispose.append((customer_id, case_id))

    def messages_waiting(self) -> int:
        self._fail_if_broken()
        return len(self.to_receive)

    def escalations_waiting(self) -> int:
        self._fail_if_broken()
        return len(self.to_escalate)

    def _fail_if_broken(self) -> None:
        if self.broken:
            raise self.broken


@dataclass
class MemoryCarrier:
    """Remembers what it sent. `answers`: errors to raise instead, one per call; `lost`: sent, but the answer is."""

    sent: list[OutgoingMessage] = field(default_factory=list)
    answers: deque[Exception] = field(default_factory=deque)
    lost: Exception | None = None

    def send(self, message: OutgoingMessage) -> str:
        if self.answers:
            raise self.answers.popleft()
        self.sent.append(message)
        if self.lost:
            raise self.lost
        return f"carrier-{len(self.sent)}"


@dataclass
class MemoryPages:
    """A document of pages that are said: a text is a text layer, bytes are a picture, an error breaks the reader."""

    pages: list[str | bytes | Exception] = field(default_factory=list)
    broken: Exception | None = None
    preview: bytes = b"png"

    def open(self, document: bytes) -> OpenedDocument:
        if self.broken:
            raise self.broken
        return OpenedDocument(len(self.pages), self.preview)

    def read(self, document: bytes, page: int) -> DocumentPage:
        said = self.pages[page]
        if isinstance(said, Exception):
            raise said
        return DocumentPage(said, b"") if isinstance(said, str) else DocumentPage("", said)


@dataclass
class MemoryRecognizer:
    """Reads pictures that are their own text. `answers`: errors to raise instead, one per call."""

    name: str = "reader"
    confidence: int = 90
    answers: deque[Exception] = field(default_factory=deque)
    asked: list[tuple[str, ...]] = field(default_factory=list)

    def recognize(self, picture: bytes, languages) -> RecognizedText:
        self.asked.append(tuple(languages))
        if self.answers:
            raise self.answers.popleft()
        return RecognizedText(picture.decode(), self.confidence)


@dataclass
class MemoryAnnouncer:
    announced: list[Announcement] = field(default_factory=list)

    def announce(self, events) -> None:
        self.announced.extend(events)


@dataclass
class FixedConfiguration:
    configuration: object
    earlier: dict = field(default_factory=dict)

    def current(self):
        return self.configuration

    def version(self, version):
        if version in self.earlier:
            return self.earlier[version]
        if version != self.configuration.version:
            raise NotFound()
        return self.configuration


class MemoryConfigurationDocuments:
    """Documents are checked by the product's own reading of them."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self.kept: dict[str, SavedDocument] = {}

    def find_document(self, version: str = "") -> SavedDocument | None:
        return self.kept.get(version or max(self.kept, default=""))

    def list_versions(self, limit: int, before: str = "") -> tuple[SavedVersion, ...]:
        older = [saved for version, saved in sorted(self.kept.items(), reverse=True) if not before or version < before]
        return tuple(SavedVersion(one.version, one.saved_at, one.saved_by) for one in older[:limit])

    def check(self, text: str) -> frozenset[str]:
        from chalicelib.storage.configuration_document import check_examples, parse_configuration

        configuration = parse_configuration(text, "")
        check_examples(configuration)
        return frozenset(configuration.teams)

    def save(self, text: str, replaces: str, saved_by: str = "") -> str:
        self.check(text)
        if replaces != max(self.kept, default=""):
            raise Conflict()
        version = f"{int(replaces or 0) + 1:06d}"
        self.kept[version] = SavedDocument(version, text, self._now(), saved_by)
        return version


@dataclass
class MemoryAudit:
    """`start` is the position in the list. `records`: the oldest first."""

    records: list[AuditRecord] = field(default_factory=list)

    def append(self, record: AuditRecord) -> None:
        self.records.append(record)

    def list_of_subject(self, subject: str, limit: int, start=None) -> Page:
        return self._page([one for one in self.records if one.subject == subject], limit, start)

    def list_about(self, about_: str, limit: int, start=None) -> Page:
        return self._page([one for one in self.records if about(one) == about_], limit, start)

    def _page(self, found: list[AuditRecord], limit: int, start) -> Page:
        newest = sorted(found, key=lambda one: one.id, reverse=True)
        begin = int(start["at"]) if start else 0
        more = len(newest) > begin + limit
        return Page(tuple(newest[begin : begin + limit]), {"at": str(begin + limit)} if more else None)


class MemoryStatistics:
    """The Statistics in memory."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], Fact] = {}
        self.hour_marks: dict[str, str] = {}
        self.sums: dict[str, HourSummary] = {}

    def write(self, put, drop=()) -> None:
        for fact in put:
            self.rows[fact.key] = fact
        for key in drop:
            self.rows.pop(key, None)
        for hour in {fact.hour for fact in put} | {hour for hour, _ in drop}:
            self.hour_marks[hour] = str(int(self.hour_marks.get(hour, "0")) + 1)

    def marks(self, first, last):
        return {hour: mark for hour, mark in sorted(self.hour_marks.items()) if first <= hour <= last}

    def facts(self, hour):
        return [self.rows[key] for key in sorted(self.rows) if key[0] == hour]

    def summaries(self, first, last):
        return [one for hour, one in sorted(self.sums.items()) if first <= hour <= last]

    def keep(self, summary) -> None:
        self.sums[summary.hour] = summary


class MemoryIndex:
    """The SearchIndex in memory: exact, and never short of a page."""

    def __init__(self) -> None:
        self.places: dict[tuple[str, str, str], set[str]] = {}

    def put(self, texts, at=None) -> None:  # in memory nothing comes late
        for text in texts:
            for word in text.words:
                self.places.setdefault((text.shelf, word, text.period), set()).add(text.place)

    def remove(self, texts, at=None) -> None:
        for text in texts:
            for word in text.words:
                self.places.get((text.shelf, word, text.period), set()).discard(text.place)

    def find(self, words, shelves, periods, limit, start=None):
        begin = start["period"] if start else periods[0]
        found = []
        for period in periods[periods.index(begin) :] if begin in periods else ():
            below = start["below"] if start and period == begin else ""
            places = set().union(*(self._joined(words, shelf, period) for shelf in shelves))
            found += [(period, place) for place in sorted(places, reverse=True) if not below or place < below]
        shown = found[:limit]
        more = {"period": shown[-1][0], "below": shown[-1][1]} if len(found) > limit else None
        return Page(tuple(place for _, place in shown), more)

    def _joined(self, words, shelf, period):
        return set.intersection(*(self._of_one(shelf, word, period) for word in words))

    def _of_one(self, shelf, word, period):
        if not word.endswith(BEGINNING):
            return self.places.get((shelf, word, period), set())
        of_texts = (key for key in self.places if (key[0], key[2]) == (shelf, period) and IS not in key[1])
        known = (key for key in of_texts if leads_to(word, key[1]))
        return set().union(*(self.places[key] for key in known))


class MemoryConnected:
    """`open`: the connections that are there. `heard`: over which, in order."""

    def __init__(self) -> None:
        self.open: set[str] = set()
        self.heard: list[str] = []

    def tell(self, ids: Sequence[str]) -> frozenset[str]:
        self.heard += [id_ for id_ in ids if id_ in self.open]
        return frozenset(ids) - self.open

    def close(self, ids: Sequence[str]) -> None:
        self.open -= {*ids}
