"""What the hub remarks on in words, and how code and values are found again, so that it can be told in any language.

Records keep the sentence, with the values in it. Of what is none of today's sentences there is no code: what carriers
and headers say themselves, and what an earlier version said in other words, is shown as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType

from chalicelib.domain.sentences import SENTENCES

_BEHIND = ", which "
_END_OF_SENTENCE = re.compile(r"(?<=\.) ")
_WITHOUT_VALUES = {text: code for code, text in SENTENCES.items() if "{" not in text}


@dataclass(frozen=True, slots=True)
class Remark:
    """`text`: the sentence. `code`: None where nobody knows it any more."""

    text: str
    code: str | None = None
    values: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def remark(code: str, /, **values: object) -> str:
    """The sentence with its values."""
    return SENTENCES[code].format(**values)


def hindered(evidence: str, hindrance: str) -> str:
    """Why a message would belong to a case, and why it is a new one all the same."""
    return f"{evidence}{_BEHIND}{hindrance}"


def find_remarks(text: str) -> tuple[Remark, ...]:
    """Of a sentence that was kept: one, or two where the second hindered the first."""
    whole = _find(text)
    if whole.code:
        return (whole,)
    evidence, _, hindrance = text.rpartition(_BEHIND)
    for pieces in ((evidence, hindrance), (text.removesuffix("."),)):
        parts = tuple(_find(piece) for piece in pieces)
        if all(part.code for part in parts):
            return parts
    return (whole,)


def find_each_remark(text: str) -> tuple[Remark, ...]:
    """Of sentences that were kept one after the other, none with a value that somebody outside wrote."""
    parts = tuple(_find(piece) for piece in _END_OF_SENTENCE.split(text))
    return parts if all(part.code for part in parts) else find_remarks(text)


def _find(text: str) -> Remark:
    if text in _WITHOUT_VALUES:
        return Remark(text, _WITHOUT_VALUES[text])
    for code, pattern in _patterns().items():
        found = pattern.fullmatch(text)
        if found:
            return Remark(text, code, MappingProxyType(found.groupdict()))
    return Remark(text)


@cache
def _patterns() -> Mapping[str, re.Pattern[str]]:
    """What has fewer values first: "read as UTF-8" says more than "read as" anything."""
    codes = sorted({*SENTENCES} - {*_WITHOUT_VALUES.values()}, key=lambda code: (SENTENCES[code].count("{"), code))
    return {code: re.compile(_pattern(SENTENCES[code]), re.DOTALL) for code in codes}


def _pattern(sentence: str) -> str:
    pieces = re.split(r"\{(\w+)\}", sentence)
    return "".join(f"(?P<{piece}>.+?)" if at % 2 else re.escape(piece) for at, piece in enumerate(pieces))
