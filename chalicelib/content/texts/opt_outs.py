"""What carriers want said by text message when somebody has opted out, or wants to hear from us again."""

from __future__ import annotations

import importlib

from chalicelib.content.texts.notices import FALLBACK, LANGUAGES


def opt_out_confirmation(language: str, company: str, *, stops: bool) -> str:
    """`company`: who writes, or "" when the inbox does not say."""
    texts = importlib.import_module(f"chalicelib.content.texts.{language if language in LANGUAGES else FALLBACK}")
    said: str = texts.OPTED_OUT if stops else texts.OPTED_IN
    return f"{company}: {said}" if company else said
