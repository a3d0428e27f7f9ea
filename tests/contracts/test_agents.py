"""What every ThreadStore must do with agents, and with the lists by which cases are given to them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.domain.agents import GIVING_DEPENDS_ON, Presence, given_a_case
from chalicelib.domain.cases import GIVING_CASE_DEPENDS_ON, assigned
from chalicelib.domain.errors import WriteConflict
from chalicelib.usecases.ports import Create, Update, unassigned_in
from tests.fakes.records import NOW, a_case, an_agent, at


def created(store, *records):
    store.commit([Create(record) for record in records])
    return records[0]


def cases(store, count, **fields):
    return created(
        store, *(a_case(id=f"C{number}", last_activity_at=at(minutes=number), **fields) for number in range(count))
    )


def test_an_agent_comes_back_as_they_were_saved(store):
    ewa = created(store, an_agent(capacity=0, absent_until=at(days=1), given=3, given_at=NOW))
    assert store.find_agent("ewa") == ewa
    assert store.find_agent("jan") is None


def test_agents_are_listed_by_subject_whatever_letters_it_has(store):
    subjects = ["auth0|ewa#1", "ewa", "jan"]
    created(store, *(an_agent(subject=subject) for subject in reversed(subjects)))
    assert [agent.subject for agent in store.list_agents()] == subjects


def test_without_agents_the_list_is_empty(store):
    assert store.list_agents() == ()


def test_an_agents_cases_are_counted_up_to_a_limit(store):
    cases(store, 3, assignee="ewa")
    assert [store.count_worklist("ewa", most) for most in (1, 3, 20)] == [1, 3, 3]
    assert store.count_worklist("jan", 20) == 0


def test_a_team_s_list_is_read_from_its_oldest_page_by_page(store):
    cases(store, 5)
    seen, start = [], None
    while True:
        page = store.list_worklist(unassigned_in("care"), 2, start, oldest_first=True)
        seen.append([case.id for case in page.items])
        start = page.next
        if start is None:
            break
    assert seen == [["C0", "C1"], ["C2", "C3"], ["C4"]]


def giving(store, case, agent):
    store.commit(
        [
            Update(case, assigned(case, agent.subject), GIVING_CASE_DEPENDS_ON),
            Update(agent, given_a_case(agent, at(minutes=9)), GIVING_DEPENDS_ON),
        ]
    )


def test_a_case_is_given_with_the_count_of_its_agent_or_not_at_all(store):
    case, agent = created(store, a_case()), created(store, an_agent())
    giving(store, case, agent)
    assert store.get_case(case.customer_id, case.id).assignee == "ewa"
    after = store.find_agent("ewa")
    assert (after.given, after.given_at) == (1, at(minutes=9))
    assert store.count_worklist("ewa", 20) == 1
    with pytest.raises(WriteConflict) as refused:
        giving(store, case, after)
    assert refused.value.refused == (0,)
    assert store.find_agent("ewa") == after


@pytest.mark.parametrize("changed", [{"given": 1}, {"presence": Presence.ABSENT, "version": 2}])
def test_whose_record_moved_in_the_meantime_is_not_given_a_case(store, changed):
    case, agent = created(store, a_case()), created(store, an_agent())
    store.commit([Update(agent, replace(agent, **changed), ())])
    with pytest.raises(WriteConflict) as refused:
        giving(store, case, agent)
    assert refused.value.refused == (1,)
    assert store.get_case(case.customer_id, case.id) == case


def test_whom_a_case_was_taken_from_is_kept_with_it(store):
    case = created(store, a_case(assignee="ewa", skills=("returns",), routed_by="complaints"))
    store.commit([Update(case, assigned(case, ""), GIVING_CASE_DEPENDS_ON)])
    assert store.get_case(case.customer_id, case.id) == replace(case, assignee="", passed_over=("ewa",), version=1)
