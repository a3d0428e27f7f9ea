"""The table of the simulated world does what DynamoDB does, also where only others at the same time show it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib import wiring
from chalicelib.domain.cases import Case, assigned
from chalicelib.domain.errors import HubError, StorageUnavailable, TooLarge, WriteConflict
from chalicelib.usecases.ports import Create, Update, unassigned_in
from tests.fakes.records import (
    ANNA,
    CUSTOMER_ID,
    a_case,
    a_customer,
    a_ledger_row,
    an_entry,
    an_owner,
    at,
)
from tests.faults.faults import Fault
from tests.faults.store import TOKENS_LIVE_FOR, IdempotentParameterMismatch, WorldStore
from tests.faults.world import World

KNOWS_ITS_TOKEN = TOKENS_LIVE_FOR - timedelta(seconds=1)


@pytest.fixture
def world():
    return World()


@pytest.fixture
def store(world):
    return WorldStore(world)


def work(world, body, *meanwhile):
    """A worker and, each before one of its next steps, what others do; gives what it returned or raised."""
    endings = []
    world.start("worker", body, wiring.Hub(wiring.Ports()), timedelta(seconds=60), endings.append)
    for act in meanwhile:
        world.resume(world.workers[0])
        act()
    world.run_all()
    while not endings:
        world.pass_time(world.next_event_at())
        world.run_all()
    return endings[0].error or endings[0].value


# Conditions and limits


def test_a_record_is_made_once(store):
    store.commit([Create(an_owner())])
    with pytest.raises(WriteConflict) as refused:
        store.commit([Create(a_customer()), Create(an_owner())])
    assert refused.value.refused == (1,)
    assert store.records() == [an_owner()]


def test_of_two_who_read_the_same_the_second_is_refused(store):
    case = a_case()
    store.commit([Create(case)])
    store.commit([Update(case, assigned(case, "ewa"), ("version",))])
    with pytest.raises(WriteConflict):
        store.commit([Update(case, assigned(case, "jan"), ("version",))])
    assert store.get_case(CUSTOMER_ID, case.id).assignee == "ewa"


def test_a_transaction_has_at_most_a_hundred_actions(store):
    rows = [Create(an_entry(id=f"{number:026}")) for number in range(101)]
    store.commit(rows[:100])
    with pytest.raises(TooLarge):
        store.commit([Create(an_entry(id=f"{number:026}")) for number in range(200, 301)])
    assert len(store.records()) == 100


def test_no_two_actions_of_a_transaction_concern_one_item(store):
    with pytest.raises(ValueError, match="twice"):
        store.commit([Create(an_owner()), Create(an_owner())])


def noise(length):
    """Text that no compression makes smaller than about two bytes for each of its letters."""
    import random

    return "".join(map(chr, random.Random(1).choices(range(0x4E00, 0x9FFF), k=length)))


def test_an_item_has_at_most_400_kb_and_a_transaction_4_mb(store):
    large = an_entry(text=noise(120_000))
    store.commit([Create(large)])
    with pytest.raises(TooLarge):
        store.commit([Create(an_entry(id="0" * 26, text=noise(220_000)))])
    with pytest.raises(TooLarge):
        store.commit([Create(replace(large, id=f"{number:026}")) for number in range(20)])
    assert store.records() == [large]


# Tokens


def test_a_token_makes_two_attempts_one_write(store):
    store.transact(1, [Create(an_owner())])
    store.transact(1, [Create(an_owner())])
    assert (store.records(), len(store.history)) == ([an_owner()], 1)


def test_a_token_is_forgotten_after_ten_minutes(store, world):
    store.transact(1, [Create(an_owner())])
    world.at += KNOWS_ITS_TOKEN
    store.transact(1, [Create(an_owner())])
    world.at += timedelta(seconds=1)
    with pytest.raises(WriteConflict):
        store.transact(1, [Create(an_owner())])


def test_a_token_with_another_write_is_refused(store):
    store.transact(1, [Create(an_owner())])
    with pytest.raises(IdempotentParameterMismatch):
        store.transact(1, [Create(a_customer())])


def test_a_client_that_lost_its_answer_asks_again_and_writes_once(store, world):
    world.plan = {1: Fault.ASKED_AGAIN}
    assert work(world, lambda: store.commit([Create(an_owner())])) is None
    assert (len(store.history), world.struck[Fault.ASKED_AGAIN]) == (1, 1)


def test_a_client_that_froze_for_too_long_is_refused_by_its_own_write(store, world):
    world.plan, world.zombies = {1: Fault.ASKED_TOO_LATE}, True
    outcomes = []

    def body():
        try:
            store.commit([Create(an_owner())])
        except WriteConflict as refused:
            outcomes.append(refused)

    work(world, body)
    while world.workers:
        world.pass_time(world.next_event_at())
        world.run_all()
    assert [refused.refused for refused in outcomes] == [(0,)]
    assert len(store.history) == 1


# Faults of calls


@pytest.mark.parametrize(
    ("fault", "raised", "written"),
    [
        (Fault.THROTTLED, StorageUnavailable, 0),
        (Fault.ANSWER_LOST, StorageUnavailable, 1),
        (Fault.FAILS, HubError, 0),
        (Fault.COLLIDES, WriteConflict, 0),
    ],
)
def test_each_fault_of_a_commit_raises_what_the_table_would(store, world, fault, raised, written):
    world.plan = {1: fault}
    error = work(world, lambda: store.commit([Create(an_owner())]))
    assert type(error) is raised
    assert len(store.history) == written


def test_a_collision_names_no_refused_condition(store, world):
    world.plan = {1: Fault.COLLIDES}
    assert work(world, lambda: store.commit([Create(an_owner())])).refused == ()


# Reads among others


def test_a_page_of_a_customer_is_no_snapshot(store, world):
    customer, case = a_customer(), a_case()
    store.commit([Create(customer)])
    page = work(
        world,
        lambda: store.get_customer_page(customer.id),
        lambda: None,
        lambda: store.commit([Update(customer, replace(customer, cases_opened=1), ()), Create(case)]),
    )
    assert (page.customer.cases_opened, [found.id for found in page.cases]) == (0, [case.id])


def test_a_batch_of_reads_is_no_snapshot(store, world):
    row = a_ledger_row()
    found = work(
        world,
        lambda: store.look_up(row.transport, row.fingerprint, ANNA, (), ()),
        lambda: None,
        lambda: store.commit([Create(row), Create(an_owner())]),
    )
    assert (found.ledger_row, found.owner) == (None, an_owner())


def test_lists_lag_behind_records_until_they_catch_up(store):
    case = a_case()
    store.commit([Create(case)])
    store.let_lists_lag()
    store.commit([Update(case, assigned(case, "ewa"), ("version",))])
    assert store.get_case(CUSTOMER_ID, case.id).assignee == "ewa"
    assert [row.assignee for row in store.list_worklist(unassigned_in("care"), 5).items] == [""]
    store.catch_up()
    assert [row.id for row in store.list_worklist("ewa", 5).items] == [case.id]


def test_a_sweep_is_due_when_the_first_list_entry_is(store):
    assert store.first_due_at() is None
    store.commit([Create(a_case(next_step_at=at(hours=2))), Create(a_case(id="other", next_step_at=at(hours=1)))])
    assert store.first_due_at() == at(hours=1)


def test_what_was_written_is_remembered_in_its_order_and_by_whom(store, world):
    case = a_case()
    work(world, lambda: store.commit([Create(case), Create(an_entry())]))
    store.commit([Update(case, assigned(case, "ewa"), ("version",))])
    kinds = [(type(written.after).__name__, written.by, written.before is None) for written in store.history]
    assert kinds == [("Case", "worker 1", True), ("Entry", "worker 1", True), ("Case", "world", False)]
    assert len({written.commit for written in store.history}) == 2
    assert isinstance(store.history[0].after, Case)
