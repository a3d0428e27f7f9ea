"""An agent says what a case is about, how urgent it is, and has its clocks count anew by what holds now."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.domain.case_transitions import of_kind, with_legal_term_extended, with_policy_applied_again
from chalicelib.domain.cases import Priority, of_priority
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.sla import ClockName
from chalicelib.usecases.case_changes import NOTHING_SAID, Seen
from chalicelib.usecases.case_clock_changes import ChangeClocks
from chalicelib.usecases.once import Once


@dataclass(frozen=True, slots=True)
class ClassifyCase:
    change: ChangeClocks

    def kind(
        self, reference: str, agent: str, kind: str, *, seen: Seen = NOTHING_SAID, once: Once | None = None
    ) -> None:
        """The legal term of the new kind counts from the original receipt. Raises InvalidInput for an unknown kind."""
        known = self.change.configuration.current().kinds_in_use
        if kind not in known:
            raise InvalidInput(f"There is no kind {kind!r}. Known are: {', '.join(known)}.", field="kind")
        self.change(
            reference,
            agent,
            "case.kind_changed",
            lambda case, _at, agreements: of_kind(case, kind, agreements),
            lambda before, case: {"kind": case.kind, "before": before.kind},
            seen=seen,
            once=once,
        )

    def priority(
        self, reference: str, agent: str, priority: Priority, *, seen: Seen = NOTHING_SAID, once: Once | None = None
    ) -> None:
        self.change(
            reference,
            agent,
            "case.priority_changed",
            lambda case, _at, _agreements: of_priority(case, priority),
            lambda before, case: {"priority": case.priority, "before": before.priority},
            seen=seen,
            once=once,
        )

    def apply_policy_again(
        self, reference: str, agent: str, *, seen: Seen = NOTHING_SAID, once: Once | None = None
    ) -> None:
        self.change(
            reference,
            agent,
            "case.policy_applied_again",
            with_policy_applied_again,
            lambda _before, case: {"policies": ", ".join(sorted({clock.policy for clock in case.clocks.values()}))},
            seen=seen,
            once=once,
        )

    def extend_legal_term(
        self, reference: str, agent: str, *, seen: Seen = NOTHING_SAID, once: Once | None = None
    ) -> None:
        """The customer has been told that it takes longer. Raises Conflict where the law does not allow it."""
        self.change(
            reference,
            agent,
            "case.legal_term_extended",
            lambda case, _at, agreements: with_legal_term_extended(case, agreements),
            lambda _before, case: {"due_at": case.clocks[ClockName.LEGAL].due_at.isoformat()},
            seen=seen,
            once=once,
        )
