"""Where it is kept who asked for what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from chalicelib.domain.audit import AuditRecord
from chalicelib.usecases.ports import Page


class AuditLog(Protocol):
    """Records are added and never changed; they are forgotten when their time is over."""

    def append(self, record: AuditRecord) -> None:
        """Under whoever asked, and under the customer or the case that was named. Raises StorageUnavailable."""
        ...

    def list_of_subject(self, subject: str, limit: int, start: Mapping[str, str] | None = None) -> Page[AuditRecord]:
        """What somebody asked for, the newest first."""
        ...

    def list_about(self, about: str, limit: int, start: Mapping[str, str] | None = None) -> Page[AuditRecord]:
        """What was asked for of a customer (by id) or a case (by reference), the newest first."""
        ...
