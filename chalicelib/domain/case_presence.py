"""Who reads a case just now, and who is writing an answer: so that two do not answer the same, each without the other.

It is said again every few seconds and forgotten soon after, so nobody has to say that they have gone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

AGAIN_AFTER = timedelta(seconds=15)
HOLDS_FOR = timedelta(seconds=45)  # two may get lost
WRITTEN_EVERY = timedelta(seconds=10)  # who says the same more often writes nothing


class Doing(StrEnum):
    READING = "reading"
    WRITING = "writing"


@dataclass(frozen=True, slots=True)
class CasePresence:
    """`subject`, `name`: of the agent's access token. `since`: when they began with it. `said_at`: when they said so
    last.
    """

    reference: str
    subject: str
    name: str
    doing: Doing
    since: datetime
    said_at: datetime
    expires_at: datetime


def presence_said(known: CasePresence | None, said: CasePresence) -> CasePresence:
    """What is known after somebody said something: the same object where nothing has to be written."""
    if known is None or known.doing is not said.doing:
        return said
    if said.said_at - known.said_at < WRITTEN_EVERY:
        return known
    return replace(said, since=known.since)


def present(rows: Iterable[CasePresence], now: datetime) -> tuple[CasePresence, ...]:
    """Those who are still there: who writes first, each group in the order in which they began."""
    there = [row for row in rows if row.expires_at > now]
    return tuple(sorted(there, key=lambda row: (row.doing is Doing.READING, row.since, row.subject)))
