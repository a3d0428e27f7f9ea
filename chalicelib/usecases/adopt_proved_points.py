"""What the identity provider has verified of a logged-in user is the user's, as if they had given us a code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.domain.contact_points import ContactPoint, PointKind
from chalicelib.domain.errors import StorageUnavailable, WriteConflict
from chalicelib.usecases.case_changes import MOST_RACES
from chalicelib.usecases.ports import Now, ThreadStore
from chalicelib.usecases.proof_changes import ProofChanges


@dataclass(frozen=True, slots=True)
class AdoptProvedPoints:
    threads: ThreadStore
    proof: ProofChanges
    now: Now

    def __call__(self, principal: str, points: Sequence[ContactPoint]) -> int:
        """How many were new. One round trip when none is. Repeating it changes nothing."""
        login = ContactPoint(PointKind.APP, principal)
        owners = self.threads.find_owners([login, *points])
        own = owners.get(login)
        known = {
            point for point, owner in owners.items() if own and owner.customer_id == own.customer_id and owner.is_proved
        }
        new = [point for point in points if point not in known]
        return sum(self._adopted(point, principal) for point in new)

    def _adopted(self, point: ContactPoint, principal: str) -> bool:
        for _ in range(MOST_RACES):
            changes = self.proof(point, principal, self.now())
            try:
                self.threads.commit(changes)
            except WriteConflict:
                continue
            return bool(changes)
        raise StorageUnavailable()
