"""An agent writes first: a case that nobody waits in, and that the customer's answer joins."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.cases import CaseStatus
from chalicelib.domain.clocks import PauseRule
from chalicelib.domain.contact_points import Channel
from chalicelib.domain.delivery import DeliveryStatus
from chalicelib.domain.errors import Conflict, KeyReused, NotFound, NoWayToReach, StorageUnavailable
from chalicelib.domain.reply_address import is_genuine, parse_reply_address
from chalicelib.domain.sla import ClockName
from chalicelib.domain.threads import EntryKind
from chalicelib.domain.trust import Trust
from chalicelib.usecases.care_for_customer import Care
from chalicelib.usecases.once import Once
from chalicelib.usecases.reply_to_customer import Answer
from chalicelib.usecases.write_first import FirstWord
from tests.domain.making import ANNA, ANNAS_PHONE, BARTEK, POLICY, RING
from tests.fakes.memory_store import Moment

MAIL = FirstWord(Channel.EMAIL, "Termin wizyty", "Dzień dobry, czy wtorek pasuje?")


@pytest.fixture
def anna(hub):
    """Anna's earlier case is closed."""
    known = hub.case(hub.write(message_id="first@example.pl"))
    hub.later(minutes=1)
    hub.reply(known.reference, "ewa", Answer("Tak."))
    hub.deliver_all()
    hub.later(minutes=1)
    hub.close(known.reference, "ewa")
    hub.later(minutes=1)
    return known


def opened(hub, anna, word=MAIL, **said):
    reference = hub.write_first(anna.customer_id, "ewa", word, **said)
    pointer = hub.threads.find_pointer(reference)
    return hub.threads.get_case(pointer.customer_id, pointer.case_id)


def our_word(hub, case):
    return next(one for one in hub.thread(case.customer_id, EntryKind.OUTBOUND) if one.case_id == case.id)


def test_a_case_begins_with_our_message_and_nobody_waits_in_it(hub, anna):
    case = opened(hub, anna)
    assert (case.status, case.awaiting_since, case.answered, case.subject) == (
        CaseStatus.OPEN,
        None,
        True,
        "Termin wizyty",
    )
    assert (case.team, case.inbox, case.assignee, case.participants) == ("care", "support", "ewa", (ANNA,))
    entry = our_word(hub, case)
    assert (entry.subject, entry.author, entry.delivery.status) == (
        "Termin wizyty",
        "agent:ewa",
        DeliveryStatus.QUEUED,
    )
    assert is_genuine(parse_reply_address(entry.delivery.reply_to), anna.customer_id, RING)
    customer = hub.threads.get_customer(anna.customer_id)
    assert (dict(customer.open_cases), customer.open_case_count) == ({case.id: case.reference}, 1)
    assert hub.deliver_all() == ["sent"]


def test_it_counts_by_the_segment_of_its_customer(hub, anna):
    hub.care(anna.customer_id, "ewa", Care(segment="gold"))
    assert opened(hub, anna).segment == "gold"


def test_the_time_to_resolution_stands_still_while_it_is_the_customers_turn(hub, anna):
    hub.configured(policies={"standard": replace(POLICY, resolution_within=timedelta(hours=16))})
    case = opened(hub, anna)
    assert {*case.clocks} == {ClockName.RESOLUTION}
    assert case.clocks[ClockName.RESOLUTION].paused_by == PauseRule.WAITING_FOR_CUSTOMER
    assert case.next_step_at is None


def test_the_customers_answer_joins_it_and_waits_for_the_next_response(hub, anna):
    case = opened(hub, anna)
    hub.deliver_all()
    hub.later(hours=1)
    outcome = hub.write(in_reply_to=("carrier-2@eu-west-1.amazonses.com",))
    assert outcome.case_id == case.id
    assert {*hub.case(outcome).clocks} == {ClockName.NEXT_RESPONSE}


def test_a_text_message_is_answered_into_its_case(hub, anna):
    hub.add_contact_point(anna.customer_id, "ewa", ANNAS_PHONE)
    case = opened(hub, anna, FirstWord(Channel.SMS, "Termin", "Czy wtorek pasuje?"))
    assert our_word(hub, case).subject == ""
    outcome = hub.write_sms(ANNAS_PHONE, "Tak")
    assert (outcome.case_id, outcome.rule) == (case.id, "by_last_sms")


def test_it_goes_on_from_a_closed_case(hub, anna):
    assert opened(hub, anna, replace(MAIL, follows=anna.reference.lower())).follows == anna.reference


def test_an_open_case_is_answered_in_and_not_followed(hub, anna):
    first = opened(hub, anna)
    with pytest.raises(Conflict):
        hub.write_first(anna.customer_id, "ewa", replace(MAIL, follows=first.reference))


def test_somebody_elses_case_cannot_be_followed(hub, anna):
    other = hub.case(hub.write(sender=BARTEK))
    for reference in (other.reference, "00000-00000-0"):
        with pytest.raises(NotFound):
            hub.write_first(anna.customer_id, "ewa", replace(MAIL, follows=reference))


def test_who_was_merged_is_written_to_where_they_can_be_reached(hub, anna):
    other = hub.case(hub.write_sms(ANNAS_PHONE))
    hub.merge(anna.customer_id, other.customer_id, "ewa", "jedna osoba")
    case = opened(hub, other)
    assert (case.customer_id, our_word(hub, case).delivery.recipient) == (anna.customer_id, ANNA.value)


def test_a_customer_without_an_address_on_that_channel_is_not_written_to(hub, anna):
    with pytest.raises(NoWayToReach):
        hub.write_first(anna.customer_id, "ewa", replace(MAIL, channel=Channel.SMS))
    forged = hub.write(trust=Trust.FORGED)
    with pytest.raises(NoWayToReach):
        hub.write_first(forged.customer_id, "ewa", MAIL)


def test_an_inbox_can_be_chosen_and_has_to_be_of_the_channel(hub, anna):
    assert opened(hub, anna, replace(MAIL, inbox="billing")).inbox == "billing"
    with pytest.raises(NotFound):
        hub.write_first(anna.customer_id, "ewa", replace(MAIL, inbox="texts"))


def test_the_same_key_opens_one_case(hub, anna):
    once = Once("ewa", "key-1", "abc")
    assert opened(hub, anna, once=once) == opened(hub, anna, once=once)
    assert len(hub.queues.to_deliver) == 1
    with pytest.raises(KeyReused):
        hub.write_first(anna.customer_id, "ewa", MAIL, once=Once("ewa", "key-1", "other"))


def test_two_calls_with_one_key_at_the_same_moment_open_one_case(hub, anna):
    once, rival = Once("ewa", "key-1", "abc"), []

    def press(call):
        if call.name == "commit" and call.moment is Moment.BEFORE and not rival:
            rival.append(None)
            rival[0] = hub.write_first(anna.customer_id, "ewa", MAIL, once=once)

    hub.threads.hook = press
    assert hub.write_first(anna.customer_id, "ewa", MAIL, once=once) == rival[0]
    assert hub.threads.get_customer(anna.customer_id).open_case_count == 1
    assert len(hub.queues.to_deliver) == 1


def test_a_customer_who_writes_at_the_same_moment_opens_another_case(hub, anna):
    hub.later(days=20)
    written = []

    def write(call):
        if call.name == "commit" and call.moment is Moment.BEFORE and not written:
            written.append(None)
            written[0] = hub.write(message_id="new@example.pl")

    hub.threads.hook = write
    case = opened(hub, anna)
    assert hub.threads.get_customer(anna.customer_id).open_case_count == 2
    assert written[0].case_id != case.id


def test_a_first_word_can_be_taken_back(hub, anna):
    hub.configured(undo_window=timedelta(seconds=30))
    case = opened(hub, anna)
    hub.take_back(case.reference, our_word(hub, case).id, "ewa")
    after = hub.threads.get_case(case.customer_id, case.id)
    assert (after.awaiting_since, after.answered) == (None, False)
    assert our_word(hub, case).delivery.status is DeliveryStatus.WITHDRAWN


def test_a_queue_that_is_down_loses_no_first_word(hub, anna):
    hub.queues.broken = StorageUnavailable()
    opened(hub, anna)
    hub.queues.broken = None
    hub.later(seconds=61)
    assert hub.sweep().deliveries == 1
    assert hub.deliver_all() == ["sent"]
