"""An agent knows that an address receives again: what a carrier's report had stopped goes out there once more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chalicelib.domain.contact_points import ContactPoint
from chalicelib.domain.identifiers import ulid
from chalicelib.domain.reachability import SUPPRESSION_DEPENDS_ON, no_longer_suppressed
from chalicelib.domain.threads import customer_event
from chalicelib.usecases.customer_changes import change_customers
from chalicelib.usecases.once import Once, remember
from chalicelib.usecases.ports import Change, Create, Now, Randomness, ThreadStore, Update


@dataclass(frozen=True, slots=True)
class LiftSuppression:
    threads: ThreadStore
    now: Now
    randomness: Randomness

    def __call__(self, point: ContactPoint, agent: str, why: str, *, once: Once | None = None) -> None:
        """Of an address that is not suppressed nothing changes. The next report that nothing arrives begins anew."""

        def decide() -> tuple[str, Sequence[Change]]:
            now = self.now()
            known = self.threads.find_reachabilities([point]).get(point)
            if known is None or not known.is_suppressed(now):
                return "", []
            owner = self.threads.find_owner(point)
            changes: list[Change] = [Update(known, no_longer_suppressed(known), SUPPRESSION_DEPENDS_ON)]
            if owner:
                facts = {"point": str(point), "suppressed_by": known.suppressed_by}
                event = customer_event(
                    ulid(now, self.randomness(10)),
                    owner.customer_id,
                    now,
                    f"agent:{agent}",
                    "customer.suppression_lifted",
                    facts,
                )
                changes.append(Create(replace(event, text=why)))
            return "", [*changes, *remember(once, "", now)]

        change_customers(self.threads, once, decide)
