"""Signed links and addresses by which whoever got a mail of ours ends such mails, and nobody else does.

The link names the message: `<customer><entry><key id><20 base 32 letters>`. The address names what is ended, and only
who holds the address that the mail went to can use it:
`unsubscribe+<purpose>.<key id><20 base 32 letters>@<domain>`. The letters carry the first 100 bits of an HMAC-SHA256,
under the keys that sign reply addresses.
"""

from __future__ import annotations

import base64
import hmac
import re

from chalicelib.domain.contact_points import ContactPoint
from chalicelib.domain.reachability import Purpose
from chalicelib.domain.reply_address import KeyRing

UNSUBSCRIBE_LOCAL_PART = "unsubscribe"
CAN_BE_ENDED = frozenset({Purpose.NOTICE, Purpose.SURVEY, Purpose.MARKETING})

_ULID = "[0-9A-HJKMNP-TV-Z]{26}"
_TOKEN = re.compile(rf"(?P<customer>{_ULID})(?P<entry>{_ULID})(?P<key>[0-9a-z])(?P<mac>[a-z2-7]{{20}})")
_ADDRESS = re.compile(r"unsubscribe\+(?P<purpose>[a-z]+)\.(?P<key>[0-9a-z])(?P<mac>[a-z2-7]{20})@[^@]+")


def unsubscribe_token(customer_id: str, entry_id: str, ring: KeyRing) -> str:
    return f"{customer_id}{entry_id}{ring.current}{_mac(ring, ring.current, 'link', customer_id, entry_id)}"


def parse_unsubscribe_token(token: str, ring: KeyRing) -> tuple[str, str] | None:
    """Customer and entry, if we have made it."""
    found = _TOKEN.fullmatch(token)
    if found is None or not _is_genuine(ring, found["key"], found["mac"], "link", found["customer"], found["entry"]):
        return None
    return found["customer"], found["entry"]


def unsubscribe_address(point: ContactPoint, purpose: Purpose, domain: str, ring: KeyRing) -> str:
    mac = _mac(ring, ring.current, "address", str(point), purpose)
    return f"{UNSUBSCRIBE_LOCAL_PART}+{purpose}.{ring.current}{mac}@{domain}"


def unsubscribed_purpose(address: str, sender: ContactPoint, ring: KeyRing) -> Purpose | None:
    """What a mail of `sender` to `address` ends; None when it is no such address, or was given to somebody else."""
    found = _ADDRESS.fullmatch(address.strip().lower())
    if found is None or found["purpose"] not in CAN_BE_ENDED:
        return None
    purpose = Purpose(found["purpose"])
    is_genuine = _is_genuine(ring, found["key"], found["mac"], "address", str(sender), purpose)
    return purpose if is_genuine else None


def _is_genuine(ring: KeyRing, key: str, mac: str, *said: str) -> bool:
    return key in ring.keys and hmac.compare_digest(_mac(ring, key, *said), mac)


def _mac(ring: KeyRing, key: str, *said: str) -> str:
    signed = "\x1f".join(("splot-unsubscribe-1", key, *said)).encode()
    return base64.b32encode(hmac.digest(ring.keys[key], signed, "sha256"))[:20].decode().lower()
