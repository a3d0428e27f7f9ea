"""What callers get about exports."""

from __future__ import annotations

import msgspec

from chalicelib.api.message_schemas import Instant
from chalicelib.domain.exporting import ExportStatus


class ExportMade(msgspec.Struct):
    export: str


class ExportPart(msgspec.Struct):
    """A ZIP. `url` is good for five minutes, for whoever has it."""

    name: str
    size: int
    sha256: str
    url: str


class Export(msgspec.Struct, kw_only=True):
    """`found`: how many of each kind are in it. `missing`: how many could not be read; the parts name them. `parts`:
    once it is `ready`, until `fetched_until`.
    """

    id: str
    status: ExportStatus
    requested_at: Instant
    done_at: Instant | None
    fetched_until: Instant | None
    by: str
    found: dict[str, int]
    missing: dict[str, int]
    parts: list[ExportPart]
    links: dict[str, str]
