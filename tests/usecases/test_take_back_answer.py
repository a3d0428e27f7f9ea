"""An answer that is taken back before it leaves is as if it had never been given, and is never sent."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.cases import CaseStatus
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.contacts import Contact, Direction
from chalicelib.domain.delivery import DeliveryStatus
from chalicelib.domain.errors import Conflict, NotFound, SendingRefused
from chalicelib.domain.promises import PromiseStatus
from chalicelib.domain.sla import ClockName
from chalicelib.domain.threads import EntryKind
from chalicelib.usecases.deliver_message import NOT_OURS
from chalicelib.usecases.once import Once
from chalicelib.usecases.ports import Create
from chalicelib.usecases.reply_to_customer import Answer
from tests.domain.making import MONDAY_TEN, POLICY
from tests.fakes.memory_store import Moment

WINDOW = timedelta(seconds=30)
# What taking back leaves as it is: the thread has grown, and whoever read the case before has to read it again.
GROWN = ("version", "said_version", "messages_out", "last_activity_at", "cycle")


@pytest.fixture
def hub(hub):
    hub.configured(undo_window=WINDOW)
    return hub


@pytest.fixture
def case(hub):
    return hub.case(hub.write())


def now(hub, case):
    return hub.threads.get_case(case.customer_id, case.id)


def answer_of(hub, case):
    return hub.thread(case.customer_id, EntryKind.OUTBOUND)[-1]


def without_growth(case):
    return replace(case, **dict.fromkeys(GROWN))


def answered(hub, case, **said):
    hub.later(minutes=5)
    return hub.reply(case.reference, "ewa", Answer("Tak.", **said))


def taken_back(hub, case, entry_id):
    hub.later(seconds=7)
    hub.take_back(case.reference, entry_id, "ewa")
    return now(hub, case)


def test_an_answer_is_not_sent_before_the_window_is_over(hub, case):
    entry_id = answered(hub, case)
    assert hub.deliver(case.customer_id, entry_id) == NOT_OURS
    hub.now.move(WINDOW)
    assert hub.deliver(case.customer_id, entry_id) == "sent"


def test_what_nobody_sent_after_the_window_is_picked_up_by_the_sweep(hub, case):
    answered(hub, case)
    hub.queues.to_deliver.clear()
    hub.later(seconds=60)
    assert hub.sweep().deliveries == 0
    hub.now.move(WINDOW)
    assert hub.sweep().deliveries == 1
    assert hub.deliver_all() == ["sent"]


def test_without_a_window_an_answer_goes_out_at_once(hub, case):
    hub.configured(undo_window=timedelta(0))
    answered(hub, case)
    assert answer_of(hub, case).delivery.not_before is None
    assert hub.deliver_all() == ["sent"]


def test_an_answer_that_is_taken_back_stays_visible_and_is_never_sent(hub, case):
    entry_id = answered(hub, case)
    taken_back(hub, case, entry_id)
    entry = answer_of(hub, case)
    assert (entry.text, entry.delivery.status, entry.delivery.next_step_at) == ("Tak.", DeliveryStatus.WITHDRAWN, None)
    event = hub.thread(case.customer_id, EntryKind.EVENT)[-1]
    assert (event.event, event.author, event.facts["entry"]) == ("delivery.withdrawn", "agent:ewa", entry_id)
    hub.later(minutes=5)
    assert hub.sweep().deliveries == 0
    assert hub.deliver_all() == [NOT_OURS]
    assert hub.mail.sent == []


def test_the_case_is_as_before_the_answer(hub, case):
    assert without_growth(taken_back(hub, case, answered(hub, case))) == without_growth(case)


def test_a_step_that_was_done_before_the_answer_is_not_done_again(hub, case):
    hub.later(hours=3, minutes=40)
    hub.sweep()
    reminded = now(hub, case)
    assert reminded.clocks[ClockName.FIRST_RESPONSE].level == 1
    assert without_growth(taken_back(hub, case, answered(hub, case))) == without_growth(reminded)
    assert hub.sweep().steps == 0


def test_an_answer_that_nobody_waited_for_is_taken_back_and_nobody_waits(hub, case):
    hub.reply(case.reference, "ewa", Answer("Tak."))
    hub.later(minutes=1)
    hub.deliver_all()
    before = now(hub, case)
    after = taken_back(hub, case, answered(hub, case))
    assert without_growth(after) == without_growth(before)
    assert after.awaiting_since is None


def test_a_promise_that_it_kept_is_owed_again_with_its_clock(hub, case):
    hub.promise.make(case.reference, "ewa", "Oddzwonimy.", MONDAY_TEN + timedelta(days=1))
    before = now(hub, case)
    (promise,) = before.promises
    entry_id = answered(hub, case, keeps=(promise,))
    assert now(hub, case).promises[promise].status is PromiseStatus.KEPT
    assert without_growth(taken_back(hub, case, entry_id)) == without_growth(before)


def test_the_time_to_resolution_goes_on_as_if_it_had_never_stood_still(hub, case):
    hub.configured(policies={"standard": replace(POLICY, resolution_within=timedelta(hours=16))})
    case = hub.case(hub.write(subject="Inna sprawa", sender=replace(case.participants[0], value="x@example.pl")))
    assert ClockName.RESOLUTION in case.clocks
    entry_id = answered(hub, case)
    assert not now(hub, case).clocks[ClockName.RESOLUTION].runs
    assert without_growth(taken_back(hub, case, entry_id)) == without_growth(case)


def test_the_customer_who_writes_meanwhile_has_been_waiting_all_along(hub, case):
    entry_id = answered(hub, case)
    hub.later(seconds=5)
    hub.write(in_reply_to=("0@example.pl",))
    assert now(hub, case).awaiting_since != case.awaiting_since
    after = taken_back(hub, case, entry_id)
    assert (after.awaiting_since, dict(after.clocks)) == (case.awaiting_since, dict(case.clocks))


def test_a_case_that_was_closed_meanwhile_opens_again(hub, case):
    entry_id = answered(hub, case)
    hub.close(case.reference, "ewa")
    after = taken_back(hub, case, entry_id)
    assert (after.status, after.awaiting_since) == (CaseStatus.OPEN, case.awaiting_since)
    customer = hub.threads.get_customer(case.customer_id)
    assert dict(customer.open_cases) == {case.id: case.reference}


def test_spam_waits_again_when_it_turns_out_to_be_none(hub, case):
    entry_id = answered(hub, case)
    hub.mark_spam(case.reference, "ewa", "reklama", is_spam=True)
    taken_back(hub, case, entry_id)
    hub.mark_spam(case.reference, "ewa", "pomyłka", is_spam=False)
    assert now(hub, case).awaiting_since == case.awaiting_since


def test_what_was_sent_cannot_be_taken_back(hub, case):
    entry_id = answered(hub, case)
    hub.now.move(WINDOW)
    hub.deliver_all()
    with pytest.raises(Conflict, match="on its way"):
        hub.take_back(case.reference, entry_id, "ewa")
    assert now(hub, case).awaiting_since is None


def test_a_worker_that_claims_it_at_the_same_moment_wins_alone(hub, case):
    entry_id = answered(hub, case)
    hub.now.move(WINDOW)
    asked = []

    def claim(call):
        if call.name == "commit" and call.moment is Moment.BEFORE and not asked:
            asked.append(None)
            asked[0] = hub.deliver(case.customer_id, entry_id)

    hub.threads.hook = claim
    with pytest.raises(Conflict):
        hub.take_back(case.reference, entry_id, "ewa")
    assert asked == ["sent"]
    assert len(hub.mail.sent) == 1


def test_an_agent_who_takes_it_back_at_the_same_moment_wins_alone(hub, case):
    entry_id = answered(hub, case)
    hub.now.move(WINDOW)
    asked = []

    def undo(call):
        if call.name == "commit" and call.moment is Moment.BEFORE and not asked:
            asked.append(None)
            hub.take_back(case.reference, entry_id, "ewa")

    hub.threads.hook = undo
    assert hub.deliver(case.customer_id, entry_id) == NOT_OURS
    assert hub.mail.sent == []
    assert answer_of(hub, case).delivery.status is DeliveryStatus.WITHDRAWN


def test_a_customer_who_writes_at_the_same_moment_does_not_keep_it_from_being_taken_back(hub, case):
    entry_id = answered(hub, case)
    written = []

    def write(call):
        if call.name == "commit" and call.moment is Moment.BEFORE and not written:
            written.append(None)
            hub.write(in_reply_to=("0@example.pl",))

    hub.threads.hook = write
    assert taken_back(hub, case, entry_id).awaiting_since == case.awaiting_since


def test_taking_back_twice_changes_nothing_more(hub, case):
    entry_id = answered(hub, case)
    once = Once("ewa", "key-1", "abc")
    for _ in range(2):
        hub.take_back(case.reference, entry_id, "ewa", once=once)
    hub.take_back(case.reference, entry_id, "jan")
    assert len(hub.thread(case.customer_id, EntryKind.EVENT)) == 1


def test_of_two_answers_the_later_one_is_taken_back_first(hub, case):
    first = answered(hub, case)
    hub.later(seconds=1)
    second = hub.reply(case.reference, "ewa", Answer("I jeszcze."))
    with pytest.raises(Conflict, match="later answer"):
        hub.take_back(case.reference, first, "ewa")
    assert taken_back(hub, case, second).awaiting_since is None
    assert without_growth(taken_back(hub, case, first)) == without_growth(case)


def test_who_was_answered_by_telephone_meanwhile_does_not_wait_for_the_mail_that_is_taken_back(hub, case):
    entry_id = answered(hub, case)
    entry = answer_of(hub, case)
    call = replace(
        entry,
        id=f"{entry.id[:-1]}Z",
        channel=Channel.PHONE,
        delivery=None,
        contact=Contact(Direction.OUTBOUND, agent="ewa"),
    )
    hub.threads.commit([Create(call)])
    assert taken_back(hub, case, entry_id).awaiting_since is None


def test_a_later_answer_that_fails_after_all_leaves_the_customer_waiting_since_the_first(hub, case):
    first = answered(hub, case)
    hub.later(seconds=1)
    hub.reply(case.reference, "ewa", Answer("I jeszcze.", channel=Channel.EMAIL))
    second = answer_of(hub, case)
    hub.now.move(WINDOW)
    hub.mail.answers.append(SendingRefused("throttled", temporary=True))
    hub.deliver(case.customer_id, second.id)  # it is queued again, and goes out before the first
    hub.later(minutes=1)
    hub.deliver(case.customer_id, second.id)
    hub.take_back(case.reference, first, "ewa")
    assert now(hub, case).awaiting_since is None
    assert answer_of(hub, case).delivery.answers_since == case.awaiting_since


def test_only_an_answer_of_the_case_can_be_taken_back(hub, case):
    other = hub.case(hub.write(sender=replace(case.participants[0], value="x@example.pl")))
    entry_id = answered(hub, other)
    (inbound,) = hub.thread(case.customer_id, EntryKind.INBOUND)
    for wrong in (entry_id, inbound.id, "01KAR000000000000000000000"):
        with pytest.raises(NotFound):
            hub.take_back(case.reference, wrong, "ewa")


def test_who_read_the_case_before_it_was_taken_back_has_to_read_it_again(hub, case):
    entry_id = answered(hub, case)
    read = now(hub, case)
    assert taken_back(hub, case, entry_id).version > read.version
