"""Erasures, exports and disposals, and what is deleted, on each of the stores."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest

from chalicelib.domain.customers import Customer, PointLink
from chalicelib.domain.disposal import COUNTING_DISPOSAL_DEPENDS_ON, DisposalStatus, counted, gone_on
from chalicelib.domain.erasure import COUNTING_DEPENDS_ON, ErasureStatus, counting, erased_point
from chalicelib.domain.errors import NotFound, WriteConflict
from chalicelib.domain.exporting import GOING_ON_DEPENDS_ON, Position, moved_on, ready
from chalicelib.domain.reachability import OptOut, Reachability, without_person
from chalicelib.usecases.ports import Create, Delete, Update
from tests.fakes.records import (
    ANNA,
    CUSTOMER_ID,
    NOW,
    a_case,
    a_customer,
    a_disposal,
    an_entry,
    an_erasure,
    an_export,
    at,
)

SAID = OptOut(NOW, "customer", "wiadomość")


def test_an_erasure_is_found_while_a_worker_has_to_go_on_with_it(store):
    first, second = an_erasure(id="01A", next_step_at=NOW), an_erasure(id="01B", next_step_at=at(minutes=1))
    store.commit([Create(first), Create(second)])
    assert store.get_erasure("01A") == first
    assert store.list_erasures(10).items == (second, first)
    assert store.list_due_erasures(NOW) == ("01A",)
    done = replace(counting(first, {"entry": 1}, ["x"]), status=ErasureStatus.DONE, next_step_at=None, points=())
    store.commit([Update(first, done, COUNTING_DEPENDS_ON)])
    assert store.list_due_erasures(at(minutes=1)) == ("01B",)
    assert store.get_erasure("01A") == done
    with pytest.raises(WriteConflict):
        store.commit([Update(first, counting(first, {"entry": 5}), COUNTING_DEPENDS_ON)])


def test_an_export_is_found_while_a_worker_has_to_go_on_with_it(store):
    first, second = an_export(id="01A", next_step_at=NOW), an_export(id="01B", next_step_at=at(minutes=1))
    store.commit([Create(first), Create(second)])
    assert store.get_export(CUSTOMER_ID, "01A") == first
    assert store.list_due_exports(NOW) == ((CUSTOMER_ID, "01A"),)
    further = moved_on(first, Position(2), first.parts, {"cases": 1}, {}, at(minutes=1))
    store.commit([Update(first, further, GOING_ON_DEPENDS_ON)])
    with pytest.raises(WriteConflict):
        store.commit([Update(first, further, GOING_ON_DEPENDS_ON)])
    assert store.get_export(CUSTOMER_ID, "01A") == further
    store.commit([Update(further, ready(further, NOW), GOING_ON_DEPENDS_ON)])
    assert store.list_due_exports(at(minutes=1)) == ((CUSTOMER_ID, "01B"),)


def test_a_disposal_is_found_while_a_worker_has_to_go_on_with_it(store):
    disposal = a_disposal(next_step_at=NOW)
    store.commit([Create(disposal), Create(a_disposal(id="01LATER", next_step_at=at(minutes=1)))])
    assert store.get_disposal(CUSTOMER_ID, "01CASE") == disposal
    assert store.list_due_disposals(NOW) == ((CUSTOMER_ID, "01CASE"),)
    further = counted(disposal, {"entry": 1, "file": 1}, ["1f"])
    store.commit([Update(disposal, further, COUNTING_DISPOSAL_DEPENDS_ON)])
    with pytest.raises(WriteConflict):
        store.commit([Update(disposal, further, COUNTING_DISPOSAL_DEPENDS_ON)])
    assert store.get_disposal(CUSTOMER_ID, "01CASE") == further
    done = gone_on(gone_on(further, NOW), NOW)
    store.commit([Update(further, done, COUNTING_DISPOSAL_DEPENDS_ON)])
    assert (done.status, done.files) == (DisposalStatus.DONE, ())
    assert store.list_due_disposals(at(minutes=1)) == ((CUSTOMER_ID, "01LATER"),)


def test_everything_under_a_customers_id_is_listed_in_pages(store):
    records = [a_case(), a_customer(), an_entry(), PointLink(CUSTOMER_ID, ANNA)]
    store.commit([Create(record) for record in records])
    page = store.list_records(CUSTOMER_ID, 3)
    assert [type(record).__name__ for record in page.items] == ["Case", "Customer", "PointLink"]
    assert [type(record).__name__ for record in store.list_records(CUSTOMER_ID, 3, page.next).items] == ["Entry"]


def test_what_is_deleted_is_gone_from_its_lists_too(store):
    case = a_case()
    store.commit([Create(case), Create(a_customer())])
    assert store.list_urgent("care", 10).items
    store.commit([Delete(case, ("reference",))])
    assert store.list_urgent("care", 10).items == ()
    with pytest.raises(NotFound):
        store.get_case(CUSTOMER_ID, case.id)


def test_what_is_another_by_now_or_gone_is_not_deleted_and_nothing_beside_it_happens(store):
    customer = a_customer()
    store.commit([Create(customer)])
    other = Customer("01OTHER", NOW)
    for delete in (Delete(replace(customer, name="Ewa"), ("name",)), Delete(a_case())):
        with pytest.raises(WriteConflict) as refused:
            store.commit([Create(other), delete])
        assert refused.value.refused == (1,)
    assert store.get_customer(CUSTOMER_ID) == customer
    store.commit([Delete(a_case(), if_there=True), Delete(customer, if_there=True)])
    with pytest.raises(NotFound):
        store.get_customer(CUSTOMER_ID)


def test_an_opt_out_is_found_under_the_hash_of_an_erased_address_and_can_be_changed_there(store):
    said = Reachability(ANNA, MappingProxyType({"service": SAID}), acknowledged_at=NOW)
    store.commit([Create(said)])
    kept = without_person(said, erased_point(ANNA))
    store.commit([Delete(said, ("opt_outs",)), Create(kept)])
    (found,) = store.find_reachabilities([ANNA]).values()
    assert (found.point, found.opt_outs["service"].evidence, found.acknowledged_at) == (ANNA, "", None)
    assert store.look_up("email", "f1", ANNA, [], []).reachability == found
    store.commit([Update(found, replace(found, opt_outs=MappingProxyType({})), ("opt_outs",))])
    assert not store.find_reachabilities([ANNA])[ANNA].opt_outs
