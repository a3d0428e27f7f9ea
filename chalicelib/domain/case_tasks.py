"""How tasks stand in a case: each that is open has its clock, and a contact does what it was for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib.domain.case_clocks import looked_at, with_clocks, with_ended
from chalicelib.domain.case_promises import (
    get_live_promise,
    with_promise,
    with_promise_kept,
    with_promise_kept_if_owed,
    with_promise_renegotiated,
    with_promise_withdrawn,
)
from chalicelib.domain.cases import Agreements, Case, CaseStatus
from chalicelib.domain.clocks import ClockEnd, started_until
from chalicelib.domain.contact_points import Channel, ContactPoint, PointKind
from chalicelib.domain.contacts import Contact, ContactOutcome, Direction
from chalicelib.domain.errors import Conflict, NotFound
from chalicelib.domain.promises import Promise
from chalicelib.domain.tasks import (
    MOST_OPEN_TASKS,
    MOST_TASKS,
    Attempt,
    AttemptResult,
    CallWish,
    Task,
    TaskKind,
    TaskState,
    Wish,
    due_for,
    rescheduled,
    settled,
    tried,
)

_HOW = {
    TaskState.DONE: ClockEnd.DONE,
    TaskState.GIVEN_UP: ClockEnd.GIVEN_UP,
    TaskState.WITHDRAWN: ClockEnd.WITHDRAWN,
}
_TRIED = {ContactOutcome.NO_ANSWER: AttemptResult.NO_ANSWER, ContactOutcome.VOICEMAIL: AttemptResult.VOICEMAIL}


def open_tasks(case: Case) -> tuple[Task, ...]:
    return tuple(task for task in case.tasks if task.open)


def get_open_task(case: Case, id_: str) -> Task:
    """Raises NotFound when there is none, Conflict when it is settled."""
    task = next((task for task in case.tasks if task.id == id_), None)
    if task is None:
        raise NotFound("This case has no such task.")
    if not task.open:
        raise Conflict("This task has been settled already.")
    return task


def with_task(case: Case, task: Task, at: datetime, agreements: Agreements) -> Case:
    """An agent has something to be done. Raises Conflict when too much of it is open already."""
    if len(open_tasks(case)) >= MOST_OPEN_TASKS:
        raise Conflict("There are too many open tasks in this case. Settle some first.")
    return tasked(replace(case, version=case.version + 1), task, at, agreements)


def with_call_promised(
    case: Case, id_: str, promise: Promise, call_id: str, number: str, agreements: Agreements
) -> Case:
    """An agent has promised to call: one clock, that of the promise, and the call stands in the list until it is made.

    Raises Conflict as `with_promise` and `with_task` do.
    """
    call = Task(
        id=call_id,
        kind=TaskKind.CALL,
        to=number,
        about=promise.text,
        asked_by=f"agent:{promise.made_by}",
        asked_at=promise.made_at,
        due_at=promise.due_at,
        keeps=id_,
    )
    return with_task(with_promise(case, id_, promise, agreements), call, promise.made_at, agreements)


def with_spoken_promise_kept(case: Case, id_: str, at: datetime, agreements: Agreements) -> Case:
    """Raises Conflict for a promised call that has not been made: words do not keep it."""
    get_live_promise(case, id_)
    if _find_promised(case, id_):
        raise Conflict("A call was promised. It is kept when the call is made: log it, or settle its task.")
    return with_promise_kept(case, id_, at, agreements)


def with_promise_and_call_withdrawn(
    case: Case, id_: str, at: datetime, by: str, agreements: Agreements, *, why: str = ""
) -> Case:
    case = with_promise_withdrawn(case, id_, at, agreements)
    call = _find_promised(case, id_)
    return _with(case, settled(call, TaskState.WITHDRAWN, at, by, why)) if call else case


def with_promise_and_call_renegotiated(
    case: Case, id_: str, due_at: datetime, at: datetime, agreements: Agreements
) -> Case:
    case = with_promise_renegotiated(case, id_, due_at, at, agreements)
    call = _find_promised(case, id_)
    return _with(case, rescheduled(call, Wish(), due_at, by_policy=False)) if call else case


def with_call_wished(
    case: Case, wish: CallWish, id_: str, about: str, entry_id: str, at: datetime, agreements: Agreements
) -> Case:
    """The customer asks to be called. Asked again for the same number, it is the same call, at the time last named.

    Beyond the most that a case can have nothing is added: what they wrote stands in the thread all the same.
    """
    if case.status is not CaseStatus.OPEN:
        return case
    due_at = due_for(TaskKind.CALL, wish.wish, at, agreements.new(case))
    by_policy = wish.wish.until is None
    calls = (one for one in open_tasks(case) if one.kind is TaskKind.CALL and not one.keeps)
    same = next((one for one in calls if one.to == wish.number), None)
    if same:
        if wish.wish in (Wish(), same.wish):
            return case
        return _renewed(case, rescheduled(same, wish.wish, due_at, by_policy=by_policy), at, agreements)
    if len(open_tasks(case)) >= MOST_OPEN_TASKS:
        return case
    task = Task(
        id=id_,
        kind=TaskKind.CALL,
        to=wish.number,
        about=about,
        asked_by="customer",
        asked_at=at,
        due_at=due_at,
        wish=wish.wish,
        by_policy=by_policy,
        entry_id=entry_id,
    )
    return tasked(case, task, at, agreements)


def with_task_settled(
    case: Case, id_: str, state: TaskState, at: datetime, by: str, agreements: Agreements, *, why: str = ""
) -> Case:
    task = get_open_task(case, id_)
    return _settled(replace(case, version=case.version + 1), settled(task, state, at, by, why), at, agreements)


def with_attempt(case: Case, id_: str, attempt: Attempt) -> Case:
    """Nobody was reached: it is told, and no clock moves."""
    task = tried(get_open_task(case, id_), attempt)
    return _with(replace(case, version=case.version + 1), task)


def with_task_rescheduled(
    case: Case, id_: str, wish: Wish, due_at: datetime | None, at: datetime, agreements: Agreements
) -> Case:
    """`due_at` None: as the wish says, else the policy."""
    task = get_open_task(case, id_)
    if task.keeps:
        raise Conflict("This call was promised. Give the promise another time, and the call goes with it.")
    until = due_at or due_for(task.kind, wish, at, agreements.new(case))
    task = rescheduled(task, wish, until, by_policy=due_at is None and wish.until is None)
    return _renewed(replace(case, version=case.version + 1), task, at, agreements)


def tasks_met(
    case: Case, contact: Contact, channel: Channel, point: ContactPoint | None, at: datetime
) -> tuple[Task, ...]:
    """The open tasks that a contact at `at` was about: those for the number that was called, if there are any, else all
    of the kind. A visit is a talk, too.
    """
    ours = contact.direction is Direction.OUTBOUND
    talked = contact.outcome is ContactOutcome.REACHED
    if channel is Channel.LETTER:
        kind = TaskKind.LETTER if ours and talked else None
    else:
        kind = TaskKind.CALL if ours or talked else None
    met = tuple(task for task in open_tasks(case) if task.kind is kind and task.asked_at <= at)
    number = point.value if point and point.kind is PointKind.PHONE else ""
    return tuple(task for task in met if task.to == number) or met


def with_tasks_met(
    case: Case, met: Sequence[Task], contact: Contact, entry_id: str, at: datetime, agreements: Agreements
) -> Case:
    """Whoever was reached has been called; else it was one more attempt, and the clock goes on."""
    by = f"agent:{contact.agent}" if contact.agent else "hub"
    for task in met:
        if contact.outcome is ContactOutcome.REACHED:
            case = _settled(case, settled(task, TaskState.DONE, at, by), at, agreements)
        else:
            case = _with(case, tried(task, Attempt(at, by, _TRIED[contact.outcome], entry_id=entry_id)))
    return case


def tasked(case: Case, task: Task, at: datetime, agreements: Agreements) -> Case:
    """With the task and its clock. Of those that are settled the oldest are forgotten."""
    over = [one for one in case.tasks if not one.open and one.id != task.id]
    forgotten = {one.id for one in over[: max(0, len(case.tasks) + 1 - MOST_TASKS)]}
    case = _with(replace(case, tasks=tuple(one for one in case.tasks if one.id not in forgotten)), task)
    if task.keeps:
        return case
    clock = started_until(task.due_at, at, case.cycle, agreements.new(case))
    return looked_at(with_clocks(case, {**case.clocks, task.clock: clock}), agreements)


def without_tasks_of(case: Case, entry_ids: Mapping[str, str], agreements: Agreements) -> tuple[Case, tuple[Task, ...]]:
    """What entries of the case ask for goes with them: the case without those tasks, and the tasks as they go on.

    `entry_ids`: of each entry that goes, its id where it goes on.
    """
    gone = [task for task in case.tasks if task.entry_id in entry_ids]
    ids, clocks = {task.id for task in gone}, {task.clock for task in gone}
    left = {name: clock for name, clock in case.clocks.items() if name not in clocks}
    stays = replace(case, tasks=tuple(task for task in case.tasks if task.id not in ids))
    return looked_at(with_clocks(stays, left), agreements), tuple(_renamed(task, entry_ids) for task in gone)


def with_tasks_taken_in(case: Case, tasks: Sequence[Task], at: datetime, agreements: Agreements) -> Case:
    for task in tasks:
        case = tasked(case, task, at, agreements) if task.open else _with(case, task)
    return case


def with_entries_renamed(case: Case, entry_ids: Mapping[str, str]) -> Case:
    """`entry_ids`: of each entry of the tasks, its id under the customer to whom the case has gone."""
    return replace(case, tasks=tuple(_renamed(task, entry_ids) for task in case.tasks))


def _renamed(task: Task, entry_ids: Mapping[str, str]) -> Task:
    attempts = tuple(replace(one, entry_id=entry_ids.get(one.entry_id, one.entry_id)) for one in task.attempts)
    return replace(task, entry_id=entry_ids.get(task.entry_id, task.entry_id), attempts=attempts)


def _with(case: Case, task: Task) -> Case:
    """In place of what the case knew of it."""
    if any(one.id == task.id for one in case.tasks):
        return replace(case, tasks=tuple(task if one.id == task.id else one for one in case.tasks))
    return replace(case, tasks=(*case.tasks, task))


def _renewed(case: Case, task: Task, at: datetime, agreements: Agreements) -> Case:
    case = with_ended(replace(case, cycle=case.cycle + 1), (task.clock,), at, ClockEnd.RENEWED, agreements)
    return tasked(case, task, at, agreements)


def _find_promised(case: Case, id_: str) -> Task | None:
    return next((task for task in open_tasks(case) if task.keeps == id_), None)


def _settled(case: Case, task: Task, at: datetime, agreements: Agreements) -> Case:
    """A promise is owed until the call is made, whoever gave the call up."""
    if task.keeps:
        case = _with(case, task)
        return with_promise_kept_if_owed(case, task.keeps, at, agreements) if task.state is TaskState.DONE else case
    return looked_at(with_ended(_with(case, task), (task.clock,), at, _HOW[task.state], agreements), agreements)
