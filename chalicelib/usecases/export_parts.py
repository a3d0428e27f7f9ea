"""One part of an export: a ZIP with JSON files, the messages as they came, and the files that came with them."""

from __future__ import annotations

import json
import zipfile
from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from hashlib import sha256
from io import BytesIO
from typing import Any

from chalicelib.domain.errors import NotFound
from chalicelib.domain.exporting import Export, ExportPart
from chalicelib.domain.messages import named_in
from chalicelib.domain.threads import AttachmentRef, attachment_key
from chalicelib.usecases.exported_records import Exported
from chalicelib.usecases.ports import AttachmentStore, RawStore

FORMAT = "splot-export-1"
FULL = 24_000_000  # bytes: a part that has as many is closed at the next chance
MOST = 48_000_000  # and here at once, so that a worker's memory holds it with the largest message beside it
_LONGEST_NAME = 80


class PartOfExport:
    """`customer_id`: whose records are in it. No time stands in the file: the same records make the same one, so that a
    part which is put twice has one name.
    """

    def __init__(self, export: Export, customer_id: str, raw: RawStore, attachments: AttachmentStore) -> None:
        self.customer_id = customer_id
        self.found: Counter[str] = Counter()
        self.missing: Counter[str] = Counter()
        self._export = export
        self._raw = raw
        self._attachments = attachments
        self._groups: dict[str, list[Any]] = defaultdict(list)
        self._unread: list[dict[str, str]] = []
        self._written = 0
        self._names: set[str] = set()
        self._data: deque[tuple[str, bytes]] = deque()

    @property
    def size(self) -> int:
        """About; what is still to be compressed counts whole."""
        return self._written

    @property
    def is_empty(self) -> bool:
        return not self._groups

    def add(self, exported: Exported) -> None:
        """Raises StorageUnavailable."""
        shown = {**exported.shown}
        if exported.raw_key:
            name = f"messages/{exported.id}.{_ending_of(exported.raw_key)}"
            if self._put_raw(name, exported):
                shown["original"] = name
        files = [name for file in exported.files if (name := self._put_file(file, exported))]
        if files:
            shown["files"] = files
        self._groups[exported.group].append(shown)
        self.found[exported.group] += 1
        self._written += len(json.dumps(shown))

    def close(self) -> tuple[ExportPart, bytes]:
        """Nothing can be added any more."""
        buffer = BytesIO()
        with zipfile.ZipFile(buffer, "w") as opened:
            for name, shown in self._texts():
                text = json.dumps(shown, ensure_ascii=False, indent=1).encode("utf-8", "replace")
                opened.writestr(zipfile.ZipInfo(f"{name}.json"), text, zipfile.ZIP_DEFLATED)
            while self._data:  # each goes as it is written: twice all of it would not fit
                name, data = self._data.popleft()
                opened.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_STORED)
        data = buffer.getvalue()
        name = f"{self._export.id}-{len(self._export.parts) + 1:03}-{sha256(data).hexdigest()[:16]}.zip"
        return ExportPart(self.customer_id, name, len(data), sha256(data).hexdigest()), data

    def _texts(self) -> Iterator[tuple[str, Any]]:
        about = {"format": FORMAT, "export": self._export.id, "customer": self.customer_id, "found": {**self.found}}
        yield "about", about | {"missing": {**self.missing}}
        yield from self._groups.items()
        if self._unread:
            yield "missing", self._unread

    def _put_raw(self, name: str, exported: Exported) -> bool:
        try:
            body = self._raw.get_kept(exported.raw_key).body
        except NotFound:
            return self._misses("message", exported.id, exported.raw_key)
        self._put(name, body)
        self.found["message"] += 1
        return True

    def _put_file(self, file: AttachmentRef, exported: Exported) -> str:
        """Where it lies, "" if it cannot be read. What came several times is put once."""
        name = f"files/{file.sha256[:16]}-{file.name[-_LONGEST_NAME:]}"
        if name in self._names:
            return name
        try:
            data = self._attachments.get(attachment_key(exported.customer_id, file.sha256))
        except NotFound:
            self._misses("file", exported.id, file.sha256)
            return ""
        self._put(name, data)
        self.found["file"] += 1
        return name

    def _misses(self, what: str, id_: str, name: str) -> bool:
        self.missing[what] += 1
        self._unread.append({"what": what, "of": id_, "name": name, "why": "It is not there any more."})
        return False

    def _put(self, name: str, data: bytes) -> None:
        self._data.append((name, data))
        self._names.add(name)
        self._written += len(data)


def _ending_of(raw_key: str) -> str:
    """Mail as it came over the wire; the others are what a carrier or a caller posted."""
    transport, _ = named_in(raw_key)
    return "eml" if transport == "email" else "json"
