"""What every store must do for calls and letters: the lists of a team, and the rows that settled tasks leave behind."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.domain.cases import CaseStatus
from chalicelib.domain.errors import WriteConflict
from chalicelib.domain.tasks import TaskKind, TaskState, settled
from chalicelib.usecases.ports import Create, Update
from tests.fakes.records import CUSTOMER_ID, NOW, a_case, a_listed_task, a_task, at

LETTER = TaskKind.LETTER


def tasks(store, team="care", kind=TaskKind.CALL):
    return store.list_tasks(team, kind, 10).items


def test_a_case_with_its_tasks_comes_back_as_it_was(store):
    done = settled(a_task(id="01D", answers=True, stays_with_us=True), TaskState.DONE, NOW, "agent:ewa", "bo tak")
    case = a_case(tasks=(a_task(), done))
    store.commit([Create(case)])
    assert store.get_case(CUSTOMER_ID, case.id) == case
    store.commit([Update(case, replace(case, tasks=()), ())])
    assert store.get_case(CUSTOMER_ID, case.id).tasks == ()


def test_open_tasks_are_listed_by_deadline_page_by_page_for_their_team_and_kind(store):
    rows = [a_listed_task(task=a_task(id=f"01T{hours}", due_at=at(hours=hours))) for hours in (5, 1, 3)]
    letter = a_listed_task(task=a_task(id="01L", kind=LETTER, to="ul. Długa 1"))
    store.commit([Create(row) for row in (*rows, letter, a_listed_task(task=a_task(id="01O"), team="sales"))])
    first = store.list_tasks("care", TaskKind.CALL, 2)
    assert first.items == (rows[1], rows[2])
    assert store.list_tasks("care", TaskKind.CALL, 2, first.next).items == (rows[0],)
    assert tasks(store, kind=LETTER) == (letter,)


def test_what_is_settled_leaves_the_list_and_expires(store):
    row = a_listed_task()
    store.commit([Create(row)])
    over = replace(row, task=None, expires_at=at(days=7).replace(microsecond=0))
    store.commit([Update(row, over, ())])
    assert tasks(store) == ()


def test_what_goes_to_another_team_changes_its_list(store):
    row = a_listed_task()
    store.commit([Create(row)])
    moved = replace(row, team="sales")
    store.commit([Update(row, moved, ())])
    assert (tasks(store), tasks(store, "sales")) == ((), (moved,))


def test_a_row_is_changed_only_as_its_case_knew_it(store):
    row = a_listed_task()
    store.commit([Create(row)])
    stale = replace(row, team="sales")
    with pytest.raises(WriteConflict):
        store.commit([Update(stale, replace(stale, task=None), ())])
    assert tasks(store) == (row,)


def test_a_case_is_not_closed_over_a_task_that_came_meanwhile(store):
    case = a_case()
    store.commit([Create(case)])
    store.commit([Update(case, replace(case, tasks=(a_task(),)), ())])
    with pytest.raises(WriteConflict):
        store.commit([Update(case, replace(case, status=CaseStatus.CLOSED, closed_at=NOW), ())])
