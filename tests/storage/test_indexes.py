from __future__ import annotations

from dataclasses import replace

from chalicelib.domain.cases import AGENT_CHANGE_DEPENDS_ON, CaseStatus, assigned
from chalicelib.storage.indexes import held_fields, places_of, shard_of
from chalicelib.usecases.ports import Update
from tests.fakes.records import NOW, a_case, a_customer, an_answer, at


def test_a_change_that_moves_a_case_in_no_list_holds_only_what_it_depends_on():
    case = a_case()
    message = replace(case, messages_in=1, last_activity_at=at(minutes=1))
    assert held_fields(Update(case, message, ("status",))) == ("status",)


def test_a_change_that_moves_a_case_to_another_list_holds_what_decides_about_that_list():
    case = a_case()
    taken = Update(case, assigned(case, "ewa"), AGENT_CHANGE_DEPENDS_ON)
    assert held_fields(taken) == ("version", "status", "assignee", "team", "closed_at")


def test_a_delivery_is_changed_only_as_it_was_seen():
    answer = an_answer()
    assert held_fields(Update(answer, replace(answer, delivery=None), ())) == ("delivery",)


def test_records_in_no_list_hold_nothing_more():
    customer = a_customer()
    assert held_fields(Update(customer, replace(customer, name="B"), ())) == ()
    assert places_of(customer, 1) == {}


def test_a_closed_case_is_in_the_list_of_its_month_only():
    places = places_of(a_case(status=CaseStatus.CLOSED, closed_at=NOW, assignee="ewa"), 1)
    assert places["worklist"] == "closed@care@202611"
    assert places["urgent"] == ""


def test_the_shard_of_a_customer_never_changes():
    assert [shard_of("01JDC0000000000000000000BB", shards) for shards in (1, 4, 10)] == [0, 1, 5]


def test_customers_spread_over_the_shards():
    counts = [0] * 4
    for number in range(1000):
        counts[shard_of(f"customer {number}", 4)] += 1
    assert min(counts) > 150
