"""What auditors ask for and get: who called which operation."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.api.asked import PageWanted
from chalicelib.api.message_schemas import Instant

Id = Annotated[str, Meta(pattern=r"^[0-6][0-9A-HJKMNP-TV-Z]{25}$(?!\n)")]
Reference = Annotated[str, Meta(max_length=20)]
Subject = Annotated[str, Meta(min_length=1, max_length=255, pattern=r"^[!-~]+$(?!\n)")]


class AuditWanted(PageWanted):
    """One of the three: what was asked for of a customer, of a case, or by somebody."""

    customer_id: Id | None = None
    reference: Reference | None = None
    subject: Subject | None = None


class AuditedCall(msgspec.Struct):
    """`parameters`: those of the path. `refused`: the code of the error where the role did not allow it, else null.
    `request`: its id, which our log and problem documents carry too.
    """

    at: Instant
    issuer: str
    subject: str
    name: str | None
    roles: list[str]
    operation: str
    parameters: dict[str, str]
    source: str
    request: str
    refused: str | None


class AuditPage(msgspec.Struct):
    """The newest first."""

    calls: list[AuditedCall]
    next: str | None
