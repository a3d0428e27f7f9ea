"""What an agent owes and decides moves the clocks, and stands in the thread."""

from datetime import timedelta

import pytest

from chalicelib.domain.cases import Priority
from chalicelib.domain.errors import AnswerOwed, Conflict, InvalidInput, NotFound, PromiseOwed, SendingRefused
from chalicelib.domain.promises import PromiseStatus
from chalicelib.domain.sla import ClockName
from chalicelib.domain.threads import EntryKind
from chalicelib.usecases.case_changes import Seen
from chalicelib.usecases.once import Once
from chalicelib.usecases.reply_to_customer import Answer
from chalicelib.usecases.transfer_case import Transfer
from tests.domain.making import MONDAY_TEN
from tests.usecases.test_escalate_overdue_cases import SECOND_LINE

DAY = timedelta(days=1)


@pytest.fixture
def case(hub):
    return hub.case(hub.write(subject="Faktura"))


def now(hub, case):
    return hub.threads.get_case(case.customer_id, case.id)


def last_event(hub, case):
    return hub.thread(case.customer_id, EntryKind.EVENT)[-1]


def promised(hub, case, **said):
    return hub.promise.make(case.reference, "ewa", "Oddzwonię jutro.", MONDAY_TEN + DAY, **said)


def test_a_promise_is_remembered_word_for_word_and_has_a_clock(hub, case):
    id_ = promised(hub, case)
    after = now(hub, case)
    assert (after.promises[id_].text, after.promises[id_].made_by) == ("Oddzwonię jutro.", "ewa")
    assert after.clocks[f"promise:{id_}"].due_at == MONDAY_TEN + DAY
    assert last_event(hub, case).event == "promise.made"
    assert last_event(hub, case).facts["due_at"] == (MONDAY_TEN + DAY).isoformat()


def test_the_same_key_makes_one_promise(hub, case):
    once = Once("ewa", "key-1", "sha")
    assert promised(hub, case, once=once) == promised(hub, case, once=once)
    assert len(now(hub, case).promises) == 1


@pytest.mark.parametrize("due_at", [MONDAY_TEN, MONDAY_TEN - DAY, MONDAY_TEN + 400 * DAY])
def test_a_promise_needs_a_time_to_come(hub, case, due_at):
    with pytest.raises(InvalidInput) as wrong:
        hub.promise.make(case.reference, "ewa", "Oddzwonię.", due_at)
    assert wrong.value.field == "due_at"


def test_an_answer_can_keep_a_promise(hub, case):
    id_ = promised(hub, case)
    hub.reply(case.reference, "ewa", Answer("Jak obiecałam: faktura w załączniku.", keeps=(id_,)))
    assert now(hub, case).promises[id_].status is PromiseStatus.KEPT
    assert dict(now(hub, case).clocks) == {}


def test_a_broken_promise_escalates_like_any_clock_and_says_what_was_promised(hub, case):
    promised(hub, case)
    hub.reply(case.reference, "ewa", Answer("Dzień dobry"))
    hub.deliver_all()
    hub.later(days=1)
    assert hub.sweep().steps == 2
    notice = hub.thread(case.customer_id, EntryKind.NOTICE)[-1]
    assert "„Oddzwonię jutro.”" in notice.text
    assert {promise.status for promise in now(hub, case).promises.values()} == {PromiseStatus.BROKEN}
    told = [entry.event for entry in hub.thread(case.customer_id, EntryKind.EVENT)]
    assert told == ["promise.made", "promise.broken", "case.reminded", "case.escalated"]


def test_a_promise_can_be_moved_kept_late_or_taken_back(hub, case):
    first, second = promised(hub, case), promised(hub, case)
    hub.promise.renegotiate(case.reference, "ewa", first, MONDAY_TEN + 2 * DAY)
    hub.promise.withdraw(case.reference, "ewa", second)
    hub.later(days=3)
    hub.sweep()
    hub.promise.keep(case.reference, "ewa", first)
    after = now(hub, case).promises
    assert (after[first].status, after[first].broken_at) == (PromiseStatus.KEPT, MONDAY_TEN + 2 * DAY)
    assert after[second].status is PromiseStatus.WITHDRAWN
    (told,) = [e for e in hub.thread(case.customer_id, EntryKind.EVENT) if e.event == "promise.kept"]
    assert told.facts["broken"] == "yes"
    with pytest.raises(Conflict):
        hub.promise.keep(case.reference, "ewa", second)
    with pytest.raises(NotFound):
        hub.promise.keep(case.reference, "ewa", "nothing")


def test_a_case_with_a_live_promise_is_not_closed(hub, case):
    id_ = promised(hub, case)
    with pytest.raises(PromiseOwed):
        hub.close(case.reference, "ewa")
    hub.promise.keep(case.reference, "ewa", id_)
    hub.close(case.reference, "ewa")


def test_a_complaint_gets_its_legal_clock_and_is_closed_only_after_an_answer_in_writing(hub, case):
    hub.later(days=2)
    hub.classify.kind(case.reference, "ewa", "complaint")
    assert now(hub, case).clocks[ClockName.LEGAL].started_at == MONDAY_TEN
    with pytest.raises(AnswerOwed):
        hub.close(case.reference, "ewa")
    hub.reply(case.reference, "ewa", Answer("Uznajemy reklamację."))
    hub.close(case.reference, "ewa")


def test_an_answer_in_writing_that_failed_does_not_let_a_complaint_be_closed(hub, case):
    hub.classify.kind(case.reference, "ewa", "complaint")
    hub.reply(case.reference, "ewa", Answer("Uznajemy reklamację."))
    hub.mail.answers.append(SendingRefused("no such mailbox", temporary=False))
    hub.deliver_all()
    with pytest.raises(AnswerOwed):
        hub.close(case.reference, "ewa")


def test_a_kind_that_is_not_known_is_refused_with_those_that_are(hub, case):
    with pytest.raises(InvalidInput, match="complaint"):
        hub.classify.kind(case.reference, "ewa", "riddle")


def test_priority_is_set_and_told(hub, case):
    hub.classify.priority(case.reference, "ewa", Priority.URGENT)
    assert now(hub, case).priority is Priority.URGENT
    assert last_event(hub, case).facts == {"reference": case.reference, "priority": "urgent", "before": "normal"}


def test_a_policy_is_applied_again_only_on_purpose(hub, case):
    hub.classify.apply_policy_again(case.reference, "ewa")
    assert now(hub, case).clocks[ClockName.FIRST_RESPONSE].cycle == case.cycle + 1


def test_only_a_term_that_the_law_lets_grow_is_extended(hub, case):
    hub.classify.kind(case.reference, "ewa", "complaint")
    with pytest.raises(Conflict):
        hub.classify.extend_legal_term(case.reference, "ewa")
    hub.classify.kind(case.reference, "ewa", "personal_data_request")
    hub.classify.extend_legal_term(case.reference, "ewa")
    assert now(hub, case).clocks[ClockName.LEGAL].due_at > MONDAY_TEN + 89 * DAY


def test_a_transfer_carries_context_an_owner_and_a_time_and_no_clock_starts_over(hub, case):
    hub.configured(teams={**hub.configuration.configuration.teams, "second_line": SECOND_LINE})
    transfer = Transfer("second_line", "Klient ma rację, brakuje korekty.", "jan", MONDAY_TEN + DAY)
    hub.transfer(case.reference, "ewa", transfer)
    after = now(hub, case)
    assert (after.team, after.assignee) == ("second_line", "jan")
    assert after.clocks[ClockName.FIRST_RESPONSE] == case.clocks[ClockName.FIRST_RESPONSE]
    assert after.clocks[ClockName.HAND_OVER].due_at == MONDAY_TEN + DAY
    assert last_event(hub, case).facts["context"] == "Klient ma rację, brakuje korekty."
    with pytest.raises(NotFound):
        hub.transfer(case.reference, "ewa", Transfer("nobody", ""))


def test_what_an_agent_has_not_seen_is_not_changed(hub, case):
    hub.classify.priority(case.reference, "ewa", Priority.HIGH)
    with pytest.raises(Conflict):
        hub.classify.kind(case.reference, "jan", "complaint", seen=Seen(version=case.version))


def test_a_closed_case_has_no_clocks_to_change(hub, case):
    hub.reply(case.reference, "ewa", Answer("Dzień dobry"))
    hub.close(case.reference, "ewa")
    with pytest.raises(Conflict):
        promised(hub, case)


def test_nothing_is_promised_in_spam_and_no_clock_starts_there(hub, case):
    hub.mark_spam(case.reference, "ewa", "reklama", is_spam=True)
    for change in (
        lambda: promised(hub, case),
        lambda: hub.classify.kind(case.reference, "ewa", "complaint"),
        lambda: hub.transfer(case.reference, "ewa", Transfer("care", "", "jan", MONDAY_TEN + DAY)),
    ):
        with pytest.raises(Conflict, match="spam"):
            change()
    assert dict(now(hub, case).clocks) == {}


def test_an_answer_that_leaves_the_matter_with_us_starts_the_update_clock(hub, case):
    hub.reply(case.reference, "ewa", Answer("Sprawdzamy.", stays_with_us=True))
    assert dict(now(hub, case).clocks) == {}  # this policy has no such clock
