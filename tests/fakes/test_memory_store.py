"""What the store in memory can do beyond the contract: be watched, fail on request, and let its lists lag."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.domain.cases import Case, assigned
from chalicelib.domain.errors import StorageUnavailable, WriteConflict
from chalicelib.usecases.ports import Create, Update, unassigned_in
from tests.fakes.memory_store import Call, MemoryStore, Moment
from tests.fakes.records import ANNA, CUSTOMER_ID, NOW, a_case, a_customer, an_entry, an_owner, at


@pytest.fixture
def store():
    return MemoryStore(lambda: NOW)


def test_every_call_is_seen_twice(store):
    calls = []
    store.hook = calls.append
    change = Create(an_owner())
    store.commit([change])
    store.find_owner(ANNA)
    assert calls == [
        Call("commit", Moment.BEFORE, (change,)),
        Call("commit", Moment.AFTER, (change,)),
        Call("find_owner", Moment.BEFORE),
        Call("find_owner", Moment.AFTER),
    ]


@pytest.mark.parametrize("fault", [StorageUnavailable(), WriteConflict()])
def test_a_call_can_fail_before_anything_happens(store, fault):
    def fail(call):
        if call.moment is Moment.BEFORE:
            raise fault

    store.hook = fail
    with pytest.raises(type(fault)):
        store.commit([Create(an_owner())])
    assert store.records() == []


def test_an_answer_can_be_lost_after_all_has_happened(store):
    def lose(call):
        if call.moment is Moment.AFTER:
            raise StorageUnavailable()

    store.hook = lose
    with pytest.raises(StorageUnavailable):
        store.commit([Create(an_owner())])
    assert store.records() == [an_owner()]


def test_records_are_given_by_kind_in_the_order_of_their_keys(store):
    cases = [a_case(id=str(number)) for number in (2, 1)]
    store.commit([Create(each) for each in (*cases, a_customer(), an_entry())])
    assert store.records(Case) == [cases[1], cases[0]]
    assert len(store.records()) == 4


def test_lists_that_lag_show_an_earlier_truth_until_they_catch_up(store):
    case = a_case(next_step_at=NOW)
    store.commit([Create(case)])
    store.let_lists_lag()
    moved = replace(assigned(case, "ewa"), next_step_at=None)
    store.commit([Update(case, moved, ("version",)), Create(a_case(id="other", next_step_at=at(minutes=-1)))])
    assert store.get_case(CUSTOMER_ID, case.id) == moved
    assert [row.assignee for row in store.list_worklist(unassigned_in("care"), 9).items] == [""]
    assert [due.case_id for due in store.list_due_cases("care", NOW)] == [case.id]
    store.catch_up()
    assert [row.id for row in store.list_worklist("ewa", 9).items] == [case.id]
    assert [due.case_id for due in store.list_due_cases("care", NOW)] == ["other"]
