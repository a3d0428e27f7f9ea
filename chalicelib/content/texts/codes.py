"""The message that carries a code to a contact point, in the customer's language."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.content.texts.wordings import CODE, written
from chalicelib.domain.configuration import Configuration
from chalicelib.domain.templates import Wording

PLACE_OF_CODE = "{code}"
"""Where the code will stand. It is filled in when the message is sent, so that it is stored nowhere."""


def code_message(languages: Sequence[str], minutes: int, configuration: Configuration) -> Wording:
    """Says nothing about anybody: whoever reads it may never have asked for it."""
    return written(CODE, languages, configuration, {"code": PLACE_OF_CODE, "minutes": str(minutes)})


def with_code(text: str, code: str) -> str:
    return text.replace(PLACE_OF_CODE, code)
