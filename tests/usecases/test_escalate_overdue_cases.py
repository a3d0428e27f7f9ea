"""No case stays without an answer: each step happens once, on time or late, whoever sweeps."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib.domain.cases import Priority
from chalicelib.domain.configuration import Team
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.contact_rules import ContactRules, parse_quiet_hours
from chalicelib.domain.errors import SendingRefused, StorageUnavailable, WriteConflict
from chalicelib.domain.sla import EscalationStep, StepAction
from chalicelib.domain.threads import EntryKind
from chalicelib.usecases.deliver_message import LEASE
from chalicelib.usecases.escalate_overdue_cases import WORKS_UNTIL
from chalicelib.usecases.ports import Create
from chalicelib.usecases.reply_to_customer import Answer
from chalicelib.usecases.write_first import FirstWord
from tests.domain.making import ANNAS_PHONE, MONDAY_TEN, OFFICE_HOURS, POLICY
from tests.fakes.memory_store import Moment
from tests.fakes.ports import MemoryQueues
from tests.fakes.records import CUSTOMER_ID, a_disposal, an_erasure, an_export


@pytest.fixture
def case(hub):
    return hub.case(hub.write(subject="Faktura"))


def events(hub, case):
    return [entry.event for entry in hub.thread(case.customer_id, EntryKind.EVENT)]


def notices(hub, case):
    return hub.thread(case.customer_id, EntryKind.NOTICE)


def test_nothing_happens_before_it_is_due(hub, case):
    hub.later(hours=3, minutes=29)
    assert hub.sweep().steps == 0
    assert events(hub, case) == []


def test_first_the_team_is_reminded_then_the_supervisor_is_told(hub, case):
    hub.later(hours=3, minutes=30)
    assert hub.sweep().steps == 1
    hub.later(minutes=30)
    assert hub.sweep().steps == 1
    assert events(hub, case) == ["case.reminded", "case.escalated"]
    assert [notice.delivery.recipient for notice in notices(hub, case)] == [
        "care@company.example",
        "boss@company.example",
    ]
    hub.deliver_all()
    assert [mail.recipient for mail in hub.mail.sent] == ["care@company.example", "boss@company.example"]
    hub.later(days=30)
    assert hub.sweep().steps == 0


def test_the_event_says_why(hub, case):
    hub.later(hours=4)
    hub.sweep()
    facts = hub.thread(case.customer_id, EntryKind.EVENT)[-1].facts
    assert facts["clock"] == "first_response"
    assert facts["reference"] == case.reference
    assert facts["deadline_at"] == case.deadline_at.isoformat()
    assert "late_by_seconds" not in facts


def test_the_notice_names_the_case_in_the_language_of_its_inbox(hub):
    polish = hub.case(hub.write(subject="Faktura {0.__class__}"))
    hub.later(days=1)
    hub.sweep()
    english = hub.case(hub.write(subject="Invoice", recipients=("faktury@hub.example",)))
    assert polish.id == english.id  # one open case: the inbox it was opened in writes
    notice = notices(hub, polish)[-1]
    assert polish.reference in notice.subject
    assert "Termin pierwszej odpowiedzi: 2026-11-23 14:00." in notice.text
    assert "Faktura {0.__class__}" in notice.text


def test_after_an_outage_everything_missed_happens_once_and_is_marked_late(hub, case):
    hub.later(days=2)
    assert hub.sweep().steps == 2
    late = [entry.facts.get("late_by_seconds") for entry in hub.thread(case.customer_id, EntryKind.EVENT)]
    assert late == [str(int((timedelta(days=2) - timedelta(hours=h)).total_seconds())) for h in (3.5, 4)]
    assert hub.sweep().steps == 0


def test_two_sweeps_at_the_same_moment_make_each_step_once(hub, case):
    hub.later(hours=5)
    rival = []

    def sweep(call):
        if call.name == "commit" and call.moment is Moment.BEFORE and not rival:
            rival.append(None)
            rival[0] = hub.sweep()

    hub.threads.hook = sweep
    assert hub.sweep().steps + rival[0].steps == 2
    assert events(hub, case) == ["case.reminded", "case.escalated"]
    assert len(notices(hub, case)) == 2


def test_an_answer_that_comes_while_the_sweep_decides_wins(hub, case):
    hub.later(hours=5)
    answered = []

    def answer(call):
        if call.name == "commit" and call.moment is Moment.BEFORE and not answered:
            answered.append(None)
            hub.reply(case.reference, "eva", Answer("Tak."))

    hub.threads.hook = answer
    assert hub.sweep().steps == 0
    assert events(hub, case) == []


def test_an_index_that_lags_escalates_nothing_that_was_answered(hub, case):
    hub.later(hours=5)
    hub.threads.let_lists_lag()
    hub.reply(case.reference, "eva", Answer("Tak."))
    assert hub.sweep().steps == 0
    assert events(hub, case) == []


def test_an_answer_that_comes_to_one_case_while_the_sweep_decides_does_not_stop_the_others(hub, case):
    other = hub.case(hub.write(sender=None))
    hub.later(hours=5)
    answered = []

    def answer(call):
        if call.name == "commit" and call.moment is Moment.BEFORE and not answered:
            answered.append(None)
            hub.reply(case.reference, "eva", Answer("Tak."))

    hub.threads.hook = answer
    taken = hub.escalate([(one.customer_id, one.id) for one in (case, other)])
    assert (taken.steps, taken.failed) == (2, [])
    assert (events(hub, case), events(hub, other)) == ([], ["case.reminded", "case.escalated"])


@pytest.mark.parametrize("closed", [False, True])
def test_a_case_that_is_named_though_nothing_is_due_in_it_costs_a_read_and_no_write(hub, case, closed):
    hub.reply(case.reference, "eva", Answer("Tak."))
    if closed:
        hub.close(case.reference, "eva")
    hub.later(hours=5)
    commits = []
    hub.threads.hook = lambda call: commits.append(call) if call.name == "commit" else None
    assert (hub.escalate([(case.customer_id, case.id)]).steps, commits) == (0, [])


def test_a_sweep_whose_answer_was_lost_does_not_make_the_step_twice(hub, case):
    hub.later(hours=5)

    def lose(call):
        if call.name == "commit" and call.moment is Moment.AFTER:
            raise StorageUnavailable()

    hub.threads.hook = lose
    assert len(hub.sweep().failed) == 1
    hub.threads.hook = lambda _call: None
    assert hub.sweep().steps == 0
    assert events(hub, case) == ["case.reminded", "case.escalated"]
    hub.later(minutes=2)
    hub.sweep()
    assert hub.deliver_all() == ["sent", "sent"]


def test_one_case_that_cannot_be_handled_does_not_stop_the_others(hub, case):
    other = hub.case(hub.write(sender=None))
    hub.later(hours=5)
    error = hub.threads.fail_next("get_case")
    swept = hub.sweep()
    assert (swept.steps, swept.failed) == (2, [error])
    assert hub.sweep().steps == 2
    assert {entry.event for one in (case, other) for entry in hub.thread(one.customer_id, EntryKind.EVENT)} == {
        "case.reminded",
        "case.escalated",
    }


def colliding(hub, *, of_last):
    """Every decision on a case is refused; gives how often one was tried. `of_last`: for its last change alone."""
    tried = []

    def collide(call):
        if call.name == "commit" and call.moment is Moment.BEFORE:
            tried.append(len(call.changes))
            raise WriteConflict((len(call.changes) - 1,) if of_last else ())

    hub.threads.hook = collide
    return tried


def test_while_others_tell_the_same_colleague_a_step_is_tried_four_times_and_stays_due(hub, case):
    hub.later(hours=5)
    tried = colliding(hub, of_last=True)
    taken = hub.escalate([(case.customer_id, case.id)])
    assert (len(tried), taken.steps, taken.failed) == (4, 0, [])
    hub.threads.hook = lambda _call: None
    assert hub.sweep().steps == 2


def test_a_step_that_collided_with_something_else_is_left_to_the_next_sweep(hub, case):
    hub.later(hours=5)
    tried = colliding(hub, of_last=False)
    taken = hub.escalate([(case.customer_id, case.id)])
    assert (len(tried), taken.steps, taken.failed) == (1, 0, [])


def test_a_reopened_case_escalates_again_in_its_new_cycle(hub, case):
    hub.later(hours=5)
    hub.sweep()
    hub.reply(case.reference, "eva", Answer("Tak."))
    hub.close(case.reference, "eva")
    hub.later(days=1)
    hub.write(in_reply_to=("0@example.pl",))
    hub.later(days=1)
    assert hub.sweep().steps == 2
    cycles = [e.facts["cycle"] for e in hub.thread(case.customer_id, EntryKind.EVENT) if e.event == "case.escalated"]
    assert cycles == ["1", "2"]


def test_a_policy_that_lost_its_steps_leaves_nothing_due(hub, case):
    hub.configured(policies={"standard": replace(POLICY, steps=())})
    hub.later(hours=5)
    hub.sweep()
    assert hub.threads.get_case(case.customer_id, case.id).next_step_at is None
    assert events(hub, case) == []


def test_the_sweep_tells_how_far_behind_it_is(hub, case):
    hub.later(hours=5)
    assert hub.sweep().oldest_age == timedelta(hours=1, minutes=30)


def test_the_sweep_tells_for_how_long_the_holidays_of_every_calendar_are_known(hub):
    assert hub.sweep().holidays_left is None
    known = {
        name: replace(OFFICE_HOURS, holidays_until=date(year, 12, 31)) for name, year in (("b", 2029), ("a", 2027))
    }
    hub.configured(calendars={"poland": OFFICE_HOURS, **known})
    assert hub.sweep().holidays_left == date(2027, 12, 31) - date(2026, 11, 23)
    hub.later(days=500)
    assert hub.sweep().holidays_left < timedelta(0)


SECOND_LINE = Team(
    "second_line", "poland", "standard", "second@company.example", "boss@company.example", phone="+48700000001"
)


def with_step(hub, action, **step):
    """The policy is one step at the deadline; the team's fallback is the second line."""
    team = replace(hub.configuration.configuration.teams["care"], fallback="second_line", phone="+48700000000")
    policy = replace(POLICY, steps=(EscalationStep(action, timedelta(0), **step),))
    hub.configured(teams={"care": team, "second_line": SECOND_LINE}, policies={"standard": policy})


def test_a_step_raises_the_priority_until_there_is_none_higher(hub, case):
    with_step(hub, StepAction.RAISE_PRIORITY)
    hub.later(hours=4)
    hub.sweep()
    assert hub.threads.get_case(case.customer_id, case.id).priority is Priority.HIGH
    assert (events(hub, case), notices(hub, case)) == (["case.priority_raised"], [])


def test_a_case_is_handed_on_from_the_assignee_to_the_team_and_from_the_team_to_its_fallback(hub, case):
    with_step(hub, StepAction.REASSIGN)
    hub.assign(case.reference, "ewa", "ewa")
    hub.later(hours=4)
    hub.sweep()
    after = hub.threads.get_case(case.customer_id, case.id)
    assert (after.team, after.assignee) == ("care", "")
    hub.reply(case.reference, "ewa", Answer("Dzień dobry"))
    hub.write()
    hub.later(days=1)
    hub.sweep()
    after = hub.threads.get_case(case.customer_id, case.id)
    assert (after.team, after.assignee) == ("second_line", "")
    assert [notice.delivery.recipient for notice in notices(hub, case)] == [
        "care@company.example",
        "second@company.example",
    ]


def test_the_clock_does_not_start_over_for_the_team_that_takes_over(hub, case):
    with_step(hub, StepAction.REASSIGN)
    hub.later(hours=4)
    hub.sweep()
    after = hub.threads.get_case(case.customer_id, case.id)
    assert (after.team, after.deadline_at) == ("second_line", case.deadline_at)


def test_the_customer_is_told_honestly_that_it_takes_longer_and_that_is_no_answer(hub, case):
    with_step(hub, StepAction.HOLD)
    hub.later(hours=4)
    hub.sweep()
    hub.deliver_all()
    (mail,) = hub.mail.sent
    assert mail.recipient == "anna@example.pl"
    assert case.reference in mail.text
    after = hub.threads.get_case(case.customer_id, case.id)
    assert (after.awaiting_since, after.messages_out) == (case.awaiting_since, 1)
    (held,) = hub.thread(case.customer_id, EntryKind.OUTBOUND)
    assert held.delivery.in_reply_to == "0@example.pl"  # the customer's own message


def test_a_holding_message_waits_for_the_end_of_the_quiet_hours_and_whoever_is_to_send_it_knows(hub, case):
    class NotingQueues(MemoryQueues):
        def ask_to_deliver(self, *_entry, not_before=None):
            asked.append(not_before)

    asked = []
    with_step(hub, StepAction.HOLD)
    hub.configured(contact_rules=ContactRules(quiet_hours=parse_quiet_hours("13:00-16:00")))
    case = hub.case(hub.write_sms(ANNAS_PHONE))
    hub.later(hours=4)
    replace(hub.escalate, queues=NotingQueues())([(case.customer_id, case.id)])
    (held,) = hub.thread(case.customer_id, EntryKind.OUTBOUND)
    assert asked == [held.delivery.not_before] == [MONDAY_TEN + timedelta(hours=6)]


def test_a_customer_who_never_wrote_gets_a_holding_message_too(hub, case):
    reference = hub.write_first(case.customer_id, "ewa", FirstWord(Channel.EMAIL, "Termin", "Oddzwonimy."))
    hub.promise.make(reference, "ewa", "Oddzwonimy.", hub.now() + timedelta(hours=1))
    with_step(hub, StepAction.HOLD)
    hub.later(hours=2)
    assert hub.sweep().failed == []
    pointer = hub.threads.find_pointer(reference)
    written = [one for one in hub.thread(case.customer_id, EntryKind.OUTBOUND) if one.case_id == pointer.case_id]
    assert [one.author for one in written] == ["agent:ewa", "hub"]


def test_who_cannot_be_reached_gets_no_holding_message_and_the_event_says_so(hub):
    with_step(hub, StepAction.HOLD)
    nameless = hub.case(hub.write(sender=None))
    hub.later(hours=4)
    hub.sweep()
    assert hub.thread(nameless.customer_id, EntryKind.OUTBOUND) == []
    assert hub.thread(nameless.customer_id, EntryKind.EVENT)[-1].facts["not_done"] == "the customer cannot be reached"


def test_a_colleague_is_told_by_sms_where_the_policy_says_so(hub, case):
    with_step(hub, StepAction.TELL_TEAM, by=Channel.SMS)
    hub.later(hours=4)
    hub.sweep()
    hub.deliver_all()
    assert [(text.recipient, case.reference in text.text) for text in hub.sms.sent] == [("+48700000000", True)]


def test_a_clock_goes_on_counting_by_what_it_started_with(hub, case):
    hub.configured(version="2", policies={"standard": replace(POLICY, steps=())})
    hub.configuration.earlier["1"] = replace(
        hub.configuration.configuration, version="1", policies={"standard": POLICY}
    )
    hub.later(hours=4)
    assert hub.sweep().steps == 2


def test_a_clock_whose_configuration_is_lost_counts_by_what_holds_now(hub, case):
    team = replace(hub.configuration.configuration.teams["care"], policy="other")
    hub.configured(version="9", policies={"other": replace(POLICY, name="other")}, teams={"care": team})
    hub.later(hours=4)
    assert hub.sweep().steps == 2
    hub.reply(case.reference, "eva", Answer("Tak."))
    assert hub.threads.get_case(case.customer_id, case.id).clocks == {}


# What is stuck on its way out


@pytest.fixture
def two_stuck(hub, case):
    """Two answers whose worker died after it had claimed them."""
    for text in ("Tak.", "Nie."):
        hub.later(seconds=1)
        hub.reply(case.reference, "eva", Answer(text))

    def die(call):
        if call.name == "commit" and call.moment is Moment.AFTER:
            raise StorageUnavailable()

    hub.threads.hook = die
    while hub.queues.to_deliver:
        with pytest.raises(StorageUnavailable):
            hub.deliver(*hub.queues.to_deliver.popleft())
    hub.threads.hook = lambda _call: None
    return hub.thread(case.customer_id, EntryKind.OUTBOUND)


def test_every_answer_whose_worker_did_not_come_back_is_counted_and_says_so(hub, case, two_stuck):
    hub.now.move(LEASE)
    assert hub.sweep().unknown == 2
    told = [entry for entry in hub.thread(case.customer_id, EntryKind.EVENT) if entry.event == "delivery.unknown"]
    assert {entry.facts["entry"] for entry in told} == {entry.id for entry in two_stuck}
    assert {(entry.at, entry.facts["reason"]) for entry in told} == {
        (hub.now(), "the worker that was sending it did not come back")
    }


def test_an_answer_that_cannot_be_judged_does_not_stop_the_others_and_the_sweep_says_what_was_wrong(hub, two_stuck):
    hub.now.move(LEASE)
    error = hub.threads.fail_next("commit")
    swept = hub.sweep()
    assert (swept.unknown, swept.failed) == (1, [error])


def test_every_answer_that_nobody_claimed_is_asked_for_again_and_counted(hub, case):
    for text in ("Tak.", "Nie."):
        hub.reply(case.reference, "eva", Answer(text))
    hub.queues.to_deliver.clear()
    hub.later(minutes=1)
    assert hub.sweep().deliveries == len(hub.queues.to_deliver) == 2


def test_a_list_that_lags_asks_for_nothing_that_is_on_its_way_or_not_due_yet(hub, case):
    hub.reply(case.reference, "eva", Answer("Tak."))
    hub.reply(case.reference, "eva", Answer("Nie."))
    hub.later(minutes=1)
    hub.threads.let_lists_lag()
    hub.mail.answers.append(SendingRefused("paused", temporary=True))
    assert hub.deliver_all() == ["queued", "sent"]
    assert hub.sweep().deliveries == 0
    assert not hub.queues.to_deliver


def test_a_sweep_leaves_its_last_seconds_to_what_is_stuck(hub, case):
    hub.write(sender=None)
    hub.later(hours=5)

    def be_slow(call):
        if call.name == "get_case" and call.moment is Moment.AFTER:
            hub.now.move(WORKS_UNTIL)

    hub.threads.hook = be_slow
    swept = hub.sweep()
    assert (swept.steps, swept.left) == (2, 1)


def test_long_work_that_is_due_is_handed_to_its_workers_once_a_sweep_and_what_is_not_due_waits(hub):
    due, later = hub.now(), hub.now() + timedelta(minutes=1)
    hub.threads.commit(
        [
            Create(made(id=f"01{number}", next_step_at=at))
            for made in (an_erasure, an_export, a_disposal)
            for number, at in (("DUE", due), ("LATER", later))
        ]
    )
    assert hub.sweep().failed == []
    assert [*hub.queues.to_erase] == ["01DUE"]
    assert [*hub.queues.to_export] == [(CUSTOMER_ID, "01DUE")]
    assert [*hub.queues.to_dispose] == [(CUSTOMER_ID, "01DUE")]
    hub.later(minutes=1)
    hub.sweep()
    assert [*hub.queues.to_erase] == ["01DUE", "01DUE", "01LATER"]


def test_a_queue_that_takes_no_long_work_is_told_and_the_work_stays_due(hub):
    hub.threads.commit([Create(an_erasure(next_step_at=hub.now()))])
    hub.queues.broken = StorageUnavailable()
    assert hub.sweep().failed == [hub.queues.broken]
    hub.queues.broken = None
    hub.sweep()
    assert [*hub.queues.to_erase] == ["01ERASURE"]
