"""What an agent is told of an answer that was kept: the same whenever the same request is repeated."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from chalicelib.domain.contact_points import Channel
from chalicelib.domain.threads import Entry


@dataclass(frozen=True, slots=True)
class KeptReply:
    """`warnings`: of the way that it takes, each as `name: words`; `passed_over`: better ways that the contact policy
    forbids, in words. `segments`: how many messages a text message takes. What may change later stands as it was when
    the answer was kept.
    """

    entry_id: str
    channel: Channel | None = None
    not_before: datetime | None = None
    warnings: tuple[str, ...] = ()
    passed_over: tuple[str, ...] = ()
    segments: int | None = None


def kept_reply(entry: Entry) -> KeptReply:
    """Its facts say how the way was found."""
    return KeptReply(
        entry_id=entry.id,
        channel=entry.channel,
        not_before=entry.delivery.not_before if entry.delivery else None,
        warnings=tuple(entry.facts.get("warnings", "").splitlines()),
        passed_over=tuple(entry.facts.get("passed_over", "").splitlines()),
        segments=_segments_of(entry),
    )


def render_kept_reply(reply: KeptReply) -> str:
    """As an idempotency key remembers it."""
    return json.dumps(asdict(reply), default=datetime.isoformat)


def parse_kept_reply(text: str) -> KeptReply:
    """The inverse; earlier versions remembered the id alone."""
    if not text.startswith("{"):
        return KeptReply(text)
    said = json.loads(text)
    not_before = datetime.fromisoformat(said["not_before"]) if said["not_before"] else None
    reply = KeptReply(said["entry_id"], Channel(said["channel"]) if said["channel"] else None, not_before)
    return replace(
        reply, warnings=tuple(said["warnings"]), passed_over=tuple(said["passed_over"]), segments=said.get("segments")
    )


def _segments_of(entry: Entry) -> int | None:
    if entry.channel is not Channel.SMS:
        return None
    from chalicelib.content.sms_texts import segments_of  # for text messages alone

    return segments_of(entry.text.strip())
