"""When the sweep of a day finds something that is not kept any longer."""

from __future__ import annotations

from datetime import datetime, timedelta

from chalicelib.domain.cases import Case
from chalicelib.domain.configuration import Configuration
from chalicelib.domain.customers import Customer
from chalicelib.domain.disposal import BEGINS_AT_HOUR, is_time_to_dispose, over_since
from tests.fakes.memory_store import MemoryStore


def disposable(threads: MemoryStore, configuration: Configuration, now: datetime) -> bool:
    """Whether a case is over, or will be, and nobody holds it."""
    if not any(kind.keep_days for kind in configuration.kinds.values()):
        return False
    held = {customer.id for customer in threads.records(Customer) if customer.hold}
    closed = [case for case in threads.records(Case) if case.customer_id not in held]
    overs = [over for case in closed if (over := over_since(case, configuration.kinds.get(case.kind)))]
    return any(over <= next_walk_at(now) for over in overs)


def next_walk_at(now: datetime) -> datetime:
    if is_time_to_dispose(now):
        return now
    today = now.replace(hour=BEGINS_AT_HOUR, minute=0, second=0, microsecond=0)
    return today if today > now else today + timedelta(days=1)
