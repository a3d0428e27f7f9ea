"""What every ThreadStore must do. The use cases are tested on the one in memory because it passes what these say."""

from __future__ import annotations

import random
from dataclasses import fields, replace
from types import MappingProxyType

import pytest

from chalicelib.domain.case_transitions import closed
from chalicelib.domain.cases import (
    AGENT_CHANGE_DEPENDS_ON,
    ANSWER_DEPENDS_ON,
    MESSAGE_DEPENDS_ON,
    Case,
    CaseStatus,
    assigned,
)
from chalicelib.domain.contact_points import ContactPoint, PointKind
from chalicelib.domain.customers import Block
from chalicelib.domain.delivery import Delivery, DeliveryStatus, claimed
from chalicelib.domain.errors import NotFound, TooLarge, WriteConflict
from chalicelib.domain.faxes import WAITING, Reading, ReadingStatus
from chalicelib.domain.identifiers import ulid_for
from chalicelib.domain.messages import ReleaseState
from chalicelib.domain.parking import Waiting
from chalicelib.domain.reachability import OptOut, Purpose, Reachability
from chalicelib.domain.sla import ClockName
from chalicelib.domain.threads import EntryKind
from chalicelib.usecases.ports import Create, Due, Found, Update, unassigned_in
from tests.domain.making import Agreed
from tests.fakes.records import (
    A_BOUNCE,
    ANNA,
    CASE_ID,
    CUSTOMER_ID,
    NOW,
    a_case,
    a_customer,
    a_delivery,
    a_ledger_row,
    a_link,
    a_parked_record,
    a_pointer,
    a_running,
    a_seen_key,
    an_anchor,
    an_answer,
    an_arrival,
    an_attachment,
    an_entry,
    an_entry_with_every_part,
    an_owner,
    at,
)

PHONE = ContactPoint(PointKind.PHONE, "+48601234567")


def created(store, *records):
    store.commit([Create(record) for record in records])
    return records[0]


# Creating and finding


def test_each_kind_of_record_comes_back_as_it_was_created(store):
    customer, case, entry = a_customer(claims_to_be=PHONE), a_case(clocks=a_running(at(hours=4))), an_entry()
    row, owner, pointer, seen = a_ledger_row(), an_owner(verified=True), a_pointer(), a_seen_key()
    created(store, customer, case, entry, row, owner, a_link(), pointer, seen)
    assert store.get_customer_page(CUSTOMER_ID).customer == customer
    assert store.get_case(CUSTOMER_ID, case.id) == case
    assert store.get_entry(CUSTOMER_ID, entry.id) == entry
    assert store.find_ledger_row(row.transport, row.fingerprint) == row
    assert store.find_owner(ANNA) == owner
    assert store.find_pointer(pointer.reference) == pointer
    assert store.find_seen_key(seen.principal, seen.key) == seen


def test_an_entry_comes_back_with_everything_that_can_be_in_it(store):
    entry = an_entry(
        text="Zażółć gęślą jaźń 👍🏽 " * 300,
        quoted_text="> W dniu 20.11 Pomoc napisała:\n" * 90,
        attachments=(an_attachment(), an_attachment(sha256="cd" * 32, size=0)),
        arrival=an_arrival(repairs=("charset", ""), automatic="auto-submitted", unparsed="too deep"),
        delivery=a_delivery(references=("a@b", "c@d"), automatic=True, attempts=2, lease_until=at(minutes=3)),
        facts={"clock": "first_response", "note": ""},
        event="case.escalated",
    )
    created(store, entry)
    assert store.get_entry(CUSTOMER_ID, entry.id) == entry


def test_what_is_not_there_is_none_or_not_found(store):
    assert store.find_ledger_row("email", "x") is None
    assert store.find_owner(ANNA) is None
    assert store.find_pointer("K7Q2M-9DXM3-Q") is None
    assert store.find_seen_key("ewa", "k") is None
    for get in (store.get_case, store.get_entry):
        with pytest.raises(NotFound):
            get(CUSTOMER_ID, CASE_ID)
    with pytest.raises(NotFound):
        store.get_customer_page(CUSTOMER_ID)


def test_a_record_is_created_once(store):
    created(store, an_owner(customer_id="first"))
    with pytest.raises(WriteConflict) as refusal:
        created(store, an_owner(customer_id="second"))
    assert refusal.value.refused == (0,)
    assert store.find_owner(ANNA).customer_id == "first"


def test_a_refused_change_takes_all_others_with_it_and_is_named(store):
    case = created(store, a_case(), an_owner())
    changes = [
        Create(an_entry()),
        Create(an_owner()),
        Update(case, replace(case, notes=1), ()),
        Update(replace(case, version=7), replace(case, version=8), ("version",)),
    ]
    with pytest.raises(ValueError, match="twice"):
        store.commit(changes)
    stale = replace(an_entry(id=ulid_for(NOW, "other")), delivery=a_delivery())
    changes[3] = Update(stale, replace(stale, delivery=None), ("delivery",))
    with pytest.raises(WriteConflict) as refusal:
        store.commit(changes)
    assert refusal.value.refused == (1, 3)
    assert store.get_case(CUSTOMER_ID, case.id) == case
    with pytest.raises(NotFound):
        store.get_entry(CUSTOMER_ID, an_entry().id)


def test_nothing_to_change_is_no_error(store):
    store.commit([])


def test_a_hundred_records_change_at_once_and_no_more(store):
    entries = [an_entry(id=ulid_for(NOW, str(number))) for number in range(101)]
    created(store, *entries[:100])
    assert len(store.list_thread(CUSTOMER_ID, 200).items) == 100
    with pytest.raises(TooLarge):
        created(store, *entries)


def test_a_record_larger_than_an_item_can_be_is_refused(store):
    chance = random.Random(1)
    text = "".join(chr(chance.randrange(0x10000, 0x2F000)) for _ in range(160_000))  # hardly to be compressed
    with pytest.raises(TooLarge):
        created(store, an_entry(text=text))
    with pytest.raises(TooLarge):
        created(store, *[an_entry(id=ulid_for(NOW, str(number)), text=text[:60_000]) for number in range(30)])
    assert store.list_thread(CUSTOMER_ID, 5).items == ()


# Keys


def test_principals_and_keys_with_number_signs_do_not_meet(store):
    one = a_seen_key(principal="a#b", key="c")
    created(store, one)
    created(store, a_seen_key(principal="a", key="b#c"))
    assert store.find_seen_key("a#b", "c") == one
    assert store.find_seen_key("a%23b", "c") is None


def test_a_contact_point_may_hold_any_character_that_an_address_may(store):
    odd = ContactPoint(PointKind.EMAIL, 'a#b%23+tag"x y"@example.pl')
    created(store, an_owner(point=odd), a_link(point=odd))
    assert store.find_owner(odd).point == odd
    assert store.list_points(CUSTOMER_ID) == (odd,)


# Changing


def test_only_the_fields_that_differ_are_written(store):
    case = created(store, a_case())
    store.commit([Update(case, replace(case, subject="Nowy temat"), ())])
    store.commit([Update(case, replace(case, participants=(ANNA, PHONE), answered=True), ())])
    expected = replace(case, subject="Nowy temat", participants=(ANNA, PHONE), answered=True)
    assert store.get_case(CUSTOMER_ID, case.id) == expected


def test_what_becomes_empty_comes_back_empty(store):
    case = a_case(answered=True, follows="x", claims=("y",), next_step_at=NOW, awaiting_since=NOW, notes=1)
    created(store, case)
    empty = replace(case, answered=False, follows="", claims=(), next_step_at=None, awaiting_since=None, notes=0)
    store.commit([Update(case, empty, ())])
    assert store.get_case(CUSTOMER_ID, case.id) == empty


def test_counters_add_up_whoever_counted_from_an_older_state(store):
    case = created(store, a_case())
    for _ in range(3):
        store.commit([Update(case, replace(case, messages_in=case.messages_in + 1), ())])
    store.commit([Update(replace(case, messages_in=5), replace(case, messages_in=4), ())])
    assert store.get_case(CUSTOMER_ID, case.id).messages_in == 2


def test_mappings_change_key_by_key(store):
    customer = created(store, a_customer(open_cases={"a": "A", "b": "B"}))
    store.commit([Update(customer, replace(customer, open_cases={"a": "A", "b": "B", "c": "C"}), ())])
    store.commit([Update(customer, replace(customer, open_cases={"b": "B2"}), ())])
    assert store.get_customer_page(CUSTOMER_ID).customer.open_cases == {"b": "B2", "c": "C"}


def test_a_mapping_may_be_emptied_and_filled_again(store):
    customer = created(store, a_customer(open_cases={"a": "A"}))
    empty = replace(customer, open_cases={})
    store.commit([Update(customer, empty, ("open_cases",))])
    store.commit([Update(empty, customer, ("open_cases",))])
    assert store.get_customer_page(CUSTOMER_ID).customer == customer


def test_an_update_of_a_record_that_does_not_exist_is_refused(store):
    with pytest.raises(WriteConflict) as refusal:
        store.commit([Update(a_case(), a_case(notes=1), ())])
    assert refusal.value.refused == (0,)


FULL = a_case(
    assignee="ewa",
    closed_at=NOW,
    status=CaseStatus.CLOSED,
    awaiting_since=NOW,
    answered=True,
    cycle=2,
    clocks=a_running(at(hours=4)),
    last_inbound_id="01",
    claims=("x",),
    version=3,
)
EMPTY = replace(
    FULL,
    assignee="",
    closed_at=None,
    status=CaseStatus.OPEN,
    awaiting_since=None,
    answered=False,
    cycle=0,
    clocks={},
    last_inbound_id="",
    claims=(),
    version=0,
)
DIFFERENT = [field.name for field in fields(Case) if getattr(FULL, field.name) != getattr(EMPTY, field.name)]


@pytest.mark.parametrize("name", DIFFERENT)
@pytest.mark.parametrize(("stored", "believed"), [(FULL, EMPTY), (EMPTY, FULL)], ids=["now full", "now empty"])
def test_a_change_is_refused_when_a_field_it_depends_on_is_another(store, name, stored, believed):
    created(store, stored)
    with pytest.raises(WriteConflict):
        store.commit([Update(believed, replace(believed, notes=1), (name,))])
    store.commit([Update(stored, replace(stored, notes=1), (name,))])
    assert store.get_case(CUSTOMER_ID, stored.id).notes == 1


@pytest.mark.parametrize("name", ["last_activity_at", "last_inbound_id"])
def test_what_only_grows_is_never_taken_back_by_who_was_overtaken(store, name):
    earliest, earlier, later = {
        "last_activity_at": (NOW, at(minutes=1), at(minutes=2)),
        "last_inbound_id": ("", "01", "02"),
    }[name]
    case = created(store, a_case(**{name: earliest}))
    store.commit([Update(case, replace(case, **{name: later}, messages_in=1), ())])
    with pytest.raises(WriteConflict):
        store.commit([Update(case, replace(case, **{name: earlier}, messages_in=1), ())])
    store.commit([Update(case, replace(case, **{name: later}, messages_in=1), ())])
    kept = store.get_case(CUSTOMER_ID, case.id)
    assert (getattr(kept, name), kept.messages_in) == (later, 2)


def test_a_counter_that_came_back_to_zero_is_zero(store):
    customer = created(store, a_customer())
    store.commit([Update(customer, replace(customer, open_case_count=1), ("open_case_count",))])
    store.commit([Update(replace(customer, open_case_count=1), customer, ("open_case_count",))])
    store.commit([Update(customer, replace(customer, name="B"), ("open_case_count",))])
    assert store.get_customer_page(CUSTOMER_ID).customer.name == "B"


def test_an_update_without_a_difference_only_asks_whether_its_condition_holds(store):
    case = created(store, a_case())
    store.commit([Update(case, case, ("version",)), Create(an_entry())])
    other = replace(case, version=1)
    with pytest.raises(WriteConflict) as refusal:
        store.commit([Create(an_owner()), Update(other, other, ("version",))])
    assert refusal.value.refused == (1,)


def test_a_delivery_is_claimed_by_one_worker_only(store):
    answer = created(store, an_answer())
    one = replace(answer, delivery=claimed(answer.delivery, "worker 1", at(minutes=2)))
    two = replace(answer, delivery=claimed(answer.delivery, "worker 2", at(minutes=2)))
    store.commit([Update(answer, one, ("delivery",))])
    with pytest.raises(WriteConflict):
        store.commit([Update(answer, two, ("delivery",))])
    assert store.get_entry(CUSTOMER_ID, answer.id) == one


# Changes that know nothing of each other


def test_messages_that_come_at_once_all_count(store):
    case = created(store, a_case(awaiting_since=NOW, clocks=a_running(at(hours=4))))
    for _ in range(2):
        store.commit([Update(case, replace(case, messages_in=case.messages_in + 1), MESSAGE_DEPENDS_ON)])
    assert store.get_case(CUSTOMER_ID, case.id).messages_in == 2


def test_a_message_and_an_assignment_of_an_open_case_do_not_hinder_each_other(store):
    case = created(store, a_case(awaiting_since=NOW, clocks=a_running(at(hours=4))))
    message = replace(case, messages_in=1, last_activity_at=at(minutes=1))
    store.commit([Update(case, assigned(case, "ewa"), AGENT_CHANGE_DEPENDS_ON)])
    store.commit([Update(case, message, MESSAGE_DEPENDS_ON)])
    (found,) = store.list_worklist("ewa", 5).items
    assert found.last_activity_at == at(minutes=1)


@pytest.mark.parametrize("first", ["the message", "the assignment"])
def test_a_case_is_never_left_in_a_list_where_it_does_not_belong(store, first):
    case = created(store, a_case(status=CaseStatus.CLOSED, closed_at=NOW))
    opened = Update(case, replace(case, status=CaseStatus.OPEN, closed_at=None, messages_in=1), MESSAGE_DEPENDS_ON)
    taken = Update(case, assigned(case, "ewa"), AGENT_CHANGE_DEPENDS_ON)
    order = [opened, taken] if first == "the message" else [taken, opened]
    store.commit([order[0]])
    with pytest.raises(WriteConflict):
        store.commit([order[1]])


# Records that expire


def test_an_expired_record_is_gone_although_the_table_still_has_it(bench, store):
    anchor, seen = an_anchor(), a_seen_key()
    created(store, anchor, seen)
    assert store.look_up("email", "x", None, [anchor.key], []).anchors == {anchor.key: anchor}
    bench.now = max(anchor.expires_at, seen.expires_at)
    assert store.look_up("email", "x", None, [anchor.key], []).anchors == {}
    assert store.find_seen_key(seen.principal, seen.key) is None


def test_an_expired_record_may_be_created_again_and_a_living_one_may_not(bench, store):
    seen = created(store, a_seen_key())
    with pytest.raises(WriteConflict):
        created(store, seen)
    bench.now = seen.expires_at
    again = a_seen_key(answer="new", expires_at=seen.expires_at.replace(year=2030))
    created(store, again)
    assert store.find_seen_key(seen.principal, seen.key) == again


# Looking up


def test_one_look_up_finds_all_that_a_message_may_lead_to(store):
    row, owner, anchor, pointer = a_ledger_row(), an_owner(), an_anchor(), a_pointer()
    created(store, row, owner, anchor, pointer)
    found = store.look_up(
        row.transport, row.fingerprint, ANNA, [anchor.key, anchor.key, "00" * 20], [pointer.reference, "X"]
    )
    assert found == Found(row, owner, {anchor.key: anchor}, {pointer.reference: pointer})
    assert store.look_up("sms", "other", None, [], []) == Found(None, None, {}, {})


def test_a_look_up_may_ask_for_more_keys_than_one_read_takes(store):
    anchors = [an_anchor(key=f"{number:040x}") for number in range(240)]
    for first in range(0, 240, 100):
        created(store, *anchors[first : first + 100])
    found = store.look_up("email", "x", ANNA, [anchor.key for anchor in anchors], [])
    assert len(found.anchors) == 240


# A customer


def test_a_customer_page_shows_the_newest_ten_cases_newest_first(store):
    cases = [a_case(id=ulid_for(at(hours=hour), "case"), reference=str(hour)) for hour in range(12)]
    created(store, a_customer(), a_link(), an_entry(), *cases)
    created(store, a_customer(id="other"), a_case(customer_id="other"))
    page = store.get_customer_page(CUSTOMER_ID)
    assert page.cases == tuple(reversed(cases[2:]))


def test_the_contact_points_of_a_customer_are_listed(store):
    created(store, a_link(point=PHONE), a_link(), a_link(customer_id="other"))
    assert store.list_points(CUSTOMER_ID) == (ANNA, PHONE)


# A thread


def test_a_thread_is_read_newest_first_page_by_page_to_its_exact_end(store):
    entries = [an_entry(at=at(minutes=minute)) for minute in range(6)]
    created(store, a_customer(), a_case(), a_link(), *entries, an_entry(customer_id="other"))
    first = store.list_thread(CUSTOMER_ID, 3)
    assert first.items == tuple(entries[:2:-1])
    assert first.next
    second = store.list_thread(CUSTOMER_ID, 3, first.next)
    assert second.items == tuple(entries[2::-1])
    assert second.next is None
    assert store.list_thread(CUSTOMER_ID, 6).next is None
    assert store.list_thread("nobody", 3).items == ()


def test_a_thread_of_long_texts_comes_in_pages_cut_by_their_size(store):
    _long_texts(store)
    first = store.list_thread(CUSTOMER_ID, 50)
    assert 0 < len(first.items) < 8
    assert first.next


def test_a_thread_of_long_texts_is_read_whole_by_whoever_follows_its_pages(store):
    entries = _long_texts(store)
    page = store.list_thread(CUSTOMER_ID, 50)
    found = [*page.items]
    while page.next:
        page = store.list_thread(CUSTOMER_ID, 50, page.next)
        found += page.items
    assert [entry.id for entry in found] == sorted((entry.id for entry in entries), reverse=True)


def _long_texts(store):
    """More than a megabyte: DynamoDB reads no more for one page."""
    chance = random.Random(1)
    text = "".join(chr(chance.randrange(0x10000, 0x2F000)) for _ in range(60_000))  # hardly to be compressed
    entries = [an_entry(id=ulid_for(NOW, str(number)), text=text) for number in range(8)]
    created(store, *entries)
    return entries


# The lists


def references(page):
    return [summary.reference for summary in page.items]


def test_open_cases_are_listed_by_deadline_and_those_without_a_clock_last(store):
    cases = [
        a_case(id="1", reference="none"),
        a_case(id="2", reference="late", clocks=a_running(at(hours=9))),
        a_case(id="3", reference="soon", clocks=a_running(at(hours=1))),
        a_case(id="4", reference="closed", status=CaseStatus.CLOSED, closed_at=NOW),
        a_case(id="5", reference="elsewhere", team="complaints", clocks=a_running(at(hours=1))),
    ]
    created(store, *cases)
    assert references(store.list_urgent("care", 9)) == ["soon", "late", "none"]
    first = store.list_urgent("care", 2)
    assert references(first) == ["soon", "late"]
    last = store.list_urgent("care", 2, first.next)
    assert references(last) == ["none"]
    assert last.next is None
    assert store.list_urgent("care", 3).next is None


def test_a_list_shows_what_its_reader_needs_to_know_of_a_case(store):
    case = created(store, a_case(clocks=a_running(at(hours=4)), awaiting_since=NOW, assignee="ewa"))
    for (summary,) in (store.list_urgent("care", 2).items, store.list_worklist("ewa", 2).items):
        for field in fields(summary):
            assert getattr(summary, field.name) == getattr(case, field.name)


def test_an_answer_moves_a_case_behind_those_that_wait(store):
    case = a_case(id="1", reference="first", clocks=a_running(at(hours=1)), awaiting_since=NOW, next_step_at=NOW)
    created(store, case, a_case(id="2", reference="second", clocks=a_running(at(hours=2))))
    answered = replace(case, clocks={}, awaiting_since=None, next_step_at=None, answered=True)
    store.commit([Update(case, answered, ANSWER_DEPENDS_ON)])
    assert references(store.list_urgent("care", 9)) == ["second", "first"]
    assert store.list_urgent("care", 9).items[1].deadline_at is None


def test_an_assigned_case_moves_from_the_teams_list_to_the_agents(store):
    case = created(store, a_case())
    assert references(store.list_worklist(unassigned_in("care"), 9)) == [case.reference]
    taken = assigned(case, "ewa")
    store.commit([Update(case, taken, AGENT_CHANGE_DEPENDS_ON)])
    assert references(store.list_worklist("ewa", 9)) == [case.reference]
    assert references(store.list_worklist(unassigned_in("care"), 9)) == []
    store.commit([Update(taken, assigned(taken, ""), AGENT_CHANGE_DEPENDS_ON)])
    assert references(store.list_worklist(unassigned_in("care"), 9)) == [case.reference]


def test_an_agents_list_shows_the_latest_activity_first(store):
    cases = [
        a_case(id=str(hour), reference=str(hour), assignee="ewa", last_activity_at=at(hours=hour)) for hour in range(4)
    ]
    created(store, *cases)
    first = store.list_worklist("ewa", 3)
    assert references(first) == ["3", "2", "1"]
    assert references(store.list_worklist("ewa", 3, first.next)) == ["0"]


def test_a_page_of_a_list_goes_on_behind_where_the_one_before_ended_although_cases_moved(store):
    cases = [
        a_case(id=str(hour), reference=str(hour), assignee="ewa", last_activity_at=at(hours=hour)) for hour in range(4)
    ]
    created(store, *cases)
    first = store.list_worklist("ewa", 2)
    store.commit([Update(cases[2], replace(cases[2], last_activity_at=at(hours=9)), ())])
    assert references(store.list_worklist("ewa", 2, first.next)) == ["1", "0"]


def test_a_closed_case_stands_in_its_teams_list_of_the_month(store):
    case = created(store, a_case(assignee="ewa", clocks=a_running(at(hours=1))))
    store.commit([Update(case, closed(case, at(days=10), Agreed()), ("version",))])
    assert references(store.list_worklist("closed@care@202612", 9)) == [case.reference]
    assert references(store.list_worklist("ewa", 9)) == []
    assert references(store.list_urgent("care", 9)) == []


def test_what_is_due_is_listed_oldest_first_from_every_shard(store):
    cases = [a_case(customer_id=f"customer {minute}", next_step_at=at(minutes=minute)) for minute in range(8)]
    created(store, *reversed(cases), a_case(team="complaints", next_step_at=NOW), a_case(id="2"))
    due = list(store.list_due_cases("care", at(minutes=5)))
    assert due == [Due(f"customer {minute}", CASE_ID, "", at(minutes=minute)) for minute in range(6)]


def test_a_case_with_nothing_left_to_do_is_not_due(store):
    case = created(store, a_case(next_step_at=NOW))
    store.commit([Update(case, replace(case, next_step_at=None), ())])
    assert list(store.list_due_cases("care", at(days=1))) == []
    assert references(store.list_urgent("care", 9)) == [case.reference]


def test_a_delivery_is_due_until_nothing_is_left_to_do(store):
    answer = created(store, an_answer(), an_entry(id="other", kind=EntryKind.NOTE))
    assert list(store.list_due_deliveries(at(seconds=59))) == []
    assert list(store.list_due_deliveries(at(minutes=1))) == [Due(CUSTOMER_ID, CASE_ID, answer.id, at(minutes=1))]
    sent = replace(answer, delivery=replace(answer.delivery, status=DeliveryStatus.SENT, next_step_at=None))
    store.commit([Update(answer, sent, ("delivery",))])
    assert list(store.list_due_deliveries(at(days=1))) == []


def test_entries_are_found_by_their_names_and_what_is_not_there_is_left_out(store):
    one, other = created(store, an_entry(id="one"), an_entry(id="other")), an_entry(id="other")
    names = [(CUSTOMER_ID, "one"), (CUSTOMER_ID, "none"), (CUSTOMER_ID, "other")]
    assert sorted(store.find_entries(names), key=lambda entry: entry.id) == [one, other]
    assert list(store.find_entries([])) == []


def test_a_digest_that_grows_keeps_its_lines_however_long_they_are(store):
    """Its text passes the length from which texts are compressed."""
    digest = created(store, an_entry(kind=EntryKind.NOTICE, text="", facts={"notices": "0"}, delivery=a_delivery()))
    for count in (10, 100, 1_000):
        grown = replace(digest, text="line\n" * count, facts={"notices": str(count)})
        store.commit([Update(digest, grown, ("delivery", "facts"))])
        with pytest.raises(WriteConflict):
            store.commit([Update(digest, grown, ("delivery", "facts"))])
        digest = grown
        assert store.get_entry(CUSTOMER_ID, digest.id) == digest


def test_an_entry_comes_back_with_every_part_that_it_had(store):
    entry = created(store, an_entry_with_every_part())
    assert store.get_entry(entry.customer_id, entry.id) == entry


def test_the_reading_of_a_fax_is_written_onto_its_entry_once(store):
    entry = created(store, an_entry_with_every_part(reading=WAITING))
    read = replace(entry, reading=Reading(ReadingStatus.UNAVAILABLE, detail="The PDF is broken."))
    store.commit([Update(entry, read, ("reading",))])
    assert store.get_entry(entry.customer_id, entry.id) == read
    with pytest.raises(WriteConflict):
        store.commit([Update(entry, read, ("reading",))])


def test_parked_records_are_listed_by_month_newest_first(store):
    parked = [a_parked_record(at=at(hours=hour), machine=A_BOUNCE) for hour in range(3)]
    created(store, *parked, a_parked_record(at=at(days=30)))
    first = store.list_parked("202611", 2)
    assert first.items == (parked[2], parked[1])
    assert store.list_parked("202611", 2, first.next).items == (parked[0],)
    assert len(store.list_parked("202612", 9).items) == 1


def a_real_parked_record(at_, name="f1", **fields):
    """With the id that the hub gives it: its month is found by that."""
    return a_parked_record(at=at_, id=ulid_for(at_, "parked", name), fingerprint=name, **fields)


def test_what_waits_is_listed_over_the_months_oldest_first_until_somebody_decides(store):
    old, newer, newest = (
        a_real_parked_record(at(days=days), str(days), reason=reason)
        for days, reason in ((-40, "spam"), (0, "virus"), (1, "spam"))
    )
    created(store, newest, old, newer)
    first = store.list_waiting(2)
    assert first.items == tuple(Waiting(one.id, one.at, one.reason) for one in (old, newer))
    assert [one.id for one in store.list_waiting(2, first.next).items] == [newest.id]
    store.commit([Update(newer, replace(newer, release_state=ReleaseState.DISCARDED), ("release_state",))])
    assert [one.id for one in store.list_waiting(9).items] == [old.id, newest.id]
    assert store.list_waiting(9, first.next).next is None


def test_answers_of_which_nobody_knows_whether_they_were_sent_are_listed_until_somebody_settles_them(store):
    unknown = Delivery(DeliveryStatus.UNKNOWN, "anna@example.pl", "pomoc@hub.example")
    sent = replace(unknown, status=DeliveryStatus.SENT)
    first, second, third = (
        an_entry(id=f"01M83T4CM0{number}", at=at(minutes=number), kind=EntryKind.OUTBOUND, delivery=unknown)
        for number in (1, 2, 3)
    )
    notice = an_entry(id="01M83T4CM09", kind=EntryKind.NOTICE, delivery=unknown)
    created(store, third, first, second, notice)
    page = store.list_unsettled(2)
    assert page.items == (first, second)
    assert store.list_unsettled(2, page.next).items == (third,)
    store.commit([Update(first, replace(first, delivery=sent), ("delivery",))])
    assert store.list_unsettled(9).items == (second, third)
    assert list(store.list_due_deliveries(at(days=99))) == []


def test_a_parked_record_is_found_by_its_id_and_comes_back_whole(store):
    record = a_real_parked_record(
        at(days=-40),
        release_state=ReleaseState.RELEASED,
        changed_at=at(hours=1),
        changed_by="ewa",
        why="znam ją",
        overrides=("spam", "virus"),
        released_to="K7Q2M-9DXM3-Q",
        entry_id=ulid_for(NOW, "entry"),
    )
    created(store, record)
    assert store.get_parked(record.id) == record
    with pytest.raises(NotFound):
        store.get_parked(ulid_for(NOW, "another"))


def test_a_parked_record_and_its_ledger_row_move_together_or_not_at_all(store):
    record, row = a_real_parked_record(NOW), a_ledger_row(outcome="parked", target="x")
    created(store, record, row)
    stored = replace(row, outcome="stored", target="K7Q2M-9DXM3-Q")
    released = replace(record, release_state=ReleaseState.RELEASED)
    changes = [Update(row, stored, ("outcome", "target")), Update(record, released, ("release_state",))]
    store.commit(changes)
    with pytest.raises(WriteConflict):
        store.commit(changes)
    assert store.find_ledger_row(row.transport, row.fingerprint) == stored
    assert store.get_parked(record.id).release_state is ReleaseState.RELEASED


def test_a_block_is_found_with_all_else_that_a_message_may_lead_to(store):
    block = Block(ANNA, blocked=True, by="ewa", at=NOW, why="obraża")
    created(store, block)
    assert store.find_block(ANNA) == block
    assert store.look_up("email", "f1", ANNA, (), ()).block == block
    assert store.look_up("email", "f1", None, (), ()).block is None


def test_what_is_known_of_an_address_as_a_place_to_write_to_is_found_with_a_message_and_before_one_is_sent(store):
    opted_out = {Purpose.MARKETING: OptOut(NOW, "customer", "STOP")}
    known = Reachability(ANNA, MappingProxyType(opted_out), NOW, "5.1.1", NOW)
    created(store, known)
    assert store.look_up("email", "f1", ANNA, (), ()).reachability == known
    assert store.look_up("email", "f1", None, (), ()).reachability is None
    assert store.find_reachabilities([ANNA, an_owner().point]) == {ANNA: known}
    back = replace(known, opt_outs=MappingProxyType({}), suppressed_until=None, suppressed_by="")
    store.commit([Update(known, back, ("opt_outs",))])
    assert store.find_reachabilities([ANNA]) == {ANNA: back}
    with pytest.raises(WriteConflict):
        store.commit([Update(known, back, ("opt_outs",))])


def test_spam_stands_in_no_list(store):
    case = a_case(status=CaseStatus.SPAM, assignee="jan", waited_since=NOW)
    created(store, case)
    assert store.get_case(case.customer_id, case.id) == case
    assert store.list_urgent("care", 9).items == store.list_worklist("jan", 9).items == ()


def test_only_the_clock_that_changed_is_written(store):
    case = created(store, a_case(clocks=a_running(at(hours=4))))
    clocks = {**case.clocks, ClockName.NEXT_RESPONSE: case.clocks[ClockName.FIRST_RESPONSE]}
    store.commit([Update(case, replace(case, clocks=clocks), ())])
    assert store.get_case(CUSTOMER_ID, case.id).clocks == clocks
