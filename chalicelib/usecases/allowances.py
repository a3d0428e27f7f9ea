"""What may happen so often on a day, and is refused beyond that until midnight (UTC)."""

from __future__ import annotations

from datetime import datetime

from chalicelib.domain.errors import TooMany
from chalicelib.domain.identifiers import digest
from chalicelib.domain.verification import (
    ALLOWANCE_DEPENDS_ON,
    REMEMBERED_FOR,
    Allowance,
    one_more,
    seconds_to_midnight,
)
from chalicelib.usecases.ports import Change, Create, ThreadStore, Update


def once_more(threads: ThreadStore, tier: str, name: str, most: int, now: datetime) -> Change:
    """The change that counts it. Raises TooMany."""
    day = f"{now:%Y%m%d}"
    used = threads.find_allowance(name, day)
    if (used.used if used else 0) >= most:
        raise TooMany(tier=tier, retry_after=seconds_to_midnight(now))
    if used is None:
        return Create(Allowance(name, day, 1, (now + REMEMBERED_FOR).replace(microsecond=0)))
    return Update(used, one_more(used), ALLOWANCE_DEPENDS_ON)


def name_of_limit(kind: str, *what: str) -> str:
    """Addresses do not stand in it: it outlives what it counts."""
    return f"{kind}-{what[0]}-{digest(*what).hex()[:32]}"
