"""What is seen of the hub while it works: marks as they come to stand in threads, and our mails where they arrive."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from chalicelib.domain.threads import EntryKind
from chalicelib.storage.stream import parse_entry_changes
from infra.local.stack import LocalStack
from infra.local.stream_reader import StreamReader
from tests.load.book import Book
from tests.load.reckoning import Left, marks_in
from tests.load.traffic import NO_ANSWER, Received, Traffic

LOOK_EVERY_SECONDS = 0.25


class ThreadWatch:
    """Follows the table's stream beside the hub's own reader, so that watching costs the hub nothing but a read."""

    def __init__(self, stack: LocalStack, book: Book) -> None:
        self._stack = stack
        self._book = book

    def run(self, ended: threading.Event) -> None:
        streams = self._stack.client("dynamodbstreams", parameter_validation=False)
        place, failed = (self._stack.folder / name for name in ("load-stream.json", "load-stream-failed.jsonl"))
        reader = StreamReader(streams, self._stack.get_deployed().environment["TABLE_NAME"], self._take, place, failed)
        while not ended.is_set():
            try:
                done = reader.read_once()
            except NO_ANSWER:
                done = 0  # the table is being started again
            if not done:
                ended.wait(LOOK_EVERY_SECONDS)

    def _take(self, event: dict[str, Any]) -> None:
        now = time.monotonic()
        for change in parse_entry_changes(event["Records"]):
            if change.before is None and change.after.kind in (EntryKind.INBOUND, EntryKind.OUTBOUND):
                for mark in marks_in(change.after.text):
                    self._book.stands(mark, now)


class Mailboxes:
    """Hands every mail of ours once to those whom it reached."""

    def __init__(self, outbox: Path, traffic: Traffic) -> None:
        self._outbox = outbox
        self._traffic = traffic
        self._seen: set[str] = set()

    def run(self, ended: threading.Event) -> None:
        while not ended.wait(1.0):
            for path in sorted(self._outbox.glob("*.eml")):
                if path.name not in self._seen:
                    self._seen.add(path.name)
                    self._open(path)

    def _open(self, path: Path) -> None:
        letter = _read(path)
        marks = [mark for mark in marks_in(_text(letter)) if mark in self._traffic.book.answers]
        if marks and letter["Reply-To"]:
            self._traffic.received.append(Received(self._traffic.book.person_of(marks[0]), letter))


def left(outbox: Path) -> Iterator[Left]:
    """Every answer that the carriers have taken. The first mark of ours is its own; all others stand in its quote."""
    for path in sorted(outbox.glob("*.eml")):
        letter = _read(path)
        yield from _left(_text(letter), letter["To"].addresses[0].addr_spec)
    for path in sorted(outbox.glob("*.sms.json")):
        message = json.loads(path.read_text())
        yield from _left(message["MessageBody"], message["DestinationPhoneNumber"])


def _left(text: str, recipient: str) -> Iterator[Left]:
    marks = marks_in(text)
    own = next((mark for mark in marks if mark.startswith("mark-out")), None)
    if own:
        yield Left(own, recipient, tuple(mark for mark in marks if mark != own))


def _text(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    return str(body.get_content()) if body else ""


def _read(path: Path) -> EmailMessage:
    return message_from_bytes(path.read_bytes(), _class=EmailMessage, policy=default)
