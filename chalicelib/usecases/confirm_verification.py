"""The code comes back: whoever has it is reachable there, and is never asked again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.domain.contact_points import ContactPoint
from chalicelib.domain.errors import StorageUnavailable, WriteConflict, WrongCode
from chalicelib.domain.verification import TRIES_DEPEND_ON, Verification, is_right, proved, tried
from chalicelib.usecases.case_changes import MOST_RACES
from chalicelib.usecases.ports import Now, ThreadStore, Update
from chalicelib.usecases.proof_changes import ProofChanges


@dataclass(frozen=True, slots=True)
class ConfirmVerification:
    """`code_key`: gives the secret that codes are made with."""

    threads: ThreadStore
    proof: ProofChanges
    code_key: Callable[[], bytes]
    now: Now

    def __call__(self, verification_id: str, code: str) -> ContactPoint:
        """Raises WrongCode, in the same words whatever is wrong. Each wrong code is counted before it is answered, so
        that many at once are not more tries than one after the other. A right one once more changes nothing.
        """
        for _ in range(MOST_RACES):
            verification = self.threads.find_verification(verification_id)
            if verification is None:
                raise WrongCode()
            try:
                return self._judged(verification, code)
            except WriteConflict:
                continue
        raise StorageUnavailable()

    def _judged(self, verification: Verification, code: str) -> ContactPoint:
        now = self.now()
        if not is_right(verification, code, self.code_key(), now):
            self.threads.commit([Update(verification, tried(verification), TRIES_DEPEND_ON)])
            raise WrongCode()
        if verification.proved_at is None:
            changes = self.proof(verification.point, verification.principal, now)
            self.threads.commit([Update(verification, proved(verification, now), TRIES_DEPEND_ON), *changes])
        return verification.point
