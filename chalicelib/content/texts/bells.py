"""What a device shows when there is something to read in the app: never what it is."""

from __future__ import annotations

from chalicelib.content.texts.wordings import texts_of


def bell_text(language: str) -> str:
    text: str = next(texts_of([language])).BELL
    return text
