"""The rows of all languages joined into what the scanners look up: a word is known by the languages that use it.

All languages count in every mail: people quote mail in one language and answer in another, and programs mix them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from chalicelib.content.languages import cs, da, de, en, es, fi, fr, hu, it, nl, no, pl, pt, ro, ru, sv, tr, uk
from chalicelib.content.languages.language import Language, alternatives
from chalicelib.content.languages.others import OTHERS

LANGUAGES: Final[tuple[Language, ...]] = (
    *(row.LANGUAGE for row in (pl, en, de, fr, es, it, nl, pt, cs, uk, ru, sv, da, no, fi, hu, ro, tr)),
    *OTHERS,
)

_LABEL_FIELDS = ("sender", "date", "to", "cc", "subject", "others")


def _joined(field: str) -> frozenset[str]:
    return frozenset(word for row in LANGUAGES for word in alternatives(getattr(row, field)))


def _used_by(field: str, *, first_word: bool = False) -> Mapping[str, frozenset[str]]:
    words: dict[str, set[str]] = {}
    for row in LANGUAGES:
        for word in alternatives(getattr(row, field)):
            words.setdefault(word.split(" ")[0] if first_word else word, set()).add(row.code)
    return {word: frozenset(codes) for word, codes in words.items()}


def _labels() -> Mapping[str, str]:
    """Label -> field. `cc`, `to` and the like are known to all; what two languages use for two fields (Italian `Da`,
    `A`) stays with the first, which is enough to know that it is a label.
    """
    labels: dict[str, str] = {}
    for row in LANGUAGES:
        for field in _LABEL_FIELDS:
            for label in alternatives(getattr(row, field)):
                labels.setdefault(label, field)
    return labels


LABELS: Final = _labels()
SENDER_LABELS: Final = _used_by("sender")
BEGINS: Final = _used_by("begins", first_word=True)
WROTE: Final = _used_by("wrote")
FORWARDED: Final = _joined("forwarded")
ORIGINAL: Final = _joined("original")
FORWARD_SUBJECTS: Final = _used_by("forward_subject")
REPLY_SUBJECTS: Final = _used_by("reply_subject")
CLOSINGS: Final = _joined("closings")
SENT_FROM: Final = tuple(sorted(_joined("sent_from")))
SENT: Final = _joined("sent")
DISCLAIMER: Final = tuple(sorted(_joined("disclaimer")))
FOOTER: Final = tuple(sorted(_joined("footer")))
