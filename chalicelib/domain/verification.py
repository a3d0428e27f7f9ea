"""Proving a contact point: a code goes to it, over the channel itself, and whoever knows the code is reachable there.

The code is never stored: it is worked out, when it is sent and when it is checked, from the id of the verification and
a secret of the hub. What is stored says only to whom, until when, and how often it was tried.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from math import ceil

from chalicelib.domain.contact_points import Channel, ContactPoint, PointKind
from chalicelib.domain.errors import NoWayToReach

VALID_FOR = timedelta(minutes=30)
MOST_TRIES = 5
DIGITS = 6  # with five tries, one guess in 200,000

MOST_PER_POINT = 3  # a day: what nobody asked for is a nuisance, and each SMS costs
MOST_PER_PRINCIPAL = 10  # a day
REMEMBERED_FOR = timedelta(days=2)  # longer than the day that an allowance counts

CHANNELS: Mapping[PointKind, Channel] = {PointKind.EMAIL: Channel.EMAIL, PointKind.PHONE: Channel.SMS}


@dataclass(frozen=True, slots=True)
class Verification:
    """A claim to be reachable at `point`, on its way to being proved.

    `principal`: of the app's user who claims it, "" for a web form. `tries`: wrong codes so far. `expires_at`: when the
    table forgets it. `proved_at` makes the code single use.
    """

    id: str
    point: ContactPoint
    at: datetime
    expires_at: datetime
    principal: str = ""
    tries: int = 0
    proved_at: datetime | None = None


TRIES_DEPEND_ON = ("tries", "proved_at")


@dataclass(frozen=True, slots=True)
class Allowance:
    """How often something has happened on a day (`yyyymmdd`, UTC). `name` says what and whose."""

    name: str
    day: str
    used: int
    expires_at: datetime


ALLOWANCE_DEPENDS_ON = ("used",)


def channel_for(point: ContactPoint) -> Channel:
    """Raises NoWayToReach for a kind to which no code can be sent."""
    channel = CHANNELS.get(point.kind)
    if channel is None:
        raise NoWayToReach(f"No code can be sent to a contact point of the kind {point.kind}.")
    return channel


def code_for(verification_id: str, point: ContactPoint, key: bytes) -> str:
    """Six digits. `key`: a secret of the hub that is used for nothing else."""
    said = "\x1f".join(("splot-code-1", verification_id, str(point))).encode()
    number = int.from_bytes(hmac.digest(key, said, "sha256")[:8], "big")
    return f"{number % 10**DIGITS:0{DIGITS}}"


def is_right(verification: Verification, code: str, key: bytes, now: datetime) -> bool:
    """Compared in constant time. What was proved can be confirmed again with the same code: a repeated request."""
    expected = code_for(verification.id, verification.point, key)
    same = hmac.compare_digest(expected.encode(), code.strip().encode("utf-8", "replace"))
    return same and verification.tries < MOST_TRIES and now < verification.expires_at


def tried(verification: Verification) -> Verification:
    return replace(verification, tries=verification.tries + 1)


def proved(verification: Verification, at: datetime) -> Verification:
    return replace(verification, proved_at=at)


def seconds_to_midnight(now: datetime) -> int:
    """Until the next day (UTC) begins, for which allowances count anew; at least 1."""
    tomorrow = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return ceil((tomorrow - now).total_seconds())


def one_more(allowance: Allowance) -> Allowance:
    return replace(allowance, used=allowance.used + 1)
