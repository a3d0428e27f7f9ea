"""Parked messages of somebody who is erased, or exported. They stand under no customer, so the months are looked
through.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from chalicelib.domain.contact_points import ContactPoint
from chalicelib.domain.conversations import parse_writer
from chalicelib.domain.errors import NotFound
from chalicelib.domain.messages import ParkedRecord, Receipt
from chalicelib.usecases.erased_entries import ROW_DEPENDS_ON, without_person
from chalicelib.usecases.ports import Change, Delete, RawStore, ThreadStore, Update

_PAGE = 100
_BETWEEN_WORDS = re.compile(r"[\s,;<>()\"]+")


def parked_of(
    threads: ThreadStore,
    raw: RawStore,
    points: Iterable[ContactPoint],
    since: datetime,
    position: str,
    now: datetime,
    until: datetime | None = None,
) -> Iterator[tuple[str, list[ParkedRecord]]]:
    """Page by page: where to go on behind it (`<yyyymm>/<id>`, "" for the beginning), and what in it is theirs.
    `since`: of the customers' first record. `until`: what came later is left out.

    Theirs is what they sent, as the receipt or the message itself says, and what names an address of theirs in so many
    words.
    """
    names = {name for point in points for name in (point.value, str(point))}
    for month in _months(since, position, now):
        start, behind = None, position.removeprefix(f"{month}/")
        while True:
            page = threads.list_parked(month, _PAGE, start)
            found = [
                record
                for record in page.items
                if not (until and record.at >= until)
                and not (behind != position and record.id >= behind)
                and _is_theirs(record, raw, names)
            ]
            if page.items:
                yield f"{month}/{page.items[-1].id}", found
            start = page.next
            if start is None:
                break


def without_parked(threads: ThreadStore, record: ParkedRecord) -> list[Change]:
    changes: list[Change] = [Delete(record, ("release_state",))]
    row = threads.find_ledger_row(record.transport, record.fingerprint)
    if row and row.outcome == "parked" and row.target == record.id:
        changes.append(Update(row, without_person(row), ROW_DEPENDS_ON))
    return changes


def _is_theirs(record: ParkedRecord, raw: RawStore, names: set[str]) -> bool:
    recipients = record.machine.recipients if record.machine else ()
    told = [record.sender, record.detail, *(one.address for one in recipients)]
    if names & {word for text in told for word in _BETWEEN_WORDS.split(text.lower())}:
        return True
    try:
        receipt = raw.receipt_of(record.raw_key) if record.raw_key else None
    except NotFound:
        return False
    return receipt is not None and bool(names & _senders(receipt))


def _senders(receipt: Receipt) -> set[str]:
    """Of what was written in a conversation in a form, the address that was proved for it."""
    writer = parse_writer(receipt.principal)
    return {(receipt.source or "").lower(), receipt.principal, str(writer[1]) if writer else ""} - {""}


def _months(since: datetime, position: str, now: datetime) -> Iterator[str]:
    """From the first record on, or behind the month that was looked through."""
    day, last = since.astimezone(UTC).date().replace(day=1), now.astimezone(UTC).date()
    while day <= last:
        month = f"{day:%Y%m}"
        if month >= position[:6]:
            yield month
        day = (day + timedelta(days=32)).replace(day=1)
