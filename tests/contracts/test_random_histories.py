"""Long random histories end alike in memory and on the table: every outcome, every record, every list.

Half of the changes start from a state that is no longer true, as with writers that know nothing of each other.
"""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise

import pytest

from chalicelib.domain.case_transitions import closed, with_answer
from chalicelib.domain.cases import (
    AGENT_CHANGE_DEPENDS_ON,
    ANSWER_DEPENDS_ON,
    CLOSING_DEPENDS_ON,
    MESSAGE_DEPENDS_ON,
    STEPS_DEPEND_ON,
    CaseStatus,
    assigned,
)
from chalicelib.domain.errors import WriteConflict
from chalicelib.storage.thread_table import ThreadTable
from chalicelib.usecases.ports import Create, Update, unassigned_in
from tests.domain.making import Agreed
from tests.fakes.memory_store import MemoryStore
from tests.fakes.records import CUSTOMER_ID, NOW, a_case, a_customer, a_running, an_entry, at

OWNERS = ["ewa", "jan", unassigned_in("care"), "closed@care@202611"]


def written(case, chance):
    minute = chance.randrange(600)
    if case.status is CaseStatus.CLOSED:
        case = replace(case, status=CaseStatus.OPEN, closed_at=None, cycle=case.cycle + 1)
    case = replace(case, messages_in=case.messages_in + 1, last_activity_at=at(minutes=minute))
    if case.awaiting_since:
        return case
    due = at(minutes=minute + 240)
    return replace(case, awaiting_since=at(minutes=minute), clocks=a_running(due), next_step_at=due)


def stepped(case):
    clocks = {name: replace(clock, level=clock.level + 1) for name, clock in case.clocks.items()}
    return replace(case, clocks=clocks, next_step_at=None)


def a_change(case, chance):
    return chance.choice(
        [
            lambda: Update(case, written(case, chance), MESSAGE_DEPENDS_ON),
            lambda: Update(case, written(case, chance), MESSAGE_DEPENDS_ON),
            lambda: Update(case, with_answer(case, at(minutes=chance.randrange(600)), Agreed()), ANSWER_DEPENDS_ON),
            lambda: Update(case, assigned(case, chance.choice(["ewa", "jan", ""])), AGENT_CHANGE_DEPENDS_ON),
            lambda: Update(case, closed(case, at(minutes=chance.randrange(600)), Agreed()), CLOSING_DEPENDS_ON),
            lambda: Update(case, stepped(case), STEPS_DEPEND_ON),
        ]
    )()


def outcome_of(store, changes):
    try:
        store.commit(changes)
    except WriteConflict as conflict:
        return conflict.refused
    return "written"


def by_id(page):
    return sorted(page.items, key=lambda case: case.id)


def what_can_be_seen(store):
    return {
        "page": store.get_customer_page(CUSTOMER_ID),
        "thread": store.list_thread(CUSTOMER_ID, 500).items,
        "urgent": sorted(store.list_urgent("care", 50).items, key=lambda case: case.id),
        "worklists": {
            owner: sorted(store.list_worklist(owner, 50).items, key=lambda case: case.id) for owner in OWNERS
        },
        "due": sorted(store.list_due_cases("care", at(days=9)), key=lambda due: (due.at, due.case_id)),
    }


@pytest.mark.parametrize("seed", range(2))
def test_a_random_history_ends_alike_in_memory_and_on_the_table(table, seed):
    chance = random.Random(seed)
    memory, real = MemoryStore(lambda: NOW), ThreadTable(table, lambda: NOW)
    cases = [a_case(id=str(number), reference=str(number)) for number in range(4)]
    for store in (memory, real):
        store.commit([Create(a_customer()), *(Create(case) for case in cases)])
    earlier = {case.id: [case] for case in cases}
    for step in range(60):
        changed = chance.sample(sorted(earlier), chance.choice([1, 1, 2]))
        believed = [
            chance.choice([earlier[id_][-1], memory.get_case(CUSTOMER_ID, id_), chance.choice(earlier[id_])])
            for id_ in changed
        ]
        entry = an_entry(id=f"{chance.randrange(40):03}")
        changes = [*(a_change(case, chance) for case in believed), Create(entry)]
        assert outcome_of(real, changes) == outcome_of(memory, changes), f"seed {seed}, step {step}"
        for id_ in changed:
            earlier[id_].append(memory.get_case(CUSTOMER_ID, id_))
        if step % 5 == 0:
            assert what_can_be_seen(real) == what_can_be_seen(memory), f"seed {seed}, step {step}"
    assert what_can_be_seen(real) == what_can_be_seen(memory), f"seed {seed}"
    for case in memory.get_customer_page(CUSTOMER_ID).cases:
        shown = [owner for owner in OWNERS if case.id in [row.id for row in real.list_worklist(owner, 50).items]]
        assert len(shown) == 1


@pytest.mark.parametrize("seed", range(2))
def test_the_order_of_the_lists_is_the_same_in_memory_and_on_the_table(table, seed):
    chance = random.Random(seed)
    memory, real = MemoryStore(lambda: NOW, due_shards=3), ThreadTable(table, lambda: NOW, due_shards=3)
    minutes = chance.sample(range(1000), 20)
    cases = [
        a_case(
            customer_id=f"customer {minute}",
            reference=str(minute),
            last_activity_at=at(minutes=-minute),
            clocks=a_running(at(minutes=minute)),
            next_step_at=at(minutes=minute * 7 % 1000),
        )
        for minute in minutes
    ]
    for store in (memory, real):
        store.commit([Create(case) for case in cases])
    for read in (
        lambda store: all_of(store.list_urgent, "care"),
        lambda store: all_of(store.list_worklist, unassigned_in("care")),
        lambda store: list(store.list_due_cases("care", at(minutes=700))),
    ):
        assert read(memory) == read(real)
    assert all(one.at <= next_.at for one, next_ in pairwise(real.list_due_cases("care", at(minutes=700))))


def all_of(list_, name):
    page = list_(name, 7)
    items = [*page.items]
    while page.next:
        page = list_(name, 7, page.next)
        items += page.items
    return items
