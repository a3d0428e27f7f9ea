"""An agent decides whether two customers who look like one are one or two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.domain.errors import Conflict, NotFound
from chalicelib.domain.identifiers import ulid
from chalicelib.domain.merging import SUGGESTION_DEPENDS_ON, Suggestion, SuggestionStatus, decided
from chalicelib.domain.threads import customer_event
from chalicelib.usecases.customer_changes import change_customers
from chalicelib.usecases.find_customer import surviving_customer
from chalicelib.usecases.merge_customers import MergeCustomers, accepted_changes
from chalicelib.usecases.once import Once, remember
from chalicelib.usecases.ports import Change, Create, Now, Randomness, ThreadStore, Update


@dataclass(frozen=True, slots=True)
class DecideSuggestion:
    threads: ThreadStore
    now: Now
    randomness: Randomness
    merge: MergeCustomers

    def get(self, id_: str) -> Suggestion:
        """Raises NotFound."""
        suggestion = self.threads.find_suggestion(id_)
        if suggestion is None:
            raise NotFound()
        return suggestion

    def accept(self, id_: str, agent: str, why: str, *, once: Once | None = None) -> tuple[str, str]:
        """Gives the ids of who survives and of the merge. Raises what a merge raises.

        Who was merged into somebody else since is meant together with them. Where that made the two one already, the
        suggestion is answered by that merge.
        """
        suggestion = self.get(id_)
        pair = (suggestion.first, suggestion.second)
        first, second = sorted(surviving_customer(self.threads, one).id for one in pair)
        if first != second:
            return first, self.merge(first, second, agent, why, settles=id_, once=once)

        def decide() -> tuple[str, Sequence[Change]]:
            merges = self.threads.list_merges(first)
            made_one = next((one for one in merges if not one.undone_at and one.side & set(pair)), None)
            if made_one is None:
                raise Conflict()  # it was undone a moment ago
            changes = accepted_changes(self.get(id_), made_one)
            return made_one.id, [*changes, *remember(once, made_one.id, self.now())]

        return first, change_customers(self.threads, once, decide)

    def dismiss(self, id_: str, agent: str, why: str, *, once: Once | None = None) -> None:
        """Raises NotFound, and Conflict when the two were merged. Dismissing twice changes nothing."""

        def decide() -> tuple[str, Sequence[Change]]:
            now = self.now()
            suggestion = self.get(id_)
            if suggestion.status is SuggestionStatus.ACCEPTED:
                raise Conflict("The two were merged. Undo the merge if they are two.")
            if suggestion.status is SuggestionStatus.DISMISSED:
                return "", remember(once, "", now)
            by = f"agent:{agent}"
            event = customer_event(
                ulid(now, self.randomness(10)),
                suggestion.first,
                now,
                by,
                "customer.merge_dismissed",
                {"suggestion": id_, "other": suggestion.second, "why": why},
            )
            dismissed = decided(suggestion, SuggestionStatus.DISMISSED, by, now)
            return "", [Update(suggestion, dismissed, SUGGESTION_DEPENDS_ON), Create(event), *remember(once, "", now)]

        change_customers(self.threads, once, decide)
