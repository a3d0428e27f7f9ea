"""Tasks: each that is open has its clock, and stands in the list of the team that has to do it."""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.domain.case_tasks import open_tasks
from chalicelib.domain.cases import Case, CaseStatus
from chalicelib.domain.sla import ClockName, kind_of
from chalicelib.domain.tasks import ListedTask
from tests.faults.invariants.rest import Rest

_OF_TASKS = (ClockName.CALL_BACK, ClockName.LETTER)


def what_is_to_be_done_has_its_clock(rest: Rest) -> Iterator[str]:
    """After every write, in an open case; in a closed one nothing is left to do, in spam nobody does it."""
    for written in rest.history:
        case = written.after
        if not isinstance(case, Case):
            continue
        to_do = {task.clock: task.due_at for task in open_tasks(case) if not task.keeps}
        running = {name: clock.due_at for name, clock in case.clocks.items() if kind_of(name) in _OF_TASKS}
        if running != (to_do if case.status is CaseStatus.OPEN else {}):
            yield f"case {case.reference} at {written.at}: the clocks {running} run for the tasks {to_do}"
        for task in open_tasks(case):
            promise = case.promises[task.keeps] if task.keeps else None
            if promise and not (promise.live and promise.due_at == task.due_at):
                yield f"case {case.reference} at {written.at}: call {task.id} is to keep {promise}"
        if to_do and case.status in (CaseStatus.CLOSED, CaseStatus.MOVED):
            yield f"case {case.reference} at {written.at} is {case.status} over the tasks {to_do}"


def what_is_to_be_done_stands_in_its_list(rest: Rest) -> Iterator[str]:
    """After every transaction: a task that is open in an open case, there and nowhere else, as the case knows it."""
    cases: dict[tuple[str, str], Case] = {}
    listed: dict[str, tuple[object, ...]] = {}
    for together in rest.transactions:
        for written in together:
            if isinstance(written.after, Case):
                cases[written.after.customer_id, written.after.id] = written.after
            elif isinstance(written.after, ListedTask):
                row = written.after
                listed[row.id] = (row.team, row.customer_id, row.case_id, row.task)
        if not listed and not any(case.tasks for case in cases.values()):
            continue
        expected = {
            task.id: (case.team, case.customer_id, case.id, task)
            for case in cases.values()
            if case.status is CaseStatus.OPEN
            for task in open_tasks(case)
        }
        found = {id_: row for id_, row in listed.items() if row[-1]}
        if found != expected:
            yield f"at {together[0].at} the lists show {sorted(found)}; to be done are {sorted(expected)}"
