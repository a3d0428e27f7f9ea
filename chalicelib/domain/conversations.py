"""Going on with a case in the form of a web site: for whoever posted its message and proves the address given in it.

A token says which case that is. It is sealed with a secret of the hub and lives for two hours; the hub keeps nothing of
it. Whoever holds it reads of that one case what went to, and surely came from, that one address, and writes into it.
"""

from __future__ import annotations

import base64
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from chalicelib.domain.contact_points import ContactPoint, PointKind
from chalicelib.domain.identifiers import parse_case_reference

LIVES_FOR = timedelta(hours=2)
MOST_MESSAGES = 50  # a day, of one address in one case
LONGEST_TOKEN = 2_048
_MAC_BYTES = 32


@dataclass(frozen=True, slots=True)
class Conversation:
    """`entry_id`: the posted message with which it began. `point`: proved by who holds the token. `until`: it ends."""

    inbox: str
    customer_id: str
    case_id: str
    reference: str
    entry_id: str
    point: ContactPoint
    until: datetime

    @property
    def writer(self) -> str:
        """Who writes in it, for the receipt of a message."""
        return f"{self.reference} {self.point}"


def parse_writer(writer: str) -> tuple[str, ContactPoint] | None:
    """Reference and address of `Conversation.writer`; None for anything else."""
    reference, _, point = writer.partition(" ")
    kind, _, value = point.partition(":")
    if kind not in (PointKind.EMAIL, PointKind.PHONE) or not value or parse_case_reference(reference) != reference:
        return None
    return reference, ContactPoint(PointKind(kind), value)


def seal_conversation(conversation: Conversation, key: bytes) -> str:
    """Authentic, not secret: it goes to the person whose address stands in it. Letters of URLs only."""
    said = [
        int(conversation.until.timestamp()),
        conversation.inbox,
        conversation.customer_id,
        conversation.case_id,
        conversation.reference,
        conversation.entry_id,
        conversation.point.kind,
        conversation.point.value,
    ]
    content = json.dumps(said, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_mac(content, key) + content).decode().rstrip("=")


def open_conversation(token: str, inbox: str, key: bytes, now: datetime) -> Conversation | None:
    """None, whatever is wrong: not ours, changed, of another form, or over."""
    try:
        sealed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return None
    mac, content = sealed[:_MAC_BYTES], sealed[_MAC_BYTES:]
    if len(token) > LONGEST_TOKEN or not hmac.compare_digest(mac, _mac(content, key)):
        return None
    until, of, customer_id, case_id, reference, entry_id, kind, value = json.loads(content)
    ends = datetime.fromtimestamp(until, UTC)
    if of != inbox or ends <= now:
        return None
    return Conversation(of, customer_id, case_id, reference, entry_id, ContactPoint(PointKind(kind), value), ends)


def _mac(content: bytes, key: bytes) -> bytes:
    return hmac.digest(key, b"splot-conversation-1\x1f" + content, "sha256")
