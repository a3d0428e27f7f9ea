"""A call to make or a letter to post: how it comes to be, stands in its team's list, and is done."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.channels.protocol import parse_in_process
from chalicelib.domain.cases import CaseStatus
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.errors import Conflict, InvalidInput, NewerMessage, NoWayToReach, TaskOpen
from chalicelib.domain.sla import ClockName, StepAction
from chalicelib.domain.tasks import AttemptResult, CallWish, ListedTask, TaskKind, TaskState, Wish
from chalicelib.domain.threads import EntryKind
from chalicelib.usecases.arrange_task import Arranged
from chalicelib.usecases.case_changes import Seen
from chalicelib.usecases.log_contact import LogContact
from chalicelib.usecases.once import Once
from chalicelib.usecases.receive_posted_message import ReceivePostedMessage
from chalicelib.usecases.reply_to_customer import Answer
from chalicelib.usecases.simulate_policy import SimulatePolicy
from chalicelib.usecases.transfer_case import Transfer
from tests.domain.making import ANNAS_PHONE, BARTEK, MONDAY_TEN, POLICY
from tests.usecases.test_escalate_overdue_cases import SECOND_LINE

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NUMBER = ANNAS_PHONE.value
A_CALL = Arranged(TaskKind.CALL, NUMBER, "Faktura", due_at=MONDAY_TEN + DAY)
A_LETTER = Arranged(TaskKind.LETTER, "Anna Nowak\nul. Długa 1\n00-001 Warszawa", "Duplikat faktury")


@pytest.fixture
def case(hub):
    return hub.case(hub.write(subject="Faktura", call_wish=None))


@pytest.fixture
def asked(hub):
    """Anna asks to be called."""
    return hub.case(hub.write(subject="Faktura", call_wish=CallWish(NUMBER)))


@pytest.fixture
def log(hub):
    post = ReceivePostedMessage(
        hub.receive,
        hub.raw,
        hub.threads,
        hub.configuration,
        parse_in_process,
        hub.now,
        hub.randomness,
        hub.captchas,
    )
    contact = LogContact(post, hub.threads, hub.configuration, parse_in_process, hub.now)
    return lambda channel, **body: contact(channel, json.dumps({"notes": "Rozmowa.", **body}).encode(), "ewa")


def now(hub, case):
    return hub.threads.get_case(case.customer_id, case.id)


def tasks(hub, case):
    return now(hub, case).tasks


def calls(hub, team="care"):
    return [row.task for row in hub.threads.list_tasks(team, TaskKind.CALL, 10).items]


def letters(hub, team="care"):
    return [row.task for row in hub.threads.list_tasks(team, TaskKind.LETTER, 10).items]


def events(hub, case):
    return [entry.event for entry in hub.thread(case.customer_id, EntryKind.EVENT)]


def test_a_customer_who_asks_to_be_called_stands_in_the_list_of_calls(hub, asked):
    (task,) = calls(hub)
    assert (task.to, task.about, task.asked_by, task.asked_at) == (NUMBER, "Faktura", "customer", MONDAY_TEN)
    assert task.entry_id == asked.last_inbound_id
    assert set(asked.clocks) == {ClockName.FIRST_RESPONSE, f"call_back:{task.id}"}
    (event,) = hub.thread(asked.customer_id, EntryKind.EVENT)
    assert (event.event, event.facts["task"], event.author) == ("case.call_asked", task.id, "customer")
    assert NUMBER not in json.dumps(dict(event.facts))


def test_what_follows_from_a_message_stands_behind_it(hub, asked):
    assert [entry.kind for entry in hub.thread(asked.customer_id)] == [EntryKind.INBOUND, EntryKind.EVENT]


def test_a_customer_who_asks_to_be_answered_by_telephone_is_called(hub):
    wishes = {"channel": Channel.WEB_FORM, "sender": ANNAS_PHONE, "answer_by": Channel.PHONE}
    case = hub.case(hub.write(**wishes, transport="web_form", recipients=("contact",)))
    hub.reply(case.reference, "ewa", Answer("Faktura jest korygowana."))
    (call,) = calls(hub)
    assert (call.to, call.answers) == (NUMBER, True)
    assert now(hub, case).awaiting_since == MONDAY_TEN


def test_whoever_asks_for_no_call_is_not_called(hub):
    case = hub.case(hub.write_sms(ANNAS_PHONE))
    hub.reply(case.reference, "ewa", Answer("Dzień dobry"))
    assert calls(hub) == []


def test_what_the_hub_says_by_itself_nobody_says_by_telephone(hub):
    wishes = {"channel": Channel.WEB_FORM, "sender": ANNAS_PHONE, "answer_by": Channel.PHONE}
    steps = (replace(POLICY.steps[1], action=StepAction.HOLD),)
    hub.configured(policies={"standard": replace(POLICY, steps=steps)})
    case = hub.case(hub.write(**wishes, transport="web_form", recipients=("contact",)))
    hub.later(days=1)
    hub.sweep()
    (held,) = hub.thread(case.customer_id, EntryKind.OUTBOUND)
    assert (held.channel, held.delivery.recipient, calls(hub)) == (Channel.SMS, NUMBER, [])


def test_a_wish_in_a_later_message_joins_the_case_and_one_in_a_repeated_receipt_adds_nothing(hub, case):
    for _ in range(2):
        hub.write(in_reply_to=(f"{0}@example.pl",), call_wish=CallWish(NUMBER), fingerprint="again")
    assert len(calls(hub)) == 1


def test_the_list_shows_first_what_is_to_be_done_first(hub, case):
    for hours in (30, 2, 20):
        hub.arrange(case.reference, "ewa", replace(A_CALL, about=str(hours), due_at=MONDAY_TEN + hours * HOUR))
    assert [task.about for task in calls(hub)] == ["2", "20", "30"]
    first = hub.threads.list_tasks("care", TaskKind.CALL, 2)
    assert [row.task.about for row in hub.threads.list_tasks("care", TaskKind.CALL, 2, first.next).items] == ["30"]
    assert letters(hub) == []


def test_the_same_key_arranges_one_task(hub, case):
    once = Once("ewa", "key-1", "sha")
    assert hub.arrange(case.reference, "ewa", A_CALL, once=once) == hub.arrange(
        case.reference, "ewa", A_CALL, once=once
    )
    assert len(calls(hub)) == 1


def test_a_time_that_has_passed_is_refused_by_its_name(hub, case):
    with pytest.raises(InvalidInput) as wrong:
        hub.arrange(case.reference, "ewa", replace(A_CALL, due_at=MONDAY_TEN))
    assert wrong.value.field == "due_at"
    with pytest.raises(InvalidInput) as wrong:
        hub.arrange.reschedule(case.reference, "ewa", "01T", Wish(until=MONDAY_TEN))
    assert wrong.value.field == "until"


def test_a_call_that_reached_them_does_the_task_and_answers_in_one_transaction(hub, asked, log):
    hub.later(hours=1)
    commits = []
    hub.threads.hook = lambda call: commits.append(call.name) if call.name == "commit" else None
    log(Channel.PHONE, direction="outbound", case=asked.reference)
    assert len(commits) == 2  # before and after the one
    after = now(hub, asked)
    assert (after.awaiting_since, dict(after.clocks), calls(hub)) == (None, {}, [])
    assert (after.tasks[0].state, after.tasks[0].ended_by) == (TaskState.DONE, "agent:ewa")
    assert events(hub, asked) == ["case.call_asked", "case.task_done"]
    hub.close(asked.reference, "ewa")


@pytest.mark.parametrize("outcome", ["no_answer", "voicemail"])
def test_no_answer_is_kept_as_an_attempt_and_stops_nothing(hub, asked, log, outcome):
    logged = log(Channel.PHONE, direction="outbound", outcome=outcome, case=asked.reference)
    after = now(hub, asked)
    assert after.clocks == asked.clocks
    assert [(tried.result, tried.entry_id) for tried in after.tasks[0].attempts] == [(outcome, logged.entry_id)]
    assert events(hub, asked)[-1] == "case.task_tried"
    assert calls(hub)[0].attempts == after.tasks[0].attempts


def test_a_talk_after_which_an_answer_is_owed_does_the_call_and_leaves_them_waiting(hub, asked, log):
    log(Channel.PHONE, direction="outbound", answer_owed=True, case=asked.reference)
    assert (calls(hub), set(now(hub, asked).clocks)) == ([], {ClockName.FIRST_RESPONSE})


def test_a_letter_that_was_posted_does_the_letter_and_a_visit_the_call(hub, case, log):
    hub.arrange(case.reference, "ewa", A_LETTER)
    hub.arrange(case.reference, "ewa", A_CALL)
    log(Channel.LETTER, direction="outbound", case=case.reference)
    assert (letters(hub), len(calls(hub))) == ([], 1)
    log(Channel.IN_PERSON, case=case.reference)
    assert calls(hub) == []


def test_an_answer_by_telephone_is_kept_to_be_said_and_counts_when_it_is(hub, case, log):
    entry_id = hub.reply(case.reference, "ewa", Answer("Faktura jest korygowana.", Channel.PHONE, to=NUMBER))
    waits = now(hub, case)
    entry = hub.threads.get_entry(case.customer_id, entry_id)
    assert (entry.text, entry.delivery, entry.task) == ("Faktura jest korygowana.", None, waits.tasks[0].id)
    assert (waits.awaiting_since, waits.answered, waits.messages_out) == (MONDAY_TEN, False, 1)
    assert waits.clocks[ClockName.FIRST_RESPONSE] == case.clocks[ClockName.FIRST_RESPONSE]
    assert (calls(hub)[0].answers, hub.queues.to_deliver) == (True, type(hub.queues.to_deliver)())
    log(Channel.PHONE, direction="outbound", case=case.reference)
    assert (now(hub, case).awaiting_since, now(hub, case).answered) == (None, True)


def test_an_answer_by_letter_satisfies_the_law_when_it_is_posted(hub, case):
    hub.classify.kind(case.reference, "ewa", "complaint")
    hub.reply(case.reference, "ewa", Answer("Uznajemy reklamację.", Channel.LETTER, to=A_LETTER.to))
    (letter,) = letters(hub)
    assert letter.to == A_LETTER.to
    assert ClockName.LEGAL in now(hub, case).clocks
    hub.arrange.done(case.reference, "ewa", letter.id)
    assert now(hub, case).answered_by == (Channel.LETTER,)
    hub.close(case.reference, "ewa")


def test_an_answer_by_telephone_goes_to_their_number_if_there_is_one(hub, case):
    with pytest.raises(NoWayToReach):
        hub.reply(case.reference, "ewa", Answer("Dzień dobry", Channel.PHONE))
    hub.add_contact_point(case.customer_id, "ewa", ANNAS_PHONE)
    hub.reply(case.reference, "ewa", Answer("Dzień dobry", Channel.PHONE))
    assert calls(hub)[0].to == NUMBER


def test_an_answer_that_is_still_to_be_said_keeps_no_promise(hub, case):
    promise = hub.promise.make(case.reference, "ewa", "Oddzwonię jutro.", MONDAY_TEN + DAY)
    with pytest.raises(InvalidInput) as wrong:
        hub.reply(case.reference, "ewa", Answer("Dzień dobry", Channel.PHONE, to=NUMBER, keeps=(promise,)))
    assert wrong.value.field == "keeps"


def test_an_answer_that_is_to_be_said_is_taken_back_by_withdrawing_its_task(hub, case):
    entry_id = hub.reply(case.reference, "ewa", Answer("Dzień dobry", Channel.PHONE, to=NUMBER))
    with pytest.raises(Conflict, match="withdraw that task"):
        hub.take_back(case.reference, entry_id, "ewa")


def test_a_call_made_since_answers_also_what_a_taken_back_mail_did(hub, asked):
    hub.configured(undo_window=HOUR)
    entry_id = hub.reply(asked.reference, "ewa", Answer("Oddzwonimy."))
    hub.later(minutes=10)
    hub.arrange.done(asked.reference, "ewa", calls(hub)[0].id)
    hub.take_back(asked.reference, entry_id, "ewa")
    assert now(hub, asked).awaiting_since is None


def test_in_a_closed_case_no_answer_can_be_put_off_to_a_call(hub, case):
    hub.close(case.reference, "ewa")
    with pytest.raises(Conflict):
        hub.reply(case.reference, "ewa", Answer("Dzień dobry", Channel.PHONE, to=NUMBER))


def test_a_case_is_not_closed_over_an_open_task(hub, asked):
    with pytest.raises(TaskOpen):
        hub.close(asked.reference, "ewa")
    hub.later(minutes=1)
    hub.arrange.not_done(asked.reference, "ewa", calls(hub)[0].id, TaskState.WITHDRAWN, "Napisała sama.")
    hub.close(asked.reference, "ewa")
    assert events(hub, asked) == ["case.call_asked", "case.task_withdrawn", "case.closed"]


def test_what_was_given_up_is_in_no_list_and_the_customer_goes_on_waiting(hub, asked):
    (task,) = calls(hub)
    hub.arrange.tried(asked.reference, "ewa", task.id, AttemptResult.WRONG_NUMBER, "Nie ma takiego numeru.")
    hub.arrange.not_done(asked.reference, "ewa", task.id, TaskState.GIVEN_UP, "Zły numer.")
    after = now(hub, asked)
    assert (calls(hub), set(after.clocks)) == ([], {ClockName.FIRST_RESPONSE})
    assert (after.tasks[0].attempts[0].note, after.tasks[0].why) == ("Nie ma takiego numeru.", "Zły numer.")
    (row,) = hub.threads.records(ListedTask)
    assert (row.task, row.expires_at.microsecond) == (None, 0)


def test_done_by_hand_it_does_not_answer_what_came_meanwhile(hub, asked):
    hub.write(in_reply_to=("0@example.pl",))
    with pytest.raises(NewerMessage):
        hub.arrange.done(asked.reference, "ewa", calls(hub)[0].id, seen=Seen(messages=1))
    hub.arrange.done(asked.reference, "ewa", calls(hub)[0].id, seen=Seen(messages=2))
    assert now(hub, asked).awaiting_since is None


def test_another_time_is_another_place_in_the_list(hub, asked):
    (task,) = calls(hub)
    hub.arrange.reschedule(asked.reference, "ewa", task.id, Wish(MONDAY_TEN + DAY, MONDAY_TEN + 2 * DAY))
    (moved,) = calls(hub)
    assert (moved.due_at, moved.due_before) == (MONDAY_TEN + 2 * DAY, (task.due_at,))
    assert now(hub, asked).clocks[moved.clock].due_at == moved.due_at


def test_a_call_that_is_late_escalates_like_any_clock(hub, asked):
    task = asked.tasks[0]
    hub.reply(asked.reference, "ewa", Answer("Oddzwonimy."))
    hub.deliver_all()
    hub.later(days=3)
    assert hub.sweep().steps == 2
    notice = hub.thread(asked.customer_id, EntryKind.NOTICE)[-1]
    assert "trzeba zadzwonić" in notice.text
    told = [entry for entry in hub.thread(asked.customer_id, EntryKind.EVENT) if entry.event == "case.escalated"]
    assert [entry.facts["clock"] for entry in told] == [task.clock]


def test_tasks_go_with_a_case_that_is_handed_to_another_team(hub, asked):
    hub.configured(teams={**hub.configuration.configuration.teams, "second": SECOND_LINE})
    hub.transfer(asked.reference, "ewa", Transfer("second", "Dla specjalisty."))
    assert (calls(hub), len(calls(hub, "second"))) == ([], 1)


def test_tasks_go_with_a_case_that_the_sweep_hands_on(hub, asked):
    teams = hub.configuration.configuration.teams
    steps = (replace(POLICY.steps[1], action=StepAction.REASSIGN),)
    care = replace(teams["care"], fallback="second")
    hub.configured(teams={"care": care, "second": SECOND_LINE}, policies={"standard": replace(POLICY, steps=steps)})
    hub.later(days=3)
    hub.sweep()
    assert (now(hub, asked).team, calls(hub), len(calls(hub, "second"))) == ("second", [], 1)


def test_in_spam_nothing_is_to_be_done_until_it_is_none(hub, asked):
    hub.mark_spam(asked.reference, "ewa", "Reklama.", is_spam=True)
    assert calls(hub) == []
    hub.mark_spam(asked.reference, "ewa", "Jednak nie.", is_spam=False)
    (task,) = calls(hub)
    assert task.clock in now(hub, asked).clocks


def test_tasks_go_with_a_case_to_its_customer_and_back(hub, asked):
    bartek = hub.write(sender=BARTEK).customer_id
    for customer in (bartek, asked.customer_id):
        hub.move_case(asked.reference, "ewa", customer, "Nie jej.")
        (row,) = hub.threads.list_tasks("care", TaskKind.CALL, 10).items
        assert row.customer_id == customer
        went = hub.threads.get_case(customer, asked.id)
        assert went.tasks == (row.task,)
        assert hub.threads.get_entry(customer, row.task.entry_id).text == "Dzień dobry"
    left = hub.threads.get_case(bartek, asked.id)
    assert (left.status, left.tasks) == (CaseStatus.MOVED, ())


def test_a_message_that_is_split_off_takes_its_call_with_it(hub, case):
    outcome = hub.write(in_reply_to=("0@example.pl",), call_wish=CallWish(NUMBER))
    reference = hub.split_case(case.reference, "ewa", [outcome.entry_id], "Inna sprawa.")
    (row,) = hub.threads.list_tasks("care", TaskKind.CALL, 10).items
    assert row.reference == reference
    assert tasks(hub, case) == ()
    new = hub.threads.get_case(row.customer_id, row.case_id)
    assert set(new.clocks) == {ClockName.FIRST_RESPONSE, row.task.clock}


def test_what_a_machine_writes_asks_for_no_call(hub):
    hub.write(automatic="auto-submitted: auto-replied", call_wish=CallWish(NUMBER))
    assert calls(hub) == []


def test_another_policy_is_tried_on_the_calls_of_the_past(hub, asked):
    hub.later(hours=3)
    hub.arrange.done(asked.reference, "ewa", calls(hub)[0].id)
    other = replace(hub.configuration.configuration, policies={"standard": replace(POLICY, call_back_within=HOUR)})
    simulated = SimulatePolicy(hub.threads, hub.configuration)("care", MONDAY_TEN - DAY, MONDAY_TEN + DAY, other)
    (late,) = simulated.late
    (call,) = late.would_be
    assert (call.clock, round(call.late_by.total_seconds())) == (asked.tasks[0].clock, 2 * 60 * 60)
    assert late.was == ()


def test_a_call_that_is_still_to_be_made_is_no_answer_in_a_simulation(hub, case):
    hub.reply(case.reference, "ewa", Answer("Faktura jest korygowana.", Channel.PHONE, to=NUMBER))
    hub.later(hours=5)
    hub.arrange.done(case.reference, "ewa", calls(hub)[0].id)
    same = hub.configuration.configuration
    simulated = SimulatePolicy(hub.threads, hub.configuration)("care", MONDAY_TEN - DAY, MONDAY_TEN + DAY, same)
    assert [clock.clock for clock in simulated.late[0].was] == [ClockName.FIRST_RESPONSE]
