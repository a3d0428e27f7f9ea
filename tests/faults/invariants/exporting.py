"""An export comes to its end, has everything in it once, and nothing that it may not have."""

from __future__ import annotations

import io
import json
import zipfile
from collections import Counter
from collections.abc import Iterator
from typing import Any

from chalicelib.domain.exporting import Export, ExportStatus
from chalicelib.domain.threads import Entry, EntryKind
from tests.faults.invariants.rest import Rest
from tests.faults.store import Written


def every_export_comes_to_its_end(rest: Rest) -> Iterator[str]:
    for export in rest.threads.records(Export):
        if export.status not in (ExportStatus.READY, ExportStatus.FAILED) or export.next_step_at:
            yield f"export {export.id} is {export.status}"


def what_was_there_is_in_the_export_once(rest: Rest) -> Iterator[str]:
    """Every entry that stood there when it was asked for, with its message as it came, and nobody else's."""
    for export in _ready(rest):
        listed = Counter(one["id"] for one in _listed(rest, export, "entries"))
        theirs = {entry.id: entry for entry in rest.of(Entry) if entry.customer_id in export.customers}
        if not {*listed} <= {*theirs} or any(number > 1 for number in listed.values()):
            yield f"export {export.id} has something twice or of somebody else"
        stood = {one.after.id for one in rest.history if _is_new_entry(one) and one.at < export.requested_at}
        left_out = [entry for entry in theirs.values() if entry.id in stood - {*listed}]
        if export.own:
            left_out = [one for one in left_out if one.kind is EntryKind.INBOUND and one.arrival.point.kind == "app"]
        for entry in left_out:
            yield f"{entry.kind} {entry.id} is not in export {export.id}"


def an_export_says_how_much_is_in_it(rest: Rest) -> Iterator[str]:
    for export in _ready(rest):
        there = Counter(name for part in _parts(rest, export) for name in map(_group_of, part.namelist()))
        for name in ("message", "file"):
            if there[name] != export.found.get(name, 0):
                yield f"export {export.id} counts {export.found.get(name, 0)} {name} and has {there[name]}"
        if export.missing:
            yield f"export {export.id} misses {export.missing}, and nothing was taken away"


def a_customer_is_shown_nothing_that_was_said_among_us(rest: Rest) -> Iterator[str]:
    shown = {"in", "out"}
    for export in _ready(rest):
        if export.own and {one.get("direction") for one in _listed(rest, export, "entries")} - shown:
            yield f"export {export.id} of a customer has internal entries"


def _is_new_entry(written: Written) -> bool:
    return isinstance(written.after, Entry) and written.before is None


def _ready(rest: Rest) -> list[Export]:
    return [export for export in rest.threads.records(Export) if export.status is ExportStatus.READY]


def _parts(rest: Rest, export: Export) -> Iterator[zipfile.ZipFile]:
    for part in export.parts:
        yield zipfile.ZipFile(io.BytesIO(rest.attachments[part.key]))


def _listed(rest: Rest, export: Export, group: str) -> list[Any]:
    name = f"{group}.json"
    return [one for part in _parts(rest, export) if name in part.namelist() for one in json.loads(part.read(name))]


def _group_of(name: str) -> str:
    folder, _, _ = name.partition("/")
    return {"messages": "message", "files": "file"}.get(folder, "")
