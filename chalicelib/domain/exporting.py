"""The export of a customer: everything that is known of them, as files that somebody may fetch for some days.

An export is made part by part. Each part has the records of one member of the family only, so that a merge which is
undone, or an erasure, takes nothing of anybody else with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

FETCHED_FOR = timedelta(days=7)  # the bucket forgets the files a day later (infra/template/buckets.yaml)
FOLDER = "exports"
_NOTHING: Mapping[str, int] = MappingProxyType({})
_START: Mapping[str, str] = MappingProxyType({})


class ExportStatus(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"  # somebody of the family is not theirs any more: it has to be asked for again


@dataclass(frozen=True, slots=True)
class ExportPart:
    """`name`: of the file, under the customer whose records are in it. `size` in bytes. `sha256`: of the file."""

    customer_id: str
    name: str
    size: int
    sha256: str

    @property
    def key(self) -> str:
        return f"{folder_of(self.customer_id)}{self.name}"


@dataclass(frozen=True, slots=True)
class Position:
    """Where an export goes on: at which member of the family, and where in their list (`start` belongs to the store);
    behind the last of them among the parked messages, at `parked`.
    """

    member: int = 0
    start: Mapping[str, str] = field(default_factory=lambda: _START)
    parked: str = ""


@dataclass(frozen=True, slots=True)
class Export:
    """`customer_id`: who answered for the family when it was asked for; `customers`: the family. `by`:
    `agent:<subject>` or `customer`. `own`: the login for whom it is, which gets what that customer may see; "" for all
    that there is.
    `found`: how many of each kind are in it. `missing`: how many could not be read; the parts name each of them.
    """

    id: str
    customer_id: str
    customers: tuple[str, ...]
    requested_at: datetime
    by: str
    own: str = ""
    status: ExportStatus = ExportStatus.QUEUED
    next_step_at: datetime | None = None
    member: int = 0
    start: Mapping[str, str] = field(default_factory=lambda: _START)
    parked: str = ""
    parts: tuple[ExportPart, ...] = ()
    found: Mapping[str, int] = field(default_factory=lambda: _NOTHING)
    missing: Mapping[str, int] = field(default_factory=lambda: _NOTHING)
    done_at: datetime | None = None

    @property
    def position(self) -> Position:
        return Position(self.member, self.start, self.parked)

    @property
    def fetched_until(self) -> datetime | None:
        return self.done_at + FETCHED_FOR if self.done_at and self.status is ExportStatus.READY else None


GOING_ON_DEPENDS_ON = ("status", "next_step_at", "member", "start", "parked", "parts")


def folder_of(customer_id: str) -> str:
    """What lies there is erased with the customer."""
    return f"{FOLDER}/{customer_id}/"


def taken(export: Export, until: datetime) -> Export:
    return replace(export, status=ExportStatus.RUNNING, next_step_at=until)


def moved_on(
    export: Export,
    position: Position,
    parts: tuple[ExportPart, ...],
    found: Mapping[str, int],
    missing: Mapping[str, int],
    next_step_at: datetime,
) -> Export:
    """With the parts that hold everything before that position, and what is counted in them."""
    return replace(
        export,
        next_step_at=next_step_at,
        member=position.member,
        start=MappingProxyType({**position.start}),
        parked=position.parked,
        parts=(*export.parts, *parts),
        found=_added(export.found, found),
        missing=_added(export.missing, missing),
    )


def ready(export: Export, now: datetime) -> Export:
    return replace(export, status=ExportStatus.READY, next_step_at=None, done_at=now)


def failed(export: Export, now: datetime) -> Export:
    return replace(export, status=ExportStatus.FAILED, next_step_at=None, done_at=now)


def _added(known: Mapping[str, int], more: Mapping[str, int]) -> Mapping[str, int]:
    names = dict.fromkeys((*known, *more))
    return MappingProxyType({name: known.get(name, 0) + more.get(name, 0) for name in names})
