"""Two customers turn out to be one: an agent sees what a merge would do, and merges exactly that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.domain.contact_points import ContactPoint
from chalicelib.domain.customers import Customer
from chalicelib.domain.errors import Conflict
from chalicelib.domain.identifiers import ulid
from chalicelib.domain.merging import (
    SUGGESTION_DEPENDS_ON,
    Merge,
    Sides,
    Suggestion,
    SuggestionStatus,
    decided,
    disagreements,
    require_mergeable,
    suggestion_id,
)
from chalicelib.domain.remarks import remark
from chalicelib.usecases.customer_changes import change_customers
from chalicelib.usecases.merge_changes import journal_of, merge_changes, owners_of, read_sides
from chalicelib.usecases.once import Once, remember
from chalicelib.usecases.ports import Change, Now, Randomness, ThreadStore, Update


@dataclass(frozen=True, slots=True)
class Preview:
    """What a merge would do. `seen` names exactly this state of both; `warnings` speak against it, in words."""

    survivor: Customer
    merged: Customer
    points: tuple[ContactPoint, ...]
    open_cases: int
    warnings: tuple[str, ...]
    seen: str


@dataclass(frozen=True, slots=True)
class MergeCustomers:
    threads: ThreadStore
    now: Now
    randomness: Randomness

    def preview(self, customer_id: str, merged_id: str) -> Preview:
        """Changes nothing. Raises what the merge would raise."""
        sides = self._sides(customer_id, merged_id)
        warnings = [*disagreements(owners_of(self.threads, sides.survivor), sides.owners)]
        warnings += [
            remark("only_claims", customer=customer.id, address=customer.claims_to_be)
            for customer in (sides.survivor, sides.merged)
            if customer.claims_to_be
        ]
        return Preview(
            survivor=sides.survivor,
            merged=sides.merged,
            points=tuple(owner.point for owner in sides.owners),
            open_cases=sides.merged.open_case_count + sum(one.open_case_count for one in sides.predecessors),
            warnings=tuple(warnings),
            seen=_seen(sides),
        )

    def __call__(
        self,
        customer_id: str,
        merged_id: str,
        agent: str,
        why: str,
        *,
        seen: str = "",
        settles: str = "",
        once: Once | None = None,
    ) -> str:
        """`merged_id` is merged into `customer_id`. Gives the id of the merge. `settles`: a suggestion that is answered
        by it, beside the one of these two.

        Raises NotFound, InvalidInput, Conflict (one of them was merged before, or is not as in the preview `seen`),
        TooLarge.
        """

        def decide() -> tuple[str, Sequence[Change]]:
            sides = self._sides(customer_id, merged_id)
            if seen and seen != _seen(sides):
                raise Conflict("One of the two has changed since the preview. Look again.")
            now = self.now()
            merge = journal_of(sides, ulid(now, self.randomness(10)), now, f"agent:{agent}", why)
            changes = [*merge_changes(sides, merge), *self._settled(sides, merge, settles)]
            return merge.id, [*changes, *remember(once, merge.id, now)]

        return change_customers(self.threads, once, decide)

    def _sides(self, customer_id: str, merged_id: str) -> Sides:
        survivor, merged = self.threads.get_customer(customer_id), self.threads.get_customer(merged_id)
        sides = read_sides(self.threads, survivor, merged)
        require_mergeable(sides)
        return sides

    def _settled(self, sides: Sides, merge: Merge, settles: str) -> list[Change]:
        """A suggestion of the same two is answered by the merge, too."""
        ids = {suggestion_id(sides.survivor.id, sides.merged.id), *([settles] if settles else [])}
        found = [self.threads.find_suggestion(id_) for id_ in sorted(ids)]
        return [change for suggestion in found if suggestion for change in accepted_changes(suggestion, merge)]


def accepted_changes(suggestion: Suggestion, merge: Merge) -> list[Change]:
    if suggestion.status is SuggestionStatus.ACCEPTED:
        return []
    accepted = decided(suggestion, SuggestionStatus.ACCEPTED, merge.by, merge.at, merge.id)
    return [Update(suggestion, accepted, SUGGESTION_DEPENDS_ON)]


def _seen(sides: Sides) -> str:
    return f"{sides.survivor.id}.{sides.survivor.version}-{sides.merged.id}.{sides.merged.version}"
