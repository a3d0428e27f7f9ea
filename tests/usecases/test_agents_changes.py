"""Notes, assignments, closings, contact points: what an agent does is kept, told in the thread, and never overrides."""

import pytest

from chalicelib.domain.cases import CaseStatus
from chalicelib.domain.customers import PointOwner
from chalicelib.domain.errors import Conflict, NewerMessage, NotFound
from chalicelib.domain.threads import Entry, EntryKind
from chalicelib.usecases.case_changes import Seen
from chalicelib.usecases.once import Once
from chalicelib.usecases.ports import unassigned_in
from tests.domain.making import ANNA, ANNAS_PHONE, BARTEK
from tests.fakes.memory_store import Moment


@pytest.fixture
def case(hub):
    return hub.case(hub.write())


def now(hub, case):
    return hub.threads.get_case(case.customer_id, case.id)


def test_a_note_stands_in_the_thread_and_moves_no_clock(hub, case):
    note_id = hub.add_note(case.reference, "eva", "Dzwoniłam, oddzwoni.")
    (note,) = hub.thread(case.customer_id, EntryKind.NOTE)
    assert (note.id, note.text, note.author) == (note_id, "Dzwoniłam, oddzwoni.", "agent:eva")
    assert (now(hub, case).notes, now(hub, case).deadline_at) == (1, case.deadline_at)


def test_two_notes_at_the_same_moment_are_both_kept(hub, case):
    rival = []

    def write(call):
        if call.name == "commit" and call.moment is Moment.BEFORE and not rival:
            rival.append(None)
            hub.add_note(case.reference, "jan", "druga")

    hub.threads.hook = write
    hub.add_note(case.reference, "eva", "pierwsza")
    assert now(hub, case).notes == len(hub.thread(case.customer_id, EntryKind.NOTE)) == 2


def test_an_assigned_case_moves_from_the_teams_list_to_the_agents(hub, case):
    assert [one.id for one in hub.threads.list_worklist(unassigned_in("care"), 10).items] == [case.id]
    hub.assign(case.reference, "eva", "eva")
    assert hub.threads.list_worklist(unassigned_in("care"), 10).items == ()
    assert [one.id for one in hub.threads.list_worklist("eva", 10).items] == [case.id]
    hub.assign(case.reference, "eva", "")
    assert [one.id for one in hub.threads.list_worklist(unassigned_in("care"), 10).items] == [case.id]
    assert [event.facts["assignee"] for event in hub.thread(case.customer_id, EntryKind.EVENT)] == ["eva", ""]


def test_of_two_agents_who_claim_a_case_on_the_same_version_one_is_told_so(hub, case):
    hub.assign(case.reference, "eva", "eva", seen=Seen(version=case.version))
    with pytest.raises(Conflict):
        hub.assign(case.reference, "jan", "jan", seen=Seen(version=case.version))
    assert now(hub, case).assignee == "eva"


def test_a_closed_case_has_no_clock_and_is_off_the_lists(hub, case):
    hub.close(case.reference, "eva")
    after = now(hub, case)
    assert (after.status, dict(after.clocks), after.next_step_at) == (CaseStatus.CLOSED, {}, None)
    assert hub.threads.list_urgent("care", 10).items == ()
    assert hub.threads.get_customer_page(case.customer_id).customer.open_case_count == 0
    hub.later(days=9)
    assert hub.sweep().steps == 0


def test_closing_twice_closes_once(hub, case):
    hub.close(case.reference, "eva")
    hub.close(case.reference, "eva", once=Once("eva", "k", "x"))
    assert hub.threads.get_customer_page(case.customer_id).customer.open_case_count == 0
    assert len(hub.thread(case.customer_id, EntryKind.EVENT)) == 1


def test_a_case_is_not_closed_over_a_message_that_nobody_has_read(hub, case):
    hub.write()
    with pytest.raises(NewerMessage):
        hub.close(case.reference, "eva", seen=Seen(messages=case.messages_in))


def test_a_message_that_comes_while_a_case_is_being_closed_keeps_it_open(hub, case):
    written = []

    def write(call):
        if call.name == "commit" and call.moment is Moment.BEFORE and not written:
            written.append(None)
            hub.write()

    hub.threads.hook = write
    with pytest.raises(NewerMessage):
        hub.close(case.reference, "eva")
    assert now(hub, case).status is CaseStatus.OPEN


def test_a_further_contact_point_is_the_customers_from_then_on(hub, case):
    hub.add_contact_point(case.customer_id, "eva", ANNAS_PHONE)
    assert hub.threads.list_points(case.customer_id) == (ANNA, ANNAS_PHONE)
    assert hub.threads.find_owner(ANNAS_PHONE).customer_id == case.customer_id
    assert hub.thread(case.customer_id, EntryKind.EVENT)[-1].facts == {"point": str(ANNAS_PHONE)}


def test_adding_a_contact_point_twice_changes_nothing(hub, case):
    hub.add_contact_point(case.customer_id, "eva", ANNAS_PHONE)
    before = hub.threads.records()
    hub.add_contact_point(case.customer_id, "eva", ANNAS_PHONE)
    assert hub.threads.records() == before


def test_a_contact_point_of_another_customer_stays_theirs(hub, case):
    other = hub.write(sender=BARTEK)
    with pytest.raises(Conflict):
        hub.add_contact_point(case.customer_id, "eva", BARTEK)
    assert hub.threads.find_owner(BARTEK).customer_id == other.customer_id


def test_a_contact_point_needs_a_customer(hub):
    with pytest.raises(NotFound):
        hub.add_contact_point("01NOBODY", "eva", ANNAS_PHONE)
    assert hub.threads.records(PointOwner) == hub.threads.records(Entry) == []
