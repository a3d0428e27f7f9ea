"""What callers send and get to prove that they are reachable at a contact point."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from chalicelib.api.asked import Asked


class PointToProve(Asked):
    """`value` as people write it. `language` (ISO 639-1): of the message with the code."""

    kind: Literal["email", "phone"]
    value: Annotated[str, Meta(min_length=1, max_length=320)]
    language: Annotated[str, Meta(pattern=r"^[a-z]{2}$(?!\n)")] | None = None


class CodeGiven(Asked):
    """`code`: the six digits of the message."""

    code: Annotated[str, Meta(min_length=1, max_length=20)]


class VerificationStarted(msgspec.Struct):
    """The same answer whoever the address belongs to. The code is good for `valid_for_seconds`."""

    verification: str
    valid_for_seconds: int


class PointProved(msgspec.Struct):
    contact_point: str
