"""What every store must do for customers who are one: threads read together, journals, suggestions, proofs."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from chalicelib.domain.cases import CaseStatus
from chalicelib.domain.contact_points import ContactPoint, PointKind
from chalicelib.domain.customer_attributes import ATTRIBUTES_DEPEND_ON, with_attributes
from chalicelib.domain.customers import Namesake
from chalicelib.domain.errors import NotFound, WriteConflict
from chalicelib.domain.identifiers import ulid_for
from chalicelib.domain.merging import Evidence, Merge, Reason, SuggestionStatus, decided, suggested, with_reason
from chalicelib.domain.moving import CASE_MOVE_DEPENDS_ON, case_left_behind
from chalicelib.domain.satisfaction import Survey
from chalicelib.domain.verification import Allowance, Verification, one_more
from chalicelib.usecases.ports import Create, Update, unassigned_in
from tests.fakes.records import (
    ANNA,
    CUSTOMER_ID,
    NOW,
    a_case,
    a_customer,
    a_running,
    an_anchor,
    an_entry,
    an_owner,
    at,
    some_attributes,
)

PHONE = ContactPoint(PointKind.PHONE, "+48601234567")
REASON = Reason(Evidence.SAME_NAME, "both write as anna nowak from example.pl")
FAMILY = ("01A", "01B", "01C")


def created(store, *records):
    store.commit([Create(record) for record in records])
    return records[0]


def a_merge(**fields):
    known = {
        "id": "01MERGE",
        "customer_id": CUSTOMER_ID,
        "merged_id": "01B",
        "at": NOW,
        "by": "agent:ewa",
        "why": "one",
    }
    return Merge(**(known | fields))


def all_entries(store, customers, limit):
    page = store.list_threads(customers, limit)
    entries = [*page.items]
    while page.next:
        page = store.list_threads(customers, limit, page.next)
        entries += page.items
    return entries


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 50])
def test_threads_of_a_family_are_one_in_the_order_of_time(store, limit):
    chance = random.Random(limit)
    entries = [
        an_entry(id=ulid_for(at(minutes=number), "e"), at=at(minutes=number), customer_id=chance.choice(FAMILY))
        for number in range(20)
    ]
    created(store, *entries, an_entry(customer_id="01STRANGER"))
    assert all_entries(store, FAMILY, limit) == entries[::-1]
    assert all_entries(store, FAMILY[:1], limit) == [one for one in entries[::-1] if one.customer_id == "01A"]


def all_entries_since(store, customers, after, limit):
    page = store.list_threads_since(customers, after, limit)
    entries = [*page.items]
    while page.next:
        page = store.list_threads_since(customers, page.next["after"], limit)
        entries += page.items
    return entries


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 50])
def test_threads_of_a_family_are_read_forward_from_an_entry_that_may_be_anybodys(store, limit):
    chance = random.Random(limit)
    entries = [
        an_entry(id=ulid_for(at(minutes=number), "e"), at=at(minutes=number), customer_id=chance.choice(FAMILY))
        for number in range(20)
    ]
    created(store, *entries, an_entry(customer_id="01STRANGER"), a_customer(id="01A"), a_case(customer_id="01A"))
    assert all_entries_since(store, FAMILY, "0" * 26, limit) == entries
    assert all_entries_since(store, FAMILY, entries[11].id, limit) == entries[12:]
    assert all_entries_since(store, FAMILY[:1], entries[11].id, limit) == [
        one for one in entries[12:] if one.customer_id == "01A"
    ]
    assert all_entries_since(store, FAMILY, entries[-1].id, limit) == []


def test_a_cursor_of_a_family_goes_on_behind_its_entry_whoever_was_merged_or_parted_since(store):
    entries = [
        an_entry(id=ulid_for(at(minutes=number), "e"), at=at(minutes=number), customer_id=FAMILY[number % 3])
        for number in range(9)
    ]
    created(store, *entries)
    first = store.list_threads(FAMILY[:2], 2)
    assert [one.id for one in first.items] == [entries[7].id, entries[6].id]
    assert [one.id for one in store.list_threads(FAMILY, 2, first.next).items] == [entries[5].id, entries[4].id]
    assert [one.id for one in store.list_threads(FAMILY[1:2], 2, first.next).items] == [entries[4].id, entries[1].id]


def test_an_entry_written_between_two_pages_moves_nothing(store):
    entries = [an_entry(id=ulid_for(at(minutes=n), "e"), at=at(minutes=n), customer_id=FAMILY[n % 2]) for n in range(6)]
    created(store, *entries)
    first = store.list_threads(FAMILY, 3)
    created(store, an_entry(id=ulid_for(at(minutes=9), "new"), at=at(minutes=9), customer_id="01A"))
    assert [one.id for one in store.list_threads(FAMILY, 3, first.next).items] == [one.id for one in entries[2::-1]]


def test_the_thread_of_nobody_is_empty(store):
    page = store.list_threads(FAMILY, 5)
    assert (page.items, page.next) == ((), None)


def test_journal_suggestion_and_proof_come_back_as_they_were_created(store):
    merge = a_merge(points=(ANNA, PHONE), predecessors=("01C",), ambiguous=("01A/01E",), undone_at=NOW, undone_by="hub")
    suggestion = suggested("01A", "01B", REASON, NOW)
    verification = Verification("01V", PHONE, NOW, at(minutes=30).replace(microsecond=0), "issuer|anna", 2, NOW)
    allowance = Allowance("codes-point-x", "20261123", 3, at(days=2).replace(microsecond=0))
    created(store, merge, suggestion, verification, allowance, a_customer(merged_from=("01B",), merged_into="01Z"))
    assert store.get_merge(CUSTOMER_ID, merge.id) == merge
    assert store.find_suggestion(suggestion.id) == suggestion
    assert store.find_verification("01V") == verification
    assert store.find_allowance("codes-point-x", "20261123") == allowance
    assert store.get_customer(CUSTOMER_ID).family == (CUSTOMER_ID, "01B")


def test_what_was_never_merged_suggested_or_claimed_is_not_there(store):
    with pytest.raises(NotFound):
        store.get_merge(CUSTOMER_ID, "01MERGE")
    with pytest.raises(NotFound):
        store.get_customer(CUSTOMER_ID)
    assert store.list_merges(CUSTOMER_ID) == ()
    assert store.find_suggestion("x") is store.find_verification("01V") is store.find_allowance("x", "20261123") is None
    assert (store.find_owners([]), store.find_owners([ANNA]), store.find_anchors(["x"])) == ({}, {}, {})


def test_merges_of_a_customer_are_listed_newest_first_and_no_others(store):
    merges = [a_merge(id=f"01M{number}", at=at(minutes=number)) for number in range(3)]
    created(store, *merges, a_merge(customer_id="01B", id="01M9"), a_customer(), a_case())
    assert store.list_merges(CUSTOMER_ID) == (*merges[::-1],)
    assert store.get_customer_page(CUSTOMER_ID).cases == (a_case(),)


def test_owners_and_anchors_are_found_together(store):
    anna, phone = an_owner(), an_owner(point=PHONE, home="01B", verified=True)
    created(store, anna, phone, an_anchor(), an_anchor(key="old", expires_at=NOW.replace(microsecond=0)))
    assert store.find_owners([ANNA, PHONE, ContactPoint(PointKind.FAX, "+48221112233")]) == {ANNA: anna, PHONE: phone}
    assert store.find_anchors([an_anchor().key, "old", "none"]) == {an_anchor().key: an_anchor()}


def test_cases_of_a_family_are_listed_newest_first_page_by_page_and_nothing_else(store):
    cases = [a_case(id=f"01C{number}", customer_id=FAMILY[number % 3]) for number in range(7)]
    created(store, *cases, a_case(id="01C9", customer_id="01STRANGER"), an_entry(customer_id=FAMILY[0]))
    found, start = [], None
    for _ in range(4):
        page = store.list_cases(FAMILY, 2, start)
        found, start = [*found, *page.items], page.next
    assert (found, start) == (cases[::-1], None)


def test_attributes_come_back_as_what_they_were_and_change_one_by_one(store):
    known = created(store, some_attributes(), some_attributes(customer_id="01B", values={}))
    assert store.find_attributes([CUSTOMER_ID, "01NOBODY"]) == {CUSTOMER_ID: known}
    types = {name: type(one.value) for name, one in store.find_attributes([CUSTOMER_ID])[CUSTOMER_ID].values.items()}
    assert (types["shop.orders"], types["shop.paid"], types["shop.note"]) == (int, bool, str)
    after = with_attributes(
        known, {"shop.orders": 7, "shop.note": None, "crm.tariff": "złota"}, "agent:ewa", at(days=1)
    )
    store.commit([Update(known, after, ATTRIBUTES_DEPEND_ON)])
    assert store.find_attributes([CUSTOMER_ID]) == {CUSTOMER_ID: after}
    with pytest.raises(WriteConflict):
        store.commit([Update(known, after, ATTRIBUTES_DEPEND_ON)])
    assert after in store.list_records(CUSTOMER_ID, 9).items


def test_a_condition_on_an_owner_holds_without_changing_it(store):
    owner = created(store, an_owner(home="01B"))
    stale = replace(owner, home="")
    for before, refused in ((owner, False), (stale, True)):
        change = Update(before, before, ("customer_id", "home"))
        if refused:
            with pytest.raises(WriteConflict):
                store.commit([Create(an_entry(id="01X")), change])
        else:
            store.commit([Create(an_entry()), change])
    assert store.find_owner(ANNA) == owner


def test_open_suggestions_are_listed_newest_first_page_by_page_until_somebody_decides(store):
    suggestions = [suggested("01A", f"01B{number}", REASON, at(minutes=number)) for number in range(4)]
    created(store, *suggestions)
    first = store.list_suggestions(3)
    assert first.items == (*suggestions[:0:-1],)
    assert store.list_suggestions(3, first.next).items == (suggestions[0],)
    dismissed = decided(suggestions[3], SuggestionStatus.DISMISSED, "agent:ewa", NOW)
    store.commit([Update(suggestions[3], dismissed, ("status", "reasons"))])
    assert store.list_suggestions(1).items == (suggestions[2],)
    again = with_reason(dismissed, Reason(Evidence.TAGGED_ADDRESS, "both lead to one"), at(minutes=9))
    store.commit([Update(dismissed, again, ("status", "reasons"))])
    assert store.list_suggestions(1).items == (again,)


def test_namesakes_are_listed_by_key_earliest_customer_first(store):
    created(store, *(Namesake("k", f"01C{number}") for number in (2, 0, 1)), Namesake("other", "01C9"))
    assert store.list_namesakes("k", 2) == ("01C0", "01C1")
    assert store.list_namesakes("none", 2) == ()


def test_what_counts_is_counted_once_and_what_expired_counts_no_more(bench):
    store = bench.store
    allowance = created(store, Allowance("x", "20261123", 1, at(hours=1).replace(microsecond=0)))
    store.commit([Update(allowance, one_more(allowance), ("used",))])
    with pytest.raises(WriteConflict):
        store.commit([Update(allowance, one_more(allowance), ("used",))])
    assert store.find_allowance("x", "20261123").used == 2
    bench.now = at(hours=1)
    assert store.find_allowance("x", "20261123") is None


def test_a_case_that_was_moved_is_in_no_list(store):
    case = created(store, a_case(clocks=a_running(at(hours=4)), awaiting_since=NOW, next_step_at=NOW, assignee="ewa"))
    store.commit([Update(case, case_left_behind(case, "01B"), CASE_MOVE_DEPENDS_ON)])
    for rows in (store.list_urgent("care", 9), store.list_worklist("ewa", 9)):
        assert rows.items == ()
    assert store.list_worklist(unassigned_in("care"), 9).items == ()
    assert list(store.list_due_cases("care", at(days=9))) == []
    assert store.get_case(CUSTOMER_ID, case.id).status is CaseStatus.MOVED


def test_the_last_message_of_a_case_goes_back_only_where_the_change_depends_on_it(store):
    case = created(store, a_case(last_inbound_id="05", messages_in=2))
    earlier = replace(case, last_inbound_id="03", messages_in=1)
    with pytest.raises(WriteConflict):
        store.commit([Update(case, earlier, ("version",))])
    store.commit([Update(case, earlier, CASE_MOVE_DEPENDS_ON)])
    assert store.get_case(CUSTOMER_ID, case.id).last_inbound_id == "03"
    store.commit([Update(earlier, replace(earlier, last_inbound_id="", messages_in=0), CASE_MOVE_DEPENDS_ON)])
    assert store.get_case(CUSTOMER_ID, case.id).last_inbound_id == ""


def test_surveys_are_found_by_name_whosever_they_are_and_those_that_there_are_not_are_left_out(store):
    mine = Survey("C1.1", CUSTOMER_ID, "C1", "K7Q2M-9DXM3-Q", "care", "ewa", ANNA, "", at(), at(days=14), score=4)
    theirs = replace(mine, customer_id="C0BARTEK", id="C2.3", score=0)
    created(store, mine, theirs)
    names = [(one.customer_id, one.id) for one in (mine, theirs)]
    assert store.find_surveys([*names, (CUSTOMER_ID, "C2.3")]) == dict(zip(names, (mine, theirs), strict=True))
    assert store.find_surveys([]) == {}


def test_cases_are_found_by_name_whosever_they_are_and_those_that_there_are_not_are_left_out(store):
    mine, theirs = a_case(), a_case(id="C2", customer_id="C0BARTEK")
    created(store, mine, theirs)
    found = store.find_cases([(mine.customer_id, mine.id), (theirs.customer_id, theirs.id), ("C0BARTEK", mine.id)])
    assert sorted(case.id for case in found) == sorted([mine.id, theirs.id])
    assert list(store.find_cases([])) == []
