"""Somebody is away, or has left: all their open cases go to colleagues, or back to their teams. None is lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from chalicelib.domain.cases import GIVING_CASE_DEPENDS_ON, Case, CaseStatus, assigned
from chalicelib.domain.errors import Conflict, HubError, StorageUnavailable, WriteConflict
from chalicelib.domain.identifiers import ulid
from chalicelib.domain.threads import event_entry
from chalicelib.usecases.ports import Change, Create, Now, Randomness, ThreadStore, Update
from chalicelib.usecases.roster import Roster

MOST_AT_ONCE = 50
MOST_RACES = 3


@dataclass(frozen=True, slots=True)
class HandedOver:
    """`to`: reference -> the new assignee, "" for the team. `left`: those that stayed, with the code of the error.
    `more`: there are others; ask again.
    """

    to: Mapping[str, str] = field(default_factory=dict)
    left: Mapping[str, str] = field(default_factory=dict)
    more: bool = False


@dataclass(frozen=True, slots=True)
class HandOverCases:
    threads: ThreadStore
    now: Now
    randomness: Randomness

    def __call__(self, subject: str, by: str, why: str, to: str = "") -> HandedOver:
        """The first `MOST_AT_ONCE`, those without activity for longest first. `to`: who gets all of them; "" for
        whoever of each case's team is there and has the least to do, or the team itself. Repeating it goes on.
        """
        if to == subject:
            raise Conflict("They have these cases already. Name somebody else.")
        page = self.threads.list_worklist(subject, MOST_AT_ONCE, oldest_first=True)
        roster = Roster(self.threads, self.now)
        done: dict[str, str] = {}
        left: dict[str, str] = {}
        for summary in page.items:
            try:
                assignee = self._hand_over(summary.customer_id, summary.id, subject, by, why, to, roster)
            except HubError as error:
                left[summary.reference] = error.code
                continue
            if assignee is not None:
                done[summary.reference] = assignee
        return HandedOver(done, left, more=page.next is not None)

    def _hand_over(
        self, customer_id: str, case_id: str, subject: str, by: str, why: str, to: str, roster: Roster
    ) -> str | None:
        """Gives the new assignee, None for a case that is not theirs any more."""
        for _ in range(MOST_RACES):
            case = self.threads.get_case(customer_id, case_id)
            if case.status is not CaseStatus.OPEN or case.assignee != subject:
                return None
            colleague = None if to else roster.choose_for(case, without={subject, *case.passed_over})
            assignee = to or (colleague.subject if colleague else "")
            giving = roster.giving(colleague) if colleague else None
            try:
                self.threads.commit([*self._changes(case, assignee, by, why), *([giving] if giving else [])])
            except WriteConflict:
                roster.look_again()
                continue
            if giving:
                roster.gave(giving)
            return assignee
        raise StorageUnavailable()

    def _changes(self, case: Case, assignee: str, by: str, why: str) -> Sequence[Change]:
        now = self.now()
        facts = {"assignee": assignee, "from": case.assignee, "by": "hand_over", "why": why}
        event = event_entry(ulid(now, self.randomness(10)), case, now, f"agent:{by}", "case.assigned", facts)
        # Given back in between, so that the hub does not give it to them again.
        after = assigned(assigned(case, ""), assignee) if assignee else assigned(case, "")
        return [Update(case, after, GIVING_CASE_DEPENDS_ON), Create(event)]
