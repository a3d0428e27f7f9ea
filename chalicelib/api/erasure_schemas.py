"""What callers send and get about erasures and legal holds."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.api.asked import Asked, Why
from chalicelib.api.incident_schemas import Reference
from chalicelib.api.message_schemas import Instant
from chalicelib.domain.erasure import ErasureStatus, Ground, Requester
from chalicelib.usecases.replay_erasures import Became

Basis = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"\S")]
ErasureId = Annotated[str, Meta(pattern=r"^([0-6][0-9A-HJKMNP-TV-Z]{25})?$(?!\n)")]


class NewErasure(Asked):
    """`ground`: the reason, as GDPR, art. 17(1) words it. `requester`: who wants it. `basis`: the rule of law, as you
    name it. `case`: the reference of the case in which it was asked for. Write nothing about the person: it stays.
    """

    ground: Ground
    requester: Requester
    basis: Basis | None = None
    case: Reference | None = None


class NewHold(Asked):
    why: Why


class ErasuresToReplay(Asked):
    """`after`: the `next` of the call before."""

    after: ErasureId = ""


class ErasureMade(msgspec.Struct):
    erasure: str


class Erasure(msgspec.Struct, kw_only=True):
    """`found`: how many records, raw messages and files of each kind were erased. `kept`: the erased cases counted, by
    `<month>/<team>/<kind>/<channel>`: all that is left of them. `customers`: their ids, which nothing leads to.
    """

    id: str
    customers: list[str]
    status: ErasureStatus
    requested_at: Instant
    started_at: Instant | None
    done_at: Instant | None
    by: str
    ground: Ground
    requester: Requester
    basis: str | None
    case: str | None
    found: dict[str, int]
    kept: dict[str, int]
    again: int
    links: dict[str, str]


class ErasurePage(msgspec.Struct):
    erasures: list[Erasure]
    next: str | None = None


class ReplayedErasure(msgspec.Struct):
    erasure: str
    became: Became


class ReplayedErasures(msgspec.Struct):
    """`next`: where to go on, null at the end."""

    erasures: list[ReplayedErasure]
    next: str | None = None
