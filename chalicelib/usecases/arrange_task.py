"""An agent has a call made or a letter posted for a case, and says what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.case_tasks import with_attempt, with_task, with_task_rescheduled, with_task_settled
from chalicelib.domain.case_transitions import with_task_done
from chalicelib.domain.cases import ANSWER_DEPENDS_ON, Agreements, Case
from chalicelib.domain.identifiers import ulid
from chalicelib.domain.tasks import (
    Attempt,
    AttemptResult,
    Task,
    TaskKind,
    TaskState,
    Wish,
    due_for,
    require_time_to_come,
)
from chalicelib.usecases.case_changes import NOTHING_SAID, Seen
from chalicelib.usecases.case_clock_changes import ChangeClocks
from chalicelib.usecases.once import Once
from chalicelib.usecases.task_changes import ASKED_EVENTS, RESCHEDULED_EVENT, SETTLED_EVENTS, TRIED_EVENT, task_facts


@dataclass(frozen=True, slots=True)
class Arranged:
    """`to`: the number to call (E.164), or the postal address. `due_at` None: as the wish says, else the policy."""

    kind: TaskKind
    to: str
    about: str
    wish: Wish = Wish()
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ArrangeTask:
    """Each raises NotFound, Conflict, KeyReused; and InvalidInput for a time that has passed."""

    change: ChangeClocks

    def __call__(
        self, reference: str, agent: str, arranged: Arranged, *, seen: Seen = NOTHING_SAID, once: Once | None = None
    ) -> str:
        """Gives the task's id."""
        now = self.change.now()
        require_time_to_come(arranged.wish, arranged.due_at, now)
        id_ = ulid(now, self.change.randomness(10))

        def arranged_in(case: Case, at: datetime, agreements: Agreements) -> Case:
            task = Task(
                id=id_,
                kind=arranged.kind,
                to=arranged.to,
                about=arranged.about,
                asked_by=f"agent:{agent}",
                asked_at=at,
                due_at=arranged.due_at or due_for(arranged.kind, arranged.wish, at, agreements.new(case)),
                wish=arranged.wish,
                by_policy=arranged.due_at is None and arranged.wish.until is None,
            )
            return with_task(case, task, at, agreements)

        return self.change(
            reference,
            agent,
            ASKED_EVENTS[arranged.kind],
            arranged_in,
            lambda _before, case: _facts(case, id_),
            answer=id_,
            seen=seen,
            once=once,
        )

    def tried(
        self,
        reference: str,
        agent: str,
        id_: str,
        result: AttemptResult,
        note: str = "",
        *,
        seen: Seen = NOTHING_SAID,
        once: Once | None = None,
    ) -> None:
        """Nobody was reached: it is kept, and the clock goes on."""
        self.change(
            reference,
            agent,
            TRIED_EVENT,
            lambda case, at, _agreements: with_attempt(case, id_, Attempt(at, f"agent:{agent}", result, note)),
            lambda _before, case: _facts(case, id_),
            seen=seen,
            once=once,
        )

    def done(
        self,
        reference: str,
        agent: str,
        id_: str,
        *,
        answer_owed: bool = False,
        seen: Seen = NOTHING_SAID,
        once: Once | None = None,
    ) -> None:
        """They were talked to, or the letter is on its way. Raises NewerMessage when the customer has written since."""
        by = f"agent:{agent}"
        self.change(
            reference,
            agent,
            SETTLED_EVENTS[TaskState.DONE],
            lambda case, at, agreements: with_task_done(case, id_, at, by, agreements, answer_owed=answer_owed),
            lambda _before, case: {**_facts(case, id_), "answers": "no" if answer_owed else "yes"},
            depends_on=ANSWER_DEPENDS_ON,
            seen=seen,
            once=once,
        )

    def not_done(
        self,
        reference: str,
        agent: str,
        id_: str,
        state: TaskState,
        why: str,
        *,
        seen: Seen = NOTHING_SAID,
        once: Once | None = None,
    ) -> None:
        """`state`: given up or withdrawn. Whoever waits for an answer goes on waiting."""
        by = f"agent:{agent}"
        self.change(
            reference,
            agent,
            SETTLED_EVENTS[state],
            lambda case, at, agreements: with_task_settled(case, id_, state, at, by, agreements, why=why),
            lambda _before, case: {**_facts(case, id_), "why": why},
            seen=seen,
            once=once,
        )

    def reschedule(
        self,
        reference: str,
        agent: str,
        id_: str,
        wish: Wish,
        due_at: datetime | None = None,
        *,
        seen: Seen = NOTHING_SAID,
        once: Once | None = None,
    ) -> None:
        require_time_to_come(wish, due_at, self.change.now())
        self.change(
            reference,
            agent,
            RESCHEDULED_EVENT,
            lambda case, at, agreements: with_task_rescheduled(case, id_, wish, due_at, at, agreements),
            lambda _before, case: _facts(case, id_),
            seen=seen,
            once=once,
        )


def _facts(case: Case, id_: str) -> Mapping[str, str]:
    return task_facts(next(task for task in case.tasks if task.id == id_))
