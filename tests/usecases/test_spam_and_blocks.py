"""Spam counts for nothing and reaches nobody, a blocked sender is parked, and both can be undone."""

from __future__ import annotations

import pytest

from chalicelib.domain.cases import CaseStatus
from chalicelib.domain.customers import Block
from chalicelib.domain.errors import Conflict, NewerMessage, SendingRefused
from chalicelib.domain.sla import ClockName
from chalicelib.domain.threads import EntryKind
from chalicelib.usecases.case_changes import Seen
from chalicelib.usecases.once import Once
from chalicelib.usecases.ports import unassigned_in
from chalicelib.usecases.receive_message import Parked, Stored
from chalicelib.usecases.reply_to_customer import Answer
from tests.domain.making import ANNA, BARTEK
from tests.fakes.memory_store import Moment


@pytest.fixture
def case(hub):
    return hub.case(hub.write())


def now(hub, case):
    return hub.threads.get_case(case.customer_id, case.id)


def customer(hub, case):
    return hub.threads.get_customer_page(case.customer_id).customer


def mark(hub, case, *, is_spam=True, **how):
    hub.mark_spam(case.reference, "ewa", "reklama", is_spam=is_spam, **how)


def test_spam_runs_no_clock_stands_in_no_list_and_counts_for_nothing(hub, case):
    hub.assign(case.reference, "ewa", "jan")
    mark(hub, case)
    marked = now(hub, case)
    assert (marked.status, dict(marked.clocks), marked.awaiting_since) == (CaseStatus.SPAM, {}, None)
    assert hub.threads.list_urgent("care", 10).items == ()
    assert hub.threads.list_worklist("jan", 10).items == ()
    assert hub.threads.list_worklist(unassigned_in("care"), 10).items == ()
    assert (customer(hub, case).open_case_count, dict(customer(hub, case).open_cases)) == (0, {})
    hub.later(days=2)
    assert hub.sweep().steps == 0


def test_the_thread_says_who_marked_it_and_why(hub, case):
    mark(hub, case)
    (event,) = hub.thread(case.customer_id, EntryKind.EVENT)
    assert (event.event, event.author, event.text, dict(event.facts)) == (
        "case.marked_spam",
        "agent:ewa",
        "reklama",
        {},
    )


def test_nobody_answers_spam(hub, case):
    mark(hub, case)
    with pytest.raises(Conflict):
        hub.reply(case.reference, "ewa", Answer("Dzień dobry"))


def test_undone_the_customer_has_been_waiting_all_along(hub, case):
    hub.later(hours=1)
    mark(hub, case)
    hub.later(hours=1)
    mark(hub, case, is_spam=False)
    again = now(hub, case)
    assert (again.status, again.awaiting_since) == (CaseStatus.OPEN, case.awaiting_since)
    assert again.deadline_at == case.deadline_at
    assert again.waited_since is None
    assert dict(customer(hub, case).open_cases) == {case.id: case.reference}
    assert [found.id for found in hub.threads.list_urgent("care", 10).items] == [case.id]


def test_steps_that_were_done_before_are_done_again_after_it_was_undone(hub, case):
    hub.later(hours=3, minutes=45)
    assert hub.sweep().steps == 1
    mark(hub, case)
    mark(hub, case, is_spam=False)
    assert hub.sweep().steps == 1


def test_a_closed_case_that_was_no_spam_is_closed_again(hub, case):
    hub.close(case.reference, "ewa")
    mark(hub, case)
    assert hub.threads.list_worklist("closed@care@202611", 10).items == ()
    mark(hub, case, is_spam=False)
    assert (now(hub, case).status, now(hub, case).awaiting_since) == (CaseStatus.CLOSED, None)
    assert [found.id for found in hub.threads.list_worklist("closed@care@202611", 10).items] == [case.id]
    assert customer(hub, case).open_case_count == 0


def test_marking_twice_changes_nothing(hub, case):
    mark(hub, case)
    version = now(hub, case).version
    mark(hub, case)
    mark(hub, case, once=Once("ewa", "k", "s"))
    assert now(hub, case).version == version
    assert customer(hub, case).open_case_count == 0


def test_a_case_is_not_marked_over_a_message_that_nobody_has_read(hub, case):
    hub.write()
    with pytest.raises(NewerMessage):
        mark(hub, case, seen=Seen(messages=1))
    assert now(hub, case).status is CaseStatus.OPEN


def test_a_message_that_comes_while_it_is_marked_is_not_hidden(hub, case):
    came = []

    def meanwhile(call):
        if call.name == "commit" and call.moment is Moment.BEFORE and not came:
            came.append(None)
            hub.write()

    hub.threads.hook = meanwhile
    with pytest.raises(NewerMessage):
        mark(hub, case)
    assert now(hub, case).status is CaseStatus.OPEN


def test_whoever_answers_into_spam_is_seen_in_a_case_that_follows_it(hub, case):
    hub.write(message_id="first@example.pl")
    mark(hub, case)
    outcome = hub.write(in_reply_to=("first@example.pl",))
    assert outcome.case_id != case.id
    assert (hub.case(outcome).follows, hub.case(outcome).status) == (case.reference, CaseStatus.OPEN)
    assert (outcome.rule, now(hub, case).messages_in) == ("follow_up", 2)
    (entry,) = [found for found in hub.thread(outcome.customer_id) if found.id == outcome.entry_id]
    assert entry.arrival.evidence.endswith(", which was marked as spam")


def test_an_answer_that_failed_after_the_case_was_marked_counts_when_that_is_undone(hub, case):
    hub.reply(case.reference, "ewa", Answer("Dzień dobry"))
    mark(hub, case)
    hub.mail.answers.append(SendingRefused("no", temporary=False))
    hub.deliver_all()
    assert (now(hub, case).status, now(hub, case).awaiting_since) == (CaseStatus.SPAM, None)
    mark(hub, case, is_spam=False)
    assert now(hub, case).awaiting_since == case.awaiting_since
    assert list(now(hub, case).clocks) == [ClockName.NEXT_RESPONSE]


def test_a_blocked_sender_is_parked_and_starts_no_clock(hub, case):
    hub.block(ANNA, "ewa", "obraża", blocked=True)
    outcome = hub.write()
    assert isinstance(outcome, Parked)
    assert (outcome.reason, now(hub, case).messages_in) == ("blocked_sender", 1)
    assert isinstance(hub.write(sender=BARTEK), Stored)


def test_a_sender_whom_nobody_knows_yet_can_be_blocked(hub):
    hub.block(BARTEK, "ewa", "znany spamer", blocked=True)
    assert isinstance(hub.write(sender=BARTEK), Parked)


def test_a_block_is_undone_and_the_thread_of_its_owner_says_both(hub, case):
    hub.block(ANNA, "ewa", "obraża", blocked=True)
    hub.later(minutes=1)
    hub.block(ANNA, "jan", "przeprosiła", blocked=False)
    assert isinstance(hub.write(), Stored)
    events = hub.thread(case.customer_id, EntryKind.EVENT)
    assert [(event.event, event.author, event.text) for event in events] == [
        ("customer.sender_blocked", "agent:ewa", "obraża"),
        ("customer.sender_unblocked", "agent:jan", "przeprosiła"),
    ]
    assert hub.threads.find_block(ANNA) == Block(ANNA, blocked=False, by="jan", at=hub.now(), why="przeprosiła")


def test_saying_what_is_so_already_changes_nothing(hub, case):
    hub.block(ANNA, "ewa", "nie", blocked=False)
    assert hub.threads.find_block(ANNA) is None
    hub.block(ANNA, "ewa", "obraża", blocked=True)
    hub.later(minutes=1)
    hub.block(ANNA, "jan", "też", blocked=True)
    assert hub.threads.find_block(ANNA).by == "ewa"


def test_two_agents_who_block_at_once_block_once(hub, case):
    rival = []

    def meanwhile(call):
        if call.name == "commit" and call.moment is Moment.BEFORE and not rival:
            rival.append(None)
            hub.block(ANNA, "jan", "pierwszy", blocked=True)

    hub.threads.hook = meanwhile
    hub.block(ANNA, "ewa", "druga", blocked=True)
    assert hub.threads.find_block(ANNA).by == "jan"
    assert len(hub.thread(case.customer_id, EntryKind.EVENT)) == 1
