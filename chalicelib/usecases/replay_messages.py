"""Kept raw messages go through the normal way once more: by key, or everything of some days.

Safe to repeat and to break off: what has its outcome says so and nothing happens to it; what has none (the worker died,
somebody restored the bucket) gets it now; what is parked and waits is tried with the code as it is today, with nothing
overridden.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from chalicelib.domain.errors import Conflict, HubError, InvalidInput, NotFound, StorageUnavailable
from chalicelib.domain.messages import LedgerRow, ReleaseState
from chalicelib.domain.parking import Release
from chalicelib.usecases.accept_event import AcceptEvent
from chalicelib.usecases.decide_parked_in_bulk import OUT_OF_TIME
from chalicelib.usecases.ledger import find_row_of, sha256_of
from chalicelib.usecases.ports import Incoming, Now, RawStore, ThreadStore
from chalicelib.usecases.release_parked import ReleaseParked

LONGEST_RANGE = timedelta(days=366)
MOST_AT_ONCE = 1_000


class Replayed(StrEnum):
    """What became of one kept message. `would_*`: of a dry run."""

    STORED = "stored"
    PARKED = "parked"
    RELEASED = "released"
    ALREADY_STORED = "already_stored"
    STILL_PARKED = "still_parked"
    DISCARDED = "discarded"
    ERASED = "erased"
    MISSING = "missing"  # the row names bytes that are not there, or there is no such message
    CHANGED = "changed"  # the bytes are not those that the row speaks of: nothing is done
    FAILED = "failed"
    WOULD_PROCESS = "would_process"
    WOULD_TRY_AGAIN = "would_try_again"


@dataclass(frozen=True, slots=True)
class Line:
    """`detail`: the case, the parked record, or the code of the error."""

    raw_key: str
    became: Replayed
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Days:
    """Both included, in UTC, by when the message came."""

    since: date
    until: date

    def __post_init__(self) -> None:
        if not timedelta(0) <= self.until - self.since <= LONGEST_RANGE:
            raise InvalidInput("The days must be in order, and at most a year.", field="until")


def kept_keys(raw: RawStore, days: Days, after: str, limit: int) -> Iterator[str]:
    """Keys of what came on those days, behind the key `after`, in their order: one listing for each day."""
    day = max(days.since, _day_of(after)) if after else days.since
    while limit > 0 and day <= days.until:
        keys = raw.list_kept(day, limit, after)
        yield from keys
        limit -= len(keys)  # a day that gives fewer has no more
        day += timedelta(days=1)


def _day_of(raw_key: str) -> date:
    try:
        return datetime.strptime(raw_key[:14], "raw/%Y/%m/%d").replace(tzinfo=UTC).date()
    except ValueError:
        raise InvalidInput("This is no key of a kept message.", field="after") from None


@dataclass(frozen=True, slots=True)
class Replay:
    """`next`: the key behind which to go on; "" at the end."""

    lines: tuple[Line, ...]
    next: str


@dataclass(frozen=True, slots=True)
class ReplayMessages:
    accept: AcceptEvent
    release: ReleaseParked
    raw: RawStore
    threads: ThreadStore
    now: Now

    def of_days(
        self,
        days: Days,
        by: str,
        *,
        after: str = "",
        limit: int = 100,
        dry_run: bool = False,
        until: datetime | None = None,
    ) -> Replay:
        """At most `limit` messages; `after`: the `next` of the call before. None but the first is begun after `until`.

        Raises StorageUnavailable.
        """
        keys = list(kept_keys(self.raw, days, after, min(limit, MOST_AT_ONCE)))
        lines: list[Line] = []
        for key in keys:
            if lines and until and self.now() >= until:
                break
            lines.append(self._one(key, by, dry_run=dry_run))
        more = len(keys) >= limit or len(lines) < len(keys)
        return Replay(tuple(lines), lines[-1].raw_key if more else "")

    def of_keys(
        self, raw_keys: Sequence[str], by: str, *, dry_run: bool = False, until: datetime | None = None
    ) -> Replay:
        """`raw_keys`: as entries and rows of the ledger name them. None is begun after `until`: it has failed."""
        lines: list[Line] = []
        for key in raw_keys[:MOST_AT_ONCE]:
            late = until is not None and self.now() >= until
            failed = Line(key, Replayed.FAILED, OUT_OF_TIME)
            lines.append(failed if late else self._one(key, by, dry_run=dry_run))
        return Replay(tuple(lines), "")

    def _one(self, key: str, by: str, *, dry_run: bool) -> Line:
        try:
            kept = self.raw.get_kept(key)
        except NotFound:
            return Line(key, Replayed.MISSING)
        row = find_row_of(self.threads, kept)
        try:
            return self._without_outcome(kept, dry_run=dry_run) if row is None else self._known(kept, row, by, dry_run)
        except StorageUnavailable:
            raise
        except HubError as error:  # one that cannot be handled does not stop the others
            return Line(key, Replayed.FAILED, error.code)

    def _without_outcome(self, kept: Incoming, *, dry_run: bool) -> Line:
        if kept.receipt is None:
            return Line(kept.kept_as, Replayed.FAILED, "no_receipt")
        if dry_run:
            return Line(kept.kept_as, Replayed.WOULD_PROCESS)
        outcome = self.accept.again(kept)
        became = {"stored": Replayed.STORED, "parked": Replayed.PARKED}.get(outcome.name, Replayed.ALREADY_STORED)
        return Line(kept.kept_as, became, _where(find_row_of(self.threads, kept)))

    def _known(self, kept: Incoming, row: LedgerRow, by: str, dry_run: bool) -> Line:  # noqa: FBT001  # its own method
        key = kept.kept_as
        if row.sha256 != sha256_of(kept.body):
            return Line(key, Replayed.CHANGED, _where(row))
        if row.outcome != "parked":
            return Line(key, Replayed.ERASED if row.outcome == "erased" else Replayed.ALREADY_STORED, _where(row))
        record = self.threads.get_parked(row.target)
        if record.release_state is not ReleaseState.WAITING:
            return Line(key, Replayed.DISCARDED, record.id)
        if dry_run:
            return Line(key, Replayed.WOULD_TRY_AGAIN, record.id)
        try:
            to = self.release(record.id, Release(by, "replayed with nothing overridden"))
        except Conflict:
            return Line(key, Replayed.STILL_PARKED, record.id)
        return Line(key, Replayed.RELEASED, to.reference)


def _where(row: LedgerRow | None) -> str:
    return row.target if row else ""
