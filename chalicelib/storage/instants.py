"""Instants as the table keeps them: fixed width, UTC, microseconds, so that text order is time order."""

from __future__ import annotations

from datetime import UTC, datetime


def render_instant(at: datetime) -> str:
    """`2026-11-23T14:22:05.123456Z`. Raises ValueError for an instant without a time zone."""
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone, so it is not an instant")
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def parse_instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
