"""What changing the configuration needs: its documents as they were saved, each under its version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class SavedVersion:
    """`saved_by`: who saved it, "" where it is not known (the operator's command says nobody)."""

    version: str
    saved_at: datetime
    saved_by: str = ""


@dataclass(frozen=True, slots=True)
class SavedDocument:
    """`text`: JSON, as `docs/configuration.md` shows it."""

    version: str
    text: str
    saved_at: datetime
    saved_by: str = ""


class ConfigurationDocuments(Protocol):
    def find_document(self, version: str = "") -> SavedDocument | None:
        """The current one, or that of a version."""
        ...

    def list_versions(self, limit: int, before: str = "") -> tuple[SavedVersion, ...]:
        """The newest first. `before`: only versions older than it."""
        ...

    def check(self, text: str) -> frozenset[str]:
        """The names of its teams. Raises WrongConfiguration for a document that cannot be used."""
        ...

    def save(self, text: str, replaces: str, saved_by: str = "") -> str:
        """Gives the new version. `replaces`: the version that was edited, "" when there was none.

        Raises WrongConfiguration when the document cannot be used, Conflict when another one was saved meanwhile.
        """
        ...
