"""What the hub itself writes, in the language of the inbox or of the customer.

A language is a module beside this one, named by its code.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import ModuleType
from zoneinfo import ZoneInfo

from chalicelib.domain.cases import Case
from chalicelib.domain.escalation import DueStep
from chalicelib.domain.notice_limits import DigestLine
from chalicelib.domain.promises import promise_of
from chalicelib.domain.sla import kind_of

LANGUAGES = ("pl", "en")
FALLBACK = "en"
_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Notice:
    subject: str
    text: str


def notice_for(language: str, case: Case, step: DueStep, zone: ZoneInfo) -> Notice:
    """To a colleague: names the case and what is owed. Of what the customer wrote it quotes the subject alone."""
    texts = _texts(language)
    promise = case.promises.get(promise_of(step.clock))
    said = {
        "reference": case.reference,
        "subject": case.subject,
        "deadline": _local(step.deadline_at, zone),
        "assignee": case.assignee or texts.NOBODY,
        "promise": promise.text if promise else "",
        "waiting_since": _local(case.awaiting_since, zone) if case.awaiting_since else "",
    }
    lines = [texts.OWED[kind_of(step.clock)], *([texts.WAITING] if case.awaiting_since else [])]
    text = " ".join(line.format(**said) for line in lines)
    return Notice(texts.SUBJECTS[step.step.action].format(**said), f"{text}\n\n{texts.FACTS.format(**said)}")


def digest_for(
    language: str, lines: Sequence[DigestLine], count: int, zones: Mapping[str, ZoneInfo], now: datetime
) -> Notice:
    """To a colleague who would have had too many notices. `lines`: the cases that wait longest, of `count` in all.

    `zones`: of the teams, by name. The subject says enough to be a text message of its own.
    """
    texts = _texts(language)
    said = {"count": count, "oldest": lines[0].reference, "late": _lateness(texts, now - lines[0].deadline_at)}
    listed = [
        texts.DIGEST_LINE.format(
            reference=line.reference,
            clock=texts.CLOCKS[line.clock],
            deadline=_local(line.deadline_at, zones.get(line.team) or _UTC),
            late=_lateness(texts, now - line.deadline_at),
        )
        for line in lines
    ]
    more = [texts.DIGEST_MORE.format(more=count - len(lines))] if count > len(lines) else []
    text = "\n".join([texts.DIGEST_INTRODUCTION.format(**said), "", *listed, *more, ""])
    return Notice(texts.DIGEST_SUBJECT.format(**said), text)


def _lateness(texts: ModuleType, late_by: timedelta) -> str:
    if late_by <= timedelta(0):
        return str(texts.NOT_LATE)
    days, seconds = divmod(int(late_by.total_seconds()), 24 * 3600)
    return str(texts.LATE.format(days=days, hours=seconds // 3600, minutes=seconds % 3600 // 60))


def holding_message_for(language: str, case: Case) -> Notice:
    """To the customer: that it takes longer, without a promise that nobody has made."""
    texts = _texts(language)
    said = {"reference": case.reference, "subject": case.subject}
    return Notice(texts.HOLDING_SUBJECT.format(**said), texts.HOLDING.format(**said))


def _texts(language: str) -> ModuleType:
    return importlib.import_module(f"chalicelib.content.texts.{language if language in LANGUAGES else FALLBACK}")


def _local(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
