"""The message that carries a code to a contact point, in the customer's language."""

from __future__ import annotations

import importlib

from chalicelib.content.texts.notices import FALLBACK, LANGUAGES, Notice

CODE = "{code}"
"""Where the code will stand. It is filled in when the message is sent, so that it is stored nowhere."""


def code_message(language: str, minutes: int) -> Notice:
    """Says nothing about anybody: whoever reads it may never have asked for it."""
    texts = importlib.import_module(f"chalicelib.content.texts.{language if language in LANGUAGES else FALLBACK}")
    subject, text = texts.CODE
    return Notice(subject, text.format(code=CODE, minutes=minutes))


def with_code(text: str, code: str) -> str:
    return text.replace(CODE, code)
