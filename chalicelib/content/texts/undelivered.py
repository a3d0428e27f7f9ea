"""What the hub tells colleagues when an answer did not arrive: why, who waits now, and what can be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from chalicelib.content.texts import en, pl
from chalicelib.domain.cases import Case
from chalicelib.domain.delivery import Delivery, DeliveryStatus
from chalicelib.domain.threads import Entry

_LANGUAGES = {"en": en, "pl": pl}


@dataclass(frozen=True, slots=True)
class UndeliveredNotice:
    subject: str
    text: str


def undelivered_notice(
    language: str, case: Case, answer: Entry, lost: Delivery, facts: Mapping[str, str], zone: ZoneInfo
) -> UndeliveredNotice:
    """`facts`: those of the event: `answered_by`, `next_channel`, `resent_as`. Quotes of the answer nothing."""
    texts = _LANGUAGES.get(language, en)
    why = "complaint" if lost.status is DeliveryStatus.COMPLAINED else lost.failure or "technical"
    said = {
        "reference": case.reference,
        "subject": case.subject,
        "assignee": case.assignee or texts.NOBODY,
        "answered_at": _local(answer.at, zone),
        "since": _local(lost.answers_since, zone) if lost.answers_since else "",
        "reason": lost.detail,
        "channel": facts["next_channel"],
    }
    lines = [texts.UNDELIVERED, texts.UNDELIVERED_WHY[why], *([texts.UNDELIVERED_SAID] if lost.detail else [])]
    if facts["answered_by"]:
        lines.append(texts.UNDELIVERED_ANSWERED)
    elif facts["resent_as"]:
        lines.append(texts.UNDELIVERED_RESENT)
    else:
        lines += [texts.UNDELIVERED_WAITS] if lost.answers_since else []
        lines.append(texts.UNDELIVERED_NEXT if facts["next_channel"] else texts.UNDELIVERED_NO_NEXT)
    text = " ".join(line.format(**said) for line in lines)
    subject = texts.UNDELIVERED_SUBJECT.format(**said)
    return UndeliveredNotice(subject, f"{text}\n\n{texts.UNDELIVERED_FACTS.format(**said)}")


def _local(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
