"""From the preview of an answer to what the API says of it."""

from __future__ import annotations

from chalicelib.api import answer_schemas
from chalicelib.domain.previews import Preview


def render_preview(preview: Preview) -> answer_schemas.Preview:
    return answer_schemas.Preview(
        channel=preview.channel,
        sender=preview.sender or None,
        recipient=preview.recipient or None,
        subject=preview.subject or None,
        text=preview.text,
        encoding=preview.encoding,
        segments=preview.segments,
        pages=preview.pages,
        warnings=[answer_schemas.AnswerWarning(warning.kind, warning.detail) for warning in preview.warnings],
    )
