"""A write with an idempotency key happens once: the key is kept in the write's own transaction.

One that may be repeated without harm keeps its answer behind it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.errors import KeyReused, WriteConflict
from chalicelib.domain.messages import SeenKey
from chalicelib.usecases.ports import Change, Create, ThreadStore

KEYS_LIVE_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Once:
    """`request_sha256` is over route and body: the same key must not carry another request."""

    principal: str
    key: str
    request_sha256: str


def answer_given_before(threads: ThreadStore, once: Once | None) -> str | None:
    """What the first use of the key was answered, None if this is the first. Raises KeyReused."""
    seen = threads.find_seen_key(once.principal, once.key) if once else None
    if seen is None or once is None:
        return None
    if seen.request_sha256 != once.request_sha256:
        raise KeyReused()
    return seen.answer


def keep_answer(threads: ThreadStore, once: Once, answer: str, now: datetime) -> str:
    """For a write that may be repeated without harm, behind it. Gives the answer that is kept: of two calls at once
    that of the first. Raises KeyReused.
    """
    try:
        threads.commit(remember(once, answer, now))
    except WriteConflict:
        return answer_given_before(threads, once) or answer
    return answer


def remember(once: Once | None, answer: str, now: datetime) -> list[Change]:
    if once is None:
        return []
    return [Create(SeenKey(once.principal, once.key, once.request_sha256, answer, now + KEYS_LIVE_FOR))]
