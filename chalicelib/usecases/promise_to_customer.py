"""An agent promises something to a customer, keeps it, moves it to another time with the customer, or takes it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.case_promises import with_promise
from chalicelib.domain.case_tasks import (
    with_call_promised,
    with_promise_and_call_renegotiated,
    with_promise_and_call_withdrawn,
    with_spoken_promise_kept,
)
from chalicelib.domain.cases import Agreements, Case
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.identifiers import ulid
from chalicelib.domain.promises import Promise
from chalicelib.usecases.case_changes import NOTHING_SAID, Seen
from chalicelib.usecases.case_clock_changes import ChangeClocks, Transition
from chalicelib.usecases.once import Once

LONGEST_AHEAD = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class PromiseToCustomer:
    change: ChangeClocks

    def make(
        self,
        reference: str,
        agent: str,
        text: str,
        due_at: datetime,
        call: str = "",
        *,
        seen: Seen = NOTHING_SAID,
        once: Once | None = None,
    ) -> str:
        """Gives the promise's id. `call`: the number (E.164) that is called to keep it; "" for none.

        Raises InvalidInput for a time that has passed or is more than a year away.
        """
        now = self.change.now()
        _require_time_to_come(due_at, now)
        id_, call_id = ulid(now, self.change.randomness(10)), ulid(now, self.change.randomness(10))
        promise = Promise(text, agent, now, due_at)

        def promised(case: Case, _at: datetime, agreements: Agreements) -> Case:
            if call:
                return with_call_promised(case, id_, promise, call_id, call, agreements)
            return with_promise(case, id_, promise, agreements)

        return self.change(
            reference,
            agent,
            "promise.made",
            promised,
            lambda _before, case: _facts(case, id_),
            answer=id_,
            seen=seen,
            once=once,
            speaks=True,
        )

    def keep(
        self, reference: str, agent: str, id_: str, *, seen: Seen = NOTHING_SAID, once: Once | None = None
    ) -> None:
        self._settle(
            reference,
            agent,
            id_,
            "promise.kept",
            lambda case, at, agreements: with_spoken_promise_kept(case, id_, at, agreements),
            seen,
            once,
        )

    def withdraw(
        self, reference: str, agent: str, id_: str, *, seen: Seen = NOTHING_SAID, once: Once | None = None
    ) -> None:
        self._settle(
            reference,
            agent,
            id_,
            "promise.withdrawn",
            lambda case, at, agreements: with_promise_and_call_withdrawn(case, id_, at, f"agent:{agent}", agreements),
            seen,
            once,
        )

    def renegotiate(
        self,
        reference: str,
        agent: str,
        id_: str,
        due_at: datetime,
        *,
        seen: Seen = NOTHING_SAID,
        once: Once | None = None,
    ) -> None:
        """Raises InvalidInput for a time that has passed or is more than a year away."""
        _require_time_to_come(due_at, self.change.now())
        self._settle(
            reference,
            agent,
            id_,
            "promise.renegotiated",
            lambda case, at, agreements: with_promise_and_call_renegotiated(case, id_, due_at, at, agreements),
            seen,
            once,
        )

    def _settle(
        self,
        reference: str,
        agent: str,
        id_: str,
        event: str,
        transition: Transition,
        seen: Seen,
        once: Once | None,
    ) -> None:
        self.change(reference, agent, event, transition, lambda _before, case: _facts(case, id_), seen=seen, once=once)


def _facts(case: Case, id_: str) -> Mapping[str, str]:
    promise = case.promises[id_]
    return {"promise": id_, "due_at": promise.due_at.isoformat(), "broken": "yes" if promise.broken_at else "no"}


def _require_time_to_come(due_at: datetime, now: datetime) -> None:
    if due_at <= now:
        raise InvalidInput("A promise needs a time that is still to come.", field="due_at")
    if due_at > now + LONGEST_AHEAD:
        raise InvalidInput("A promise for more than a year ahead is none. Choose an earlier time.", field="due_at")
