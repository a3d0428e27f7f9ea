"""The signed reply address of a case: the only thing in a mail that proves to which case an answer belongs.

`reply+<reference>.<key id><20 base 32 letters>@<domain>`, all lower case, within the 64 octets of a local part
(RFC 5321, 4.5.3.1.1). The letters carry the first 100 bits of HMAC-SHA256 over reference, original customer and
key id. Old keys go on verifying until they are taken out of the ring.
"""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from chalicelib.domain.identifiers import parse_case_reference

# Whatever we sign ends like this: reply addresses, addresses and links that unsubscribe, links that rate.
_SIGNED = re.compile(r"(?:.*\.|[0-9A-HJKMNP-TV-Z]{52})(?P<key>[0-9a-z])[a-z2-7]{20}(?:@[^@]+)?")
_ADDRESS = re.compile(r"reply\+(?P<reference>[0-9a-z]{11})\.(?P<key>[0-9a-z])(?P<mac>[a-z2-7]{20})@[^@]+")


@dataclass(frozen=True, slots=True)
class KeyRing:
    """`keys`: one-letter key id -> secret of at least 32 bytes. `current` signs, all verify."""

    current: str
    keys: Mapping[str, bytes]

    def __repr__(self) -> str:
        return f"KeyRing(current={self.current!r}, {len(self.keys)} keys)"


@dataclass(frozen=True, slots=True)
class SignedAddress:
    """A reply address as read from a recipient: well formed, not yet verified."""

    reference: str
    key: str
    mac: str


def reply_address_for(reference: str, customer_id: str, domain: str, ring: KeyRing) -> str:
    mac = _mac(reference, customer_id, ring.current, ring.keys[ring.current])
    return f"reply+{_compact(reference)}.{ring.current}{mac}@{domain}"


def parse_reply_address(address: str) -> SignedAddress | None:
    found = _ADDRESS.fullmatch(address.strip().lower())
    reference = parse_case_reference(found["reference"]) if found else None
    if not found or not reference:
        return None
    return SignedAddress(reference, found["key"], found["mac"])


def keys_named_in(signed: Iterable[str]) -> frozenset[str]:
    """The key ids by which addresses and tokens say that they are signed, whoever wrote them."""
    found = (_SIGNED.fullmatch(one.strip()) or _SIGNED.fullmatch(one.strip().lower()) for one in signed)
    return frozenset(one["key"] for one in found if one)


def is_genuine(signed: SignedAddress, customer_id: str, ring: KeyRing) -> bool:
    """`customer_id`: the customer to whom the case belonged when it was opened."""
    secret = ring.keys.get(signed.key)
    if secret is None:
        return False
    return hmac.compare_digest(_mac(signed.reference, customer_id, signed.key, secret), signed.mac)


def _mac(reference: str, customer_id: str, key: str, secret: bytes) -> str:
    said = "\x1f".join(("splot-reply-1", reference, customer_id, key)).encode()
    return base64.b32encode(hmac.digest(secret, said, "sha256"))[:20].decode().lower()


def _compact(reference: str) -> str:
    return reference.replace("-", "").lower()
