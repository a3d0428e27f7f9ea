"""Tags: words that agents give cases, to find those that have something in common."""

from __future__ import annotations

import re
import unicodedata

from chalicelib.domain.errors import InvalidInput

MOST_TAGS = 20  # of a case
LONGEST_TAG = 40

_TAG = re.compile(r"[^\W_]+(?:[-_][^\W_]+)*")


def tag_named(text: str, field: str = "tags") -> str:
    """As it is kept, however it was written: in small letters. Raises InvalidInput for what is no tag."""
    tag = unicodedata.normalize("NFC", text.strip().casefold())
    if not _TAG.fullmatch(tag) or len(tag) > LONGEST_TAG:
        raise InvalidInput(
            f"A tag is up to {LONGEST_TAG} letters and digits, maybe with hyphens inside: damaged-in-transit.",
            field=field,
        )
    return tag
