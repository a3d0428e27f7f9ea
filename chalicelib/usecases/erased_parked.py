"""Parked messages of somebody who is erased. They stand under no customer, so the months are looked through."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from chalicelib.domain.erasure import Erasure
from chalicelib.domain.errors import NotFound
from chalicelib.domain.messages import ParkedRecord, Receipt
from chalicelib.usecases.erased_entries import ROW_DEPENDS_ON, without_person
from chalicelib.usecases.ports import Change, Delete, RawStore, ThreadStore, Update

_PAGE = 100
_BETWEEN_WORDS = re.compile(r"[\s,;<>()\"]+")


def parked_of(
    threads: ThreadStore, raw: RawStore, erasure: Erasure, now: datetime
) -> Iterator[tuple[str, list[tuple[ParkedRecord, list[Change]]]]]:
    """Page by page: where to go on behind it (`<yyyymm>/<id>`), what in it is theirs, and the changes that erase it.

    Theirs is what they sent, as the receipt says, and what names an address of theirs in so many words.
    """
    names = {name for point in erasure.points for name in (point.value, str(point))}
    for month in _months(erasure, now):
        start, behind = None, erasure.looked_at_parked.removeprefix(f"{month}/")
        while True:
            page = threads.list_parked(month, _PAGE, start)
            found = [
                (record, _gone(threads, record))
                for record in page.items
                if not (erasure.started_at and record.at >= erasure.started_at)
                and not (behind != erasure.looked_at_parked and record.id >= behind)
                and _is_theirs(record, raw, names)
            ]
            if page.items:
                yield f"{month}/{page.items[-1].id}", found
            start = page.next
            if start is None:
                break


def _gone(threads: ThreadStore, record: ParkedRecord) -> list[Change]:
    changes: list[Change] = [Delete(record, ("release_state",))]
    row = threads.find_ledger_row(record.transport, record.fingerprint)
    if row and row.outcome == "parked" and row.target == record.id:
        changes.append(Update(row, without_person(row), ROW_DEPENDS_ON))
    return changes


def _is_theirs(record: ParkedRecord, raw: RawStore, names: set[str]) -> bool:
    told = [record.detail, *(one.address for one in (record.machine.recipients if record.machine else ()))]
    if names & {word for text in told for word in _BETWEEN_WORDS.split(text.lower())}:
        return True
    try:
        receipt = raw.receipt_of(record.raw_key) if record.raw_key else None
    except NotFound:
        return False
    return receipt is not None and bool(names & _senders(receipt))


def _senders(receipt: Receipt) -> set[str]:
    return {(receipt.source or "").lower(), receipt.principal} - {""}


def _months(erasure: Erasure, now: datetime) -> Iterator[str]:
    """From the first record on, or behind the month that was looked through."""
    day = (erasure.since or erasure.requested_at).replace(day=1)
    while day <= now:
        month = f"{day:%Y%m}"
        if month >= erasure.looked_at_parked[:6]:
            yield month
        day = (day + timedelta(days=32)).replace(day=1)
