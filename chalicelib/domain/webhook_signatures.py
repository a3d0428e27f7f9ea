"""The signature by which the receiver of a webhook knows that an event is ours and is fresh.

An HMAC-SHA256 for each webhook with keys of its own: what one receiver knows is of no use against another. While a key
is exchanged there are two, and the signature holds one value for each; a receiver accepts the one that it can check.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import datetime

SIGNATURES = "signatures"  # the member of `detail` that holds them, by the webhook's name


def signed_bytes(name: str, detail: Mapping[str, object], at: int) -> bytes:
    """What is signed: the time, the event's name, and `detail` without signatures, its JSON written in one way only.

    Names sorted, no spaces, UTF-8: RFC 8785 for what an event is made of (texts, one small number, objects). What
    stands on its way, EventBridge for one, may write the same JSON in another way.
    """
    told = {member: value for member, value in detail.items() if member != SIGNATURES}
    return f"{at}.{name}.{json.dumps(told, sort_keys=True, separators=(',', ':'), ensure_ascii=False)}".encode()


def sign(name: str, detail: Mapping[str, object], at: datetime, keys: Sequence[bytes]) -> str:
    """Such as `t=1795426800,v1=5f8a...,v1=07c1...`."""
    seconds = int(at.timestamp())
    said = signed_bytes(name, detail, seconds)
    return ",".join([f"t={seconds}", *(f"v1={hmac.digest(key, said, 'sha256').hex()}" for key in keys)])


def with_signatures(
    name: str, detail: Mapping[str, object], at: datetime, keys: Mapping[str, Sequence[bytes]]
) -> dict[str, object]:
    """`keys`: by webhook. Where there is no webhook, the detail as it is."""
    if not keys:
        return {**detail}
    return {**detail, SIGNATURES: {webhook: sign(name, detail, at, own) for webhook, own in sorted(keys.items())}}
