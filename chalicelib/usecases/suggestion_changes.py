"""Two customers who may be one are put before an agent, once, however often the same reason comes up."""

from __future__ import annotations

from datetime import datetime

from chalicelib.domain.merging import SUGGESTION_DEPENDS_ON, Reason, suggested, suggestion_id, with_reason
from chalicelib.usecases.ports import Change, Create, ThreadStore, Update


def suggestion_changes(threads: ThreadStore, one: str, other: str, reason: Reason, now: datetime) -> list[Change]:
    """`one`, `other`: ids of customers. Empty when there is nothing new in it."""
    known = threads.find_suggestion(suggestion_id(one, other))
    if known is None:
        return [Create(suggested(one, other, reason, now))]
    after = with_reason(known, reason, now)
    return [] if after == known else [Update(known, after, SUGGESTION_DEPENDS_ON)]
