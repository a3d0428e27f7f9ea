"""What the hub tells colleagues when a clock runs out, and the customer when it takes longer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import ModuleType
from zoneinfo import ZoneInfo

from chalicelib.content.texts.wordings import HOLDING, texts_of, written
from chalicelib.domain.cases import Case
from chalicelib.domain.configuration import Configuration
from chalicelib.domain.escalation import DueStep
from chalicelib.domain.notice_limits import DigestLine
from chalicelib.domain.promises import promise_of
from chalicelib.domain.sla import kind_of
from chalicelib.domain.templates import Wording

_UTC = ZoneInfo("UTC")


def notice_for(language: str, case: Case, step: DueStep, configuration: Configuration) -> Wording:
    """To a colleague: names the case and what is owed. Of what the customer wrote it quotes the subject alone."""
    texts = next(texts_of([language]))
    zone = configuration.hours_for(case.team).zone
    promise = case.promises.get(promise_of(step.clock))
    deadline = _local(step.deadline_at, zone)
    owed = texts.OWED[kind_of(step.clock)]
    values = {
        "reference": case.reference,
        "subject": case.subject,
        "deadline": deadline,
        "assignee": case.assignee or texts.NOBODY,
        "owed": owed.replace("{deadline}", deadline).replace("{promise}", promise.text if promise else ""),
        "waiting": texts.WAITING.format(since=_local(case.awaiting_since, zone)) if case.awaiting_since else "",
    }
    return written(step.step.action, [language], configuration, values)


def digest_for(
    language: str, lines: Sequence[DigestLine], count: int, zones: Mapping[str, ZoneInfo], now: datetime
) -> Wording:
    """To a colleague who would have had too many notices. `lines`: the cases that wait longest, of `count` in all.

    `zones`: of the teams, by name. The subject says enough to be a text message of its own.
    """
    texts = next(texts_of([language]))
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
    return Wording(texts.DIGEST_SUBJECT.format(**said), text)


def _lateness(texts: ModuleType, late_by: timedelta) -> str:
    if late_by <= timedelta(0):
        return str(texts.NOT_LATE)
    days, seconds = divmod(int(late_by.total_seconds()), 24 * 3600)
    return str(texts.LATE.format(days=days, hours=seconds // 3600, minutes=seconds % 3600 // 60))


def holding_message_for(languages: Sequence[str], case: Case, configuration: Configuration) -> Wording:
    """To the customer: that it takes longer, without a promise that nobody has made. Says no word of theirs."""
    return written(HOLDING, languages, configuration, {"reference": case.reference})


def _local(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
