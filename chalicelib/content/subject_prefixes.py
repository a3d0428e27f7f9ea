"""What stands before the subject of an answer and of a forward, in every language: `Re:`, `AW[2]:`, `PD:`."""

from __future__ import annotations

import re

from chalicelib.content.languages.language import plain
from chalicelib.content.languages.words import FORWARD_SUBJECTS, REPLY_SUBJECTS

_PREFIX = re.compile(
    r"\s*(?:\[[^\]]{1,40}\]\s*)?([^\W\d_]{1,14}(?:[ '][^\W\d_]{1,10})?)\.?(?:[\[(^]?\d{1,3}[\])]?)?\s*[:：]"
)
_VS = "vs"  # Danish and Norwegian for a forward, Finnish for an answer


def subject_says(subject: str) -> str:
    """`forward`, `reply` or "", by the first of the prefixes."""
    found = _PREFIX.match(subject)
    if not found:
        return ""
    prefix = plain(found[1])
    if prefix in FORWARD_SUBJECTS:
        return "forward"
    return "reply" if prefix in REPLY_SUBJECTS else ""


def forwarded_subject(subject: str) -> str:
    found = _PREFIX.match(subject)
    return subject[found.end() :].strip() if found and subject_says(subject) == "forward" else ""


def is_forward_subject(subject: str, languages: frozenset[str]) -> bool:
    """`languages`: those of the header below, as far as they are known; they tell what `VS` means."""
    if subject_says(subject) != "forward":
        return False
    found = _PREFIX.match(subject)
    is_vs = found is not None and plain(found[1]) == _VS
    return not (is_vs and languages and languages <= REPLY_SUBJECTS[_VS])
