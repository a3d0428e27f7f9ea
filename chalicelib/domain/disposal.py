"""What the operator does not keep any longer: the disposal of a closed case, `keep_days` of its kind after its closing.

Nothing here can hold what a person said: what is left of a case are its reference, words of lists, and counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from chalicelib.domain.case_kinds import CaseKind
from chalicelib.domain.cases import Case, CaseStatus
from chalicelib.domain.contact_points import Channel

LOOKS_AGAIN_AFTER = timedelta(minutes=15)  # every worker that had read the case before has ended long ago
# A file that was put since belongs to a message that may not be written yet: it stays, whoever else names it.
FILES_REST_FOR = timedelta(hours=1)
FIRST_MONTH = date(2026, 1, 1)  # there was no hub before
BEGINS_AT_HOUR = 2  # UTC


class DisposalStatus(StrEnum):
    RUNNING = "running"  # nobody finds the case any more
    LOOKING_AGAIN = "looking_again"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Disposal:
    """`id`: of the case. `files`: the hashes of those that its entries had, until it is done. `found`: how many of each
    kind of record, raw message or file were deleted.
    """

    customer_id: str
    id: str
    reference: str
    team: str
    kind: str
    channel: Channel
    opened_at: datetime
    closed_at: datetime
    started_at: datetime
    cycles: int = 1
    status: DisposalStatus = DisposalStatus.RUNNING
    next_step_at: datetime | None = None
    files: tuple[str, ...] = ()
    found: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    done_at: datetime | None = None


DISPOSAL_DEPENDS_ON = ("status", "next_step_at")
COUNTING_DISPOSAL_DEPENDS_ON = ("status", "files", "found")
# Every entry of a case moves one of them.
DISPOSING_DEPENDS_ON = (
    *("status", "closed_at", "kind", "cycle", "version", "messages_in", "automatic_in", "messages_out", "notes"),
)


def over_since(case: Case, kind: CaseKind | None) -> datetime | None:
    """When the time was over for which a closed case is kept; None for one that is kept for good, or not closed."""
    if kind is None or not kind.keep_days or case.status is not CaseStatus.CLOSED or case.closed_at is None:
        return None
    return case.closed_at + timedelta(days=kind.keep_days)


def months_over(kinds: Iterable[CaseKind], now: datetime) -> list[str]:
    """Those in which something was closed that may be over by now, `yyyymm`, the earliest first."""
    shortest = min((kind.keep_days for kind in kinds if kind.keep_days), default=0)
    if not shortest:
        return []
    month, last, found = FIRST_MONTH, (now - timedelta(days=shortest)).astimezone(UTC).date(), list[str]()
    while month <= last:
        found.append(f"{month:%Y%m}")
        month = (month + timedelta(days=32)).replace(day=1)
    return found


def is_time_to_dispose(now: datetime) -> bool:
    """In one minute of each day. What a day misses the next one finds."""
    return now.astimezone(UTC).hour == BEGINS_AT_HOUR and now.minute == 0


def begun(case: Case, now: datetime) -> Disposal:
    return Disposal(
        customer_id=case.customer_id,
        id=case.id,
        reference=case.reference,
        team=case.team,
        kind=case.kind,
        channel=case.channel,
        opened_at=case.opened_at,
        closed_at=case.closed_at or now,
        started_at=now,
        cycles=case.cycle,
        next_step_at=now,
        found=MappingProxyType({"case": 1}),
    )


def counted(disposal: Disposal, found: Mapping[str, int], files: Iterable[str] = ()) -> Disposal:
    names = dict.fromkeys((*disposal.found, *found))
    sums = {name: disposal.found.get(name, 0) + found.get(name, 0) for name in names}
    known = tuple(dict.fromkeys((*disposal.files, *files)))
    return replace(disposal, found=MappingProxyType(sums), files=known)


def gone_on(disposal: Disposal, now: datetime) -> Disposal:
    """Everything that was found is gone."""
    if disposal.status is DisposalStatus.RUNNING:
        return replace(disposal, status=DisposalStatus.LOOKING_AGAIN, next_step_at=now + LOOKS_AGAIN_AFTER)
    return replace(disposal, status=DisposalStatus.DONE, next_step_at=None, files=(), done_at=now)
