"""What the hub tells a colleague or a team whom a note mentions: in which case, and by whom. No word of the note."""

from __future__ import annotations

from chalicelib.content.texts.wordings import texts_of
from chalicelib.domain.cases import Case
from chalicelib.domain.templates import Wording


def mention_notice(language: str, case: Case, by: str, team: str = "") -> Wording:
    """`team`: the one that is mentioned, "" where it is the reader themselves."""
    texts = next(texts_of([language]))
    said = {"reference": case.reference, "subject": case.subject, "by": by or texts.A_COLLEAGUE, "team": team}
    subject = (texts.MENTION_OF_TEAM if team else texts.MENTION_SUBJECT).format(**said)
    return Wording(subject, texts.MENTION_TEXT.format(subject_line=subject, **said))
