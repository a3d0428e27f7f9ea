"""What reading a document needs from outside: a way to look at its pages, and something that recognises letters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class OpenedDocument:
    """`preview`: a PNG of the first page, or b"" where it cannot be shown."""

    pages: int
    preview: bytes


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """`text`: what the page carries. `picture`: a PNG in grey with square dots; b"" where the text is enough."""

    text: str
    picture: bytes


@dataclass(frozen=True, slots=True)
class RecognizedText:
    """`confidence`: the mean over what was found, 0 to 100."""

    text: str
    confidence: int


class Pages(Protocol):
    """Documents are written by strangers: whatever one does to its reader, these return or raise within seconds."""

    def open(self, document: bytes) -> OpenedDocument:
        """Raises Unparsable."""
        ...

    def read(self, document: bytes, page: int) -> DocumentPage:
        """`page` counts from 0. Raises Unparsable."""
        ...


class TextRecognizer(Protocol):
    """`name` is stored with what it read."""

    @property
    def name(self) -> str: ...

    def recognize(self, picture: bytes, languages: Sequence[str]) -> RecognizedText:
        """`picture`: a PNG; `languages`: ISO 639-1, the likeliest first.

        Raises Unparsable for this page alone, StorageUnavailable for what may work later.
        """
        ...
