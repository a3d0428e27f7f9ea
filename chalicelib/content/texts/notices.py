"""Notices to colleagues, in the language of the inbox. A language is a module beside this one, named by its code."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from chalicelib.domain.cases import Case
from chalicelib.domain.escalation import DueStep
from chalicelib.domain.sla import StepAction

LANGUAGES = ("pl", "en")
FALLBACK = "en"


@dataclass(frozen=True, slots=True)
class Notice:
    subject: str
    text: str


def notice_for(language: str, action: StepAction, case: Case, step: DueStep, zone: ZoneInfo) -> Notice:
    """Names the case and its deadline, and quotes nothing of what the customer wrote beyond the subject."""
    texts = importlib.import_module(f"chalicelib.content.texts.{language if language in LANGUAGES else FALLBACK}")
    said = {
        "reference": case.reference,
        "subject": case.subject,
        "deadline": f"{step.deadline_at.astimezone(zone):%Y-%m-%d %H:%M}",
        "assignee": case.assignee or texts.NOBODY,
        "waiting_since": f"{case.awaiting_since.astimezone(zone):%Y-%m-%d %H:%M}" if case.awaiting_since else "",
    }
    subject, text = texts.NOTICES[action.value]
    return Notice(subject.format(**said), text.format(**said))
