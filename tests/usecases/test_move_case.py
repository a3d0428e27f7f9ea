from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.domain.cases import CaseStatus
from chalicelib.domain.contact_points import ContactPoint, PointKind
from chalicelib.domain.delivery import DeliveryStatus
from chalicelib.domain.errors import Conflict, InvalidInput, NewerMessage, NotFound, TooLarge
from chalicelib.domain.messages import Attachment
from chalicelib.domain.threads import EntryKind, attachment_key
from chalicelib.usecases.case_changes import Seen
from chalicelib.usecases.find_case import find_where_it_went, get_case_by_reference
from chalicelib.usecases.once import Once
from chalicelib.usecases.ports import Create, Update, unassigned_in
from chalicelib.usecases.reply_to_customer import Answer
from tests.domain.making import ANNA, BARTEK
from tests.fakes.memory_store import Moment

CELINA = ContactPoint(PointKind.EMAIL, "celina@example.pl")
FILE = Attachment("umowa.pdf", "application/pdf", b"%PDF-")


@pytest.fixture
def case(hub):
    outcome = hub.write(sender=ANNA, visible_text="It is Bartek's contract", attachments=(FILE,))
    return hub.case(outcome)


@pytest.fixture
def bartek(hub):
    hub.later(minutes=1)
    return hub.write(sender=BARTEK).customer_id


def now(hub, case):
    return get_case_by_reference(hub.threads, case.reference)


def recounted(hub, case):
    """What the entries say of the case's counters."""
    found = [one for one in hub.threads.list_thread(case.customer_id, 100).items if one.case_id == case.id]
    found = [one for one in found if not one.moved_to]
    wrote = [one for one in found if one.kind is EntryKind.INBOUND and not one.arrival.automatic]
    return {
        "messages_in": len(wrote),
        "automatic_in": sum(one.kind is EntryKind.INBOUND for one in found) - len(wrote),
        "messages_out": sum(one.kind is EntryKind.OUTBOUND for one in found),
        "notes": sum(one.kind is EntryKind.NOTE for one in found),
        "last_inbound_id": max((one.id for one in wrote), default=""),
    }


def counters(case):
    names = ("messages_in", "automatic_in", "messages_out", "notes", "last_inbound_id")
    return {name: getattr(case, name) for name in names}


# A whole case


def test_a_moved_case_goes_on_with_the_right_customer_as_it_was(hub, case, bartek):
    hub.assign(case.reference, "eva", "eva")
    before = now(hub, case)
    assert hub.move_case(case.reference, "eva", bartek, "his contract") == case.reference
    after = now(hub, case)
    assert after == replace(
        before,
        customer_id=bartek,
        customer_name="",  # his name, which nobody knows; the address that it came from is another's
        moved_from=case.customer_id,
        last_inbound_id=after.last_inbound_id,
        version=before.version + 1,
    )
    assert counters(after) == recounted(hub, after)


def test_what_was_said_is_read_in_the_new_thread_only(hub, case, bartek):
    hub.add_note(case.reference, "eva", "a note")
    hub.move_case(case.reference, "eva", bartek, "his contract")
    there = [one for one in hub.thread(bartek) if one.case_id == case.id and one.kind is not EntryKind.EVENT]
    assert [one.text for one in there] == ["It is Bartek's contract", "a note"]
    here = [one for one in hub.thread(case.customer_id) if one.kind is not EntryKind.EVENT]
    assert [(one.text, one.arrival, one.attachments) for one in here] == [("", None, ())] * 2
    assert [one.moved_to for one in here] == [f"{bartek}/{one.id}" for one in there]
    assert [one.moved_from for one in there] == [f"{case.customer_id}/{one.id}" for one in here]
    assert [one.at for one in there] == [one.at for one in here]


def test_the_files_of_a_moved_message_lie_with_its_customer(hub, case, bartek):
    hub.move_case(case.reference, "eva", bartek, "his contract")
    (entry,) = [one for one in hub.thread(bartek, EntryKind.INBOUND) if one.case_id == case.id]
    assert hub.attachments.get(attachment_key(bartek, entry.attachments[0].sha256)) == FILE.data


def test_a_moved_case_is_in_the_lists_once(hub, case, bartek):
    hub.move_case(case.reference, "eva", bartek, "his contract")
    for rows in (hub.threads.list_urgent("care", 10), hub.threads.list_worklist(unassigned_in("care"), 10)):
        assert [row.customer_id for row in rows.items if row.reference == case.reference] == [bartek]


def test_both_customers_count_right_after_a_move(hub, case, bartek):
    hub.move_case(case.reference, "eva", bartek, "his contract")
    left, right = (hub.threads.get_customer(one) for one in (case.customer_id, bartek))
    assert (left.open_case_count, dict(left.open_cases), left.cases_opened) == (0, {}, 1)
    assert (right.open_case_count, right.cases_opened, case.id in right.open_cases) == (2, 2, True)


def test_a_closed_case_can_be_moved_and_stays_closed(hub, case, bartek):
    hub.close(case.reference, "eva")
    hub.move_case(case.reference, "eva", bartek, "his contract")
    right = hub.threads.get_customer(bartek)
    assert (now(hub, case).status, right.open_case_count, right.cases_opened) == (CaseStatus.CLOSED, 1, 2)


def test_a_moved_case_left_its_subject_and_who_took_part_with_the_wrong_customer(hub, case, bartek):
    hub.move_case(case.reference, "eva", bartek, "his contract")
    left = hub.threads.get_case(case.customer_id, case.id)
    assert (left.subject, left.participants) == ("", ())
    hub.move_case(case.reference, "eva", case.customer_id, "hers after all")
    assert (now(hub, case).subject, now(hub, case).participants) == (case.subject, case.participants)


def test_spam_that_was_moved_counted_as_open_for_ever(hub, case, bartek):
    hub.mark_spam(case.reference, "eva", "an advertisement", is_spam=True)
    hub.move_case(case.reference, "eva", bartek, "his spam")
    right = hub.threads.get_customer(bartek)
    assert (right.open_case_count, case.id in right.open_cases) == (1, False)
    hub.mark_spam(case.reference, "eva", "none after all", is_spam=False)
    assert hub.threads.get_customer(bartek).open_case_count == 2


def test_both_threads_say_who_moved_what_and_why(hub, case, bartek):
    hub.move_case(case.reference, "eva", bartek, "his contract")
    for one in (case.customer_id, bartek):
        event = hub.thread(one, EntryKind.EVENT)[-1]
        assert (event.event, event.author, event.facts["why"]) == ("case.moved", "agent:eva", "his contract")


def test_an_answer_to_an_old_reply_address_still_finds_the_case(hub, case, bartek):
    entry_id = hub.reply(case.reference, "eva", Answer("Dzień dobry"))
    address = hub.threads.get_entry(case.customer_id, entry_id).delivery.reply_to
    hub.deliver_all()
    hub.move_case(case.reference, "eva", bartek, "his contract")
    outcome = hub.write(sender=ANNA, addressed_to=(address,))
    assert (outcome.customer_id, outcome.case_id, outcome.rule) == (bartek, case.id, "by_signed_reply_address")
    again = hub.reply(case.reference, "eva", Answer("Dzień dobry", channel=None))
    assert hub.threads.get_entry(bartek, again).delivery.reply_to == address


def test_an_answer_by_message_id_finds_the_case_where_it_is(hub, case, bartek):
    hub.move_case(case.reference, "eva", bartek, "his contract")
    outcome = hub.write(sender=ANNA, in_reply_to=("0@example.pl",))
    assert (outcome.customer_id, outcome.case_id) == (bartek, case.id)


def test_a_case_can_be_moved_on_and_back_again(hub, case, bartek):
    celina = hub.write(sender=CELINA).customer_id
    for target in (bartek, celina, case.customer_id, bartek):
        hub.move_case(case.reference, "eva", target, "no, there")
        after = now(hub, case)
        assert after.customer_id == target
        assert counters(after) == recounted(hub, after)
        assert after.signed_for == case.customer_id
    (entry,) = [one for one in hub.thread(bartek, EntryKind.INBOUND) if one.case_id == case.id and not one.moved_to]
    steps = 0
    while entry.moved_from:
        entry, copy = hub.threads.get_entry(*entry.moved_from.split("/")), entry
        assert entry.moved_to == f"{copy.customer_id}/{copy.id}"
        steps += 1
    assert (steps, entry.id) == (4, case.last_inbound_id)
    counts = [hub.threads.get_customer(one).open_case_count for one in (case.customer_id, bartek, celina)]
    assert counts == [0, 2, 1]
    assert [hub.threads.get_customer(one).cases_opened for one in (case.customer_id, bartek, celina)] == [1, 2, 2]


def test_cases_that_lead_to_each_other_hold_nobody_up(hub, case, bartek):
    left = replace(case, status=CaseStatus.MOVED, moved_to=bartek)
    right = replace(left, customer_id=bartek, moved_to=case.customer_id)
    hub.threads.commit([Update(case, left, ()), Create(right)])
    with pytest.raises(NotFound):
        find_where_it_went(hub.threads, bartek, case.id)


def test_a_case_is_not_moved_to_whom_it_belongs_already(hub, case, bartek):
    hub.merge(case.customer_id, bartek, "eva", "one")
    for target in (case.customer_id, bartek):
        with pytest.raises(InvalidInput):
            hub.move_case(case.reference, "eva", target, "why")


def test_a_message_that_is_just_being_sent_is_waited_for(hub, case, bartek):
    hub.reply(case.reference, "eva", Answer("Dzień dobry"))
    with pytest.raises(Conflict, match="being sent"):
        hub.move_case(case.reference, "eva", bartek, "his contract")
    assert hub.deliver_all() == [DeliveryStatus.SENT]
    hub.move_case(case.reference, "eva", bartek, "his contract")


def test_a_case_with_too_many_entries_is_refused_whole(hub, case, bartek):
    for _ in range(40):
        hub.add_note(case.reference, "eva", "note")
    before = hub.threads.records()
    with pytest.raises(TooLarge, match="Split"):
        hub.move_case(case.reference, "eva", bartek, "his contract")
    assert hub.threads.records() == before


def test_the_largest_move_fits_into_one_transaction(hub, case, bartek):
    for _ in range(39):
        hub.add_note(case.reference, "eva", "note")
    hub.move_case(case.reference, "eva", bartek, "his contract", once=Once("eva", "k", "x"))
    assert counters(now(hub, case)) == recounted(hub, now(hub, case))


def test_a_message_that_comes_while_a_case_is_moved_goes_with_it(hub, case, bartek):
    written = []

    def write(call):
        if call.name == "commit" and call.moment is Moment.BEFORE and not written:
            written.append(None)
            written.append(hub.write(sender=ANNA))

    hub.threads.hook = write
    with pytest.raises(NewerMessage):  # as with every act of an agent that has not seen it
        hub.move_case(case.reference, "eva", bartek, "his contract")
    hub.move_case(case.reference, "eva", bartek, "his contract")
    assert counters(now(hub, case)) == recounted(hub, now(hub, case))
    assert now(hub, case).messages_in == 2


@pytest.mark.parametrize("act", ["note", "message"])
def test_what_meets_a_move_on_its_way_lands_where_the_case_is(hub, case, bartek, act):
    moved = []

    def move(call):
        if call.name == "commit" and call.moment is Moment.BEFORE and not moved:
            moved.append(None)
            hub.move_case(case.reference, "jan", bartek, "his contract")

    hub.threads.hook = move
    if act == "note":
        hub.add_note(case.reference, "eva", "a note")
    else:
        hub.write(sender=ANNA, in_reply_to=("0@example.pl",))
    after = now(hub, case)
    assert after.customer_id == bartek
    assert counters(after) == recounted(hub, after)
    assert after.notes + after.messages_in == 2


def test_a_repeated_move_gets_the_same_answer_and_happens_once(hub, case, bartek):
    once = Once("eva", "k", "x")
    hub.move_case(case.reference, "eva", bartek, "his contract", once=once)
    before = hub.threads.records()
    assert hub.move_case(case.reference, "eva", bartek, "his contract", once=once) == case.reference
    assert hub.threads.records() == before


def test_a_case_that_changed_since_it_was_read_is_not_moved(hub, case, bartek):
    hub.assign(case.reference, "eva", "eva")
    with pytest.raises(Conflict):
        hub.move_case(case.reference, "eva", bartek, "why", seen=Seen(version=case.version))


# Messages of it


@pytest.fixture
def second(hub, case):
    """A second message in the same case, half an hour after the first."""
    hub.later(minutes=30)
    return hub.write(sender=ANNA, visible_text="And something else")


def test_messages_that_are_another_matter_become_a_case_of_their_own(hub, case, second):
    reference = hub.split_case(case.reference, "eva", [second.entry_id], "something else")
    new, old = get_case_by_reference(hub.threads, reference), now(hub, case)
    assert (new.customer_id, new.status, new.participants) == (case.customer_id, CaseStatus.OPEN, (ANNA,))
    assert (counters(new), counters(old)) == (recounted(hub, new), recounted(hub, old))
    assert (new.messages_in, old.messages_in) == (1, 1)
    assert [one.text for one in hub.thread(case.customer_id, EntryKind.INBOUND)] == [
        "It is Bartek's contract",
        "And something else",
    ]
    customer = hub.threads.get_customer(case.customer_id)
    assert (customer.open_case_count, customer.cases_opened) == (2, 2)


def test_each_of_the_two_cases_waits_since_its_own_oldest_message(hub, case, second):
    hub.later(minutes=30)
    reference = hub.split_case(case.reference, "eva", [case.last_inbound_id], "the contract is another matter")
    new, old = get_case_by_reference(hub.threads, reference), now(hub, case)
    assert (new.awaiting_since, old.awaiting_since) == (
        case.awaiting_since,
        hub.threads.get_entry(case.customer_id, second.entry_id).at,
    )
    for one in (new, old):
        assert [clock.started_at for clock in one.clocks.values()] == [one.awaiting_since]
        assert one.next_step_at is not None


def test_a_case_whose_only_unanswered_message_is_split_off_waits_no_more(hub, case):
    hub.later(minutes=1)
    hub.reply(case.reference, "eva", Answer("Dzień dobry"))
    hub.deliver_all()
    hub.later(minutes=1)
    later = hub.write(sender=ANNA, visible_text="And something else")
    hub.split_case(case.reference, "eva", [later.entry_id], "something else")
    assert (now(hub, case).awaiting_since, dict(now(hub, case).clocks), now(hub, case).next_step_at) == (None, {}, None)


def test_a_message_of_another_customer_goes_into_a_case_of_theirs(hub, case, second, bartek):
    reference = hub.split_case(case.reference, "eva", [second.entry_id], "it is his", customer_id=bartek)
    new, old = get_case_by_reference(hub.threads, reference), now(hub, case)
    assert (new.customer_id, new.customer_name, old.customer_name) == (bartek, "", "anna@example.pl")
    assert (counters(new), counters(old)) == (recounted(hub, new), recounted(hub, old))
    (left,) = [one for one in hub.thread(case.customer_id, EntryKind.INBOUND) if one.moved_to]
    assert (left.id, left.text, left.moved_to) == (second.entry_id, "", f"{bartek}/{new.last_inbound_id}")
    assert hub.threads.get_entry(bartek, new.last_inbound_id).text == "And something else"


def test_whose_messages_were_split_off_after_a_wrong_merge_went_on_writing_into_the_case(hub, case, bartek):
    hub.close(hub.threads.get_customer_page(bartek).cases[0].reference, "eva")
    merge_id = hub.merge(case.customer_id, bartek, "eva", "the same person")
    wrong = hub.write(sender=BARTEK)
    hub.undo_merge(case.customer_id, merge_id, "eva")
    assert wrong.reference == case.reference
    hub.split_case(case.reference, "eva", [wrong.entry_id], "it is his", customer_id=bartek)
    assert now(hub, case).participants == (ANNA,)
    again = hub.write(sender=BARTEK, in_reply_to=("0@example.pl",))
    assert again.customer_id == bartek


@pytest.mark.parametrize("elsewhere", [False, True])
def test_an_answer_to_a_message_that_was_split_off_finds_its_new_case(hub, case, second, bartek, elsewhere):
    reference = hub.split_case(
        case.reference, "eva", [second.entry_id], "it is his", customer_id=bartek if elsewhere else ""
    )
    outcome = hub.write(sender=ANNA, in_reply_to=("1@example.pl",))
    assert outcome.reference == reference


def test_what_makes_no_sense_to_split_off_is_refused(hub, case, second):
    note = hub.add_note(case.reference, "eva", "a note")
    hub.assign(case.reference, "eva", "eva")
    (event,) = hub.thread(case.customer_id, EntryKind.EVENT)
    for ids, error in (
        ([second.entry_id, case.last_inbound_id], InvalidInput),  # nothing of the customer's would be left
        ([note], InvalidInput),  # nothing of the customer's would be in it
        ([event.id, second.entry_id], InvalidInput),
        (["01KAR0000000000000000000NO"], NotFound),
    ):
        with pytest.raises(error):
            hub.split_case(case.reference, "eva", ids, "why")


def test_the_largest_split_to_another_customer_fits_into_one_transaction(hub, case, bartek):
    hub.later(minutes=1)
    ids = [hub.write(sender=ANNA).entry_id for _ in range(30)]
    reference = hub.split_case(case.reference, "eva", ids, "his", customer_id=bartek, once=Once("eva", "k", "x"))
    new = get_case_by_reference(hub.threads, reference)
    assert new.messages_in == 30
    assert counters(new) == recounted(hub, new)


def test_a_message_that_was_answered_does_not_wait_again_because_it_was_split_off(hub, case, second):
    hub.later(minutes=1)
    hub.reply(case.reference, "eva", Answer("Dzień dobry"))
    hub.deliver_all()
    new = get_case_by_reference(hub.threads, hub.split_case(case.reference, "eva", [second.entry_id], "something else"))
    assert (new.status, new.awaiting_since, dict(new.clocks), new.messages_in) == (CaseStatus.OPEN, None, {}, 1)
