"""What carriers want said by text message when somebody has opted out, or wants to hear from us again."""

from __future__ import annotations

from chalicelib.content.texts.wordings import texts_of


def opt_out_confirmation(language: str, company: str, *, stops: bool) -> str:
    """`company`: who writes, or "" when the inbox does not say."""
    texts = next(texts_of([language]))
    said: str = texts.OPTED_OUT if stops else texts.OPTED_IN
    return f"{company}: {said}" if company else said
