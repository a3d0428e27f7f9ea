"""Promises: each that is owed has its clock, and one whose time ran out is known as broken."""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.domain.cases import Case, CaseStatus
from chalicelib.domain.promises import PromiseStatus, clock_of, promise_of
from tests.faults.invariants.rest import Rest


def what_is_promised_has_its_clock(rest: Rest) -> Iterator[str]:
    """After every write, in an open case; where nobody works any more no clock runs."""
    for written in rest.history:
        case = written.after
        if not isinstance(case, Case):
            continue
        owed = {clock_of(id_): promise.due_at for id_, promise in case.promises.items() if promise.live}
        running = {name: clock.due_at for name, clock in case.clocks.items() if promise_of(name)}
        if running != (owed if case.status is CaseStatus.OPEN else {}):
            yield f"case {case.reference} at {written.at}: the clocks {running} run for the promises {owed}"


def a_promise_whose_time_ran_out_is_broken(rest: Rest) -> Iterator[str]:
    for case in rest.of(Case):
        for promise in case.promises.values():
            late = promise.status is PromiseStatus.OPEN and promise.due_at < rest.simulation.world.at
            if late and case.status is CaseStatus.OPEN:
                yield f"case {case.reference}: a promise for {promise.due_at} is still called open"
