"""An agent was told that somebody does not want to be written to at an address, or that they do again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.domain.contact_points import ContactPoint
from chalicelib.domain.opting_out import Wish
from chalicelib.domain.reachability import Purpose
from chalicelib.usecases.customer_changes import change_customers
from chalicelib.usecases.once import Once, remember
from chalicelib.usecases.opt_out_changes import opt_out_changes
from chalicelib.usecases.ports import Change, Now, ThreadStore


@dataclass(frozen=True, slots=True)
class RecordOptOut:
    threads: ThreadStore
    now: Now

    def __call__(
        self,
        point: ContactPoint,
        agent: str,
        purposes: tuple[Purpose, ...],
        why: str,
        *,
        opted_out: bool,
        once: Once | None = None,
    ) -> None:
        """Saying what is so already changes nothing. An agent also lifts what the customer said, and answers for it."""

        def decide() -> tuple[str, Sequence[Change]]:
            now = self.now()
            wish = Wish(point, opted_out, now, f"agent:{agent}", "told to an agent", purposes)
            known = self.threads.find_reachabilities([point]).get(point)
            owner = self.threads.find_owner(point)
            changes = opt_out_changes(known, wish, owner.customer_id if owner else "", why=why)
            return "", [*changes, *remember(once, "", now)] if changes else []

        change_customers(self.threads, once, decide)
